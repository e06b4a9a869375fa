//! The trials behind one row of a table, in numbers.
//!
//! Only trials that completed enter a mean; the others are counted and named.

use std::collections::{BTreeMap, BTreeSet};

use records::{Metric, Record, words};

use crate::paper::settings::parse;
use crate::statistics::{Summary, mean};

/// What is said of results whose channels were pruned by a latency table much of which is marked as unreliable.
pub const UNRELIABLE_TABLE: &str = "channels were pruned by a latency table of which much is marked as unreliable, so the \
                                    fraction is not comparable";

/// Trials of one method under the same conditions, differing in their seeds.
#[derive(Clone, Debug, Default)]
pub struct Trials<'a>(pub Vec<&'a Record>);

impl<'a> Trials<'a> {
    /// The trials that completed.
    pub fn ok(&self) -> impl Iterator<Item = &'a Record> {
        self.0.iter().copied().filter(|record| record.is_ok())
    }

    /// The metric after the last epoch, in its unit.
    pub fn score(&self, metric: Metric) -> Option<Summary> {
        Summary::of(&self.ok().filter_map(|record| score(record, metric)).collect::<Vec<_>>())
    }

    /// Mean of any other quantity; what is not finite counts as missing.
    pub fn mean(&self, quantity: impl Fn(&Record) -> Option<f64>) -> Option<f64> {
        let finite = self.ok().filter_map(quantity).filter(|value| value.is_finite());
        mean(&finite.collect::<Vec<_>>())
    }

    /// The trials that do not enter the mean, and why: `1 of 3 trials diverged`, with the cause in the first that did,
    /// where it is known.
    pub fn failures(&self, metric: Metric) -> Option<String> {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for record in &self.0 {
            let reason = match record.status.as_str() {
                _ if record.is_ok() && score(record, metric).is_some() => continue,
                _ if record.is_ok() => format!("recorded no {}", metric.short),
                words::DIVERGED => words::DIVERGED.to_string(),
                status => format!("ended with status {status:?}"),
            };
            *reasons.entry(reason).or_default() += 1;
        }
        let all = self.0.len();
        let why = |reason: &str| match self.0.iter().find_map(|record| record.divergence.as_deref()) {
            Some(why) if reason == words::DIVERGED => format!(" ({})", cause(why)),
            _ => String::new(),
        };
        let said: Vec<_> = reasons
            .iter()
            .map(|(reason, n)| format!("{n} of {all} trials {reason}{}", why(reason)))
            .collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// Whether a latency of theirs is a count of multiply-accumulates.
    pub fn counted_macs(&self) -> bool {
        self.ok().any(|record| record.latency_table == words::MACS)
    }

    /// Whether channels of theirs were pruned by a latency table much of which is marked as unreliable.
    pub fn doubtful_latencies(&self) -> bool {
        self.ok().any(|record| parse(&record.settings).contains(&(words::ALLOW_DOUBTFUL, "true")))
    }

    /// Why the share of latency that remains is not comparable, in words.
    pub fn doubts_of_latency(&self) -> impl Iterator<Item = &'static str> {
        let doubts = [
            (self.doubtful_latencies(), UNRELIABLE_TABLE),
            (
                self.counted_macs(),
                "MACs were used as a latency proxy, so the fraction is not one of time and is not comparable",
            ),
        ];
        doubts.into_iter().filter(|(holds, _)| *holds).map(|(_, doubt)| doubt)
    }

    /// Whether the structure of a trial never changed although its method changes it.
    pub fn never_changed(&self) -> bool {
        self.ok().any(Record::never_changed)
    }

    /// In how many of them it never changed, in words.
    pub fn unchanged(&self) -> Option<String> {
        let (all, unchanged) = (self.ok().count(), self.ok().filter(|record| record.never_changed()).count());
        (unchanged > 0).then(|| {
            format!(
                "the structure never changed in {unchanged} of {all} trials, whose networks are static; they were too \
                 short for the method"
            )
        })
    }

    /// Whether one of them learnt nothing, so that their mean says nothing about the method.
    pub fn learnt_nothing(&self) -> bool {
        self.ok().any(|record| record.unlearned.is_some())
    }

    /// How many of them learnt nothing, and what shows it in the first of these, in words.
    pub fn unlearned(&self) -> Option<String> {
        let reasons: Vec<&String> = self.ok().filter_map(|record| record.unlearned.as_ref()).collect();
        let first = reasons.first()?;
        Some(format!("{} of {} trials did not learn: {first}", reasons.len(), self.ok().count()))
    }

    /// Trials that could not read all of their data, in words.
    pub fn skipped_files(&self) -> Option<String> {
        let most = self.ok().filter_map(|record| record.skipped_files).max().filter(|most| *most > 0)?;
        Some(format!(
            "unreadable files were skipped, at most {most} per trial, so not comparable; skipped.txt in the run directory \
             names them"
        ))
    }

    /// Seeds counted more than once in the mean, as trials with different keys.
    pub fn repeated_seeds(&self) -> Option<String> {
        let mut times: BTreeMap<u64, usize> = BTreeMap::new();
        self.ok().for_each(|record| *times.entry(record.seed).or_default() += 1);
        let said: Vec<_> = times
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(seed, n)| format!("seed {seed} is counted {n} times in the mean, under different keys"))
            .collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// The cause in what a run says of its divergence, without the advice behind it.
