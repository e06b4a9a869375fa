//! Kills and failing disks: real trainings and data operations are ended at, or refused, one of the calls that change files,
//! or refused one that reads a file, and run again. What is there then must be what an undisturbed run leaves, bit for bit
//! and file for file; a program that could not read something, and ends as if all were well, must have left that already.
//!
//! A few cases are part of `cargo test`. `make torture COUNT=1000 SEED=1` runs as many as wanted and prints what came of
//! them; `CASE=N` repeats one of them. The work of a case, its fault and the share of the work's calls at which it happens
//! follow from the seed and its number alone. The calls are counted anew each time: where a work stops after a time, or
//! saves by the clock, their number and so the call is that of the machine. A case whose call is never reached counts apart.

mod disturb;
mod observed;
mod patience;
mod reads;
mod shim;
mod tally;
mod works;

use disturb::{Case, Disturbance, side_by_side};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use shim::Shim;
use std::collections::{BTreeMap, BTreeSet};
use tally::Tally;
use works::{Prepared, works};

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")))
}

/// Runs these cases of `seed`, on the works of these names and with these disturbances, or with all; one of twelve is two
/// programs at once, and of three others one is a call that reads.
fn torture(seed: u64, cases: std::ops::Range<u64>, names: &[&str], disturbances: &[&str]) -> Tally {
    let unknown = disturbances.iter().find(|name| !Disturbance::NAMES.contains(name));
    assert!(unknown.is_none(), "{unknown:?} is none of {:?}", Disturbance::NAMES);
    let shim = Shim::compile();
    let mut works = works();
    works.retain(|work| names.is_empty() || names.contains(&work.name));
    let mut prepared: BTreeMap<&str, Prepared> = BTreeMap::new();
    let mut tally = Tally::default();
    for case in cases {
        if case > 0 && case % 50 == 0 {
            println!("{case} cases, {} of them run", tally.struck());
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(case);
        let work = works.choose_weighted(&mut random, |work| work.weight).expect("there are works");
        let chosen = &*prepared.entry(work.name).or_insert_with(|| Prepared::of(work.clone(), &shim));
        let drawn = (random.random_range(0..12) > 0).then(|| match random.random_range(0..3) {
            0 => Case::draw_read(chosen, &mut random),
            _ => Case::draw(chosen, &mut random),
        });
        let disturbance = drawn.as_ref().map_or(Disturbance::Company, Case::disturbance);
        if !disturbances.is_empty() && !disturbances.contains(&disturbance.name()) {
            continue;
        }
        let (name, outcome) = match drawn {
            None => ("two programs at once".into(), side_by_side(chosen, &mut random)),
            Some(case) => (case.to_string(), case.run(chosen, &shim)),
        };
        let name = format!("{}, {name}", chosen.work.name);
        tally.add(format!("case {case}: {name}"), outcome);
    }
    tally
}

#[test]
fn what_was_killed_or_refused_a_few_times_is_completed_as_if_nothing_had_been() {
    let tally = torture(1, 0..8, &[], &[]);
    println!("{tally}");
    assert!(tally.is_clean(), "{tally}");
    assert!(tally.struck() > 0, "{tally}");
}

#[test]
fn every_method_is_trained_by_some_work() {
    let works = works();
    let words = works.iter().flat_map(|work| &work.commands).flatten().flat_map(|word| word.split(','));
    let named: BTreeSet<&str> = words.collect();
    for method in trial::registry::all() {
        // What halp starts from is trained with it.
        assert!(named.contains(method.name) || method.name == "dense", "{}", method.name);
    }
}

#[test]
fn no_read_that_fails_changes_what_is_printed_without_a_word() {
    let (calls, wrong) = reads::refused(&Shim::compile(), works());
    println!("{calls} calls refused");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "takes seconds a case; make torture COUNT=1000 SEED=1"]
fn what_was_killed_or_refused_is_completed_as_if_nothing_had_been() {
    let (seed, count) = (number("TORTURE_SEED").unwrap_or(1), number("TORTURE_CASES").unwrap_or(100));
    let cases = match number("TORTURE_CASE") {
        Some(case) => case..case + 1,
        None => 0..count,
    };
    let [names, disturbances] =
        ["TORTURE_WORKS", "TORTURE_FAULTS"].map(|name| std::env::var(name).unwrap_or_default());
    let [names, disturbances] = [&names, &disturbances]
        .map(|list| list.split(',').filter(|name| !name.is_empty()).collect::<Vec<&str>>());
    let tally = torture(seed, cases, &names, &disturbances);
    println!("seed {seed}\n{tally}");
    assert!(tally.is_clean(), "see above");
}
