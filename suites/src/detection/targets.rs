//! The objects of an image as a network learns them: a row of numbers each.

use super::Object;

/// Numbers in a row: class, left, top, right, bottom, difficult.
pub const VALUES: usize = 6;

/// The class of a row without an object.
const NONE: f32 = -1.0;
/// The class in the first row of a photograph that could not be read.
pub const UNREADABLE: f32 = -2.0;

/// Writes objects with their edges as fractions of the image, and marks the other rows as empty. What has no area
/// in single precision is left out.
///
/// # Panics
/// If there are more than fit in.
pub(super) fn fill<'a>(objects: impl Iterator<Item = (&'a Object, [f64; 4])>, targets: &mut [f32]) {
    let (rows, _) = targets.as_chunks_mut::<VALUES>();
    let mut used = 0;
    for (object, edges) in objects {
        let [left, top, right, bottom] = edges.map(|edge| edge as f32);
        if right > left && bottom > top {
            let difficult = f32::from(u8::from(object.difficult));
            rows[used] = [object.class as f32, left, top, right, bottom, difficult];
            used += 1;
        }
    }
    rows[used..].fill([NONE, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

/// Marks the photograph as one that could not be read.
pub(super) fn fill_unreadable(targets: &mut [f32]) {
    fill(std::iter::empty(), targets);
    targets[0] = UNREADABLE;
}
