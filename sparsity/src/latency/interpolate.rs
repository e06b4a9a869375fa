//! Latencies between those that were measured.
//!
//! Bilinear in input and output channels, between entries of the same side and the same
//! windows. Measured latencies go up and down by steps, so what is between two of them is a guess; nothing is
//! ever guessed unless it is asked for, and it is marked.

use super::{LatencyEntry, LatencyOrigin, LatencyTable, NoNeighbours};
use network::ConvShape;

impl LatencyTable {
    /// The table with those of `shapes` that it lacks, interpolated between its own entries.
    ///
    /// # Errors
    ///
    /// If a shape has no entries on both sides to interpolate between.
    pub fn interpolated(&self, shapes: &[ConvShape]) -> Result<Self, NoNeighbours> {
        let mut table = self.clone();
        for shape in shapes.iter().filter(|shape| !self.entries.contains_key(shape)) {
            table.entries.insert(*shape, self.between(shape)?);
        }
        Ok(table)
    }

    /// An entry for `shape`, which the table lacks.
    ///
    /// The corners are those of the smallest rectangle of channels, relative to the shape's, that holds
    /// the shape and whose corners were measured or imported; where one side has no length it is a
    /// line. Nothing is extrapolated: a shape outside of every rectangle is an error.
    pub fn between(&self, shape: &ConvShape) -> Result<LatencyEntry, NoNeighbours> {
        let corners = if shape.groups > 1 { self.segment(shape) } else { self.rectangle(shape) };
        let none = || NoNeighbours { shape: *shape, table: self.about.to_string() };
        corners.map(|corners| mean(&corners)).ok_or_else(none)
    }

    /// The entry of `shape` with other channels, unless it is itself interpolated.
    fn corner(&self, shape: &ConvShape, inputs: usize, outputs: usize) -> Option<&LatencyEntry> {
        let groups = if shape.groups > 1 { outputs } else { 1 };
        let entry = self.entries.get(&ConvShape { inputs, outputs, groups, ..*shape })?;
        (entry.origin != LatencyOrigin::Interpolated).then_some(entry)
    }

    /// Numbers of channels that entries of the kind of `shape` have: of `of`, rising.
    fn channels(&self, shape: &ConvShape, of: fn(&ConvShape) -> usize) -> Vec<usize> {
        let kind = |s: &ConvShape| ConvShape { inputs: 0, outputs: 0, groups: s.groups.min(2), ..*s };
        let mut channels: Vec<usize> =
            self.entries.keys().filter(|s| kind(s) == kind(shape)).map(of).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    /// The nearest depthwise entries on both sides of a depthwise shape, each with its weight.
    fn segment(&self, shape: &ConvShape) -> Option<Vec<(f64, &LatencyEntry)>> {
        let entry = |&channels: &usize| Some((channels, self.corner(shape, channels, channels)?));
        let channels = self.channels(shape, |s| s.outputs);
        let (low, low_entry) = channels.iter().rev().filter(|c| **c < shape.outputs).find_map(entry)?;
        let (high, high_entry) = channels.iter().filter(|c| **c > shape.outputs).find_map(entry)?;
        let share = share(low, shape.outputs, high);
        Some(vec![(1.0 - share, low_entry), (share, high_entry)])
    }

    /// The corners of the smallest rectangle around an ordinary shape, each with its weight.
    fn rectangle(&self, shape: &ConvShape) -> Option<Vec<(f64, &LatencyEntry)>> {
        let ConvShape { inputs, outputs, .. } = *shape;
        let all_inputs = self.channels(shape, |s| s.inputs);
        let all_outputs = self.channels(shape, |s| s.outputs);
        let mut best: Option<(f64, [usize; 4])> = None;
        for &low in all_inputs.iter().filter(|channels| **channels <= inputs).rev() {
            for &high in all_inputs.iter().filter(|channels| **channels >= inputs) {
                let both = |at: &&usize| {
                    self.corner(shape, low, **at).is_some() && self.corner(shape, high, **at).is_some()
                };
                let left = all_outputs.iter().rev().filter(|channels| **channels <= outputs).find(both);
                let right = all_outputs.iter().filter(|channels| **channels >= outputs).find(both);
                let (Some(&left), Some(&right)) = (left, right) else { continue };
                let size = (high - low) as f64 / inputs as f64 + (right - left) as f64 / outputs as f64;
                // The first of equals has the nearest inputs.
                if best.is_none_or(|(least, _)| size < least) {
                    best = Some((size, [low, high, left, right]));
                }
            }
        }
        let (_, [low, high, left, right]) = best?;
        let (down, across) = (share(low, inputs, high), share(left, outputs, right));
        let ends = [(low, 1.0 - down), (high, down)];
        let weighted = ends.into_iter().flat_map(|(inputs, a)| {
            [(left, 1.0 - across), (right, across)].map(|(outputs, b)| (inputs, outputs, a * b))
        });
        let corners = weighted.filter(|(_, _, weight)| *weight > 0.0);
        corners
            .map(|(inputs, outputs, weight)| Some((weight, self.corner(shape, inputs, outputs)?)))
            .collect()
    }
}

/// How far `at` is on the way from `low` to `high`, 0 to 1; 0 where they are equal.
fn share(low: usize, at: usize, high: usize) -> f64 {
    if low == high { 0.0 } else { (at - low) as f64 / (high - low) as f64 }
}

/// The weighted mean of corners, as uncertain as the worst of them.
fn mean(corners: &[(f64, &LatencyEntry)]) -> LatencyEntry {
    let doubtful = corners.iter().find(|(_, entry)| !entry.note.is_empty());
    LatencyEntry {
        milliseconds: corners.iter().map(|(weight, entry)| weight * entry.milliseconds).sum(),
        spread: corners.iter().map(|(_, entry)| entry.spread).fold(0.0, f64::max),
        repeats: 0,
        origin: LatencyOrigin::Interpolated,
        note: doubtful.map_or_else(String::new, |(_, entry)| format!("a neighbour: {}", entry.note)),
    }
}
