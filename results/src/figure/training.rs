//! The points of a panel that shows training: for each line the mean over its trials.

use std::collections::BTreeMap;
use std::path::Path;

use crate::record::Record;
use crate::run::Run;
use crate::statistics::Summary;
use crate::store::Complaint;
use crate::table::line::Line;

use super::chart::{Origin, Point, is_drawable};
use super::curve::Curve;
use super::definition::Panel;
use super::points::range;

/// Trials of a line whose run directories are read.
pub const MOST_TRIALS: usize = 10;

/// What the trials of one curve tell of one place.
#[derive(Default)]
struct Place<'a> {
    layer: Option<String>,
    values: Vec<f64>,
    trials: Vec<&'a Record>,
}

/// The trials of a line that its curve is drawn of, in the order of their seeds.
pub fn trials<'a>(line: &Line<'a>) -> Vec<&'a Record> {
    let mut trials: Vec<&Record> = line.trials.ok().collect();
    trials.sort_by(|a, b| (a.seed, &a.key).cmp(&(b.seed, &b.key)));
    trials.truncate(MOST_TRIALS);
    trials
}

/// The curve of one line, from the run directories under `out`.
pub fn curve<'a>(
    out: &Path,
    line: &Line<'a>,
    series: usize,
    panel: Panel,
    curve: Curve,
    complaints: &mut Vec<Complaint>,
) -> Vec<Point<'a>> {
    let mut places: BTreeMap<i64, Place> = BTreeMap::new();
    for trial in trials(line) {
        for sample in curve.read(&Run::of(out, &trial.key), complaints) {
            if is_drawable(sample.x) && is_drawable(sample.y) {
                // Places of different seeds are one if they agree to a millionth.
                let place = places.entry((sample.x * 1e6).round() as i64).or_default();
                place.layer = place.layer.take().or(sample.layer);
                place.values.push(sample.y);
                place.trials.push(trial);
            }
        }
    }
    let point = |(x, place): (i64, Place<'a>)| {
        let summary = Summary::of(&place.values)?;
        Some(Point {
            panel,
            series,
            x: x as f64 / 1e6,
            y: summary.mean,
            deviation: summary.deviation,
            range: range(&place.values),
            level: Some(line.level),
            layer: place.layer,
            on_front: None,
            origin: Origin::Measured { trials: place.trials, timed: String::new(), doubt: None },
        })
    };
    places.into_iter().filter_map(point).collect()
}
