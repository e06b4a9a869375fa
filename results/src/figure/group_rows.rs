//! The rows of one group of records that have trials, which all drawings of the group share.

use std::collections::BTreeSet;

use records::Record;

use crate::evidence::group::{Group, groups};
use crate::evidence::table_row::{TableRow, table_rows};
use crate::page::number::percent;
use crate::paper::TableDefinition;

use super::chart::Series;
use super::identity::of_series;

/// One group of records in one table.
#[derive(Debug)]
pub struct GroupRows<'t, 'a> {
    /// The table.
    pub table: &'t TableDefinition,
    /// The group.
    pub group: Group<'a>,
    /// Its rows with at least one trial that completed.
    pub rows: Vec<TableRow<'a>>,
    /// For each of them the label of the row as the table defines it, which variants of that row do not have.
    pub row_labels: Vec<String>,
}

impl<'t, 'a> GroupRows<'t, 'a> {
    /// Every group of a table, the published recipe first.
    pub fn all(table: &'t TableDefinition, records: &'a [Record]) -> Vec<GroupRows<'t, 'a>> {
        let of = |group: Group<'a>| {
            let mut label = String::new();
            let mut group_rows = GroupRows { table, group, rows: Vec::new(), row_labels: Vec::new() };
            // A row as it is defined, there even without trials, comes before its variants.
            for row in table_rows(table, &group_rows.group) {
                if is_defined(table, &row) {
                    label.clone_from(&row.subject.label);
                }
                if row.trials.ok().next().is_some() {
                    group_rows.rows.push(row);
                    group_rows.row_labels.push(label.clone());
                }
            }
            group_rows
        };
        groups(table, records).into_iter().filter(|group| !group.records.is_empty()).map(of).collect()
    }

    /// The rows that a figure draws: those that the table defines, and the variants of those without trials;
    /// then the other variants.
    pub fn in_figure(&self) -> (Vec<&TableRow<'a>>, Vec<&TableRow<'a>>) {
        let of_rows = self.rows.iter().filter(|row| is_defined(self.table, row));
        let own: BTreeSet<&str> = of_rows.map(|row| row.subject.label.as_str()).collect();
        let (mut drawn, mut others) = (Vec::new(), Vec::new());
        for (row, label) in self.rows.iter().zip(&self.row_labels) {
            let stands_in = !own.contains(label.as_str());
            if stands_in || row.subject.label == *label { &mut drawn } else { &mut others }.push(row);
        }
        (drawn, others)
    }

    /// Whether it has a network that is not dense.
    pub fn prunes(&self) -> bool {
        self.rows.iter().any(|row| !row.dense)
    }

    /// The labels of its series with their methods: what was measured, rows that can be, then methods that are only
    /// published.
    pub fn labels(&self) -> Vec<(String, String)> {
        let measured = |label: &str| self.rows.iter().any(|row| row.subject.label == label);
        let rows = self.table.rows.iter().filter_map(|row| Some((row.label, row.method?)));
        let (own, others): (Vec<_>, Vec<_>) = rows.partition(|(label, _)| measured(label));
        let variants = self.rows.iter().map(|row| (row.subject.label.as_str(), row.subject.method));
        let published =
            self.table.published_values().map(|value| (value.label.as_str(), value.method.as_str()));
        let mut labels: Vec<(String, String)> = Vec::new();
        for (label, method) in own.into_iter().chain(variants).chain(others).chain(published) {
            if !labels.iter().any(|(known, _)| known == label) {
                labels.push((label.to_string(), method.to_string()));
            }
        }
        labels
    }

    /// One series per label, for points of many levels.
    pub fn series(&self) -> Vec<Series> {
        let labels = self.labels();
        let of = |(at, (label, method)): (usize, &(String, String))| Series {
            label: label.clone(),
            method: method.clone(),
            identity: of_series(label, method),
            variant: variant(&labels, at),
            dash: 0,
            alike: Vec::new(),
        };
        labels.iter().enumerate().map(of).collect()
    }

    /// One series per row, for curves: its method by colour, its level by dashes, and in its label unless the drawing says
    /// it.
    pub fn series_of_rows(&self, rows: &[&TableRow], level_is_said: bool) -> Vec<Series> {
        let labels = self.labels();
        let mut levels: Vec<f64> = rows.iter().filter(|row| !row.dense).map(|row| row.level).collect();
        levels.dedup();
        let of = |row: &&TableRow| {
            let at = labels.iter().position(|(label, _)| *label == row.subject.label).unwrap_or(0);
            Series {
                label: if row.dense || level_is_said { row.subject.label.clone() } else { self.name(row) },
                method: row.subject.method.to_string(),
                identity: of_series(&row.subject.label, row.subject.method),
                variant: variant(&labels, at),
                dash: levels.iter().position(|level| *level == row.level).unwrap_or(0),
                alike: Vec::new(),
            }
        };
        rows.iter().map(of).collect()
    }

    /// A row with its level: `IEE (ERK), 90% zeros`.
    fn name(&self, row: &TableRow) -> String {
        format!("{}, {} {}", row.subject.label, percent(row.level), self.level_name())
    }

    /// What its levels are shares of.
    pub fn level_name(&self) -> &'static str {
        if self.table.structured() { "latency" } else { "zeros" }
    }

    /// The keys of its trials.
    pub fn keys(&self) -> BTreeSet<&'a str> {
        self.rows.iter().flat_map(|row| row.trials.ok()).map(|record| record.key.as_str()).collect()
    }
}

/// How many labels of the same identity come before the one at this place.
fn variant(labels: &[(String, String)], at: usize) -> usize {
    let identity = |(label, method): &(String, String)| of_series(label, method);
    labels[..at].iter().filter(|other| identity(other) == identity(&labels[at])).count()
}

/// Whether a row is as the table defines it, and not a variant.
fn is_defined(table: &TableDefinition, row: &TableRow) -> bool {
    table.rows.iter().any(|defined| defined.label == row.subject.label)
}
