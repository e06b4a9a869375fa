//! The program as a person meets it, as far as no trial is trained: what it
//! prints, what it refuses and how, and that a refusal writes nothing.

mod compare;
mod data;
mod fps;
mod limits;
mod lut;
mod plans;
mod refusals;
mod score;
mod slurm;
mod status;
mod tables;

use records::{Record, RunDirectory, Store};
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

/// Records a trial in the results `runs`, with a run directory that holds as little as it may.
fn commit(runs: &Path, record: &Record) {
    Store::new(runs).upsert(record).unwrap();
    let run = RunDirectory::of(runs, &record.key);
    std::fs::create_dir_all(run.path()).unwrap();
    std::fs::write(run.file("record.json"), "{}").unwrap();
    run.commit(&["record.json"]).unwrap();
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
    for format in ["text", "md", "csv", "latex", "latex-long"] {
        let output = harness(folder.path(), &["table", "table3", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(out(&output).contains("RigL"), "{format}");
    }
    assert!(is_empty(&folder));
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
