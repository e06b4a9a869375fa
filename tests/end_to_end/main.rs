//! The built programs as a person uses them: `harness` with its real worker,
//! on generated data, from a plan to the printed table.

mod channels;
#[path = "../common/mod.rs"]
mod common;
mod devices;
mod images;
mod interruptions;
mod outcomes;
mod programs;
mod progress;
mod ranks;
mod shared;
#[path = "../common/trials.rs"]
mod trials;
mod weights;

use common::{command as harness, expect};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use tempfile::TempDir;
use trials::{generate, records, results_of, runs, suite, wait_for};

/// A folder with a small data set in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path());
    folder
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

/// When every run was committed.
fn commits(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let time = |run: PathBuf| {
        let marker = run.join("COMMITTED");
        let time = marker.metadata().unwrap().modified().unwrap();
        (marker, time)
    };
    runs(folder).into_iter().map(time).collect()
}
