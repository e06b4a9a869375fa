use super::fixtures::{DEVIATION, NOISE, trial};
use super::*;

/// Five numbers of mean 0 and standard deviation 1.
const SPREAD: [f64; 5] = [
    -1.264_911_064_067_351_8,
    -0.632_455_532_033_675_9,
    0.0,
    0.632_455_532_033_675_9,
    1.264_911_064_067_351_8,
];

/// Four methods with five seeds each, whose accuracies and times deviate by exactly the usual amounts.
fn suite() -> Vec<Record> {
    let one = |condition: usize| {
        SPREAD.iter().zip(0..).map(move |(spread, seed)| Record {
            top1: Some(90.0 + DEVIATION * spread),
            step_per_reference: Some(2.0 * (NOISE * spread).exp()),
            fps_per_reference: Some(50.0 * (-NOISE * spread).exp()),
            ..trial(condition, seed)
        })
    };
    (0..4).flat_map(one).collect()
}

/// The suite after a change of the trials of one method.
fn hurt(change: impl Fn(&mut Record)) -> Vec<Record> {
    let mut records = suite();
    records.iter_mut().filter(|record| record.method == "method-2").for_each(change);
    records
}

fn regressions(regression: &Regression) -> Vec<(&'static str, String)> {
    regression
        .checks()
        .filter(|(_, check)| check.verdict == CheckOutcome::Regressed)
        .map(|(condition, check)| {
            assert_eq!(condition.value("method"), "method-2", "{}", check.message());
            (check.quantity, check.message())
        })
        .collect()
}

/// The only regression after a change; what is said of it holds `words`.
fn assert_caught(now: &[Record], quantity: &str, words: &str) {
    let regression = regress(&suite(), now);
    let found = regressions(&regression);
    assert!(regression.failed() && found.len() == 1, "{found:?}");
    assert_eq!(found[0].0, quantity, "{found:?}");
    assert!(found[0].1.contains(words), "{words}: {found:?}");
    assert!(regression.text("a check").contains("REGRESSED"));
}

fn verdict_of(regression: &Regression, quantity: &str) -> CheckOutcome {
    let of = |(condition, check): &(&Condition, &Check)| {
        condition.value("method") == "method-2" && check.quantity == quantity
    };
    regression.checks().find(of).unwrap().1.verdict
}

#[test]
fn what_did_not_change_raises_no_alarm() {
    let regression = regress(&suite(), &suite());
    assert!(!regression.failed());
    assert_eq!(regression.tests(), 4 * 3);
    assert!(regression.checks().all(|(_, check)| check.verdict == CheckOutcome::Unchanged));
    assert!(regression.text("a check").contains("No regression: 4 conditions"));
}

#[test]
fn a_drop_of_three_standard_deviations_is_caught() {
    assert_caught(&hurt(|record| *record.top1.as_mut().unwrap() -= 3.0 * DEVIATION), "top1", "change -4.50");
    let less = hurt(|record| *record.top1.as_mut().unwrap() -= 1.5 * DEVIATION);
    let regression = regress(&suite(), &less);
    assert!(!regression.failed());
    assert_eq!(verdict_of(&regression, "top1"), CheckOutcome::Noise);
    assert!(regression.text("a check").contains("within noise"));
}

#[test]
fn a_drop_must_also_matter() {
    let quiet = |records: Vec<Record>, shift: f64| -> Vec<Record> {
        let still = |record: Record| Record {
            top1: record.top1.map(|top1| 90.0 + (top1 - 90.0) / 100.0 + shift),
            ..record
        };
        records.into_iter().map(still).collect()
    };
    let check = |shift| regress(&quiet(suite(), 0.0), &quiet(suite(), shift));
    assert!(!check(-0.4).failed());
    assert!(check(-0.6).failed());
    assert!(!check(0.6).failed());
    assert_eq!(verdict_of(&check(0.6), "top1"), CheckOutcome::Better);
}

#[test]
fn a_broken_grow_step_shows_in_what_is_active() {
    assert_caught(&hurt(|record| *record.params_active.as_mut().unwrap() -= 3), "params_active", "change -3");
    assert_caught(&hurt(|record| *record.sparsity.as_mut().unwrap() += 1e-5), "sparsity", "seed 4");
    let of_one = hurt(|record| record.macs = record.macs.map(|macs| macs + u64::from(record.seed == 3)));
    assert_caught(&of_one, "macs", "must be equal but differs for seed 3");
    let last_bit = hurt(|record| *record.train_flops_ratio.as_mut().unwrap() *= 1.0 + 1e-15);
    assert!(!regress(&suite(), &last_bit).failed());
    assert_caught(&hurt(|record| record.steps = Some(3905)), "steps", "3905");
    assert_caught(&hurt(|record| record.sparsity = None), "sparsity", "not recorded for seeds 0, 1");
}

