//! The lines of one group of records, which all drawings of the group share.

use crate::record::Record;
use crate::table::TableDefinition;
use crate::table::group::{Group, groups};
use crate::table::line::{Line, lines};
use crate::table::number::percent;

use super::chart::Series;

/// One group of records in one table.
#[derive(Debug)]
pub struct Sheet<'t, 'a> {
    /// The table.
    pub table: &'t TableDefinition,
    /// The group.
    pub group: Group<'a>,
    /// Its lines of which a trial ended as planned.
    pub lines: Vec<Line<'a>>,
}

impl<'t, 'a> Sheet<'t, 'a> {
    /// Every group of a table, the published recipe first.
    pub fn all(table: &'t TableDefinition, records: &'a [Record]) -> Vec<Sheet<'t, 'a>> {
        let of = |group: Group<'a>| {
            let mut lines = lines(table, &group);
            lines.retain(|line| line.trials.ok().next().is_some());
            Sheet { table, group, lines }
        };
        groups(table, records).into_iter().map(of).collect()
    }

    /// Whether it has a network that is not dense.
    pub fn prunes(&self) -> bool {
        self.lines.iter().any(|line| !line.dense)
    }

    /// The labels of its series: the rows that are run and their variants, then methods that are only
    /// published.
    pub fn labels(&self) -> Vec<(String, bool)> {
        let rows = self.table.rows.iter();
        let mut labels: Vec<(String, bool)> =
            rows.filter(|row| row.method.is_some()).map(|row| (row.label.to_string(), true)).collect();
        let variants = self.lines.iter().map(|line| (line.subject.label.clone(), true));
        let published = self.table.references().map(|value| (value.label.clone(), false));
        for (label, run) in variants.chain(published) {
            if !labels.iter().any(|(known, _)| *known == label) {
                labels.push((label, run));
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
    pub fn series_of_lines(&self, lines: &[&Line]) -> Vec<Series> {
        let labels = self.labels();
        let mut levels: Vec<f64> = lines.iter().filter(|line| !line.dense).map(|line| line.level).collect();
        levels.dedup();
        let of = |line: &&Line| Series {
            label: if line.dense { line.subject.label.clone() } else { self.name(line) },
            run: true,
            mark: labels.iter().position(|(label, _)| *label == line.subject.label).unwrap_or(0),
            dash: levels.iter().position(|level| *level == line.level).unwrap_or(0),
        };
        lines.iter().map(of).collect()
    }

    /// A line with its level: `IEE (ERK), 90% zeros`.
    fn name(&self, line: &Line) -> String {
        let what = if self.table.structured() { "latency" } else { "zeros" };
        format!("{}, {} {what}", line.subject.label, percent(line.level))
    }
}
