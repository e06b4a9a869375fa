//! Trials that several processes train.

use super::{Bench, give};
use records::RunDirectory;
use std::process::{Child, Output};
use trial::protocol::{Ranks, TrainJob};
use trial::{Job, TrialSpec};

/// Says by name that a build cannot do what is tested.
pub fn compiled() -> bool {
    if !torch_ext::ranks_compiled() {
        println!("skipped: this build has no ranks (libgloo-dev is missing)");
    }
    torch_ext::ranks_compiled()
}

/// Trains the trial of `run` with `count` processes.
pub fn job(bench: &Bench, run: &RunDirectory, count: usize) -> TrainJob {
    let ranks = Ranks { limit: 60.0, ..Ranks::here(count) };
    TrainJob { ranks: Some(ranks), ..TrainJob::new(run.path().into(), bench.data()) }
}

/// A worker that does `job`.
pub fn start(job: TrainJob) -> Child {
    give(&Job::Train(job).to_json().unwrap())
}

/// All that a process wrote.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The run of `spec` by `count` processes.
pub fn together(bench: &Bench, name: &str, spec: &TrialSpec, count: usize) -> RunDirectory {
    let run = bench.prepare(name, spec);
    let output = start(job(bench, &run, count)).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{name}: {}", said(&output));
    run
}
