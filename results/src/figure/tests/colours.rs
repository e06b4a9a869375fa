//! How colours are seen, for tests: contrast, and what is left of differences without one kind of cone.

use super::super::theme::Colour;

/// Linear red, green and blue, 0 to 1.
type Light = [f64; 3];

/// What is seen without cones for long, medium and short waves (Machado, Oliveira and Fernandes 2009,
/// severity 1).
const MISSING_CONES: [[[f64; 3]; 3]; 3] = [
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
];

/// From linear sRGB to CIE XYZ.
const XYZ: [[f64; 3]; 3] =
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];

fn linear(Colour(red, green, blue): Colour) -> Light {
    [red, green, blue].map(|part| match f64::from(part) / 255.0 {
        low if low <= 0.04045 => low / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    })
}

fn transformed(matrix: [[f64; 3]; 3], light: Light) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(light).map(|(factor, part)| factor * part).sum())
}

/// The contrast of two colours as WCAG 2 defines it, 1 to 21.
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let [a, b] = [a, b].map(|colour| 0.05 + transformed(XYZ, linear(colour))[1]);
    a.max(b) / a.min(b)
}

/// A colour as it is seen with all cones, and without one kind of them.
pub fn seen(colour: Colour) -> Vec<Light> {
    let light = linear(colour);
    let without = MISSING_CONES.map(|matrix| transformed(matrix, light).map(|part| part.clamp(0.0, 1.0)));
    [light].into_iter().chain(without).collect()
}

/// The distance in CIE L*a*b* (CIE76).
pub fn distance(a: Light, b: Light) -> f64 {
    let lab = |light: Light| {
        let [x, y, z] = transformed(XYZ, light);
        let root = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { t * 841.0 / 108.0 + 4.0 / 29.0 };
        let [x, y, z] = [x / 0.95047, y, z / 1.08883].map(root);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    };
    lab(a).iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn contrasts_are_those_of_the_definition() {
    let white = Colour(255, 255, 255);
    for (colour, expected) in
        [(Colour(0, 0, 0), 21.0), (Colour(119, 119, 119), 4.48), (Colour(230, 159, 0), 2.25), (white, 1.0)]
    {
        assert!((contrast(colour, white) - expected).abs() < 0.005, "{colour:?}");
    }
}
