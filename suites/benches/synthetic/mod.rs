//! Photographs that are generated for the benchmarks.

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

const COUNT: u32 = 64;

/// A folder with 64 photographs of 500 x 375 pixels and about 110 KB, as in ImageNet: waves of many lengths and
/// grain.
pub fn photographs() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("photographs");
    fs::create_dir_all(&folder).unwrap();
    for number in 0..COUNT {
        let mut grain = number;
        let mut pixels = Vec::new();
        for (y, x) in (0..375).flat_map(|y| (0..500).map(move |x| (f64::from(y), f64::from(x)))) {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            for channel in 1..=3 {
                let long = ((x + y * f64::from(channel)) / (90.0 + f64::from(number)) * TAU).sin();
                let short = ((x - y) / (3.0 + f64::from(channel)) * TAU).sin();
                pixels.push((128.0 + 70.0 * long + 12.0 * short + f64::from(grain >> 27)) as u8);
            }
        }
        let mut encoder = Encoder::new_file(folder.join(format!("{number:02}.JPEG")), 93).unwrap();
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.encode(&pixels, 500, 375, ColorType::Rgb).unwrap();
    }
    folder
}
