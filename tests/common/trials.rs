//! Small plans in folders of their own, and what is there of their trials.

use super::common::{command, expect};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Puts a small data set into a folder.
pub fn generate(folder: &Path) {
    let arguments = ["data", "generate", "cifar10", "--data", "data", "--train", "160", "--test", "50"];
    expect(&command(folder, &arguments).output().unwrap(), 0);
}

/// A suite of ten steps a trial with `more`.
pub fn suite(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--threads", "1"];
    let shorter = ["--set", "epochs=1", "--set", "batch_size=16"];
    command(folder, &[&short[..], &shorter, more].concat())
}

pub fn records(folder: &Path) -> Vec<records::Record> {
    let loaded = records::Store::new(&folder.join("runs")).load().unwrap();
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    loaded.records
}

pub fn runs(folder: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> =
        std::fs::read_dir(folder.join("runs/runs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.sort();
    runs
}

/// Weights, masks and metrics of every run.
pub fn results_of(folder: &Path) -> BTreeMap<(String, &'static str), Vec<u8>> {
    let files = ["weights.safetensors", "mask.bits", "metrics.csv", "updates.csv"];
    let name = |run: &Path| run.file_name().unwrap().to_string_lossy().into_owned();
    let all = runs(folder).into_iter().flat_map(|run| files.map(|file| (run.clone(), file)));
    all.map(|(run, file)| ((name(&run), file), std::fs::read(run.join(file)).unwrap())).collect()
}

/// Every trial as `harness status` says it is.
pub fn status(folder: &Path) -> Vec<serde_json::Value> {
    let (out, _) = expect(&command(folder, &["status", "--format", "json"]).output().unwrap(), 0);
    serde_json::from_str(&out).unwrap()
}

/// The first state of the only trial that `is`, within a minute.
pub fn wait_for(folder: &Path, is: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
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
