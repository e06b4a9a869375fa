//! `harness compare` and `harness regress` as a person or a service of continuous integration meets them.

use crate::{commit, err, folder, harness, out};
use records::{Record, Store};
use std::path::Path;
use tempfile::TempDir;

/// A folder with the committed trials of two methods.
fn recorded() -> TempDir {
    let folder = folder();
    for (method, level) in [("rigl", 80.0), ("set", 78.0)] {
        for seed in 0..3 {
            record(folder.path(), method, seed, level + 0.1 * seed as f64, 18_359);
        }
    }
    folder
}

fn record(folder: &Path, method: &str, seed: u64, top1: f64, params_active: u64) {
    record_in(&folder.join("runs"), method, seed, top1, params_active);
}

fn record_in(runs: &Path, method: &str, seed: u64, top1: f64, params_active: u64) {
    let record = Record {
        key: format!("{method}-{seed}"),
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        profile: "lite".into(),
        model: "wrn-16-1".into(),
        method: method.into(),
        distribution: "erk".into(),
        seed,
        top1: Some(top1),
        sparsity: Some(0.9),
        params_active: Some(params_active),
        macs: Some(4_615_104),
        status: "ok".into(),
        ..Record::default()
    };
    commit(runs, &record);
}

const UPDATE: [&str; 4] = ["regress", "--update", "--baseline", "baseline.csv"];
const CHECK: [&str; 3] = ["regress", "--baseline", "baseline.csv"];

#[test]
fn a_check_passes_until_something_is_worse() {
    let folder = recorded();
    let updated = harness(folder.path(), &UPDATE);
    assert_eq!(updated.status.code(), Some(0), "{}", err(&updated));
    let baseline = std::fs::read_to_string(folder.path().join("baseline.csv")).unwrap();
    assert!(
        baseline.lines().next().unwrap().ends_with("commit,schema,baseline_from,baseline_taken,baseline_by")
    );
    assert_eq!(baseline.lines().count(), 1 + 6);

    let good = harness(folder.path(), &CHECK);
    assert_eq!(good.status.code(), Some(0), "{}{}", out(&good), err(&good));
    assert!(out(&good).contains("No regression: 2 conditions"), "{}", out(&good));

    // One weight less than the method promises.
    record(folder.path(), "set", 1, 78.1, 18_358);
    let bad = harness(folder.path(), &CHECK);
    assert_eq!(bad.status.code(), Some(1), "{}", err(&bad));
    assert!(out(&bad).contains("REGRESSED") && out(&bad).contains("seed 1"), "{}", out(&bad));
    let written = folder.path().join("runs/regression");
    let junit = std::fs::read_to_string(written.join("junit.xml")).unwrap();
    assert!(junit.contains("failures=\"1\"") && junit.contains("params_active"), "{junit}");
    let summary = std::fs::read_to_string(written.join("summary.md")).unwrap();
    assert_eq!(out(&harness(folder.path(), &[&CHECK[..], &["--format", "md"]].concat())), summary);
}

/// Only a terminal is kept from control characters: what a file or a program gets can be read back the same.
#[test]
fn an_export_is_not_altered_on_its_way() {
    let folder = folder();
    let method = "two\r\u{202e}words";
    let record =
        Record { key: "a".into(), suite: "cifar10".into(), method: method.into(), ..Record::default() };
    Store::new(&folder.path().join("runs")).upsert(&record).unwrap();
    let exported = harness(folder.path(), &["export-records", "--format", "csv"]);
    assert_eq!(exported.status.code(), Some(0), "{}", err(&exported));
    assert!(out(&exported).contains(method), "{:?}", out(&exported));
}

/// A dash is standard output and no file, and a place that cannot be written to leads to the option that names it.
#[test]
fn a_dash_is_standard_output() {
    let folder = recorded();
    let run = |arguments: &[&str], to: &str| harness(folder.path(), &[arguments, &["--to", to]].concat());
    let (csv, report) = (&["export-records", "--format", "csv"][..], &["report"][..]);
    assert_eq!(out(&run(csv, "-")), out(&harness(folder.path(), csv)));
    assert!(out(&run(report, "-")).starts_with("<!DOCTYPE html>"), "{}", out(&run(report, "-")));
    assert!(!folder.path().join("-").exists());
    for arguments in [csv, report] {
        let refused = run(arguments, "absent/file");
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(err(&refused).contains("--to names another file"), "{}", err(&refused));
    }
}

#[test]
fn a_baseline_is_made_of_committed_trials_only_and_never_lost() {
    let folder = recorded();
    let file = folder.path().join("baseline.csv");
    std::fs::remove_file(folder.path().join("runs/runs/rigl-0/COMMITTED")).unwrap();
    std::fs::write(folder.path().join("runs/runs/rigl-1/record.json"), "edited").unwrap();
    let updated = harness(folder.path(), &UPDATE);
    let said = err(&updated);
    assert!(
        said.contains("no run behind this row") && said.contains("runs/rigl-0 is not committed"),
        "{said}"
    );
    assert!(said.contains("rigl-1") && said.contains("record.json: checksum mismatch"), "{said}");
    let old = std::fs::read_to_string(&file).unwrap();
    assert_eq!(old.lines().count(), 1 + 4);

    std::fs::remove_dir_all(folder.path().join("runs/runs")).unwrap();
    let refused = harness(folder.path(), &UPDATE);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("no record of a committed trial"), "{}", err(&refused));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), old);
}

