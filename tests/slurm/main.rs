//! Plans on a real Slurm: what its elements train is what a local run trains, whatever happens to them on the way.

mod cluster;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/trials.rs"]
mod trials;

use cluster::{Cluster, job};
use common::expect;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use trials::{generate, records, results_of, runs, status, suite, wait_for};

/// A trial that takes seconds, so that it can be met while it runs.
const LONG: [&str; 6] = ["--method", "iee", "--sparsity", "0.9", "--set", "epochs=120"];
/// Several short ones.
const SEVERAL: [&str; 6] = ["--method", "rigl,iee,static,set", "--sparsity", "0.9", "--set", "epochs=4"];

/// Networks whose throughput is measured at the end of the plan.
const MEASURED: [&str; 6] =
    ["--method", "dense,random-channels", "--latency-target", "0.3,0.4,0.5,0.6,0.7", "--set", "epochs=1"];

/// A folder whose name has to be quoted, with a small data set in it.
fn folder() -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("two words, 50%");
    std::fs::create_dir(&folder).unwrap();
    generate(&folder);
    (temporary, folder)
}

/// Submits a plan of one processor an element, and returns what is said of it and the number of its job.
fn submit(cluster: &Cluster, folder: &Path, plan: &[&str], more: &[&str]) -> (String, String) {
    let usual = ["--executor", "slurm", "--slurm-args", "--ntasks=1 --time=30"];
    let command = suite(folder, &[plan, &usual, more].concat());
    let (_, err) = expect(&cluster.on(command).output().unwrap(), 0);
    (err, job(folder))
}

/// The files of all runs of a folder.
type Results = BTreeMap<(String, &'static str), Vec<u8>>;

/// What a local run of a plan gives.
fn locally(plan: &[&str]) -> Results {
    let (_temporary, folder) = folder();
    expect(&suite(&folder, plan).output().unwrap(), 0);
    results_of(&folder)
}

/// That of the long trial, which several tests ask for.
fn long_locally() -> &'static Results {
    static RESULTS: OnceLock<Results> = OnceLock::new();
    RESULTS.get_or_init(|| locally(&LONG))
}

/// All that the elements of all arrays wrote.
fn logs(folder: &Path) -> String {
    let arrays = std::fs::read_dir(folder.join("runs/slurm")).unwrap().map(|array| array.unwrap().path());
    let files = arrays.flat_map(|array| std::fs::read_dir(array).unwrap().map(|file| file.unwrap().path()));
    let logs = files.filter(|file| file.extension().is_some_and(|ending| ending == "log"));
    logs.map(|log| std::fs::read_to_string(log).unwrap()).collect()
}

/// Every trial of a folder has its result once, and it is the one that was `expected`.
fn is_whole(folder: &Path, expected: &Results) {
    let status = status(folder);
    assert!(status.iter().all(|trial| trial["state"] == "finished"), "{status:?}\n{}", logs(folder));
    assert!(&results_of(folder) == expected, "the results differ\n{}", logs(folder));
    assert_eq!(records(folder).len(), runs(folder).len());
    // Each was trained by one element: only that one says what came of it.
    let said = logs(folder);
    let results = said.lines().filter(|line| line.starts_with('[') && line.contains("top-1"));
    assert_eq!(results.count(), runs(folder).len(), "{said}");
}

fn runs_now(trial: &serde_json::Value) -> bool {
    trial["state"] == "running" && trial["step"].as_u64() > Some(0)
}

#[test]
fn an_array_gives_what_a_local_run_gives_and_can_be_waited_for() {
    let Some(cluster) = Cluster::start() else { return };
    let (_temporary, folder) = folder();
    let more = ["--array-parallelism", "2", "--wait"];
    let usual = ["--executor", "slurm", "--slurm-args", "--ntasks=1 --time=30"];
    let command = suite(&folder, &[&SEVERAL, &usual[..], &more].concat());
    let (out, err) = expect(&cluster.on(command).output().unwrap(), 0);
    assert!(out.contains("IEE") || out.contains("iee"), "the table of the results: {out}");
    assert!(err.contains("4 elements for 4 trials") && err.contains("4 done"), "{err}");
    is_whole(&folder, &locally(&SEVERAL));
    // What is finished is not submitted again.
    let again = suite(&folder, &[&SEVERAL, &usual[..]].concat());
    let (_, err) = expect(&cluster.on(again).output().unwrap(), 0);
    assert!(!err.contains("job array"), "{err}");
}

