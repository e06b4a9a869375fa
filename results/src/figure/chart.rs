//! What a drawing shows, in numbers: series of points in panels, and the words around them.

use records::{Metric, Record};

use crate::evidence::trials::Trials;
use crate::page::text::capitalised;
use crate::paper::{Panel, PublishedValue, Shows};
use crate::table::legend::{DOUBTFUL_LATENCY, SKIPPING, UNCHANGED, UNLEARNED};
use crate::table::structured::NOT_VALID;

use super::identity::Identity;

/// Larger numbers are not drawn: they come from a damaged file.
const GREATEST: f64 = 1e12;

/// All that a drawing shows.
#[derive(Debug)]
pub struct Chart<'a> {
    /// Base name of its files.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// How far its records are evidence.
    pub worth: String,
    /// How to read it.
    pub notes: Vec<String>,
    /// The data set of the published values.
    pub dataset: &'static str,
    /// Whether levels are shares of latency, and not of zeros.
    pub structured: bool,
    /// Metric on the vertical axis of panels that show results.
    pub metric: Metric,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
    /// The series, those that are run here first.
    pub series: Vec<Series>,
    /// The points, those of the published values first.
    pub points: Vec<Point<'a>>,
}

/// Points of one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The method's label, for a curve with its level.
    pub label: String,
    /// Its method.
    pub method: String,
    /// By what its marks are known: those of its method, or those of a row of its own.
    pub identity: Identity,
    /// Which of the series of its identity it is in this drawing; they share colour and shape.
    pub variant: usize,
    /// The number of its dashes.
    pub dash: usize,
    /// The labels of further rows that have the same curve.
    pub alike: Vec<String>,
}

impl Series {
    /// The labels of all of its rows.
    pub fn name(&self) -> String {
        let labels: Vec<&str> = self.labels().map(String::as_str).collect();
        labels.join("; ")
    }

    /// The label of each of its rows.
    pub fn labels(&self) -> impl Iterator<Item = &String> {
        [&self.label].into_iter().chain(&self.alike)
    }
}

/// One point of one panel.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    /// The panel.
    pub panel: Panel,
    /// Index of the series.
    pub series: usize,
    /// Horizontal coordinate, in the unit of the panel's axis.
    pub x: f64,
    /// Vertical coordinate, in the unit of the panel's axis; the mean over trials.
    pub y: f64,
    /// Standard deviation of `y`.
    pub deviation: Option<f64>,
    /// Minimum and maximum of the values that `y` is the mean of, if there are several.
    pub range: Option<[f64; 2]>,
    /// Share of zeros, or of the latency that remains.
    pub level: Option<f64>,
    /// The layer it is of.
    pub layer: Option<String>,
    /// Whether no other valid point of the panel is better in both quantities; none where better has no
    /// meaning, where the throughput is not valid, and where a trial did not learn.
    pub on_front: Option<bool>,
    /// Where it comes from.
    pub origin: PointOrigin<'a>,
}

/// Where a point comes from.
#[derive(Clone, Debug)]
pub enum PointOrigin<'a> {
    /// A published value.
    Published {
        /// The value.
        value: &'static PublishedValue,
        /// Whether its horizontal coordinate is computed from other published values.
        computed: bool,
    },
    /// Trials.
    Measured {
        /// Those that enter its mean.
        trials: Vec<&'a Record>,
        /// How their throughput was measured; empty if it is not drawn.
        timed: String,
        /// Why the throughput is invalid.
        doubt: Option<String>,
    },
}

impl<'a> Chart<'a> {
    /// The points of one panel.
    pub fn in_panel(&self, panel: Panel) -> impl Iterator<Item = &Point<'a>> {
        self.points.iter().filter(move |point| point.panel == panel)
    }

    /// Label of the vertical axis of a panel, with its unit.
    pub fn up(&self, panel: Panel) -> String {
        match panel.shows {
            Shows::Result(_) => format!("{} ({})", capitalised(self.metric.name), self.metric.unit),
            Shows::Training(curve) => curve.up(self.metric),
        }
    }

    /// Whether it shows how anything changes: not, where it has curves and each of them is a single point.
    pub fn shows_course(&self) -> bool {
        let of_one_curve = |a: &Point, b: &Point| a.panel == b.panel && a.series == b.series;
        let is_result = |point: &Point| matches!(point.panel.shows, Shows::Result(_));
        let mut points = self.points.iter().enumerate();
        points.any(|(at, a)| is_result(a) || self.points[at + 1..].iter().any(|b| of_one_curve(a, b)))
    }

    /// The level of the dense network.
    pub fn dense_level(&self) -> f64 {
        if self.structured { 1.0 } else { 0.0 }
    }

    /// The level of all networks that are not dense, if it is the same.
    pub fn only_level(&self) -> Option<f64> {
        let mut levels = self.points.iter().filter_map(|point| point.level);
        let first = levels.find(|level| *level != self.dense_level())?;
        levels.all(|level| level == first || level == self.dense_level()).then_some(first)
    }

    /// Title of a panel.
    pub fn title(&self, panel: Panel) -> String {
        panel.title(self.metric)
    }
}

impl Point<'_> {
    /// Whether it was measured here.
    pub fn is_measured(&self) -> bool {
        matches!(self.origin, PointOrigin::Measured { .. })
    }

    /// The ends of the error bar of a measured point: its mean minus and plus one standard deviation.
    pub fn error_bar(&self) -> Option<[f64; 2]> {
        let deviation = self.deviation.filter(|_| self.is_measured())?;
        Some([self.y - deviation, self.y + deviation])
    }

    /// Whether it is the result of trials of which one learnt nothing, so that it says nothing about the method.
    pub fn learnt_nothing(&self) -> bool {
        match &self.origin {
            PointOrigin::Measured { trials, .. } if matches!(self.panel.shows, Shows::Result(_)) => {
                trials.iter().any(|record| record.unlearned.is_some())
            }
            _ => false,
        }
    }

    /// The marks that stand at its number, as in a table.
    pub fn marks(&self) -> Vec<&'static str> {
        let PointOrigin::Measured { trials, .. } = &self.origin else { return Vec::new() };
        let trials = Trials(trials.clone());
        let is_result = matches!(self.panel.shows, Shows::Result(_));
        let marks = [
            (self.is_doubtful(), NOT_VALID),
            (is_result && trials.never_changed(), UNCHANGED),
            (self.learnt_nothing(), UNLEARNED),
            (is_result && trials.skipped_files().is_some(), SKIPPING),
            (is_result && trials.doubtful_latencies(), DOUBTFUL_LATENCY),
        ];
        marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect()
    }

    /// Whether its throughput is invalid.
    pub fn is_doubtful(&self) -> bool {
        matches!(&self.origin, PointOrigin::Measured { doubt: Some(_), .. })
    }
}

/// Whether a number can be drawn.
pub fn is_drawable(value: f64) -> bool {
    value.abs() <= GREATEST
}
