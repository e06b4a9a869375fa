//! How a training goes, and how long one will take.

use crate::{expect, folder, harness, imagenet, photographs, suite, wait_for};
use std::process::Command;

#[test]
fn a_training_can_be_looked_at_from_elsewhere() {
    let folder = folder();
    let arguments = ["--method", "iee", "--sparsity", "0.9", "--seeds", "0", "--set", "epochs=3000"];
    let is = |trial: &serde_json::Value, state: &str| trial["state"] == state;
    let trains = |trial: &serde_json::Value| is(trial, "running") && trial["ends"].is_f64();
    let start = || suite(folder.path(), &arguments).spawn().unwrap();
    let mut program = start();
    let running = wait_for(folder.path(), trains);
    assert_eq!((running["device"].as_str(), running["steps"].as_u64()), (Some("cpu"), Some(30_000)));
    assert!(running["epoch"].as_f64().unwrap() > 0.0 && running["step"].as_u64().unwrap() > 0, "{running}");
    // Cleaning up takes nothing from it.
    let (out, err) = expect(&harness(folder.path(), &["status", "--clean"]).output().unwrap(), 0);
    assert!(out.contains("1 running") && err.contains("removed 0 abandoned"), "{out}{err}");
    let curves = ["watch", "--once", "--tensorboard", "curves"];
    let (out, _) = expect(&harness(folder.path(), &curves).output().unwrap(), 0);
    assert!(out.contains("loss") && folder.path().join("curves/cifar10").is_dir(), "{out}");

    assert!(Command::new("kill").arg("-INT").arg(program.id().to_string()).status().unwrap().success());
    program.wait().unwrap();
    let stopped = wait_for(folder.path(), |trial| is(trial, "interrupted"));
    let reached = stopped["step"].as_u64().unwrap();
    assert!(reached > 0 && stopped["why"] == "interrupted", "{stopped}");

    // Killed, the program can say nothing; its worker ends with a checkpoint.
    let mut program = start();
    let beyond = |trial: &serde_json::Value| trains(trial) && trial["step"].as_u64() > Some(reached);
    wait_for(folder.path(), beyond);
    program.kill().unwrap();
    program.wait().unwrap();
    let killed = wait_for(folder.path(), |trial| is(trial, "interrupted"));
    assert!(
        killed["step"].as_u64() > Some(reached) && killed["why"].as_str().unwrap().contains("killed"),
        "{killed}"
    );

    // Done, it has a result, and nothing is left of how it went.
    let short = ["--method", "static", "--sparsity", "0.8", "--seeds", "0", "--out", "short"];
    expect(&suite(folder.path(), &short).output().unwrap(), 0);
    let (out, _) = expect(&harness(folder.path(), &["status", "--out", "short"]).output().unwrap(), 0);
    assert!(out.starts_with("1 trial in short: 1 finished") && out.contains("top-1"), "{out}");
    let run = std::fs::read_dir(folder.path().join("short/runs")).unwrap().next().unwrap().unwrap().path();
    assert!(!run.join("progress.jsonl").exists());
}

#[test]
fn steps_are_timed_and_tell_the_hours_of_a_plan() {
    let folder = folder();
    let plan = |more: &[&str]| {
        let fixed = ["--method", "iee,rigl,dense", "--sparsity", "0.9", "--set", "epochs=30"];
        expect(&suite(folder.path(), &[&fixed[..], more].concat()).output().unwrap(), 0)
    };
    assert!(plan(&["--dry-run"]).0.contains("--calibrate"));
    let (out, err) = plan(&["--calibrate"]);
    assert!(err.contains("timing") && err.contains("step-times.json"), "{err}");
    assert!(out.contains("one trial after another, by runs/step-times.json"), "{out}");
    assert!(!folder.path().join("runs/runs").exists(), "nothing is trained");
    // Later dry runs know it, too.
    assert!(plan(&["--dry-run"]).0.contains("by runs/step-times.json"));
    let times: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("runs/step-times.json")).unwrap()).unwrap();
    let kinds: Vec<&str> =
        times.as_array().unwrap().iter().map(|timed| timed["kind"].as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"active active") && kinds.iter().any(|kind| kind.starts_with("everything inactive")),
        "{kinds:?}"
    );
    assert!(
        times.as_array().unwrap().iter().all(|timed| timed["seconds"].as_f64().unwrap() > 0.0),
        "{times}"
    );
}

/// Fewer steps than are timed: the photographs are read again from the first.
#[test]
fn steps_of_a_short_training_on_photographs_are_timed() {
    let folder = photographs();
    let output = imagenet(folder.path(), &["--method", "rigl", "--calibrate"]).output().unwrap();
    let (out, err) = expect(&output, 0);
    assert!(err.contains("step-times.json") && out.contains("by runs/step-times.json"), "{out}{err}");
}
