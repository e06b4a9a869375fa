//! The sums of a resizing, across rows and down columns. Each is rounded to a byte.

use super::axis::{Axis, BITS};

/// A half, so that cutting off the fraction rounds.
const HALF: i32 = 1 << (BITS - 1);
/// How many bytes of a row are summed up at once, so that the compiler can use vector instructions.
const LANES: usize = 32;

/// Makes a row of RGB bytes out of another.
pub(super) fn across(row: &[u8], axis: &Axis, out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has these instructions.
        return unsafe { across_with_avx2(row, axis, out) };
    }
    across_with_any(row, axis, out);
}

/// Makes a row of bytes out of the beginnings of as many rows as there are weights, each `stride` bytes after the one
/// before.
pub(super) fn down(rows: &[u8], stride: usize, weights: &[i32], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has these instructions.
        return unsafe { down_with_avx2(rows, stride, weights, out) };
    }
    down_with_any(rows, stride, weights, out);
}

/// [`across_with_any`], compiled to longer vectors, for which all that it calls has to be inlined.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn across_with_avx2(row: &[u8], axis: &Axis, out: &mut [u8]) {
    across_with_any(row, axis, out);
}

/// As [`across_with_avx2`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn down_with_avx2(rows: &[u8], stride: usize, weights: &[i32], out: &mut [u8]) {
    down_with_any(rows, stride, weights, out);
}

#[inline(always)]
fn across_with_any(row: &[u8], axis: &Axis, out: &mut [u8]) {
    let (row, _) = row.as_chunks::<3>();
    let (out, _) = out.as_chunks_mut::<3>();
    for (pixel, (first, weights)) in out.iter_mut().zip(axis.each()) {
        let mut sums = [HALF; 3];
        for (source, weight) in row[first..][..weights.len()].iter().zip(weights) {
            for (sum, value) in sums.iter_mut().zip(source) {
                *sum += weight * i32::from(*value);
            }
        }
        *pixel = sums.map(byte);
    }
}

#[inline(always)]
fn down_with_any(rows: &[u8], stride: usize, weights: &[i32], out: &mut [u8]) {
    let length = out.len();
    let (whole, rest) = out.as_chunks_mut::<LANES>();
    for (at, bytes) in whole.iter_mut().enumerate() {
        let mut sums = [HALF; LANES];
        for (row, weight) in rows[LANES * at..].chunks(stride).zip(weights) {
            for (sum, value) in sums.iter_mut().zip(&row[..LANES]) {
                *sum += weight * i32::from(*value);
            }
        }
        *bytes = sums.map(byte);
    }
    let start = length - rest.len();
    for (at, out) in rest.iter_mut().enumerate() {
        let values = rows[start + at..].iter().step_by(stride).map(|value| i32::from(*value));
        *out = byte(HALF + values.zip(weights).map(|(value, weight)| weight * value).sum::<i32>());
    }
}

/// The byte next to a sum. Rounded weights can sum up to a little more than one.
#[inline(always)]
fn byte(sum: i32) -> u8 {
    (sum >> BITS).clamp(0, 255) as u8
}
