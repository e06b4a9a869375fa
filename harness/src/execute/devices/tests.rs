//! Whole plans, simulated on invented devices with invented failures.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};

fn cuda(jobs: &[usize]) -> Devices {
    Devices::new(jobs.iter().enumerate().map(|(number, jobs)| (Device::Cuda(number), *jobs)))
}

const ECC: Fault = Fault::Broken("uncorrectable ECC error encountered");

/// How a plan went.
#[derive(Debug, Default)]
struct Ran {
    /// Where each trial has a result from.
    done: BTreeMap<usize, usize>,
    failed: Vec<usize>,
    left: usize,
    said: Vec<String>,
    /// The places of all that was begun, in turn.
    begun: Vec<(usize, usize)>,
}

/// Runs `trials` as the scheduler does; what began first ends first. `fault` says of which one it fails at a place, where it
/// is the so-manieth attempt of all.
fn run(mut devices: Devices, trials: usize, fault: impl Fn(usize, usize, usize) -> Option<Fault>) -> Ran {
    let (mut waiting, mut running): (VecDeque<usize>, VecDeque<(usize, usize)>) =
        ((0..trials).collect(), VecDeque::new());
    let mut ran = Ran::default();
    for attempt in 0.. {
        assert!(attempt < 100 * (trials + 1), "it does not end: {ran:?}");
        loop {
            let start = devices.free().into_iter().find_map(|at| {
                let place = waiting.iter().position(|trial| devices.suits(at, *trial))?;
                Some((at, waiting.remove(place)?))
            });
            let Some((at, trial)) = start else { break };
            devices.begin(at, trial);
            running.push_back((at, trial));
            ran.begun.push((at, trial));
        }
        let Some((at, trial)) = running.pop_front() else { break };
        devices.end(at, trial);
        match fault(at, trial, attempt) {
            None => {
                ran.said.extend(devices.worked(at, trial));
                assert_eq!(ran.done.insert(trial, at), None, "{trial} is done twice");
            }
            Some(fault) => match devices.fail(at, trial, &fault) {
                Next::Again(said) => {
                    ran.said.extend(said);
                    waiting.push_front(trial);
                }
                Next::Fails(said) => {
                    ran.said.extend(said);
                    ran.failed.push(trial);
                }
            },
        }
    }
    assert!(waiting.is_empty() || !devices.serve(), "trials wait and a device is free: {ran:?}");
    ran.left = waiting.len();
    ran
}

#[test]
fn trials_go_where_the_fewest_run_and_no_device_gets_more_than_it_may() {
    let mut devices = cuda(&[2, 1]);
    let mut begun = Vec::new();
    while let Some(at) = devices.free().first().copied() {
        devices.begin(at, begun.len());
        begun.push(at);
    }
    assert_eq!(begun, [0, 1, 0]);
    devices.end(1, 1);
    assert_eq!(devices.free(), [1]);
}

#[test]
fn a_broken_device_gets_no_more_trials_and_the_others_end_the_plan() {
    let ran = run(cuda(&[2, 2, 2]), 20, |at, _, attempt| (at == 1 && attempt >= 3).then_some(ECC));
    assert_eq!((ran.done.len(), ran.failed.len(), ran.left), (20, 0, 0), "{ran:?}");
    assert_eq!(ran.said.len(), 1, "{:?}", ran.said);
    assert!(
        ran.said[0].starts_with("cuda:1 gets no more trials: uncorrectable ECC error"),
        "{}",
        ran.said[0]
    );
}

#[test]
fn where_every_device_is_broken_the_rest_is_left_and_nothing_fails() {
    let ran = run(cuda(&[1, 1]), 9, |_, _, attempt| (attempt >= 4).then_some(ECC));
    assert_eq!((ran.done.len(), ran.failed.len(), ran.left, ran.said.len()), (4, 0, 5, 2), "{ran:?}");
}

#[test]
fn a_trial_that_is_too_large_fails_once_no_device_has_enough_and_takes_none_out() {
    let ran = run(cuda(&[1, 1, 1]), 12, |_, trial, _| (trial < 6).then_some(Fault::Memory));
    assert_eq!((ran.done.len(), ran.failed.len(), ran.left), (6, 6, 0), "{ran:?}");
    let tried =
        |trial| ran.begun.iter().filter(|(_, other)| *other == trial).map(|(at, _)| at).collect::<Vec<_>>();
    for trial in 0..6 {
        let mut tried = tried(trial);
        tried.sort();
        assert_eq!(tried, [&0, &1, &2]);
    }
    assert!(ran.said.is_empty(), "{:?}", ran.said);
    // With a single device there is nowhere else to go.
    let ran = run(cuda(&[1]), 4, |_, trial, _| (trial == 1).then_some(Fault::Memory));
    assert_eq!((ran.done.len(), ran.failed, ran.said.len()), (3, vec![1], 0));
}

#[test]
fn a_device_whose_memory_others_use_is_taken_out() {
    let ran = run(cuda(&[1, 1]), 10, |at, _, _| (at == 0).then_some(Fault::Memory));
    assert_eq!((ran.done.len(), ran.failed.len(), ran.left), (10, 0, 0), "{ran:?}");
    assert!(ran.said.len() == 1 && ran.said[0].contains("3 trials ran out of its memory"), "{:?}", ran.said);
    assert!(ran.done.values().all(|at| *at == 1));
}

#[test]
fn two_devices_whose_memory_others_use_fail_no_trial() {
    let ran = run(cuda(&[1, 1, 1]), 12, |at, _, _| (at < 2).then_some(Fault::Memory));
    assert_eq!((ran.done.len(), ran.failed.len(), ran.left), (12, 0, 0), "{ran:?}");
    assert_eq!(ran.said.len(), 2, "{:?}", ran.said);
    assert!(ran.done.values().all(|at| *at == 2));
}

