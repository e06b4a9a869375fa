//! The committed baseline of the smoke profile: that it holds against itself, and that it catches methods
//! that learn nothing.

use std::collections::BTreeMap;
use std::path::Path;

use records::Record;
use results::regress::baseline::Baseline;
use results::regress::regress;

/// Percent; both data sets of classification have ten classes, and a detector that learns nothing has less.
const CHANCE: f64 = 10.0;

fn baseline() -> Vec<Record> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline/smoke.csv");
    Baseline::read(&file).unwrap().records
}

#[test]
fn it_holds_against_itself() {
    let baseline = baseline();
    let regression = regress(&baseline, &baseline);
    assert!(!regression.failed(), "{}", regression.text("itself"));
}

#[test]
fn a_method_that_guesses_is_caught_by_itself() {
    let baseline = baseline();
    let mut lowest: BTreeMap<(&str, &str, &str, bool), f64> = BTreeMap::new();
    for record in &baseline {
        let of = (
            record.suite.as_str(),
            record.method.as_str(),
            record.settings.as_str(),
            record.pretrained.is_empty(),
        );
        let score = record.score().unwrap();
        lowest.entry(of).and_modify(|low| *low = low.min(score)).or_insert(score);
    }
    // Every seed of every condition reaches half of what can be reached at least.
    assert!(lowest.values().all(|low| *low >= 5.0 * CHANCE), "{lowest:?}");
    assert_eq!(lowest.len(), 9);
    for (suite, method, settings, from_scratch) in lowest.into_keys() {
        let mut now = baseline.clone();
        let guesses = |record: &&mut Record| {
            (
                record.suite.as_str(),
                record.method.as_str(),
                record.settings.as_str(),
                record.pretrained.is_empty(),
            ) == (suite, method, settings, from_scratch)
        };
        for record in now.iter_mut().filter(guesses) {
            let score = if record.map.is_some() { &mut record.map } else { &mut record.top1 };
            *score = Some(CHANCE - 1.0);
        }
        let regression = regress(&baseline, &now);
        let text = regression.text("guessing");
        assert!(regression.failed() && text.starts_with("guessing"), "{suite} {method}: {text}");
        assert!(text.contains("1 regression in 1 of 9 conditions"), "{suite} {method}: {text}");
    }
}
