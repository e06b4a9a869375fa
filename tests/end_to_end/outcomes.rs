//! Trials from a plan to their results: tables, what failed, what was damaged, and what is refused.

use crate::{commits, expect, folder, harness, records, results_of, runs, suite};
use sparsity::{Description, Prunes};

#[test]
fn all_methods_run_once_and_the_table_has_them() {
    let folder = folder();
    let arguments = ["--method", "all", "--sparsity", "0.9", "--jobs", "2"];
    let (summary, _) = expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    let all = trial::registry::all();
    // No pattern and no latency was asked for.
    let suits = |method: &&Description| !matches!(method.prunes, Prunes::Patterns | Prunes::Channels);
    let methods: Vec<&str> = all.iter().filter(suits).map(|method| method.name).collect();
    let recorded = records(folder.path());
    assert_eq!(recorded.len(), methods.len());
    for method in methods {
        let record = recorded.iter().find(|record| record.method == method).unwrap();
        // A method has the title that the paper's tables give it, or else its name.
        let (title, _) = results::own::method_name(record);
        assert!(summary.contains(&title) && record.is_ok(), "{method}: {title}");
        // STR's sparsity is reached, and not asked for.
        if !["dense", "str"].contains(&method) {
            // A narrower network has whole channels only, and a constant fan-in whole connections of every output.
            let tolerance = if ["small-dense", "srigl"].contains(&method) { 0.02 } else { 1e-3 };
            assert!((record.sparsity.unwrap() - 0.9).abs() < tolerance, "{method}: {:?}", record.sparsity);
        }
    }
    let before = results_of(folder.path());
    let committed = commits(folder.path());
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    assert_eq!(commits(folder.path()), committed, "finished trials are not trained again");
    assert_eq!(records(folder.path()), recorded);
    assert_eq!(results_of(folder.path()), before);

    let (table, _) = expect(&harness(folder.path(), &["table", "table3"]).output().unwrap(), 0);
    for words in
        ["IEE (ERK)", "RigL (ERK)", "synthetic images (cifar10-generated)", "[epochs=1; batch_size=16]"]
    {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    assert!(!table.contains("reproduced"), "generated data get no verdict");
}

#[test]
fn one_failure_does_not_stop_the_others() {
    let folder = folder();
    let wild = ["--set", "learning_rate=100", "--set", "weight_decay=1", "--set", "epochs=20"];
    let (_, err) = expect(
        &suite(folder.path(), &[&["--method", "dense,static", "--sparsity", "0.9"][..], &wild].concat())
            .output()
            .unwrap(),
        3,
    );
    // With the step and the remedy, also when it is found again.
    let told = |err: &str| ["diverged", "after step", "learning_rate"].iter().all(|word| err.contains(word));
    assert!(told(&err), "{err}");
    let recorded = records(folder.path());
    assert_eq!(recorded.len(), 2, "a diverged trial is recorded as such");
    assert!(recorded.iter().any(|record| record.status == "diverged"));
    // It is not trained again, and still counts as failed.
    let committed = commits(folder.path());
    let again = [&["--method", "dense,static", "--sparsity", "0.9"][..], &wild].concat();
    let (_, err) = expect(&suite(folder.path(), &again).output().unwrap(), 3);
    assert!(told(&err), "{err}");
    assert_eq!(commits(folder.path()), committed);
}

#[test]
fn a_damaged_run_is_named_and_not_used() {
    let folder = folder();
    let arguments = ["--method", "static", "--sparsity", "0.8,0.9"];
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    let damaged = runs(folder.path())[0].join("metrics.csv");
    std::fs::write(&damaged, "step\n1\n").unwrap();
    let (_, err) = expect(&suite(folder.path(), &arguments).output().unwrap(), 2);
    assert!(err.contains("metrics.csv") && err.contains("delete"), "{err}");
    assert_eq!(records(folder.path()).len(), 1, "its record no longer counts");
    // The remedy it names works.
    std::fs::remove_dir_all(damaged.parent().unwrap()).unwrap();
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    assert_eq!(records(folder.path()).len(), 2);
}

#[test]
fn reproduce_writes_the_table_in_four_formats() {
    let folder = folder();
    let arguments = [
        "reproduce",
        "table3",
        "--profile",
        "smoke",
        "--data",
        "data",
        "--method",
        "iee",
        "--sparsity",
        "0.9",
    ];
    let short = ["--set", "epochs=1", "--threads", "1"];
    let (out, _) = expect(&harness(folder.path(), &[&arguments[..], &short].concat()).output().unwrap(), 0);
    let table = |extension: &str| {
        std::fs::read_to_string(folder.path().join("runs/tables/table3").with_extension(extension))
    };
    assert_eq!(out, table("txt").unwrap());
    assert!(table("md").unwrap().contains("| IEE (ERK)"));
    assert!(table("tex").unwrap().contains("\\toprule"));
    assert!(table("csv").unwrap().contains("iee"));
}

#[test]
fn a_device_that_is_not_there_is_refused_before_anything_is_written() {
    let folder = folder();
    let arguments = ["--method", "dense", "--device", "cuda:99"];
    let (_, err) = expect(&suite(folder.path(), &arguments).output().unwrap(), 2);
    assert!(err.contains("cuda:99") && err.contains("--device cpu"), "{err}");
    assert!(!folder.path().join("runs/runs").exists() && !folder.path().join("runs/records.csv").exists());
}
