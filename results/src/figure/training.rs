//! The points of a panel that shows training: for each row the mean over its trials.

use std::collections::BTreeMap;

use records::{Record, RunDirectory};

use crate::evidence::table_row::TableRow;
use crate::paper::{Curve, Panel, Shows};
use crate::statistics::Summary;

use super::chart::{Point, PointOrigin, is_drawable};
use super::curve::RunRows;
use super::points::range;
use super::source::DrawingSource;

/// Trials of a row whose run directories are read.
pub const MOST_TRIALS: usize = 10;

/// Places of a curve; of more, evenly chosen ones and the last are drawn.
pub const MOST_PLACES: usize = 200;

/// The values of the trials of one curve at one place.
#[derive(Default)]
struct CurvePlace<'a> {
    layer: Option<String>,
    values: Vec<f64>,
    trials: Vec<&'a Record>,
}

/// The trials of a row that its curve is drawn of, in the order of their seeds.
pub fn trials<'a>(row: &TableRow<'a>) -> Vec<&'a Record> {
    let mut trials: Vec<&Record> = row.trials.ok().collect();
    trials.sort_by(|a, b| (a.seed, &a.key).cmp(&(b.seed, &b.key)));
    trials.truncate(MOST_TRIALS);
    trials
}

/// A row with the points of its curves, whose series has no number yet.
#[derive(Debug)]
pub struct Trained<'s, 'a> {
    /// The row.
    pub row: &'s TableRow<'a>,
    /// The points; none if no trial has any.
    pub points: Vec<Point<'a>>,
    /// Rows of the same level whose curves are the same, and whose trials its points have, too.
    pub alike: Vec<&'s TableRow<'a>>,
    /// Of which rows some trials have no run directory, or files that cannot be read in full:
    /// `IEE (ERK) at 90% (1 of 5)`.
    pub unread: Vec<String>,
}

impl<'s, 'a> Trained<'s, 'a> {
    /// The curves of a row in those panels that show training, from the run directories of its trials.
    pub fn read(source: &mut DrawingSource, row: &'s TableRow<'a>, panels: &[Panel]) -> Trained<'s, 'a> {
        let curve = |panel: &Panel| match panel.shows {
            Shows::Training(curve) => Some((*panel, curve)),
            Shows::Result(_) => None,
        };
        let panels: Vec<(Panel, Curve)> = panels.iter().filter_map(curve).collect();
        let mut trained = Trained { row, points: Vec::new(), alike: Vec::new(), unread: Vec::new() };
        if !panels.is_empty() {
            let (points, unread) = curves(source, row, &panels);
            let of_trials = || format!("{} ({unread} of {})", row.name(), trials(row).len());
            trained.unread.extend((unread > 0).then(of_trials));
            trained.points = points;
        }
        trained
    }

    /// Whether its trials differ at a place.
    pub fn has_band(&self) -> bool {
        self.points.iter().any(|point| point.range.is_some())
    }

    /// Whether another row of its level has the same curves.
    fn is_like(&self, other: &Trained) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        let ends = |point: &Point| point.range.unwrap_or([point.y; 2]);
        let same = |(a, b): (&Point, &Point)| {
            let ends = ends(a).into_iter().zip(ends(b)).all(|(a, b)| near(a, b));
            a.panel == b.panel && a.layer == b.layer && near(a.x, b.x) && near(a.y, b.y) && ends
        };
        self.row.level == other.row.level
            && self.points.len() == other.points.len()
            && self.points.iter().zip(&other.points).all(same)
    }
}

/// Takes rows together whose curves would hide each other, as they are the same.
pub fn merged<'s, 'a>(trained: Vec<Trained<'s, 'a>>) -> Vec<Trained<'s, 'a>> {
    let mut merged: Vec<Trained> = Vec::new();
    for trained in trained {
        let Some(like) = merged.iter_mut().find(|other| other.is_like(&trained)) else {
            merged.push(trained);
            continue;
        };
        like.alike.push(trained.row);
        like.unread.extend(trained.unread);
        for (point, other) in like.points.iter_mut().zip(trained.points) {
            if let (PointOrigin::Measured { trials, .. }, PointOrigin::Measured { trials: others, .. }) =
                (&mut point.origin, other.origin)
            {
                trials.extend(others);
            }
        }
    }
    merged
}

