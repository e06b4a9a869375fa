//! What is said of trials by their files alone, and what of them is removed.

use crate::{err, folder, harness, out, smoke};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn key_of(text: &str, method: &str) -> String {
    let line = text.lines().find(|line| line.contains(&format!(" {method} "))).unwrap();
    line.split_whitespace().next().unwrap().into()
}

/// As if nothing had changed there for an hour.
fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }
}

#[test]
fn trials_wait_are_abandoned_and_cleaned_up() {
    let folder = folder();
    let nothing = harness(folder.path(), &["status"]);
    assert!(nothing.status.code() == Some(2) && err(&nothing).contains("--out"), "{}", err(&nothing));
    let asked = ["--method", "rigl,set", "--sparsity", "0.9", "--seeds", "0-1"];
    let saved = smoke(&folder, &[&asked[..], &["--save-plan", "later.toml"]].concat());
    assert_eq!(saved.status.code(), Some(0), "{}", err(&saved));
    let planned = out(&harness(folder.path(), &["status", "--plan", "later.toml"]));
    assert!(planned.starts_with("4 trials in runs: 4 waiting\n"), "{planned}");
    std::fs::create_dir(folder.path().join("runs")).unwrap();
    let saved = smoke(&folder, &[&asked[..], &["--save-plan", "runs/plan.toml"]].concat());
    assert_eq!(saved.status.code(), Some(0), "{}", err(&saved));
    assert!(err(&saved).contains("the plan of 4 trials is in runs/plan.toml"), "{}", err(&saved));
    let status = |more: &[&str]| out(&harness(folder.path(), &[&["status"], more].concat()));
    assert!(status(&[]).starts_with("4 trials in runs: 4 waiting\n"), "{}", status(&[]));
    let plan = out(&smoke(&folder, &[&asked[..], &["--dry-run"]].concat()));
    let run = folder.path().join("runs/runs").join(key_of(&plan, "rigl"));
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("spec.json"), "{}").unwrap();
    assert!(
        status(&[])
            .starts_with("4 trials in runs: 1 starting, or ended in the last ten minutes, 3 waiting\n"),
        "{}",
        status(&[])
    );
    age(&run);
    assert!(status(&[]).contains("1 abandoned") && status(&[]).contains("no result and no checkpoint"));
    let json: serde_json::Value = serde_json::from_str(&status(&["--format", "json"])).unwrap();
    let states: Vec<&str> =
        json.as_array().unwrap().iter().map(|trial| trial["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["abandoned", "waiting", "waiting", "waiting"]);
    let cleaned = harness(folder.path(), &["status", "--clean"]);
    assert!(err(&cleaned).contains("removed 1 abandoned directory"), "{}", err(&cleaned));
    assert!(out(&cleaned).starts_with("4 trials in runs: 4 waiting\n") && !run.exists());
}

#[test]
fn a_saved_plan_comes_to_the_same_trials() {
    let folder = folder();
    for asked in [
        &[
            "suite",
            "cifar10",
            "--profile",
            "smoke",
            "--method",
            "iee,rigl",
            "--sparsity",
            "0.9",
            "--seeds",
            "0-2",
        ][..],
        &[
            "suite",
            "cifar10",
            "--profile",
            "smoke",
            "--set",
            "epochs=3",
            "--criterion",
            "taylor",
            "--method",
            "iee",
        ],
        &[
            "suite",
            "imagenet",
            "--profile",
            "smoke",
            "--latency-target",
            "0.5",
            "--method",
            "halp",
            "--threads",
            "2",
        ],
        &["reproduce", "table3", "--profile", "smoke", "--distribution", "erk"],
        // The profile is left to the program.
        &["suite", "cifar10", "--method", "iee", "--set", "epochs=3", "--set", "batch_size=50"],
    ] {
        let keys = |text: String| {
            let lines = text.lines().skip_while(|line| !line.starts_with("Trials: ")).skip(2);
            let lines = lines.take_while(|line| line.starts_with("  "));
            lines.map(|line| line.split_whitespace().next().unwrap().to_string()).collect::<Vec<_>>()
        };
        let saved = harness(folder.path(), &[asked, &["--save-plan", "plan.toml"]].concat());
        assert_eq!(saved.status.code(), Some(0), "{}", err(&saved));
        let text = std::fs::read_to_string(folder.path().join("plan.toml")).unwrap();
        assert!(text.contains("profile = \"smoke\""), "another machine chooses no other: {text}");
        let planned = keys(out(&harness(folder.path(), &[asked, &["--dry-run"]].concat())));
        let again = harness(folder.path(), &["run", "plan.toml", "--dry-run"]);
        assert_eq!(again.status.code(), Some(0), "{}", err(&again));
        assert!(!err(&again).contains("differ"), "{}", err(&again));
        assert!(!planned.is_empty() && planned == keys(out(&again)), "{asked:?}");
        std::fs::remove_file(folder.path().join("plan.toml")).unwrap();
        assert!(crate::is_empty(&folder), "planning writes nothing else");
    }
}

#[test]
fn a_plan_that_comes_to_other_trials_is_not_trained() {
    let folder = folder();
    let file = folder.path().join("plan.toml");
    let saved =
        smoke(&folder, &["--method", "iee", "--sparsity", "0.9", "--seeds", "0", "--save-plan", "plan.toml"]);
    assert_eq!(saved.status.code(), Some(0), "{}", err(&saved));
    let text = std::fs::read_to_string(&file).unwrap();
    // As if it had been saved with three epochs more or less.
    let key = key_of(&out(&harness(folder.path(), &["run", "plan.toml", "--dry-run"])), "iee");
    assert!(text.contains(&key), "{key} in {text}");
    std::fs::write(&file, text.replace(&key, "0123456789abcdef")).unwrap();
    for (more, code) in [(&[][..], 2), (&["--device", "cpu", "--jobs", "1"][..], 2), (&["--dry-run"][..], 0)]
    {
        let output = harness(folder.path(), &[&["run", "plan.toml"], more].concat());
        assert_eq!(output.status.code(), Some(code), "{more:?}: {}", err(&output));
        assert!(err(&output).contains("without 1 of its 1 (such as iee"), "{}", err(&output));
    }
    // Another plan stays, and the same one is written again, for other data or trials that the program would make of it.
    let other = smoke(&folder, &["--method", "set", "--sparsity", "0.9", "--save-plan", "plan.toml"]);
    assert_eq!(other.status.code(), Some(2));
    let said = "holds another plan: suite cifar10 of 1 trial, such as iee";
    assert!(err(&other).contains(said) && err(&other).contains("--save-plan"), "{}", err(&other));
    let same =
        smoke(&folder, &["--method", "iee", "--sparsity", "0.9", "--seeds", "0", "--save-plan", "plan.toml"]);
    assert_eq!(same.status.code(), Some(0), "{}", err(&same));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    // A file of something else stays.
    std::fs::write(&file, "mine = true\n").unwrap();
    let refused = smoke(&folder, &["--method", "iee", "--save-plan", "plan.toml"]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("no plan"), "{}", err(&refused));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine = true\n");
}

#[test]
fn a_file_is_no_folder_of_results() {
    let folder = folder();
    std::fs::write(folder.path().join("records.csv"), "").unwrap();
    let export = ["export-records", "--format", "csv"];
    for command in [&["status"][..], &["watch"], &["table", "own"], &["report"], &export] {
        let output = harness(folder.path(), &[command, &["--out", "records.csv"]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", err(&output));
        let said = "records.csv is not a folder; give the folder of the results with --out";
        assert!(err(&output).contains(said), "{command:?}: {}", err(&output));
    }
}

#[test]
fn a_key_that_no_trial_has_is_refused_by_watch() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("runs")).unwrap();
    let output = harness(folder.path(), &["watch", "--once", "3f17"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("begins with 3f17"), "{}", err(&output));
    assert_eq!(harness(folder.path(), &["watch", "--once"]).status.code(), Some(0));
}

#[test]
fn what_is_wrong_in_a_plan_is_said_with_its_line() {
    let folder = folder();
    let text = "command = \"suite\"\nof = \"cifar10\"\n\n[options]\nprofile = \"smoke\"\nsparsity = 95\n";
    std::fs::write(folder.path().join("plan.toml"), text).unwrap();
    let output = harness(folder.path(), &["run", "plan.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("plan.toml:6: options.sparsity: ") && err(&output).contains("0.95"),
        "{}",
        err(&output)
    );
    let output = harness(folder.path(), &["run", "nowhere.toml"]);
    assert!(output.status.code() == Some(2) && err(&output).contains("--save-plan"), "{}", err(&output));
}