#[test]
fn two_arrays_in_one_folder_divide_its_trials() {
    let Some(cluster) = Cluster::start() else { return };
    let (_temporary, folder) = folder();
    // Two elements at once, of which each trains what the others leave.
    let (_, first) = submit(&cluster, &folder, &SEVERAL, &["--array-parallelism", "1"]);
    let (_, second) = submit(&cluster, &folder, &SEVERAL, &["--array-parallelism", "1"]);
    assert_ne!(first, second);
    let waiting = status(&folder).into_iter().find(|trial| trial["state"] == "waiting");
    assert!(waiting.is_some_and(|trial| trial["plan"].as_str().unwrap().starts_with("job array ")));
    cluster.wait(&first);
    cluster.wait(&second);
    is_whole(&folder, &locally(&SEVERAL));
}

/// The long trial runs on a cluster of its own, is stopped by `stop`, which is told its element and its folder, and once it is
/// requeued ends as a local run does. Returns what its elements wrote; nothing without Slurm.
fn resumed_after(stop: impl FnOnce(&Cluster, &str, &Path)) -> Option<String> {
    let cluster = Cluster::start()?;
    let (_temporary, folder) = folder();
    let (_, job) = submit(&cluster, &folder, &LONG, &[]);
    let element = format!("{job}_0");
    wait_for(&folder, runs_now);
    stop(&cluster, &element, &folder);
    cluster.hurry(&element);
    cluster.wait(&job);
    is_whole(&folder, long_locally());
    Some(logs(&folder))
}

/// Waits until a program says that it was stopped, a moment after its checkpoint is there: it was not killed.
fn wait_for_checkpoint(folder: &Path) {
    let stopped = wait_for(folder, |trial| trial["why"] == "interrupted");
    assert!(stopped["state"] == "interrupted" && stopped["step"].as_u64() > Some(0), "{stopped}");
}

#[test]
fn an_element_that_is_warned_of_its_limit_goes_on_where_it_was() {
    let said = resumed_after(|cluster, element, folder| {
        cluster.warn(element);
        wait_for_checkpoint(folder);
    });
    assert!(said.is_none_or(|said| said.contains("this element is requeued")));
}

#[test]
fn a_trial_whose_node_was_lost_is_resumed() {
    resumed_after(|cluster, _, folder| {
        cluster.lose_node();
        wait_for(folder, |trial| trial["state"] == "interrupted");
    });
}

#[test]
fn a_preempted_element_writes_its_checkpoint_and_goes_on_from_it() {
    resumed_after(|cluster, _, folder| {
        cluster.preempt();
        wait_for_checkpoint(folder);
    });
}

/// The last of a plan's trials is done, and its networks are being measured. It is done by the element that is requeued, or by one that
/// only begins then.
#[test]
fn a_measurement_that_a_warning_ends_is_made_after_the_requeue() {
    let Some(cluster) = Cluster::start() else { return };
    let (_temporary, folder) = folder();
    // As many networks as take seconds to measure.
    let (_, job) = submit(&cluster, &folder, &MEASURED, &["--array-parallelism", "1"]);
    cluster
        .until("it measures", |_| folder.join("runs/slurm").exists() && logs(&folder).contains("measuring"));
    let measures = cluster
        .elements(&job)
        .into_iter()
        .find(|(_, state)| state == "RUNNING")
        .expect("it still measures")
        .0;
    cluster.warn(&measures);
    cluster.hurry(&measures);
    let measured = || records::FpsStore::new(&folder.join("runs")).load().unwrap().0.len();
    cluster.wait(&job);
    assert!(logs(&folder).contains("the throughput is not measured"), "{}", logs(&folder));
    assert_eq!(measured(), runs(&folder).len(), "{}", logs(&folder));
}

#[test]
fn what_is_cancelled_is_not_requeued_and_is_resumed_when_it_is_submitted_again() {
    let Some(cluster) = Cluster::start() else { return };
    let (_temporary, folder) = folder();
    let (_, job) = submit(&cluster, &folder, &LONG, &[]);
    wait_for(&folder, runs_now);
    cluster.ask("scancel", &[&job]);
    cluster.wait(&job);
    wait_for(&folder, |trial| trial["state"] == "interrupted");
    assert!(!logs(&folder).contains("requeue"), "{}", logs(&folder));
    let (said, _) = submit(&cluster, &folder, &LONG, &["--wait"]);
    assert!(said.contains("1 done"), "{said}");
    is_whole(&folder, long_locally());
}

#[test]
fn what_slurm_refuses_leaves_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    let (_temporary, folder) = folder();
    let refused = |arguments: &str, words: &str| {
        let command =
            suite(&folder, &[&LONG[..], &["--executor", "slurm", "--slurm-args", arguments]].concat());
        let (_, err) = expect(&cluster.on(command).output().unwrap(), 2);
        assert!(err.contains(words), "{err}");
        assert!(!folder.join("runs").exists(), "something is left");
    };
    refused("--partition=gpus", "invalid partition specified: gpus; ");
    refused("--mem=900T", "Requested node configuration is not available; ask for something else");
    refused("--no-such-option", "unrecognized option '--no-such-option'");
    assert_eq!(cluster.ask("squeue", &["--noheader"]), "");
}
