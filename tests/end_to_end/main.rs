//! The built programs as a person uses them: `harness` with its real worker,
//! on generated data, from a plan to the printed table.

mod channels;
#[path = "../common/mod.rs"]
mod common;
mod images;
mod interruptions;
mod outcomes;
mod progress;
mod weights;

use common::{command as harness, expect};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A folder with a small data set in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["data", "generate", "cifar10", "--data", "data", "--train", "160", "--test", "50"];
    assert_eq!(code(&harness(folder.path(), &arguments).output().unwrap()), 0);
    folder
}

/// A suite of ten steps a trial with `more`.
fn suite(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--threads", "1"];
    let shorter = ["--set", "epochs=1", "--set", "batch_size=16"];
    harness(folder, &[&short[..], &shorter, more].concat())
}

/// A folder with photographs of four classes in it: 48 to train on, 16 to evaluate.
fn photographs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    suites::imagenet::generate(&folder.path().join("data"), 4, 12, 4, 1).unwrap();
    folder
}

fn imagenet(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "imagenet", "--profile", "smoke", "--data", "data", "--threads", "1"];
    let thin = ["--model", "resnet50-0.0625", "--set", "image_size=32", "--set", "resize=40"];
    let shorter = ["--set", "epochs=2", "--set", "batch_size=8", "--set", "micro_batch=4"];
    // A network of one channel per layer diverges at the profile's rate.
    let slower = ["--set", "base_learning_rate=0.05"];
    harness(folder, &[&short[..], &thin, &shorter, &slower, more].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn records(folder: &Path) -> Vec<records::Record> {
    let loaded = records::Store::new(&folder.join("runs")).load().unwrap();
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    loaded.records
}

fn runs(folder: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> =
        std::fs::read_dir(folder.join("runs/runs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.sort();
    runs
}

/// When every run was committed.
fn commits(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let time = |run: PathBuf| {
        let marker = run.join("COMMITTED");
        let time = marker.metadata().unwrap().modified().unwrap();
        (marker, time)
    };
    runs(folder).into_iter().map(time).collect()
}

/// Weights, masks and metrics of every run.
fn results_of(folder: &Path) -> BTreeMap<(String, &'static str), Vec<u8>> {
    let files = ["weights.safetensors", "mask.bits", "metrics.csv", "updates.csv"];
    let name = |run: &Path| run.file_name().unwrap().to_string_lossy().into_owned();
    let all = runs(folder).into_iter().flat_map(|run| files.map(|file| (run.clone(), file)));
    all.map(|(run, file)| ((name(&run), file), std::fs::read(run.join(file)).unwrap())).collect()
}

/// Every trial as `harness status` says it is.
fn status(folder: &Path) -> Vec<serde_json::Value> {
    let (out, _) = expect(&harness(folder, &["status", "--format", "json"]).output().unwrap(), 0);
    serde_json::from_str(&out).unwrap()
}

/// The first state of the only trial that `is`, within a minute.
fn wait_for(folder: &Path, is: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(100));
        if let Some(trial) =
            folder.join("runs").exists().then(|| status(folder)).and_then(|trials| trials.first().cloned())
            && is(&trial)
        {
            return trial;
        }
    }
    panic!("{:?}", status(folder));
}
