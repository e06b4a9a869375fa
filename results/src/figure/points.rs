//! The points of a figure, from published values and from records.

use crate::record::Record;
use crate::reference::Reference;
use crate::table::group::{Group, groups};
use crate::table::line::lines;

use super::definition::{FigureDefinition, Panel};

/// All that a drawing shows.
#[derive(Debug)]
pub struct Plot<'a> {
    /// Names of the series: the rows of the table, then methods that are only published.
    pub series: Vec<Series>,
    /// The points, those of the published values first.
    pub points: Vec<Point<'a>>,
    /// The records drawn; none if nothing is recorded.
    pub group: Option<Group<'a>>,
    /// How many other groups of records there are, which are not drawn.
    pub others: usize,
}

/// Points of one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The method's label.
    pub label: String,
    /// Whether it is run here, and not only published.
    pub run: bool,
}

/// One point of one panel.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    /// The panel.
    pub panel: Panel,
    /// Index of the series.
    pub series: usize,
    /// Place from left to right, in the quantity of the panel.
    pub x: f64,
    /// Top-1 accuracy, percent.
    pub y: f64,
    /// Its standard deviation, percentage points.
    pub deviation: Option<f64>,
    /// Share of the latency that remains.
    pub latency_target: Option<f64>,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// Where a point comes from.
#[derive(Clone, Debug)]
pub enum Origin<'a> {
    /// A published value.
    Published {
        /// The value.
        value: &'static Reference,
        /// Whether its place from left to right is computed from other published values.
        computed: bool,
    },
    /// Trials.
    Measured {
        /// Those that enter its accuracy.
        trials: Vec<&'a Record>,
        /// How their throughput was measured; empty if it is not drawn.
        timed: String,
        /// Why the throughput is not valid.
        doubt: Option<String>,
    },
}

impl<'a> Plot<'a> {
    /// The points of a figure over the records that come closest to the published recipe, of those
    /// with a pruned network.
    pub fn of(definition: &FigureDefinition, records: &'a [Record]) -> Plot<'a> {
        let table = &definition.table;
        let run = |label: &str| table.rows.iter().any(|row| row.label == label && row.method.is_some());
        let mut labels: Vec<&str> = table.rows.iter().map(|row| row.label).collect();
        for value in table.references().filter(|value| !run(&value.label)) {
            if !labels.contains(&value.label.as_str()) {
                labels.push(&value.label);
            }
        }
        let series =
            labels.iter().map(|label| Series { label: label.to_string(), run: run(label) }).collect();
        let mut groups = groups(table, records);
        let others = groups.len().saturating_sub(1);
        let prunes =
            |group: &Group| lines(table, group).iter().any(|l| !l.dense && l.trials.top1().is_some());
        let first = groups.iter().position(prunes).unwrap_or(0);
        let group = (!groups.is_empty()).then(|| groups.swap_remove(first));
        let mut points = Vec::new();
        for panel in &definition.panels {
            let series = |label: &str| labels.iter().position(|known| *known == label);
            points.extend(table.references().filter_map(|value| {
                let computed = panel.x.is_computed(value);
                Some(Point {
                    panel: *panel,
                    series: series(&value.label)?,
                    x: panel.x.of_published(table, value)?,
                    y: value.top1?,
                    deviation: value.top1_deviation,
                    latency_target: value.latency_target,
                    origin: Origin::Published { value, computed },
                })
            }));
            for line in group.iter().flat_map(|group| lines(table, group)) {
                // Variants of a row have labels of their own, and stand in the table only.
                let Some(series) = series(&line.subject.label) else { continue };
                let x = panel.x.of_measured(&line).filter(|x| x.is_finite());
                let top1 = line.trials.top1().filter(|top1| top1.mean.is_finite());
                let (Some(top1), Some(x)) = (top1, x) else {
                    continue;
                };
                let throughput = line.trials.throughput().filter(|_| panel.x == super::Axis::Speed);
                let timed = throughput.as_ref().map(|_| Vec::from_iter(line.trials.timed_in()).concat());
                points.push(Point {
                    panel: *panel,
                    series,
                    x,
                    y: top1.mean,
                    deviation: top1.deviation,
                    latency_target: Some(line.level),
                    origin: Origin::Measured {
                        trials: line.trials.ok().filter(|record| record.top1.is_some()).collect(),
                        timed: timed.unwrap_or_default(),
                        doubt: throughput.and_then(|throughput| throughput.doubt),
                    },
                });
            }
        }
        Plot { series, points, group, others }
    }

    /// The points of one panel.
    pub fn in_panel(&self, panel: Panel) -> impl Iterator<Item = &Point<'a>> {
        self.points.iter().filter(move |point| point.panel == panel)
    }
}

impl Point<'_> {
    /// Whether it was measured here.
    pub fn is_measured(&self) -> bool {
        matches!(self.origin, Origin::Measured { .. })
    }
}
