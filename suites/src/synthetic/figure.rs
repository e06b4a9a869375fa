//! The figures that distinguish synthetic classes: five shapes and five textures.

/// Red, green and blue, 0 to 255 unless light and noise are added.
pub(crate) type Colour = [i32; 3];

/// How many figures there are.
pub(crate) const FIGURES: u8 = 10;
/// Figures from this number on fill the plane.
pub(crate) const FIRST_TEXTURE: u8 = 5;

/// Whether the point (u, v) of the figure's own plane, in 128ths of a pixel, is in the figure.
/// A shape's radius or a texture's period is `size`.
pub(crate) fn holds(figure: u8, u: i32, v: i32, size: i32) -> bool {
    let square = u * u + v * v;
    let share = |percent: i32| size * percent / 100;
    let striped = |at: i32, period: i32| at.rem_euclid(period) * 2 < period;
    match figure {
        0 => square <= size * size,
        1 => u.abs().max(v.abs()) <= share(88),
        2 => v <= share(60) && 2 * u.abs() <= v + size,
        3 => square <= size * size && square >= share(58) * share(58),
        4 => u.abs().min(v.abs()) <= share(30) && u.abs().max(v.abs()) <= size,
        5 => striped(v, size),
        6 => striped(u, size),
        // Across a diagonal the same distance is 1.41 times as long in u + v.
        7 => striped(u + v, share(141)),
        8 => striped(u, share(140)) != striped(v, share(140)),
        _ => {
            let off = |at: i32| at.rem_euclid(size) - size / 2;
            off(u) * off(u) + off(v) * off(v) <= share(31) * share(31)
        }
    }
}