#[test]
fn where_several_at_once_are_too_many_fewer_run_at_once() {
    let mut devices = cuda(&[3]);
    (0..3).for_each(|trial| devices.begin(0, trial));
    devices.end(0, 2);
    let Next::Again(Some(said)) = devices.fail(0, 2, &Fault::Memory) else { panic!() };
    assert!(said.contains("2 at once on it from now on"), "{said}");
    assert_eq!(devices.free(), [0; 0]);
    devices.end(0, 1);
    assert_eq!(devices.free(), [0]);
}

#[test]
fn of_two_that_run_out_at_once_neither_is_too_large() {
    let mut devices = cuda(&[2]);
    (0..2).for_each(|trial| devices.begin(0, trial));
    devices.end(0, 0);
    assert!(matches!(devices.fail(0, 0, &Fault::Memory), Next::Again(Some(_))));
    devices.end(0, 1);
    assert_eq!(devices.fail(0, 1, &Fault::Memory), Next::Again(None));
    // By itself it is.
    devices.begin(0, 1);
    devices.end(0, 1);
    assert!(matches!(devices.fail(0, 1, &Fault::Memory), Next::Fails(_)));
}

/// Trials of which one needs more memory than there is, and the others leave room for each other.
#[test]
fn one_that_is_too_large_by_itself_leaves_the_others_their_number() {
    let too_large = |_, trial, _| (trial == 1).then_some(Fault::Memory);
    let ran = run(cuda(&[4]), 12, too_large);
    assert_eq!((ran.done.len(), &ran.failed), (11, &vec![1]));
    let last = ran.said.last().unwrap();
    assert!(
        last.contains("too small for one of the trials alone: 4 at once on it from now on"),
        "{:?}",
        ran.said
    );
}

/// Nor is it evidence that others ran out of memory beside it; it is if they do so without it.
#[test]
fn whoever_ran_out_beside_one_that_is_too_large_is_no_evidence() {
    let mut devices = cuda(&[3]);
    (0..3).for_each(|trial| devices.begin(0, trial));
    // The first is too large, and takes what the second would need.
    devices.end(0, 1);
    assert!(matches!(devices.fail(0, 1, &Fault::Memory), Next::Again(Some(_))));
    devices.end(0, 0);
    assert!(matches!(devices.fail(0, 0, &Fault::Memory), Next::Again(Some(_))));
    devices.end(0, 2);
    devices.worked(0, 2);
    assert_eq!(devices.free(), [0]);
    devices.begin(0, 0);
    assert_eq!(devices.free(), [0; 0], "alone for now");
    devices.end(0, 0);
    let Next::Fails(Some(said)) = devices.fail(0, 0, &Fault::Memory) else { panic!() };
    assert!(said.contains("3 at once"), "{said}");
    (1..4).for_each(|trial| devices.begin(0, trial));
    devices.end(0, 3);
    let Next::Again(Some(said)) = devices.fail(0, 3, &Fault::Memory) else { panic!() };
    assert!(said.contains("2 at once"), "{said}");
}

#[test]
fn a_device_for_one_process_at_a_time_runs_one_and_is_taken_out_where_it_is_anothers() {
    let mut devices = cuda(&[2]);
    (0..2).for_each(|trial| devices.begin(0, trial));
    devices.end(0, 1);
    let Next::Again(Some(said)) = devices.fail(0, 1, &Fault::Busy) else { panic!() };
    assert!(said.contains("1 at once") && devices.serve(), "{said}");
    devices.end(0, 0);
    devices.begin(0, 1);
    devices.end(0, 1);
    let Next::Again(Some(said)) = devices.fail(0, 1, &Fault::Busy) else { panic!() };
    assert!(said.contains("another process has it to itself") && !devices.serve(), "{said}");
}

/// Devices that break at some attempt, or have too little memory for some trials; plans of which some trials are too
/// large for all.
#[derive(Clone, Debug)]
struct Case {
    jobs: Vec<usize>,
    breaks: Vec<Option<usize>>,
    trials: usize,
    large: BTreeSet<usize>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..5, 0usize..25).prop_flat_map(|(devices, trials)| {
        let jobs = prop::collection::vec(1usize..4, devices);
        let breaks = prop::collection::vec(prop::option::of(0usize..40), devices);
        let large = prop::collection::btree_set(0usize..25, 0..6);
        (jobs, breaks, large).prop_map(move |(jobs, breaks, large)| Case { jobs, breaks, trials, large })
    })
}

proptest! {
    /// Every trial is done once, fails only where it is too large, or is left where no device is.
    #[test]
    fn nothing_is_lost_or_doubled_or_blamed_for_its_device(case in cases()) {
        let ran = run(cuda(&case.jobs), case.trials, |at, trial, attempt| {
            if case.breaks[at].is_some_and(|from| attempt >= from) {
                return Some(ECC);
            }
            case.large.contains(&trial).then_some(Fault::Memory)
        });
        prop_assert_eq!(ran.done.len() + ran.failed.len() + ran.left, case.trials);
        prop_assert!(ran.failed.iter().all(|trial| case.large.contains(trial)), "{:?}", ran);
        prop_assert!(ran.done.keys().all(|trial| !case.large.contains(trial)));
        if case.breaks.iter().any(Option::is_none) {
            let outs = ran.said.iter().filter(|said| said.contains("ran out of its memory")).count();
            prop_assert!(ran.left == 0 || outs > 0, "{:?}", ran);
        }
    }
}
