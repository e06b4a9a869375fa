//! Detection with the built programs: trained, interrupted, looked at, scored and refused, on generated
//! photographs.

mod common;

use common::{command, expect};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const METHODS: [&str; 4] = ["dense", "iee", "halp", "magnitude"];

fn harness(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// A folder with a small data set of two classes in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let counts = ["--train", "24", "--test", "12", "--classes", "2"];
    let generate = [&["data", "generate", "voc", "--data", "data"][..], &counts].concat();
    expect(&harness(folder.path(), &generate), 0);
    folder
}

/// A suite of 60 steps a trial with `more`.
fn suite(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "voc", "--profile", "smoke", "--data", "data", "--threads", "1", "--jobs", "2"];
    let shorter = ["--latency-target", "0.5", "--set", "epochs=20", "--set", "evaluate_every=10"];
    command(folder, &[&short[..], &shorter, more].concat())
}

fn records(folder: &Path) -> Vec<records::Record> {
    let loaded = records::Store::new(&folder.join("runs")).load().unwrap();
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    loaded.records
}

fn run(folder: &Path, record: &records::Record) -> PathBuf {
    folder.join("runs/runs").join(&record.key)
}

/// The photographs of the test list.
fn test_photographs(folder: &Path) -> Vec<String> {
    let devkit = folder.join("data/VOCdevkit/VOC2007");
    let list = std::fs::read_to_string(devkit.join("ImageSets/Main/test.txt")).unwrap();
    let file = |name: &str| devkit.join(format!("JPEGImages/{name}.jpg")).display().to_string();
    list.lines().map(|line| file(line.split_whitespace().next().unwrap())).collect()
}

/// The mean in a column of a scored page.
fn mean(page: &str, column: &str) -> f64 {
    let mut lines = page.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|name| *name == column).unwrap();
    lines.find(|fields| fields[0] == "mean").unwrap()[at].parse().unwrap()
}

/// Every method leaves a result with its files. What `detect` finds in the evaluation's photographs, in the
/// compact network where there is one, scores what the training's own evaluation scored.
#[test]
fn a_detector_is_pruned_looked_at_and_scored() {
    let folder = folder();
    let folder = folder.path();
    let (summary, _) = expect(&suite(folder, &["--method", &METHODS.join(",")]).output().unwrap(), 0);
    let all = records(folder);
    assert_eq!(all.len(), METHODS.len());
    let photographs = test_photographs(folder);
    for method in METHODS {
        let record = all.iter().find(|record| record.method == method).unwrap();
        let (title, _) = results::own::method_name(record);
        assert!(record.is_ok() && summary.contains(&title), "{method}");
        let (run, map) = (run(folder, record), record.map.unwrap());
        for file in ["classes.csv", "precision_recall.csv", "examples.png"] {
            assert!(run.join(file).metadata().unwrap().len() > 0, "{method}: {file}");
        }
        let pruned = run.join("compact.safetensors").is_file();
        assert_eq!(pruned, method != "dense");
        if pruned {
            let latency = record.latency_ms.unwrap() / record.latency_dense_ms.unwrap();
            assert!(latency <= 0.5, "{method}: {latency}");
        }

        let (into, run) = (format!("seen-{method}"), run.display().to_string());
        let named: Vec<&str> = photographs.iter().map(String::as_str).collect();
        let detect = [&["detect", &run, "--into", &into, "--device", "cpu"][..], &named].concat();
        expect(&harness(folder, &detect), 0);
        let pictures = std::fs::read_dir(folder.join(&into)).unwrap().count();
        assert_eq!(pictures, photographs.len() + 1, "a picture each, and the detections");
        let detections = format!("{into}/detections.json");
        let score = ["score", "voc", &detections, "--data", "data", "--format", "csv"];
        let (page, _) = expect(&harness(folder, &score), 0);
        for (column, expected) in [("ap_11_points", map), ("ap_all_points", record.map_all_points.unwrap())] {
            let scored = mean(&page, column);
            assert!((scored - expected).abs() < 0.01, "{method}: {expected} in training, {page}");
        }
        assert!(method != "dense" || map > 0.0, "something is found");
    }
}

/// Weights, metrics, precision and pictures of every run.
fn results_of(folder: &Path) -> BTreeMap<(String, &'static str), Vec<u8>> {
    let files = [
        "weights.safetensors",
        "metrics.csv",
        "updates.csv",
        "classes.csv",
        "precision_recall.csv",
        "examples.png",
    ];
    let of_run = |record: records::Record| {
        files
            .map(|file| ((record.key.clone(), file), std::fs::read(run(folder, &record).join(file)).unwrap()))
    };
    records(folder).into_iter().flat_map(of_run).collect()
}

/// Augmented photographs, orders and detections follow from the seed, so that nothing shows where it stopped.
#[test]
fn an_interrupted_detector_ends_as_if_it_had_not_been() {
    let more = ["--method", "iee", "--set", "augment=true", "--set", "epochs=60"];
    let (whole, stopped) = (folder(), folder());
    expect(&suite(whole.path(), &more).output().unwrap(), 0);
    for seconds in ["1s", "1s"] {
        let ended =
            suite(stopped.path(), &[&more[..], &["--time-budget", seconds]].concat()).output().unwrap();
        expect(&ended, 5);
    }
    expect(&suite(stopped.path(), &more).output().unwrap(), 0);
    assert_eq!(results_of(whole.path()), results_of(stopped.path()));
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let folder = folder();
    let folder = folder.path();
    let refused = |arguments: &[&str]| expect(&harness(folder, arguments), 2).1;
    let voc = |more: &[&str]| {
        refused(&[&["suite", "voc", "--profile", "smoke", "--data", "data"][..], more].concat())
    };
    assert!(voc(&["--model", "resnet50-0.25"]).contains("detects objects"));
    assert!(voc(&["--model", "ssd256-resnet50-0.125"]).contains("--set image_size=256"));
    assert!(voc(&["--set", "classes=disc,cube,disc"]).contains("disc"));
    assert!(voc(&["--set", "train_list=missing"]).contains("missing"));
    let classifies =
        ["suite", "imagenet", "--profile", "smoke", "--model", "ssd64-resnet50-0.125", "--out", "other"];
    let side = ["--set", "image_size=64", "--set", "resize=64"];
    assert!(refused(&[&classifies[..], &side].concat()).contains("classifies images"));
    assert!(
        refused(&["detect", "nowhere", "a.jpg", "--into", "seen"])
            .contains("neither the directory nor the key")
    );
    assert!(!folder.join("runs").exists() && !folder.join("seen").exists());
}

/// What comes after the forward pass is timed by itself, and only of detectors.
#[test]
fn post_processing_has_columns_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["fps", "ssd64-resnet50-0.125", "wrn-10-1", "--device", "cpu", "--threads", "1"];
    let more = ["--seconds", "0.05", "--batch", "1"];
    let (page, _) = expect(&harness(folder.path(), &[&arguments[..], &more].concat()), 0);
    let heading = page.lines().find(|line| line.contains("Network")).unwrap();
    let at = heading[..heading.find("Post").unwrap()].chars().count();
    let cell = |network: &str| {
        let line = page.lines().find(|line| line.trim_start().starts_with(network)).unwrap();
        line.chars().skip(at).collect::<String>().split_whitespace().next().unwrap_or_default().to_string()
    };
    assert!(cell("ssd64").parse::<f64>().unwrap() > 0.0, "{page}");
    assert_eq!(cell("wrn-10-1"), "–", "{page}");
}
