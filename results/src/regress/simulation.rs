//! How often a check alarms although nothing changed, and how often it catches what did.

use crate::record::Record;

use super::made_up::{DEVIATION, dice, trials};
use super::{Regression, regress, rule};

const CONDITIONS: usize = 12;

/// A check of an unchanged tree: other seeds, drawn from the same distributions.
fn unchanged(repetition: u64, seeds: u64) -> Regression {
    let mut dice = dice(repetition);
    let baseline = trials(CONDITIONS, 0..seeds, &mut dice);
    regress(&baseline, &trials(CONDITIONS, seeds..2 * seeds, &mut dice))
}

/// The most alarms that a rate explains: three standard deviations of the binomial above its mean.
fn most(repetitions: u64, rate: f64) -> usize {
    let n = repetitions as f64;
    (n * rate + 3.0 * (n * rate * (1.0 - rate)).sqrt()).floor() as usize
}

#[test]
fn a_hundred_checks_of_an_unchanged_tree_give_no_alarm() {
    for repetition in 0..100 {
        let regression = unchanged(repetition, 5);
        assert!(!regression.failed(), "repetition {repetition}: {}", regression.text("unchanged"));
        // Accuracy and two times of every condition; MACs and two ratios of those that choose by weights.
        assert_eq!(regression.tests(), 3 * CONDITIONS + 3 * CONDITIONS / 4);
    }
}

#[test]
fn false_alarms_keep_to_the_stated_rate() {
    for (repetitions, seeds) in [(2000, 5), (1000, 3), (1000, 2)] {
        let alarms = (0..repetitions).filter(|at| unchanged(10_000 + at, seeds).failed()).count();
        println!("{seeds} seeds: {alarms} alarms in {repetitions} checks");
        assert!(alarms <= most(repetitions, rule::ALPHA), "{seeds} seeds: {alarms} alarms");
    }
}

#[test]
fn a_worse_method_is_caught_more_often_the_worse_it_is() {
    const REPETITIONS: u64 = 200;
    let caught = |deviations: f64| {
        let check = |repetition: &u64| {
            let mut dice = dice(20_000 + repetition);
            let baseline = trials(CONDITIONS, 0..5, &mut dice);
            let mut now = trials(CONDITIONS, 5..10, &mut dice);
            let hurt = |record: &&mut Record| record.method == "method-3";
            for record in now.iter_mut().filter(hurt) {
                record.top1 = record.top1.map(|top1| top1 - deviations * DEVIATION);
            }
            regress(&baseline, &now).failed()
        };
        (0..REPETITIONS).filter(check).count() as f64 / REPETITIONS as f64
    };
    let rates = [0.0, 3.0, 5.0, 7.0].map(caught);
    println!("caught at 0, 3, 5 and 7 standard deviations: {rates:?}");
    assert!(rates.is_sorted(), "{rates:?}");
    assert!(rates[0] < 0.05 && rates[3] > 0.95, "{rates:?}");
}
