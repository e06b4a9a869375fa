//! Whether a measured accuracy reproduces a published one.

use std::fmt;

/// Assumed deviation of a published value that has none.
pub const USUAL_DEVIATION: f64 = 0.3;

/// No difference up to this many percentage points counts, however small the deviation.
pub const LEAST_MARGIN: f64 = 0.5;

/// Differences that only binary floating point makes are forgiven.
const ROUNDING: f64 = 1e-9;

/// The judgement on one measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within the margin.
    Reproduced,
    /// Above the margin.
    Better,
    /// Below the margin.
    Worse,
}

impl Verdict {
    /// Judges a measured mean against a published value and its deviation, all in percent.
    pub fn on(measured: f64, published: f64, deviation: Option<f64>) -> Verdict {
        let margin = (2.0 * deviation.unwrap_or(USUAL_DEVIATION)).max(LEAST_MARGIN) + ROUNDING;
        match measured - published {
            difference if difference.abs() <= margin => Verdict::Reproduced,
            difference if difference > 0.0 => Verdict::Better,
            _ => Verdict::Worse,
        }
    }

    /// The rule in words.
    pub fn rule() -> String {
        format!(
            "Verdict: reproduced if the measured mean is within max(2 d, {LEAST_MARGIN}) points \
             of the published value, d being the published standard deviation, or \
             {USUAL_DEVIATION} where none is published; better above, worse below. Given only \
             for the published recipe on the real data set, and against values that were read at \
             their source and trained in the same way."
        )
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Reproduced => "reproduced",
            Verdict::Better => "better",
            Verdict::Worse => "worse",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_twice_the_deviation_but_at_least_half_a_point() {
        use Verdict::*;
        // (measured, published, deviation): margins 0.6, 0.5 and 0.8.
        for (measured, published, deviation, expected) in [
            (94.7, 94.1, None, Reproduced),
            (94.71, 94.1, None, Better),
            (93.5, 94.1, None, Reproduced),
            (93.49, 94.1, None, Worse),
            (92.7, 92.2, Some(0.04), Reproduced),
            (92.71, 92.2, Some(0.04), Better),
            (91.69, 92.2, Some(0.04), Worse),
            (92.1, 91.3, Some(0.4), Reproduced),
            (90.5, 91.3, Some(0.4), Reproduced),
            (90.49, 91.3, Some(0.4), Worse),
        ] {
            assert_eq!(Verdict::on(measured, published, deviation), expected, "{measured}");
        }
    }
}
