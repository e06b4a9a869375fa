//! What is counted, against the plan of a training, and against trainings that were timed.

use super::*;
use crate::hours::StepTimes;
use crate::hours::step_times::timed;
use crate::plan::tests::trials;
use records::{Record, Store};
use std::collections::BTreeSet;
use std::path::Path;
use trial::TrialSpec;

/// 1,600 images in batches of 64 for six epochs are 150 steps, evaluated once an epoch on 1,000 images.
#[test]
fn steps_are_counted_by_their_kind() {
    let set = [("epochs", "6"), ("batch_size", "64"), ("evaluate_every", "1")];
    let dense = work(&trials(&["dense"], &set)[0], 1600, 1000);
    assert_eq!(dense.steps, BTreeMap::from([(TRAINING.to_string(), 150)]));
    assert_eq!(dense.evaluated, 6000.0);
    // Ten seconds a step: 1,500 of training, and 6,000 images at a third of 10 / 64.
    assert_eq!(dense.seconds(|_| Some(10.0)), Some(1500.0 + 6000.0 * 10.0 / 64.0 / 3.0));
    assert_eq!(dense.seconds(|_| None), None);
    let stages = [("importance_steps", "6"), ("recovery_steps", "6"), ("exploration_steps", "6")];
    let iee = work(&trials(&["iee"], &[&set[..], &stages].concat())[0], 1600, 1000);
    let exploring: u64 = iee
        .steps
        .iter()
        .filter(|(kind, _)| kind.starts_with("everything inactive"))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(exploring, 36, "six cycles: {:?}", iee.steps);
    assert_eq!(iee.steps.values().sum::<u64>(), 150);
}

/// A method may have no ordinary training step; what was timed of it still tells the time of its plan.
#[test]
fn a_plan_whose_steps_were_timed_has_a_time() {
    let set = [("epochs", "6"), ("batch_size", "64")];
    for method in ["dense", "str", "top-kast"] {
        let counted = work(&trials(&[method], &set)[0], 1600, 1000);
        let mut times = StepTimes::default();
        for kind in counted.steps.keys() {
            times.put(timed("H100", "cuda:0", &counted.workload, kind, 1.0));
        }
        let seconds = counted.seconds(|kind| times.seconds("H100", &counted.workload, kind));
        assert!(seconds.is_some_and(|seconds| seconds > 150.0), "{method}: {seconds:?} {counted:?}");
    }
}

/// Trainings that were recorded on a shared processor, where the same one took from 189 to 1,451 seconds. So a step is
/// compared in passes of the reference workload, which is timed between the steps of the same run and slowed by the same
/// load: it takes as long as a dense one of the same program, whatever its method. And a training takes as long as its own steps say, in the
/// median over all of them, since some waited for hours.
#[test]
fn recorded_steps_took_as_long_as_dense_ones_and_trainings_as_long_as_their_steps() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/recorded/cifar10-pilot-cpu");
    let records = Store::new(&out).load().unwrap().records;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mut passes: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let dense = records.iter().filter(|record| record.method == "dense");
    let programs: BTreeSet<&str> = dense.map(|record| record.commit.as_str()).collect();
    for record in records.iter().filter(|record| programs.contains(record.commit.as_str())) {
        passes.entry(&record.method).or_default().push(record.step_per_reference.unwrap());
    }
    assert!(passes.len() > 5, "{:?}", passes.keys());
    let dense = mean(&passes["dense"]);
    for (method, passes) in &passes {
        let off = dense / mean(passes) - 1.0;
        println!("{method}: a step taken for a dense one is off by {:+.1} %", 100.0 * off);
        assert!(off.abs() < 0.05, "{method}: {off}");
    }
    let off = |record: &Record| {
        let step = record.step_ms.unwrap() / 1e3;
        let estimate = work(&planned(&out, record), 50_000, 10_000).seconds(|_| Some(step)).unwrap();
        estimate / record.train_seconds.unwrap() - 1.0
    };
    let mut off: Vec<f64> = records.iter().map(off).collect();
    off.sort_by(f64::total_cmp);
    let median = off[off.len() / 2];
    println!(
        "trainings by the steps they took: off by {:+.1} % in the median of {}",
        100.0 * median,
        off.len()
    );
    assert!(off.len() > 80 && median.abs() < 0.05, "{median}");
}

fn planned(out: &Path, record: &Record) -> PlannedTrial {
    let text = records::RunDirectory::of(out, &record.key).spec().unwrap().unwrap();
    PlannedTrial::new(serde_json::from_str::<TrialSpec>(&text).unwrap()).unwrap()
}
