//! Numbers as they are printed.

use crate::statistics::Summary;

/// A sparsity as a percentage: `80%`, `96.5%`.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    format!("{tenths}%")
}

/// An accuracy: `93.60 ± 0.20 (3)`, the number of trials in parentheses.
pub fn accuracy(summary: Summary) -> String {
    match summary.deviation {
        Some(deviation) => format!("{:.2} ± {deviation:.2} ({})", summary.mean, summary.n),
        None => format!("{:.2} ({})", summary.mean, summary.n),
    }
}

/// A mean with half the width of its confidence interval: `93.60 ± 0.25`.
pub fn with_half_width(summary: Summary) -> String {
    match summary.interval {
        Some((low, high)) => format!("{:.2} ± {:.2}", summary.mean, (high - low) / 2.0),
        None => format!("{:.2}", summary.mean),
    }
}

/// A confidence interval of an accuracy: `[93.10, 94.10]`.
pub fn interval((low, high): (f64, f64)) -> String {
    format!("[{low:.2}, {high:.2}]")
}

/// A published ratio, with as many decimals as sources print.
pub fn share(value: f64) -> String {
    format!("{value:.2}")
}

/// A throughput, with decimals where it has few digits: `2736`, `9.81`.
pub fn fps(value: f64) -> String {
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}")
}

/// Billions of multiply-accumulates, with three digits at least: `4.09`, `0.0031`.
pub fn billions(value: f64) -> String {
    let decimals = if value > 0.0 && value < 1.0 { (2.0 - value.log10().floor()) as usize } else { 2 };
    format!("{value:.decimals$}")
}

/// A ratio of FLOPs.
pub fn ratio(value: f64) -> String {
    format!("{value:.3}")
}

/// A difference of percentage points, with its sign unless it rounds to nothing.
pub fn difference(value: f64) -> String {
    if value.abs() < 0.005 { "0.00".to_string() } else { format!("{value:+.2}") }
}

/// A number for other programs: six decimals, which hide what binary floating point adds.
pub fn plain(value: f64) -> String {
    // Adding zero turns a negative zero into a positive one.
    ((value * 1e6).round() / 1e6 + 0.0).to_string()
}

/// A count with its thousands set apart: `1,076,912`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A p-value: `0.012`, `3e-9`.
pub fn p_value(p: f64) -> String {
    match p {
        0.0 => "0".to_string(),
        p if p < 0.001 => format!("{p:.0e}"),
        p => format!("{p:.3}"),
    }
}

/// A number of any size, with four digits: `79.12`, `1.5e-7`.
pub fn significant(value: f64) -> String {
    if value == 0.0 || (1e-3..1e9).contains(&value.abs()) {
        let decimals = if value == value.trunc() { 0 } else { decimals(value) };
        return format!("{value:.decimals$}");
    }
    format!("{value:.1e}")
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

    #[test]
    fn numbers_of_any_size_have_few_digits() {
        let written = [0.0, 7.0, -79.1234, 123_456.7, 1.54e-7, 3e12].map(significant);
        assert_eq!(written, ["0", "7", "-79.12", "123457", "1.5e-7", "3.0e12"]);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!((percent(0.8), percent(0.965)), ("80%".into(), "96.5%".into()));
        assert_eq!((difference(-0.054), difference(0.7)), ("-0.05".into(), "+0.70".into()));
        assert_eq!(difference(-0.004), "0.00");
        assert_eq!((plain(-1e-14), plain(0.1 + 0.2)), ("0".into(), "0.3".into()));
        assert_eq!([2736.4, 98.76, 9.814].map(fps), ["2736", "98.8", "9.81"]);
        assert_eq!(count(1_076_912), "1,076,912");
        assert_eq!((count(999), count(1000)), ("999".into(), "1,000".into()));
        let three = Summary { mean: 93.6, deviation: Some(0.2), interval: Some((93.1, 94.1)), n: 3 };
        assert_eq!(accuracy(three), "93.60 ± 0.20 (3)");
        assert_eq!(interval((93.1, 94.096)), "[93.10, 94.10]");
    }
}
