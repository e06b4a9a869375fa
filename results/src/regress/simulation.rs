//! How often a check raises a false alarm, and how often it detects a real loss.

use records::Record;

use super::fixtures::{DEVIATION, dice, trials};
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
fn few_images_and_few_seeds_raise_no_more_alarms() {
    // Accuracies of 160 images, 5 points apart from seed to seed: seeds coincide now and then.
    const GRID: f64 = 100.0 / 160.0;
    let coarse = |mut records: Vec<Record>| {
        for top1 in records.iter_mut().filter_map(|record| record.top1.as_mut()) {
            *top1 = ((50.0 + (*top1 - 70.0) * 5.0 / DEVIATION) / GRID).round() * GRID;
        }
        records
    };
    for (before, now) in [(2, 1), (1, 2), (2, 2), (3, 2)] {
        let alarmed = |repetition: &u64| {
            let mut dice = dice(30_000 + repetition);
            let baseline = coarse(trials(CONDITIONS, 0..before, &mut dice));
            regress(&baseline, &coarse(trials(CONDITIONS, 10..10 + now, &mut dice))).failed()
        };
        let alarms = (0..1000).filter(alarmed).count();
        println!("{before} seeds against {now} on few images: {alarms} alarms in 1000 checks");
        assert!(alarms <= most(1000, rule::ALPHA), "{before} against {now}: {alarms} alarms");
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
