//! What a record says about the time of a training in several processes.

mod common;

use common::{Bench, assert_same};
use engine::{Checkpoint, TrainingEnd};
use records::{Record, RunDirectory};
use serde_json::{Map, Value, json};
use std::time::Duration;
use trial::TrialSpec;

fn record(run: &RunDirectory) -> Record {
    serde_json::from_slice(&std::fs::read(run.file("record.json")).unwrap()).unwrap()
}

/// Trains the first step of `spec`, lets `edit` change what the checkpoint says about the run so far, and
/// trains the rest.
fn in_two(bench: &Bench, spec: &TrialSpec, edit: impl Fn(&mut Map<String, Value>)) -> RunDirectory {
    let run = bench.prepare("pieces", spec);
    let mut options = bench.options(&run);
    options.stop_after = Some(Duration::ZERO);
    assert_eq!(bench.attempt(spec, &options).0.unwrap(), TrainingEnd::OutOfTime);
    let (checkpoint, _) = Checkpoint::<Value>::load(&run, &spec.key(), |_| Ok(None)).unwrap();
    let mut checkpoint = checkpoint.unwrap();
    edit(checkpoint.state["run"].as_object_mut().unwrap());
    checkpoint.save(&run, &spec.key()).unwrap();
    options.stop_after = None;
    assert_eq!(bench.attempt(spec, &options).0.unwrap(), TrainingEnd::Done);
    run
}

#[test]
fn time_of_the_reference_workload_is_no_time_of_training() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let run = in_two(&bench, &spec, |run| {
        run["seconds"] = json!(1e6);
        run["timed"]["spent_seconds"] = json!(4e5);
    });
    let record = record(&run);
    let seconds = record.train_seconds.unwrap();
    assert!((6e5..7e5).contains(&seconds), "{seconds}");
    assert_eq!(record.device_hours, Some(seconds / 3600.0));
    assert_same(&bench.train("whole", &spec), &run, "beside the times");
}

#[test]
fn the_checkpoint_of_an_older_worker_is_gone_on_from() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let run = in_two(&bench, &spec, |run| {
        run["seconds"] = json!(1e6);
        run["timed"].as_object_mut().unwrap().remove("spent_seconds").unwrap();
    });
    let record = record(&run);
    assert!(record.train_seconds.unwrap() > 9e5);
    assert_same(&bench.train("whole", &spec), &run, "from an older checkpoint");
}
