//! The lines of one group of records, which all drawings of the group share.

use std::collections::BTreeSet;

use records::Record;

use crate::evidence::group::{Group, groups};
use crate::evidence::table_row::{TableRow, lines};
use crate::page::number::percent;
use crate::paper::TableDefinition;

use super::chart::Series;

/// One group of records in one table.
#[derive(Debug)]
pub struct GroupRows<'t, 'a> {
    /// The table.
    pub table: &'t TableDefinition,
    /// The group.
    pub group: Group<'a>,
    /// Its lines of which a trial ended as planned.
    pub lines: Vec<TableRow<'a>>,
    /// The label of the row that each of them stands under, which variants of the row do not have.
    pub rows: Vec<String>,
}

impl<'t, 'a> GroupRows<'t, 'a> {
    /// Every group of a table, the published recipe first.
    pub fn all(table: &'t TableDefinition, records: &'a [Record]) -> Vec<GroupRows<'t, 'a>> {
        let of = |group: Group<'a>| {
            let mut row = String::new();
            let mut sheet = GroupRows { table, group, lines: Vec::new(), rows: Vec::new() };
            // The line of a row, which is there even without trials, comes before those of its variants.
            for line in lines(table, &sheet.group) {
                if is_of_row(table, &line) {
                    row.clone_from(&line.subject.label);
                }
                if line.trials.ok().next().is_some() {
                    sheet.lines.push(line);
                    sheet.rows.push(row.clone());
                }
            }
            sheet
        };
        groups(table, records).into_iter().map(of).collect()
    }

    /// The lines that a figure draws: those of the rows, and the variants of rows without any; then the
    /// other variants.
    pub fn in_figure(&self) -> (Vec<&TableRow<'a>>, Vec<&TableRow<'a>>) {
        let of_rows = self.lines.iter().filter(|line| is_of_row(self.table, line));
        let own: BTreeSet<&str> = of_rows.map(|line| line.subject.label.as_str()).collect();
        let (mut drawn, mut others) = (Vec::new(), Vec::new());
        for (line, row) in self.lines.iter().zip(&self.rows) {
            let stands_in = !own.contains(row.as_str());
            if stands_in || line.subject.label == *row { &mut drawn } else { &mut others }.push(line);
        }
        (drawn, others)
    }

    /// Whether it has a network that is not dense.
    pub fn prunes(&self) -> bool {
        self.lines.iter().any(|line| !line.dense)
    }

    /// The labels of its series: what was measured, rows that can be, then methods that are only
    /// published.
    pub fn labels(&self) -> Vec<(String, bool)> {
        let measured = |label: &str| self.lines.iter().any(|line| line.subject.label == label);
        let rows = self.table.rows.iter().filter(|row| row.method.is_some());
        let (own, others): (Vec<&str>, Vec<&str>) =
            rows.map(|row| row.label).partition(|label| measured(label));
        let variants = self.lines.iter().map(|line| line.subject.label.as_str());
        let run = own.into_iter().chain(variants).chain(others).map(|label| (label, true));
        let published = self.table.references().map(|value| (value.label.as_str(), false));
        let mut labels: Vec<(String, bool)> = Vec::new();
        for (label, run) in run.chain(published) {
            if !labels.iter().any(|(known, _)| known == label) {
                labels.push((label.to_string(), run));
            }
        }
        labels
    }

    /// A series a label, for points of many levels.
    pub fn series(&self) -> Vec<Series> {
        let (mut run_here, mut others) = (0, 0);
        let mut series = Vec::new();
        for (label, run) in self.labels() {
            let count = if run { &mut run_here } else { &mut others };
            series.push(Series { label, run, mark: *count, dash: 0 });
            *count += 1;
        }
        series
    }

    /// A series a line, for curves: its method by colour, its level by dashes.
    pub fn series_of_lines(&self, lines: &[&TableRow]) -> Vec<Series> {
        let labels = self.labels();
        let mut levels: Vec<f64> = lines.iter().filter(|line| !line.dense).map(|line| line.level).collect();
        levels.dedup();
        let of = |line: &&TableRow| Series {
            label: if line.dense { line.subject.label.clone() } else { self.name(line) },
            run: true,
            mark: labels.iter().position(|(label, _)| *label == line.subject.label).unwrap_or(0),
            dash: levels.iter().position(|level| *level == line.level).unwrap_or(0),
        };
        lines.iter().map(of).collect()
    }

    /// A line with its level: `IEE (ERK), 90% zeros`.
    fn name(&self, line: &TableRow) -> String {
        format!("{}, {} {}", line.subject.label, percent(line.level), self.level_name())
    }

    /// What its levels are shares of.
    pub fn level_name(&self) -> &'static str {
        if self.table.structured() { "latency" } else { "zeros" }
    }

    /// The keys of its trials.
    pub fn keys(&self) -> BTreeSet<&'a str> {
        self.lines.iter().flat_map(|line| line.trials.ok()).map(|record| record.key.as_str()).collect()
    }
}

/// Whether a line is of a row as the table has it, and not of a variant.
fn is_of_row(table: &TableDefinition, line: &TableRow) -> bool {
    table.rows.iter().any(|row| row.label == line.subject.label)
}
