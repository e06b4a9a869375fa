//! The program as a person meets it, as far as no trial is trained: what it
//! prints, what it refuses and how, and that a refusal writes nothing.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn harness(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(arguments).current_dir(folder).env("HARNESS_WORKER", "no-such-worker");
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn is_empty(folder: &TempDir) -> bool {
    folder.path().read_dir().unwrap().next().is_none()
}

const SMOKE: [&str; 4] = ["suite", "cifar10", "--profile", "smoke"];

fn smoke(folder: &TempDir, more: &[&str]) -> Output {
    harness(folder.path(), &[&SMOKE, more].concat())
}

#[test]
fn lists_name_what_there_is() {
    for (what, words) in [
        ("methods", vec!["dense", "rigl", "iee", "arXiv 2502.03658"]),
        ("suites", vec!["cifar10"]),
        ("models", vec!["wrn-D-K"]),
        ("profiles", vec!["paper", "lite", "smoke"]),
        ("tables", vec!["table3"]),
        ("settings", vec!["recovery_steps", "learning_rate", "own choice"]),
    ] {
        let output = harness(Path::new("."), &["list", what]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        for word in words {
            assert!(out(&output).contains(word), "{what}: {word}");
        }
    }
}

#[test]
fn a_table_without_records_shows_published_values_and_writes_nothing() {
    let folder = folder();
    for format in ["text", "md", "csv", "latex"] {
        let output = harness(folder.path(), &["table", "table3", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(out(&output).contains("RigL"), "{format}");
    }
    assert!(is_empty(&folder));
}

#[test]
fn a_damaged_row_is_named_with_file_and_line() {
    let folder = folder();
    let runs = folder.path().join("runs");
    std::fs::create_dir(&runs).unwrap();
    std::fs::write(runs.join("records.csv"), "key,suite\nonly one column\n").unwrap();
    let output = harness(folder.path(), &["table", "table3"]);
    assert!(err(&output).contains("records.csv:1:"), "{}", err(&output));
    assert!(out(&output).contains("RigL"));
    // A run would not be able to add its records, so it does not start.
    let output = smoke(&folder, &["--method", "static"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("records.csv:1:"), "{}", err(&output));
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let folder = folder();
    let more = [
        "--method",
        "rigl,iee,dense",
        "--sparsity",
        "0.9",
        "--seeds",
        "0,1",
        "--set",
        "epochs=3",
        "--dry-run",
    ];
    let output = smoke(&folder, &more);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    for words in [
        "Trials: 6 (6 new)",
        "cifar10-generated, fingerprint",
        "1600 training and 400 test images",
        "command line",
        "own choice  RigL's alpha",
        "preset",
        "training x dense",
        "FLOP",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert!(is_empty(&folder));
    // A directory without a result is a trial that was started.
    let key = text.lines().find(|line| line.contains("iee ")).unwrap().split_whitespace().next().unwrap();
    let run = folder.path().join("runs/runs").join(key);
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("spec.json"), "").unwrap();
    assert!(out(&smoke(&folder, &more)).contains("Trials: 6 (1 started, 5 new)"));
    std::fs::remove_dir_all(folder.path().join("runs")).unwrap();
    // The plan of a table is the same plan.
    let output = harness(folder.path(), &["reproduce", "table3", "--profile", "smoke", "--dry-run"]);
    assert!(out(&output).contains("Trials: 22 (22 new)"), "{}", out(&output));
    assert!(is_empty(&folder));
}

#[test]
fn the_fingerprint_of_a_dry_run_is_that_of_the_data_it_would_draw() {
    let folder = folder();
    let fingerprint =
        |text: &str| text.split("fingerprint").nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    let planned = out(&smoke(&folder, &["--dry-run"]));
    let drawn = out(&harness(folder.path(), &["data", "generate", "cifar10"]));
    assert_eq!(fingerprint(&planned), fingerprint(&drawn));
}

#[test]
fn what_is_wrong_is_said_with_code_2_and_nothing_is_written() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&["suite", "cifar"], "cifar10"),
        (&["suite", "cifar10", "--profile", "smokey"], "smoke"),
        (&["suite", "cifar10", "--method", "rigel"], "rigl"),
        (&["suite", "cifar10", "--method", "iee,"], "possible values"),
        (&["suite", "cifar10", "--distribution", "erkk"], "erk"),
        (&["suite", "cifar10", "--model", "wrn-20-2"], "6n + 4"),
        (&["suite", "cifar10", "--sparsity", "1.0"], "[0, 1)"),
        (&["suite", "cifar10", "--sparsity", "90%"], "0.9"),
        (&["suite", "cifar10", "--seeds", "a"], "--seeds"),
        (&["suite", "cifar10", "--device", "gpu"], "cuda:0"),
        (&["suite", "cifar10", "--jobs", "0"], "--jobs"),
        (&["suite", "cifar10", "--set", "epochs"], "key=value"),
        (&["suite", "cifar10", "--time-budget", "9"], "1h30m"),
        (&["suite", "cifar10", "-q", "-v"], "cannot be used with"),
        (&["suite", "cifar10", "--data", "nowhere"], "harness data fetch cifar10"),
        (&["suite", "cifar10", "--profile", "paper"], "--data"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "epoch=3"], "did you mean `epochs`"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "epochs=many"], "it takes"),
        (
            &["suite", "cifar10", "--profile", "smoke", "--method", "rigl", "--set", "freeze=false"],
            "belongs to iee",
        ),
        (&["suite", "cifar10", "--profile", "smoke", "--sparsity", "0.99999"], "lower sparsity"),
        (&["reproduce", "table9"], "table3"),
        (&["table", "tabel3"], "table3"),
        (&["table", "table3", "--format", "html"], "latex"),
        (&["list", "method"], "methods"),
        (&["data", "info", "cifar10"], "harness data fetch cifar10"),
        (&["data", "generate", "cifar10", "--train", "0"], "at least 1"),
        (&["train"], "unrecognized subcommand"),
        (&[], "Usage"),
    ];
    for (arguments, words) in cases {
        let output = harness(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{arguments:?}");
        assert!(is_empty(&folder), "{arguments:?}");
    }
}

