//! Numbers as comparisons and checks print them.

/// A chance: `0.012`, `3e-9`.
pub fn p_value(p: f64) -> String {
    match p {
        0.0 => "0".to_string(),
        p if p < 0.001 => format!("{p:.0e}"),
        p => format!("{p:.3}"),
    }
}

/// The decimals that show four digits of a number.
pub fn decimals(value: f64) -> usize {
    (3.0 - value.abs().max(1e-9).log10().floor()).clamp(0.0, 9.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_keep_their_digits() {
        assert_eq!([0.0, 3.2e-9, 0.0123, 1.0].map(p_value), ["0", "3e-9", "0.012", "1.000"]);
        assert_eq!([0.0, 0.0123, 1.5, 12.0, 123_456.0].map(decimals), [9, 5, 3, 2, 0]);
    }
}
