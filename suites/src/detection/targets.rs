//! The objects of a photograph as a network learns them: a row of numbers each.

use super::Object;

/// Numbers in a row: class, left, top, right, bottom, difficult.
pub(super) const VALUES: usize = 6;

/// The class of a row without an object.
const NONE: f32 = -1.0;
/// The class in the first row of a photograph that could not be read.
const UNREADABLE: f32 = -2.0;

/// The row of an object in a photograph of `size` (width, height) pixels. What sticks out is cut off.
pub(super) fn row(object: &Object, size: (u32, u32)) -> [f32; VALUES] {
    let [left, top, right, bottom] = object.bounds.fractions(size).map(|edge| edge.clamp(0.0, 1.0) as f32);
    [object.class as f32, left, top, right, bottom, f32::from(u8::from(object.difficult))]
}

/// Writes the rows that have an area, and marks the others as empty.
///
/// # Panics
/// If there are more than fit in.
pub(super) fn fill(rows: impl Iterator<Item = [f32; VALUES]>, targets: &mut [f32]) {
    let (places, _) = targets.as_chunks_mut::<VALUES>();
    let mut used = 0;
    for row in rows.filter(|[_, left, top, right, bottom, _]| right > left && bottom > top) {
        places[used] = row;
        used += 1;
    }
    places[used..].fill([NONE, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

/// Marks the photograph as one that could not be read.
pub(super) fn fill_unreadable(targets: &mut [f32]) {
    fill(std::iter::empty(), targets);
    targets[0] = UNREADABLE;
}
