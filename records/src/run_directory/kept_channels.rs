//! What is left of one group of coupled channels: a row of `channels.csv`.

use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;

/// What is left of one group of coupled channels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptChannels {
    /// The group's name.
    pub group: String,
    /// Its channels in the dense network.
    pub channels: u64,
    /// Those that were kept.
    pub kept: u64,
    /// Channels that are pruned together.
    pub block: u64,
}

impl RunRow for KeptChannels {
    const FILE: &'static str = files::CHANNELS;
}
