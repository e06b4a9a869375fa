//! One method at one sparsity: the published value, the trials, and what follows from both.
//!
//! Trials with settings of their own, or with another distribution than the row's, are not mixed
//! in with the row's trials: they get lines of their own under it, with labels that say so.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::reference::Reference;

use super::definition::{RowDefinition, TableDefinition};
use super::group::Group;
use super::trials::Trials;
use super::verdict::Verdict;

/// How far a recorded target may lie from a table's sparsity and still be it.
const TOLERANCE: f64 = 1e-6;

/// One method at one sparsity.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// What the line is about.
    pub subject: Subject<'a>,
    /// Share of zeros, 0 to 1.
    pub sparsity: f64,
    /// The preferred published value.
    pub published: Option<&'static Reference>,
    /// The measured trials.
    pub trials: Trials<'a>,
    /// Whether the group's numbers may be compared with published ones.
    comparable: bool,
}

/// A method with its distribution and settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject<'a> {
    /// The label, which says what differs from the row of the table.
    pub label: String,
    /// Key of the method.
    pub method: &'a str,
    /// Distribution of the sparsity; empty for the dense network.
    pub distribution: &'a str,
    /// Settings that differ from their defaults.
    pub settings: &'a str,
}

impl<'a> Subject<'a> {
    fn of_row(row: &RowDefinition) -> Subject<'a> {
        let distribution = row.distribution.unwrap_or_default();
        Subject { label: row.label.into(), method: row.method, distribution, settings: "" }
    }

    fn of_record(row: &RowDefinition, record: &'a Record) -> Subject<'a> {
        let own = Subject::of_row(row);
        let recorded = record.distribution.as_str();
        let usual = row.distribution.is_none_or(|distribution| distribution == recorded);
        let (mut label, distribution) = match recorded {
            _ if usual => (own.label, own.distribution),
            "er" | "erk" => (format!("{} ({})", row.name, recorded.to_uppercase()), recorded),
            "" => (format!("{} (no distribution)", row.name), recorded),
            _ => (format!("{} ({recorded})", row.name), recorded),
        };
        if !record.settings.is_empty() {
            label.push_str(&format!(" [{}]", record.settings.replace(';', "; ")));
        }
        Subject { label, distribution, settings: &record.settings, ..own }
    }
}

impl Line<'_> {
    /// Measured mean minus published value, where the two may be compared.
    pub fn difference(&self) -> Option<f64> {
        let (published, measured) = (self.published?, self.trials.top1()?);
        self.comparable.then_some(measured.mean - published.top1)
    }

    /// The judgement, where the published value was trained in the same way.
    pub fn verdict(&self) -> Option<Verdict> {
        let published = self.published.filter(|value| self.comparable && value.is_comparable())?;
        let measured = self.trials.top1()?;
        Some(Verdict::on(measured.mean, published.top1, published.top1_deviation))
    }
}

/// The lines of a group's table, one block a sparsity, the dense network in a block of its own.
pub fn blocks<'a>(definition: &TableDefinition, group: &Group<'a>) -> Vec<Vec<Line<'a>>> {
    let sparsities = [0.0].into_iter().chain(definition.sparsities.iter().copied());
    sparsities
        .map(|sparsity| {
            let rows = definition.rows.iter().filter(|row| belongs(row, sparsity));
            rows.flat_map(|row| lines(definition, group, row, sparsity)).collect()
        })
        .collect()
}

/// The records of a group that its table does not show.
pub fn left_out<'a>(definition: &TableDefinition, group: &Group<'a>) -> Vec<&'a Record> {
    let shown = |record: &Record| {
        definition.rows.iter().any(|row| {
            let sparsities = [0.0].into_iter().chain(definition.sparsities.iter().copied());
            sparsities.into_iter().any(|s| belongs(row, s) && is_at(row, s, record))
        })
    };
    group.records.iter().copied().filter(|record| !shown(record)).collect()
}

/// The row's own line, then those of its variants that were measured.
fn lines<'a>(
    definition: &TableDefinition,
    group: &Group<'a>,
    row: &RowDefinition,
    sparsity: f64,
) -> Vec<Line<'a>> {
    let own = Subject::of_row(row);
    let mut variants: BTreeMap<Subject<'a>, Trials<'a>> = BTreeMap::new();
    for record in group.records.iter().filter(|record| is_at(row, sparsity, record)) {
        variants.entry(Subject::of_record(row, record)).or_default().0.push(record);
    }
    let own_trials = variants.remove(&own).unwrap_or_default();
    let comparable = group.is_comparable(definition);
    [(own, own_trials)]
        .into_iter()
        .chain(variants)
        .map(|(subject, trials)| {
            let published = definition.published(&subject.label, sparsity);
            Line { subject, sparsity, published, trials, comparable }
        })
        .collect()
}

/// Whether a row has a line at this sparsity: the dense network only at none.
fn belongs(row: &RowDefinition, sparsity: f64) -> bool {
    row.distribution.is_none() == (sparsity == 0.0)
}

/// Whether a record is of this row's method and of this sparsity.
fn is_at(row: &RowDefinition, sparsity: f64, record: &Record) -> bool {
    let target = record.sparsity_target.unwrap_or(0.0);
    record.method == row.method && (target - sparsity).abs() < TOLERANCE
}