#[test]
fn without_a_worker_nothing_is_trained_and_the_remedy_is_named() {
    // Beside the program lies a worker once the workspace is built; the copy has none.
    let folder = folder();
    let program = folder.path().join("harness");
    std::fs::copy(env!("CARGO_BIN_EXE_harness"), &program).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(&program)
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("HARNESS_WORKER")
            .output()
            .unwrap()
    };
    let output = run(&[&SMOKE[..], &["--method", "static"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("make build"), "{}", err(&output));
    assert!(!folder.path().join("runs/runs").exists());
    let output = run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("missing") && out(&output).contains("make build"), "{}", out(&output));
}

#[test]
fn without_real_data_the_profile_is_smoke_and_the_reason_is_said() {
    let output = harness(folder().path(), &["suite", "cifar10", "--method", "static", "--dry-run"]);
    assert!(
        err(&output).contains("profile smoke, because the real data are not in data/cifar10"),
        "{}",
        err(&output)
    );
    let output = harness(folder().path(), &["suite", "cifar10", "--method", "static", "--dry-run", "-q"]);
    assert!(err(&output).is_empty());
}

#[test]
fn drawn_data_are_verified_described_and_known_when_damaged() {
    let folder = folder();
    let draw =
        ["data", "generate", "cifar10", "--train", "20", "--test", "10", "--seed", "7", "--data", "set"];
    let output = harness(folder.path(), &draw);
    assert!(out(&output).contains("set: written"), "{}", err(&output));
    assert!(out(&harness(folder.path(), &draw)).contains("already there"));
    let verify = || harness(folder.path(), &["data", "verify", "cifar10", "--data", "set"]);
    assert_eq!(verify().status.code(), Some(0));
    assert!(out(&verify()).lines().all(|line| line.ends_with(": ok")));
    let info = out(&harness(folder.path(), &["data", "info", "cifar10", "--data", "set"]));
    assert!(info.contains("cifar10-generated") && info.contains("20") && info.contains("10"), "{info}");
    // Any profile takes them, if they are named.
    let lite = ["suite", "cifar10", "--profile", "lite", "--method", "static", "--data", "set", "--dry-run"];
    assert!(out(&harness(folder.path(), &lite)).contains("20 training and 10 test images"));

    let batch = folder.path().join("set/test_batch.bin");
    let mut bytes = std::fs::read(&batch).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&batch, bytes).unwrap();
    assert_eq!(verify().status.code(), Some(1));
    assert!(out(&verify()).contains("test_batch.bin: damaged"), "{}", out(&verify()));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in [&["list", "settings"][..], &["table", "table3"], &["--help"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_harness"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(err(&output).is_empty(), "{}", err(&output));
    }
}

#[test]
fn help_teaches_with_examples() {
    for arguments in [&["--help"][..], &["suite", "--help"], &["reproduce", "--help"], &["data", "--help"]] {
        let output = harness(Path::new("."), arguments);
        assert!(out(&output).contains("Examples:"), "{arguments:?}");
    }
    assert!(out(&harness(Path::new("."), &["--version"])).starts_with("harness "));
}
