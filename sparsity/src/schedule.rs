//! How a quantity moves over training: decays of the update fraction, and the
//! cubic ramp of gradual pruning.

use std::f64::consts::PI;
use std::str::FromStr;

/// Shape of a decay from 1 at progress 0 towards 0 at progress 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decay {
    /// 1 throughout.
    Constant,
    /// `(1 + cos(pi p)) / 2`, RigL's f_decay (arXiv 1911.11134, section 3).
    Cosine,
    /// `0.01^p`: falls by the same factor in equal times, to 1 % at the end.
    Exponential,
    /// `(1 - p)^3`.
    Cubic,
}

impl Decay {
    /// Every decay, for settings.
    pub const NAMES: &'static [&'static str] = &["constant", "cosine", "exponential", "cubic"];

    /// The factor at `progress`, which is clamped to 0..1.
    pub fn factor(self, progress: f64) -> f64 {
        let p = progress.clamp(0.0, 1.0);
        match self {
            Self::Constant => 1.0,
            Self::Cosine => (1.0 + (PI * p).cos()) / 2.0,
            Self::Exponential => 0.01f64.powf(p),
            Self::Cubic => (1.0 - p).powi(3),
        }
    }
}

impl FromStr for Decay {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "constant" => Ok(Self::Constant),
            "cosine" => Ok(Self::Cosine),
            "exponential" => Ok(Self::Exponential),
            "cubic" => Ok(Self::Cubic),
            _ => Err(format!("there is no decay `{name}`; choose one of {}", Self::NAMES.join(", "))),
        }
    }
}

/// Share of the final sparsity reached at `progress` of the pruning window
/// (Zhu and Gupta, arXiv 1710.01878): `1 - (1 - p)^3`.
pub fn cubic_ramp(progress: f64) -> f64 {
    1.0 - (1.0 - progress.clamp(0.0, 1.0)).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decays_fall_from_one_and_never_rise() {
        for name in Decay::NAMES {
            let decay: Decay = name.parse().unwrap();
            assert_eq!(decay.factor(0.0), 1.0, "{name}");
            let mut last = 1.0;
            for step in 1..=100 {
                let now = decay.factor(step as f64 / 100.0);
                assert!(now <= last && now >= 0.0, "{name} at {step}");
                last = now;
            }
        }
    }

    #[test]
    fn cosine_is_one_half_in_the_middle_and_zero_at_the_end() {
        assert!((Decay::Cosine.factor(0.5) - 0.5).abs() < 1e-12);
        assert!(Decay::Cosine.factor(1.0).abs() < 1e-12);
        assert!((Decay::Exponential.factor(0.5) - 0.1).abs() < 1e-12);
        assert!((Decay::Cubic.factor(0.5) - 0.125).abs() < 1e-12);
    }

    #[test]
    fn the_ramp_is_the_published_cubic() {
        assert_eq!(cubic_ramp(0.0), 0.0);
        assert_eq!(cubic_ramp(0.5), 0.875);
        assert_eq!(cubic_ramp(1.0), 1.0);
        assert_eq!(cubic_ramp(7.0), 1.0);
    }
}
