//! How the rows of a group are divided among drawings, so that each can be read and none is cut.

use std::collections::BTreeMap;

use crate::evidence::table_row::TableRow;
use crate::page::number::percent;

use super::group_rows::GroupRows;
use super::of_groups::Each;
use super::training::Trained;

/// Most curves in one drawing, including those that each has.
pub const MOST_CURVES: usize = 8;

/// What belongs to one drawing.
#[derive(Debug)]
pub struct DrawingPart<T> {
    /// What distinguishes it from the other drawings of its kind, of curves first their level; empty if it is the only one.
    pub name: String,
    /// Its rows.
    pub rows: Vec<T>,
}

/// The drawings with one point per row.
pub fn of_points<'s, 'a>(
    each: Each,
    group_rows: &'s GroupRows<'_, 'a>,
) -> Vec<DrawingPart<&'s TableRow<'a>>> {
    if each != Each::Timing {
        return vec![DrawingPart { name: String::new(), rows: group_rows.rows.iter().collect() }];
    }
    let mut ways: BTreeMap<String, Vec<&TableRow>> = BTreeMap::new();
    for row in group_rows.rows.iter().filter(|row| row.trials.throughput().is_some()) {
        // A throughput was measured in exactly one way.
        ways.entry(Vec::from_iter(row.trials.timed_in()).concat()).or_default().push(row);
    }
    ways.into_iter().map(|(name, rows)| DrawingPart { name, rows }).collect()
}

/// The drawings of curves: the whole group in one, or one or more per level. Bands of several levels would
/// hide each other, so a level of them has drawings of its own.
pub fn of_curves<'r, 's, 'a>(
    each: Each,
    group_rows: &GroupRows,
    all: &'r [Trained<'s, 'a>],
) -> Vec<DrawingPart<&'r Trained<'s, 'a>>> {
    let mut levels: Vec<f64> =
        all.iter().filter(|trained| !trained.row.dense).map(|trained| trained.row.level).collect();
    levels.dedup();
    let bands = all.iter().any(Trained::has_band);
    let crowded = (all.len() > MOST_CURVES && !levels.is_empty()) || (bands && levels.len() > 1);
    if each == Each::GroupOrLevel && !crowded {
        return split("", group_rows, all.iter().collect());
    }
    let part = |level: &f64| {
        let here = |trained: &&Trained| trained.row.dense || trained.row.level == *level;
        let name = format!("{} {}", percent(*level), group_rows.level_name());
        split(&name, group_rows, all.iter().filter(here).collect())
    };
    levels.iter().flat_map(part).collect()
}

/// The rows in as few drawings of about one size as hold them, each with the dense network, and with the row that the
/// others of its table are compared with.
fn split<'r, 's, 'a>(
    name: &str,
    group_rows: &GroupRows,
    rows: Vec<&'r Trained<'s, 'a>>,
) -> Vec<DrawingPart<&'r Trained<'s, 'a>>> {
    if rows.len() <= MOST_CURVES {
        return vec![DrawingPart { name: name.to_string(), rows }];
    }
    let reference = group_rows.table.pairing().map(|pairing| pairing.reference);
    let is_shared =
        |trained: &&&Trained| trained.row.dense || reference == Some(trained.row.subject.label.as_str());
    let (mut shared, mut divided): (Vec<_>, Vec<_>) = rows.iter().partition(is_shared);
    if shared.len() > MOST_CURVES / 2 {
        // So many dense networks, with settings of their own, are divided like all others.
        (shared, divided) = (Vec::new(), rows);
    }
    let parts = divided.len().div_ceil(MOST_CURVES - shared.len());
    let chunks: Vec<_> = divided.chunks(divided.len().div_ceil(parts)).collect();
    let gap = if name.is_empty() { "" } else { ", " };
    let part = |(number, chunk): (usize, &&[&'r Trained<'s, 'a>])| DrawingPart {
        name: format!("{name}{gap}part {number} of {}", chunks.len()),
        rows: [&shared, *chunk].concat(),
    };
    (1..).zip(&chunks).map(part).collect()
}