fn cause(said: &str) -> &str {
    let first = said.lines().next().unwrap_or_default();
    first.split(": the training diverged").next().unwrap_or(first)
}

/// A seed that occurs more than once among trials of one condition.
pub fn repeated_seed(trials: &[&Record]) -> Option<u64> {
    let mut seen = BTreeSet::new();
    trials.iter().map(|record| record.seed).find(|seed| !seen.insert(*seed))
}

/// A trial's result; none if it is not finite, as in a record written by hand.
fn score(record: &Record, metric: Metric) -> Option<f64> {
    metric.of(record).filter(|score| score.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seed: u64, status: &str, top1: Option<f64>) -> Record {
        Record { seed, status: status.into(), top1, ..Record::default() }
    }

    #[test]
    fn failed_trials_are_counted_and_kept_out_of_the_mean() {
        let all = [
            record(0, "ok", Some(90.0)),
            record(1, "ok", Some(92.0)),
            record(1, "ok", Some(94.0)),
            record(2, "diverged", Some(10.0)),
            record(3, "out-of-memory", None),
            record(4, "ok", None),
            record(5, "ok", Some(f64::NAN)),
        ];
        let trials = Trials(all.iter().collect());
        let top1 = trials.score(Metric::TOP1).unwrap();
        assert_eq!((top1.mean, top1.deviation, top1.n), (92.0, Some(2.0), 3));
        assert_eq!(
            trials.failures(Metric::TOP1).unwrap(),
            "1 of 7 trials diverged, 1 of 7 trials ended with status \"out-of-memory\", \
             2 of 7 trials recorded no top-1"
        );
        let why =
            "the loss is NaN after step 7 (stage training): the training diverged; try a lower learning_rate";
        let told = Record { divergence: Some(why.into()), ..all[3].clone() };
        assert_eq!(
            Trials(vec![&all[0], &all[3], &told]).failures(Metric::TOP1).unwrap(),
            "2 of 3 trials diverged (the loss is NaN after step 7 (stage training))"
        );
        assert_eq!(
            trials.repeated_seeds().unwrap(),
            "seed 1 is counted 2 times in the mean, under different keys"
        );
        assert_eq!(Trials(vec![&all[0]]).failures(Metric::TOP1), None);
        let skipping = Record { skipped_files: Some(2), ..record(0, "ok", Some(90.0)) };
        assert!(Trials(vec![&skipping]).skipped_files().unwrap().contains("at most 2 per trial"));
        assert_eq!(trials.skipped_files(), None);
    }
}
