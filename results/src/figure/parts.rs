//! How the lines of a group are divided among drawings, so that each can be read and none is cut.

use std::collections::BTreeMap;

use crate::evidence::table_row::TableRow;
use crate::page::number::percent;

use super::group_rows::GroupRows;
use super::of_groups::Each;
use super::training::Trained;

/// Lines of a drawing of curves, the dense network's among them.
pub const MOST_LINES: usize = 8;

/// What belongs to one drawing.
#[derive(Debug)]
pub struct Part<T> {
    /// What tells it from the other drawings of its kind; empty if it is the only one.
    pub name: String,
    /// Its lines.
    pub lines: Vec<T>,
}

/// The drawings that show a point a line.
pub fn of_points<'s, 'a>(each: Each, sheet: &'s GroupRows<'_, 'a>) -> Vec<Part<&'s TableRow<'a>>> {
    if each != Each::Timing {
        return vec![Part { name: String::new(), lines: sheet.lines.iter().collect() }];
    }
    let mut ways: BTreeMap<String, Vec<&TableRow>> = BTreeMap::new();
    for line in sheet.lines.iter().filter(|line| line.trials.throughput().is_some()) {
        // A throughput was measured in exactly one way.
        ways.entry(Vec::from_iter(line.trials.timed_in()).concat()).or_default().push(line);
    }
    ways.into_iter().map(|(name, lines)| Part { name, lines }).collect()
}

/// The drawings of curves: the whole group in one, or one a level or more. Bands of several levels would
/// hide each other, so a level of them has drawings of its own.
pub fn of_curves<'r, 's, 'a>(
    each: Each,
    level_name: &str,
    all: &'r [Trained<'s, 'a>],
) -> Vec<Part<&'r Trained<'s, 'a>>> {
    let mut levels: Vec<f64> =
        all.iter().filter(|trained| !trained.line.dense).map(|trained| trained.line.level).collect();
    levels.dedup();
    let bands = all.iter().any(Trained::has_band);
    let crowded = (all.len() > MOST_LINES && !levels.is_empty()) || (bands && levels.len() > 1);
    if each == Each::GroupOrLevel && !crowded {
        return split("", all.iter().collect());
    }
    let part = |level: &f64| {
        let here = |trained: &&Trained| trained.line.dense || trained.line.level == *level;
        split(&format!("{} {level_name}", percent(*level)), all.iter().filter(here).collect())
    };
    levels.iter().flat_map(part).collect()
}

/// The lines in as few drawings of about one size as hold them, each with the dense network.
fn split<'r, 's, 'a>(name: &str, lines: Vec<&'r Trained<'s, 'a>>) -> Vec<Part<&'r Trained<'s, 'a>>> {
    if lines.len() <= MOST_LINES {
        return vec![Part { name: name.to_string(), lines }];
    }
    let (mut shared, mut divided): (Vec<_>, Vec<_>) = lines.iter().partition(|trained| trained.line.dense);
    if shared.len() > MOST_LINES / 2 {
        // So many dense networks, with settings of their own, are divided like all others.
        (shared, divided) = (Vec::new(), lines);
    }
    let parts = divided.len().div_ceil(MOST_LINES - shared.len());
    let chunks: Vec<_> = divided.chunks(divided.len().div_ceil(parts)).collect();
    let gap = if name.is_empty() { "" } else { ", " };
    let part = |(number, chunk): (usize, &&[&'r Trained<'s, 'a>])| Part {
        name: format!("{name}{gap}part {number} of {}", chunks.len()),
        lines: [&shared, *chunk].concat(),
    };
    (1..).zip(&chunks).map(part).collect()
}