/// Which of some rows have no curve, or not one of all their trials.
pub fn remarks<'r>(trained: impl Iterator<Item = &'r Trained<'r, 'r>>) -> Vec<String> {
    let (mut unread, mut unchanged): (Vec<String>, Vec<String>) = Default::default();
    for trained in trained {
        unread.extend(trained.unread.iter().cloned());
        let never_changed = trained.points.is_empty() && trained.unread.is_empty() && !trained.row.dense;
        unchanged.extend(never_changed.then(|| trained.row.name()));
    }
    let unread = (!unread.is_empty()).then(|| {
        format!(
            "Because files are missing or damaged, some trials are incomplete or not in the curves: {}.",
            unread.join(", ")
        )
    });
    let unchanged = (!unchanged.is_empty())
        .then(|| format!("Not drawn, because the structure never changes: {}.", unchanged.join(", ")));
    unread.into_iter().chain(unchanged).collect()
}

/// The points of the curves of some rows, whose series are those of
/// [`series_of_rows`](super::group_rows::GroupRows::series_of_rows).
pub fn numbered<'a>(trained: &[&Trained<'_, 'a>]) -> Vec<Point<'a>> {
    let of = |(series, trained): (usize, &&Trained<'_, 'a>)| {
        trained.points.iter().cloned().map(move |point| Point { series, ..point }).collect::<Vec<_>>()
    };
    trained.iter().enumerate().flat_map(of).collect()
}

/// The points of the curves of a row, and how many of its trials are not whole in them.
fn curves<'a>(
    source: &mut DrawingSource,
    row: &TableRow<'a>,
    panels: &[(Panel, Curve)],
) -> (Vec<Point<'a>>, usize) {
    let mut unread = 0;
    let needed: Vec<Curve> = panels.iter().map(|(_, curve)| *curve).collect();
    let mut places: Vec<BTreeMap<i64, CurvePlace>> = panels.iter().map(|_| BTreeMap::new()).collect();
    for trial in trials(row) {
        source.runs += 1;
        let (directory, before) = (RunDirectory::of(source.out, &trial.key), source.complaints.len());
        let run = RunRows::of(&directory, &needed, &mut source.complaints);
        unread += usize::from(source.complaints.len() > before || !directory.path().is_dir());
        for (curve, places) in needed.iter().zip(&mut places) {
            for sample in run.curve(*curve, row.metric) {
                if is_drawable(sample.x) && is_drawable(sample.y) {
                    // Places of different seeds are one if they agree to a millionth.
                    let place = places.entry((sample.x * 1e6).round() as i64).or_default();
                    place.layer = place.layer.take().or(sample.layer);
                    place.values.push(sample.y);
                    place.trials.push(trial);
                }
            }
        }
    }
    let point = |panel: Panel, x: i64, place: CurvePlace<'a>| {
        let summary = Summary::of(&place.values)?;
        Some(Point {
            panel,
            series: 0,
            x: x as f64 / 1e6,
            y: summary.mean,
            deviation: summary.deviation,
            range: range(&place.values),
            level: Some(row.level),
            layer: place.layer,
            on_front: None,
            origin: PointOrigin::Measured { trials: place.trials, timed: String::new(), doubt: None },
        })
    };
    let mut points = Vec::new();
    for ((panel, _), places) in panels.iter().zip(places) {
        let every = places.len().div_ceil(MOST_PLACES).max(1);
        let last = places.len().saturating_sub(1);
        let kept = places.into_iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last);
        points.extend(kept.filter_map(|(_, (x, place))| point(*panel, x, place)));
    }
    (points, unread)
}
