//! One method at one level: the published value, the trials, and what follows from both.
//!
//! Trials with settings of their own, or with another distribution, start or latency table than the
//! row's, are not mixed in with the row's trials: they get rows of their own under it, with labels
//! that say so.

use std::collections::{BTreeMap, BTreeSet};

use records::{Metric, Record};

use crate::page::number::percent;
use crate::paper::settings::{parse, text, without};
use crate::paper::{PublishedValue, RowDefinition, TableDefinition};
use crate::statistics::Summary;

use super::group::Group;
use super::names::distribution_name;
use super::row_match::{RowMatch, elsewhere, match_row};
use super::trials::Trials;

/// One method at one level.
#[derive(Clone, Debug)]
pub struct TableRow<'a> {
    /// What the row is about.
    pub subject: RowSubject<'a>,
    /// The table's level: share of zeros, or of latency, 0 to 1.
    pub level: f64,
    /// Whether it is the level of the dense network.
    pub dense: bool,
    /// What the methods of the table are compared by.
    pub metric: Metric,
    /// The preferred published value.
    pub published: Option<&'static PublishedValue>,
    /// That value with those of independent groups that reproduced it; empty if nobody did.
    pub reproductions: Vec<&'static PublishedValue>,
    /// The measured trials.
    pub trials: Trials<'a>,
    /// In what the group differs from the published trials.
    pub differs: Vec<&'static str>,
}

/// A method with its distribution and settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowSubject<'a> {
    /// The label, which says what differs from the row of the table.
    pub label: String,
    /// Key of the method; empty if it is not run here.
    pub method: &'a str,
    /// Distribution of the sparsity; empty for the dense network.
    pub distribution: &'a str,
    /// Settings beside those of the profile, `key=value;key=value`.
    pub settings: String,
}

impl<'a> RowSubject<'a> {
    fn of_row(row: &RowDefinition) -> RowSubject<'a> {
        RowSubject {
            label: row.label.into(),
            method: row.method.unwrap_or_default(),
            distribution: row.distribution.unwrap_or_default(),
            settings: text(row.settings, ";"),
        }
    }

    fn of_variant(row: &RowDefinition, record: &'a Record, group: &Group) -> RowSubject<'a> {
        let own = RowSubject::of_row(row);
        let recorded = record.distribution.as_str();
        let usual = row.distribution.is_none_or(|distribution| distribution == recorded);
        let (mut label, distribution) = match recorded {
            _ if usual => (own.label, own.distribution),
            "" => (format!("{} (no distribution)", row.name), recorded),
            _ => (format!("{} ({})", row.name, distribution_name(recorded)), recorded),
        };
        let mut besides: Vec<String> = Vec::new();
        let settings = without(&parse(&record.settings), row.settings);
        besides.extend((!settings.is_empty()).then(|| text(&settings, "; ")));
        match (row.pretrained, record.pretrained.as_str()) {
            (true, "") => besides.push("from scratch".to_string()),
            (false, from) if !from.is_empty() => besides.push("from pretrained".to_string()),
            _ => {}
        }
        if !group.has_usual_latencies(record) {
            besides.push(format!("latency table {}", record.latency_table));
        }
        if !besides.is_empty() {
            label.push_str(&format!(" [{}]", besides.join("; ")));
        }
        RowSubject { label, distribution, settings: record.settings.clone(), ..own }
    }
}

impl TableRow<'_> {
    /// The row as notes name it: `IEE (ERK) at 90%`.
    pub fn name(&self) -> String {
        format!("{} at {}", self.subject.label, percent(self.level))
    }

    /// The measured result: the table's metric after the last epoch.
    pub fn score(&self) -> Option<Summary> {
        self.trials.score(self.metric)
    }

    /// The results of the independent groups that published the value.
    pub fn groups(&self) -> Option<Summary> {
        let scores = self.reproductions.iter().filter_map(|value| value.score());
        Summary::of(&scores.collect::<Vec<_>>()).filter(|groups| groups.n > 1)
    }

    /// Looked-up latency over the dense network's.
    pub fn latency_share(&self) -> Option<f64> {
        self.trials.mean(|record| Some(record.latency_ms? / record.latency_dense_ms?))
    }

    /// FLOPs of training relative to the dense network: as published, else as measured.
    pub fn train_flops(&self) -> Option<f64> {
        let published = self.published.and_then(|value| value.train_flops_ratio);
        published.or_else(|| self.trials.mean(|record| record.train_flops_ratio))
    }
}

/// The rows of a group's table, level after level, the dense network's first.
pub fn table_rows<'a>(definition: &TableDefinition, group: &Group<'a>) -> Vec<TableRow<'a>> {
    let placed: Vec<(RowMatch, &'a Record)> =
        group.records.iter().filter_map(|record| Some((match_row(definition, record)?, *record))).collect();
    let differs = group.differs(definition);
    let mut rows = Vec::new();
    for level in definition.levels() {
        for (at, row) in definition.rows.iter().enumerate() {
            if definition.has_row(row, level) {
                let here = placed.iter().filter(|(found, _)| found.row == at && found.level == level);
                let subjects = subjects(row, here, group);
                rows.extend(subjects.into_iter().map(|(subject, trials)| TableRow {
                    published: definition.published(&subject.label, level),
                    reproductions: definition.reproductions(&subject.label, level).unwrap_or_default(),
                    subject,
                    level,
                    dense: level == definition.dense_level(),
                    metric: definition.metric,
                    trials,
                    differs: differs.clone(),
                }));
            }
        }
    }
    rows
}

/// The row with its own trials, then its variants with theirs.
fn subjects<'a: 'b, 'b>(
    row: &RowDefinition,
    placed: impl Iterator<Item = &'b (RowMatch, &'a Record)>,
    group: &Group,
) -> Vec<(RowSubject<'a>, Trials<'a>)> {
    let mut own = Trials::default();
    let mut variants: BTreeMap<RowSubject<'a>, Trials<'a>> = BTreeMap::new();
    for (found, record) in placed {
        match found.own && group.has_usual_latencies(record) {
            true => own.0.push(record),
            false => variants.entry(RowSubject::of_variant(row, record, group)).or_default().0.push(record),
        }
    }
    [(RowSubject::of_row(row), own)].into_iter().chain(variants).collect()
}

/// The records of a group that its table does not show.
#[derive(Clone, Debug, Default)]
pub struct LeftOut<'a> {
    /// The other tables that show some of them.
    pub tables: BTreeSet<&'static str>,
    /// Those that no table of this network shows.
    pub records: Vec<&'a Record>,
}

impl LeftOut<'_> {
    /// Where those are that other tables show, in a sentence.
    pub fn elsewhere(&self) -> Option<String> {
        let tables: Vec<&str> = self.tables.iter().copied().collect();
        (!tables.is_empty()).then(|| format!("Further records are shown in {}.", tables.join(", ")))
    }
}

/// The records of a group that its table does not show.
pub fn left_out<'a>(definition: &TableDefinition, group: &Group<'a>) -> LeftOut<'a> {
    let mut left_out = LeftOut::default();
    for record in group.records.iter().filter(|record| match_row(definition, record).is_none()) {
        match elsewhere(definition, record) {
            tables if tables.is_empty() => left_out.records.push(record),
            tables => left_out.tables.extend(tables),
        }
    }
    left_out
}