#[test]
fn what_differs_with_the_seed_is_tested_and_not_held_to_one_value() {
    let vary = |shift: u64| hurt(move |record| record.macs = Some(1_000_000 + 1000 * record.seed + shift));
    assert!(!regress(&vary(0), &vary(500)).failed());
    let regression = regress(&vary(0), &vary(20_000));
    assert_eq!(regressions(&regression).len(), 1);
    assert_eq!(verdict_of(&regression, "macs"), CheckOutcome::Regressed);
    assert_eq!(regression.tests(), 4 * 3 + 1);
    // Suspicious, but not sure among so many tests.
    let regression = regress(&vary(0), &vary(3_500));
    assert!(!regression.failed());
    assert_eq!(verdict_of(&regression, "macs"), CheckOutcome::Noise);
}

#[test]
fn a_slower_step_is_caught_and_a_faster_one_is_told() {
    assert_caught(
        &hurt(|record| *record.step_per_reference.as_mut().unwrap() *= 1.5),
        "step_per_reference",
        "×1.5",
    );
    assert_caught(
        &hurt(|record| *record.fps_per_reference.as_mut().unwrap() /= 1.5),
        "fps_per_reference",
        "×0.667",
    );
    for factor in [1.2, 1.0, 1.0 / 1.5] {
        let now = hurt(|record| *record.step_per_reference.as_mut().unwrap() *= factor);
        assert!(!regress(&suite(), &now).failed(), "{factor}");
    }
    let faster = regress(&suite(), &hurt(|record| *record.fps_per_reference.as_mut().unwrap() *= 1.5));
    assert_eq!(verdict_of(&faster, "fps_per_reference"), CheckOutcome::Better);
}

#[test]
fn another_device_may_be_slower_by_more() {
    let elsewhere = |factor: f64| {
        hurt(move |record| {
            record.device = "NVIDIA H100".into();
            *record.step_per_reference.as_mut().unwrap() *= factor;
        })
    };
    assert!(!regress(&suite(), &elsewhere(1.8)).failed());
    assert_caught(&elsewhere(2.5), "step_per_reference", "different device");
}

#[test]
fn steps_of_another_number_of_threads_are_not_compared() {
    let threads = |number: u64, factor: f64| {
        hurt(move |record| {
            record.threads = Some(number);
            *record.step_per_reference.as_mut().unwrap() *= factor;
        })
    };
    assert!(regress(&threads(1, 1.0), &threads(1, 2.5)).failed());
    let other = regress(&threads(1, 1.0), &threads(4, 2.5));
    assert!(!other.failed());
    assert_eq!(verdict_of(&other, "step_per_reference"), CheckOutcome::NotTested);
    assert!(other.text("a check").contains("measured with 4 threads, the baseline with 1 thread."));
}

#[test]
fn throughputs_in_doubt_may_be_lower_by_more_and_those_of_another_batch_are_not_compared() {
    let doubted = |factor: f64| {
        hurt(move |record| {
            *record.fps_per_reference.as_mut().unwrap() /= factor;
            record.fps_doubt = "clocks moved".into();
        })
    };
    assert!(!regress(&suite(), &doubted(1.8)).failed());
    assert_caught(&doubted(2.5), "fps_per_reference", "marked invalid");
    let other = hurt(|record| {
        *record.fps_per_reference.as_mut().unwrap() /= 3.0;
        record.fps_batch = Some(1);
    });
    let regression = regress(&suite(), &other);
    assert!(!regression.failed());
    assert_eq!(verdict_of(&regression, "fps_per_reference"), CheckOutcome::NotTested);
}

#[test]
fn what_did_not_run_or_did_not_end_is_caught() {
    let mut now = suite();
    now.retain(|record| record.method != "method-2");
    assert_caught(&now, "trials", "did not run");
    let renamed = hurt(|record| record.settings = "epochs=9".into());
    assert_caught(&renamed, "trials", "settings \"epochs=9\" instead of \"\"");

    // A trial that diverges is short of its steps.
    let diverged = hurt(|record| {
        if record.seed == 1 {
            (record.status, record.steps, record.epochs) = ("diverged".into(), Some(17), Some(0.04));
            (record.top1, record.sparsity) = (None, None);
        }
    });
    assert_caught(&diverged, "trials", "seed 1 diverged");
    assert!(!regress(&diverged, &diverged).failed(), "it diverged in the baseline too");
    let all = hurt(|record| record.status = "diverged".into());
    assert_eq!(regressions(&regress(&diverged, &all))[0].0, "trials", "not so often");
}