#[test]
fn a_baseline_does_not_lose_trials_and_is_not_written_over_the_results() {
    let folder = recorded();
    assert_eq!(harness(folder.path(), &UPDATE).status.code(), Some(0));
    let file = folder.path().join("baseline.csv");
    let old = std::fs::read_to_string(&file).unwrap();
    let fewer = folder.path().join("fewer");
    record_in(&fewer, "rigl", 0, 80.0, 18_359);
    let refused = harness(folder.path(), &[&UPDATE[..], &["--out", "fewer"]].concat());
    assert_eq!(refused.status.code(), Some(2));
    let said = err(&refused);
    assert!(said.contains("rigl erk: 1 of 3 trials") && said.contains("set erk: 0 of 3 trials"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), old);

    let records = std::fs::read_to_string(folder.path().join("runs/records.csv")).unwrap();
    let over = ["regress", "--update", "--baseline", "runs/records.csv"];
    let refused = harness(folder.path(), &over);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("where the results themselves are recorded"), "{}", err(&refused));
    assert_eq!(std::fs::read_to_string(folder.path().join("runs/records.csv")).unwrap(), records);
}

#[test]
fn damaged_records_fail_a_check_and_no_old_verdict_stays() {
    let folder = recorded();
    harness(folder.path(), &UPDATE);
    assert_eq!(harness(folder.path(), &CHECK).status.code(), Some(0));
    let file = folder.path().join("runs/records.csv");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replacen(",80.0,", ",NaN,", 1)).unwrap();
    let damaged = harness(folder.path(), &CHECK);
    assert_eq!(damaged.status.code(), Some(1), "{}", err(&damaged));
    assert!(out(&damaged).contains("The records are damaged: 1 row"), "{}", out(&damaged));
    let junit = folder.path().join("runs/regression/junit.xml");
    assert!(std::fs::read_to_string(&junit).unwrap().contains("records.csv:"));

    // A check that cannot be made leaves nothing of the one before.
    std::fs::remove_file(folder.path().join("baseline.csv")).unwrap();
    assert_eq!(harness(folder.path(), &CHECK).status.code(), Some(2));
    assert!(!junit.exists());
}

#[test]
fn a_check_without_usable_input_ends_with_2() {
    let folder = recorded();
    let none = harness(folder.path(), &CHECK);
    assert_eq!(none.status.code(), Some(2));
    assert!(err(&none).contains("there is no baseline") && err(&none).contains("--update"), "{}", err(&none));

    harness(folder.path(), &UPDATE);
    let file = folder.path().join("baseline.csv");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replacen(",80.0,", ",eighty,", 1)).unwrap();
    let bad = harness(folder.path(), &CHECK);
    assert_eq!(bad.status.code(), Some(2), "{}", out(&bad));
    assert!(err(&bad).contains("baseline.csv:") && err(&bad).contains("column `top1`"), "{}", err(&bad));

    std::fs::write(&file, good).unwrap();
    let empty = harness(folder.path(), &[&CHECK[..], &["--out", "nowhere"]].concat());
    assert_eq!(empty.status.code(), Some(2));
    assert!(err(&empty).contains("nowhere holds no records"), "{}", err(&empty));
    assert!(!folder.path().join("nowhere").exists());
}

#[test]
fn two_methods_are_compared_once_the_columns_are_named() {
    let folder = recorded();
    let compare = |arguments: &[&str]| harness(folder.path(), &[&["compare"], arguments].concat());
    let methods = compare(&["runs:method=rigl", "runs/records.csv:method=set"]);
    assert_eq!(methods.status.code(), Some(0), "{}", err(&methods));
    assert!(out(&methods).contains("-2.00") && out(&methods).contains("Compared across: method"));

    record(folder.path(), "iee", 0, 82.0, 18_359);
    let only = compare(&["runs", "runs:method=iee"]);
    assert!(out(&only).contains("Only in A: 2"), "{}", out(&only));
    for (arguments, words) in [
        (&["runs:methd=rigl", "runs"][..], "there is no column \"methd\" (did you mean `method`?)"),
        (&["runs:method=snip", "runs"], "other values of method: \"iee\""),
        (&["runs:method=iee", "runs:seed=1"], "add --across method"),
        (&["runs:method=iee", "runs:seed=1", "--across", "method"], "such as runs:method=rigl"),
        (&["nowhere", "runs"], "nowhere does not exist"),
        (&["runs", "runs", "--across", "seed"], "\"seed\" is no column that describes what was run"),
        (&["runs:method=rigl,seed=0", "runs:method=set", "--format", "latex"], "possible values"),
    ] {
        let output = compare(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", out(&output));
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty());
    }
}
