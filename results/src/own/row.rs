//! The lines of a table of one's own results: a condition and its trials.

use std::collections::BTreeMap;

use records::{Metric, Record};

use crate::evidence::condition::{Condition, LENGTH};
use crate::evidence::names::target;
use crate::evidence::trials::Trials;
use crate::paper::catalogue::every_table;
use crate::table::legend::{doubts_of_latency, remarks};

use super::naming::method_name;

/// A condition and its trials, which differ in their seeds.
pub struct OwnRow<'a> {
    /// The trials; there is one at least.
    pub trials: Trials<'a>,
}

impl<'a> OwnRow<'a> {
    /// A trial that stands for all where they are the same: one that completed, if there is any.
    pub fn first(&self) -> &'a Record {
        self.trials.ok().next().unwrap_or(self.trials.0[0])
    }

    /// The metric of its results, or if no trial has a result that of the paper's tables of its suite; none if there
    /// is no such table.
    pub fn metric(&self) -> Option<Metric> {
        let of_results = self.trials.ok().find(|record| record.score().is_some()).map(Record::metric);
        let suite = &self.first().suite;
        of_results
            .or_else(|| every_table().iter().find(|table| table.suite == suite).map(|table| table.metric))
    }

    /// What is to be known of its result, in words.
    pub fn remarks(&self, metric: Metric) -> Vec<String> {
        remarks(&self.trials, metric).chain(doubts_of_latency(&self.trials)).collect()
    }

    /// The line as notes name it, where no other has that name: `RigL at 90%`.
    pub fn name(&self) -> String {
        let (name, settings) = method_name(self.first());
        let settings = if settings.is_empty() { settings } else { format!(" [{settings}]") };
        let target = target(self.first()).map(|target| format!(" at {target}")).unwrap_or_default();
        format!("{name}{settings}{target}")
    }
}

/// Suite, data set, profile, network and fingerprint of the data: what a table of its own is made for.
pub fn place(record: &Record) -> [&str; 5] {
    [&record.suite, &record.dataset, &record.profile, &record.model, &record.data_fingerprint]
}

/// The conditions of the records, those of one place together, the dense network first and then by level.
/// Outdated records are left out.
///
/// A trial that failed is short of its length, so it belongs to the condition that is the same but for that, or is a
/// line of its own.
pub fn rows(records: &[Record]) -> Vec<OwnRow<'_>> {
    let (ok, failed): (Vec<&Record>, Vec<&Record>) =
        records.iter().filter(|record| record.outdated.is_none()).partition(|record| record.is_ok());
    let mut by_condition: BTreeMap<Condition, Vec<&Record>> = BTreeMap::new();
    for record in ok {
        by_condition.entry(Condition::of(record)).or_default().push(record);
    }
    for record in failed {
        let asked = Condition::of(record).without(&LENGTH);
        let whole = by_condition.keys().find(|whole| (*whole).clone().without(&LENGTH) == asked).cloned();
        by_condition.entry(whole.unwrap_or(asked)).or_default().push(record);
    }
    let rows = by_condition.into_values().map(|trials| OwnRow { trials: Trials(trials) });
    let mut rows: Vec<OwnRow> = rows.collect();
    rows.sort_by(|a, b| {
        let (a, b) = (a.first(), b.first());
        let level = |record: &Record| record.latency_target.or(record.sparsity_target).unwrap_or(-1.0);
        let by_level = level(a).total_cmp(&level(b));
        place(a).cmp(&place(b)).then(by_level).then_with(|| method_name(a).cmp(&method_name(b)))
    });
    rows
}
