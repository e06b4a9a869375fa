//! The number format that a network runs in.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Number format of activations and of the weights in a forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32-bit floats throughout.
    Fp32,
    /// 32-bit floats, convolutions and products in TensorFloat-32 where CUDA has it.
    Tf32,
    /// bfloat16 for convolutions and activations; batch norms, and in training weights and loss, in 32 bits.
    Bf16,
}

impl Precision {
    /// The names, as in settings, on the command line and in tables.
    pub const NAMES: &'static [&'static str] = &["fp32", "tf32", "bf16"];

    /// All of them, in the order of [`Precision::NAMES`].
    pub const ALL: [Self; 3] = [Self::Fp32, Self::Tf32, Self::Bf16];
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fp32 => "fp32",
            Self::Tf32 => "tf32",
            Self::Bf16 => "bf16",
        })
    }
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|precision| precision.to_string() == text);
        found.ok_or_else(|| {
            format!("there is no number format `{text}`; write one of {}", Self::NAMES.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json_and_wrong_ones_are_answered_with_the_right_ones() {
        for (precision, name) in Precision::ALL.into_iter().zip(Precision::NAMES) {
            assert_eq!((name.parse(), precision.to_string().as_str()), (Ok(precision), *name));
            assert_eq!(serde_json::to_string(&precision).unwrap(), format!("\"{name}\""));
        }
        assert!("fp16".parse::<Precision>().unwrap_err().contains("fp32, tf32, bf16"));
    }
}