#[test]
fn a_method_that_learns_nothing_is_caught_whatever_its_spread() {
    // So noisy that no test of so few seeds is sure of anything.
    let noisy = |shift: f64| {
        hurt(move |record| {
            record.top1 = record.top1.map(|top1| 60.0 + 12.0 * (top1 - 90.0) / DEVIATION - shift)
        })
    };
    assert!(!regress(&noisy(0.0), &noisy(10.0)).failed());
    let regression = regress(&noisy(0.0), &hurt(|record| record.top1 = Some(10.0)));
    assert_eq!(regressions(&regression).len(), 1);
    assert!(
        regressions(&regression)[0]
            .1
            .contains("below 0.5 times the lowest top-1 accuracy of the baseline, 44.82")
    );
    // Of one seed too, and where the number of tests is as it was.
    let one = |records: Vec<Record>| -> Vec<Record> {
        records.into_iter().filter(|record| record.seed == 2).collect()
    };
    assert!(regress(&one(noisy(0.0)), &one(noisy(31.0))).failed());
    assert!(!regress(&one(noisy(0.0)), &one(noisy(29.0))).failed());
}

#[test]
fn what_is_lost_is_caught_and_what_the_baseline_lacks_is_said() {
    let without = |change: fn(&mut Record), seeds: u64| {
        hurt(move |record| {
            if record.seed < seeds {
                change(record);
            }
        })
    };
    let changes: [fn(&mut Record); 3] =
        [|record| record.top1 = None, |record| record.step_per_reference = None, |record| record.macs = None];
    for (column, change) in ["top1", "step_per_reference", "macs"].into_iter().zip(changes) {
        assert_caught(&without(change, 5), column, "not recorded for seeds 0, 1, 2, 3, 4");
        assert_caught(&without(change, 1), column, "not recorded for seed 0");
        let often = regress(&without(change, 1), &without(change, 5));
        assert_eq!(regressions(&often)[0].0, column, "more often than in the baseline");
        let lacking = regress(&without(change, 5), &suite());
        assert_eq!(verdict_of(&lacking, column), CheckOutcome::NotTested);
        let text = lacking.text("a check");
        assert!(text.contains("4 conditions of the baseline checked, 1 of them only in part"), "{text}");
        assert!(text.contains(&format!("{column} of 1 condition not tested: not recorded in the baseline")));
    }
    // Throughput is measured apart, of as many trials as one likes.
    let of_one = without(|record| record.fps_per_reference = None, 4);
    assert!(!regress(&suite(), &of_one).failed());
}

#[test]
fn a_seed_that_counts_twice_is_caught() {
    // A regression that the trials of before, under other keys, would hide.
    let mut now = hurt(|record| *record.top1.as_mut().unwrap() -= 3.0 * DEVIATION);
    now.extend(hurt(|record| record.key += "-before").into_iter().filter(|it| it.method == "method-2"));
    let caught = regressions(&regress(&suite(), &now));
    assert!(
        caught.iter().any(|(what, why)| *what == "trials" && why.contains("seed 0 occurs more than once"))
    );
}

#[test]
fn rows_that_cannot_be_used_fail_the_check() {
    let regression =
        regress(&suite(), &suite()).without_rows(vec!["records.csv:3: has 4 fields".to_string()]);
    assert!(regression.failed());
    let text = regression.text("a check");
    assert!(text.contains("The records are damaged: 1 row had to be excluded. No regression"), "{text}");
    assert!(text.contains("records.csv:3: has 4 fields"), "{text}");
    let xml = regression.junit();
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().attribute("failures"), Some("1"));
    assert!(xml.contains("records.csv:3: has 4 fields"), "{xml}");
}

#[test]
fn other_choices_are_told_and_do_not_hide_what_they_cost() {
    let now = hurt(|record| {
        record.choices = "stop=0.5".into();
        *record.top1.as_mut().unwrap() -= 3.0 * DEVIATION;
    });
    let baseline = hurt(|record| record.choices = "stop=0.75".into());
    let regression = regress(&baseline, &now);
    assert_eq!(regressions(&regression)[0].0, "top1");
    let text = regression.text("a check");
    assert!(
        text.contains("Chosen by the harness for method-2: stop=0.5; in the baseline: stop=0.75."),
        "{text}"
    );
}

