//! The order in memory in which a network keeps images, activations and the weights of convolutions.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Order of the four dimensions in memory. It changes speed, and results by rounding alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// All channels of a pixel beside each other (NHWC), as tensor cores take them.
    ChannelsLast,
    /// All pixels of a channel beside each other (NCHW), libtorch's contiguous layout.
    Nchw,
}

impl Layout {
    /// The names, as on the command line and in tables.
    pub const NAMES: &'static [&'static str] = &["channels-last", "nchw"];

    /// All of them, in the order of [`Layout::NAMES`].
    pub const ALL: [Self; 2] = [Self::ChannelsLast, Self::Nchw];
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChannelsLast => "channels-last",
            Self::Nchw => "nchw",
        })
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|layout| layout.to_string() == text);
        found.ok_or_else(|| {
            format!("there is no memory layout `{text}`; write one of {}", Self::NAMES.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json_and_wrong_ones_are_answered_with_the_right_ones() {
        for (layout, name) in Layout::ALL.into_iter().zip(Layout::NAMES) {
            assert_eq!((name.parse(), layout.to_string().as_str()), (Ok(layout), *name));
            assert_eq!(serde_json::to_string(&layout).unwrap(), format!("\"{name}\""));
        }
        assert!("nhwc".parse::<Layout>().unwrap_err().contains("channels-last, nchw"));
    }
}
