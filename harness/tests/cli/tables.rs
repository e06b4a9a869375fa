//! `harness table` over recorded results: one's own table, filters, columns, and folders without any.

use crate::{commit, err, folder, harness, out};
use records::Record;
use std::path::Path;
use tempfile::TempDir;

/// A folder with committed trials of two methods.
fn recorded() -> TempDir {
    let folder = folder();
    for (method, level) in [("rigl", 80.0), ("iee", 82.0)] {
        for seed in 0..3 {
            record(&folder.path().join("runs"), method, seed, level + 0.1 * seed as f64);
        }
    }
    folder
}

fn record(runs: &Path, method: &str, seed: u64, top1: f64) {
    let record = Record {
        key: format!("{method}-{seed}"),
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        profile: "lite".into(),
        model: "wrn-16-1".into(),
        method: method.into(),
        distribution: "erk".into(),
        sparsity_target: Some(0.9),
        sparsity: Some(0.9),
        seed,
        top1: Some(top1),
        status: "ok".into(),
        // Records of another revision are left out.
        method_revision: Some(trial::registry::method(method).unwrap().revision.into()),
        profile_revision: Some(suites::suite("cifar10").unwrap().preset("lite").unwrap().revision.into()),
        ..Record::default()
    };
    commit(runs, &record);
}

fn table(folder: &TempDir, arguments: &[&str]) -> std::process::Output {
    harness(folder.path(), &[&["table"], arguments].concat())
}

#[test]
fn ones_own_table_has_a_line_for_each_condition_in_every_format() {
    let folder = recorded();
    for format in ["text", "md", "csv", "latex", "latex-long"] {
        let shown = table(&folder, &["own", "--format", format]);
        assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
        let lines = out(&shown);
        for method in ["RigL", "IEE"] {
            assert_eq!(lines.lines().filter(|line| line.contains(method)).count(), 1, "{format}: {lines}");
        }
    }
    let chosen =
        ["own", "--where", "method=iee,seed=0,seed=2", "--columns", "method,score,seeds", "--format", "csv"];
    assert_eq!(out(&table(&folder, &chosen)), "method,metric,score,seeds\nIEE,top1,82.1,2\n");
    let measured = table(&folder, &["table3", "--measured-only"]);
    assert!(out(&measured).lines().filter(|line| line.starts_with("90%")).count() == 2, "{}", out(&measured));
}

#[test]
fn what_cannot_be_shown_is_said_with_the_remedy() {
    let folder = recorded();
    std::fs::create_dir(folder.path().join("other")).unwrap();
    for (arguments, words) in [
        (&["own", "--columns", "accuracy"][..], "possible values"),
        (&["table3", "--columns", "method"], "columns of the table own"),
        (&["own", "--where", "methd=iee"], "there is no column \"methd\""),
        (&["own", "--where", "method=halp"], "other values of method: \"iee\""),
        (&["own", "--out", "run"], "there is no folder run"),
        (&["table3", "--out", "other"], "nothing is recorded in other"),
        (&["own", "--out", "other"], "nothing is recorded in other"),
    ] {
        let refused = table(&folder, arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", out(&refused));
        assert!(err(&refused).contains(words), "{arguments:?}: {}", err(&refused));
        assert!(out(&refused).is_empty());
    }
    for arguments in [&["figure", "fig3", "--out", "other"][..], &["report", "--out", "runs,run"]] {
        let refused = harness(folder.path(), arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", out(&refused));
    }
}

/// What an interruption leaves is named, with the command that goes on.
#[test]
fn unfinished_trials_are_named_where_nothing_is_recorded() {
    let folder = folder();
    let dry =
        harness(folder.path(), &["suite", "cifar10", "--profile", "smoke", "--method", "rigl", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    let spec = r#"{"suite": "cifar10", "dataset": "cifar10-generated", "data_fingerprint": "f", "model": "wrn-10-1",
        "method": "rigl", "distribution": "erk", "sparsity": 0.9, "seed": 3, "profile": "smoke", "recipe": {},
        "settings": {}}"#;
    let run = folder.path().join("runs/runs/0123456789abcdef");
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("spec.json"), spec).unwrap();
    std::fs::write(run.join("checkpoint.safetensors"), "").unwrap();
    for arguments in [&["table", "own"][..], &["table", "table3"], &["report"]] {
        let said = err(&harness(folder.path(), arguments));
        assert!(said.contains("1 trial is unfinished in runs/runs, 1 of them with a checkpoint"), "{said}");
        let command = "harness suite cifar10 --method rigl --sparsity 0.9 --distribution erk --profile smoke";
        assert!(said.contains(command) && said.contains("--out runs --seeds 3"), "{said}");
    }
}