#[test]
fn it_says_from_which_drop_on_it_is_sure() {
    let text = regress(&suite(), &suite()).text("a check");
    // SciPy: scipy.stats.t.ppf(1 - 0.01 / 12, 8) * 1.5 * (2 / 5) ** 0.5 = 4.402.
    assert!(
        text.contains("Minimum detectable drop with these seeds: from 4.4 points (method-0) to 4.4 points"),
        "{text}"
    );
}

#[test]
fn new_conditions_and_missing_seeds_are_told_and_are_no_failure() {
    let mut now = suite();
    now.retain(|record| record.method != "method-1" || record.seed > 1);
    now.push(trial(9, 0));
    let regression = regress(&suite(), &now);
    assert!(!regression.failed());
    let text = regression.text("a check");
    assert!(text.contains("1 condition not in the baseline and not checked: method-9"), "{text}");
    assert!(text.contains("Fewer trials than in the baseline: method-1 (3 of 5)"), "{text}");
}

#[test]
fn one_seed_on_both_sides_leaves_accuracy_and_time_the_tolerance() {
    let first = |records: Vec<Record>| -> Vec<Record> {
        records.into_iter().filter(|record| record.seed == 0).collect()
    };
    let baseline = first(suite());
    let same = regress(&baseline, &baseline);
    assert_eq!((same.tests(), verdict_of(&same, "top1")), (0, CheckOutcome::Unchanged));
    let now = first(hurt(|record| {
        *record.top1.as_mut().unwrap() -= 30.0;
        *record.step_per_reference.as_mut().unwrap() *= 1.24;
    }));
    let regression = regress(&baseline, &now);
    assert!(!regression.failed());
    assert_eq!(verdict_of(&regression, "top1"), CheckOutcome::NotTested);
    assert!(regression.text("a check").contains("top1 of 1 condition not tested: one seed on both sides"));
    let slow = first(hurt(|record| *record.step_per_reference.as_mut().unwrap() *= 1.26));
    assert_eq!(regressions(&regress(&baseline, &slow)).len(), 1);

    // One seed does not show what depends on the seed; the same seed on the same device must repeat.
    let less = |seed: u64, device: &str| {
        let (seed, device) = (seed, device.to_string());
        let now = hurt(move |record| {
            *record.macs.as_mut().unwrap() -= 1;
            (record.seed, record.device) = (seed, device.clone());
        });
        let now: Vec<Record> = now.into_iter().filter(|record| record.key.ends_with("-0")).collect();
        verdict_of(&regress(&baseline, &now), "macs")
    };
    assert_eq!(less(0, "AMD EPYC"), CheckOutcome::Regressed);
    assert_eq!(less(0, "another"), CheckOutcome::NotTested);
    assert_eq!(less(7, "AMD EPYC"), CheckOutcome::NotTested);
}

#[test]
fn absolute_times_do_not_count() {
    let now = hurt(|record| {
        (record.step_ms, record.fps, record.train_seconds) = (Some(1e6), Some(1e-3), Some(1e9));
    });
    assert!(!regress(&suite(), &now).failed());
}

#[test]
fn junit_has_a_case_for_every_condition_and_kind_with_the_reasons() {
    let now = hurt(|record| {
        *record.params_active.as_mut().unwrap() -= 3;
        *record.sparsity.as_mut().unwrap() += 1e-5;
        record.settings = "note=<a & \"b\">".into();
    });
    let baseline = hurt(|record| record.settings = "note=<a & \"b\">".into());
    let xml = regress(&baseline, &now).junit();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("tests"), root.attribute("failures")), (Some("20"), Some("1")));
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 4 * 5);
    assert!(cases.iter().all(|case| case.attribute("classname") == Some("cifar10.lite.wrn-16-1")));
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    let name = failure.parent().unwrap().attribute("name").unwrap();
    assert!(name.contains("method-2") && name.contains("[note=<a & \"b\">]"), "{name}");
    assert!(name.ends_with(": counts"), "{name}");
    let text = failure.text().unwrap();
    assert!(text.contains("params_active: REGRESSED") && text.contains("sparsity: REGRESSED"), "{text}");
    assert!(text.contains("baseline 18361, now 18358"), "{text}");
}

#[test]
fn markdown_names_what_moved_and_the_rule() {
    let now = hurt(|record| *record.top1.as_mut().unwrap() -= 6.0);
    let page = regress(&suite(), &now).markdown("runs against baseline.csv");
    assert!(page.starts_with("## runs against baseline.csv"), "{page}");
    assert!(page.contains("| REGRESSED | method-2 | top1 |"), "{page}");
    assert!(page.contains("12 tests were made") && page.contains("1.25"), "{page}");
}
