//! The latency that a trial is to reach, and how channels are priced on the way.

use serde::{Deserialize, Serialize};
use sparsity::{
    Accounting, Allowed, ChannelOptions, ChannelSpace, ChannelSpaceError, Latency, LatencyTable, SettingSpec,
    Settings, SettingsError, Value,
};
use std::collections::BTreeMap;
use std::path::Path;

/// What [`LatencyGoal::table`] says where multiply-accumulates stand in for latency.
pub const MACS: &str = "macs";

/// The latency of a network with fewer channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyGoal {
    /// Latency over that of the dense network: 0.3 leaves 30 %.
    pub target: f64,
    /// Hash of the latency table's file, or [`MACS`].
    pub table: String,
    /// Settings of [`channel_settings`] that differ from their defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
}

/// Why the latencies of a goal cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LatencyFileError {
    /// No file is named.
    #[error("the trial prunes by a latency table; name it with --lut")]
    None,
    /// The file is not the one that the goal names.
    #[error(
        "{file} is not the latency table the trial was planned with (found {found}, planned {expected}); \
         name that file with --lut, or plan anew"
    )]
    Other {
        /// The file.
        file: String,
        /// Its hash, or why it cannot be read.
        found: String,
        /// That of the goal.
        expected: String,
    },
    /// It is no latency table.
    #[error(transparent)]
    Table(#[from] sparsity::TableError),
}

/// How channels are pruned, whatever the method: the settings.
pub fn channel_settings() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "channel_block",
            Value::Int(0),
            Allowed::Int(0, 1_000_000),
            "channels that are pruned at once (0: the steps of the latency table, an eighth of the channels without one)",
            "arXiv 2210.06659: blocks as large as the steps of the latency",
        ),
        spec(
            "keep_stem",
            Value::Flag(true),
            Allowed::Flag,
            "whether the channels of the first convolution stay",
            "HALP's code never prunes conv1",
        ),
    ]
}

impl LatencyGoal {
    /// The settings of channels, made up.
    pub fn resolve(&self) -> Result<Settings, SettingsError> {
        crate::spec::restore(channel_settings(), &self.settings)
    }

    /// The latencies of its table, which is in `file` unless multiply-accumulates stand in for it.
    pub fn latency(&self, file: Option<&Path>) -> Result<Latency, LatencyFileError> {
        if self.table == MACS {
            return Ok(Latency::Macs { batch: 1 });
        }
        let file = file.ok_or(LatencyFileError::None)?;
        let other = |found: String| LatencyFileError::Other {
            file: file.display().to_string(),
            found,
            expected: self.table.clone(),
        };
        let bytes = std::fs::read(file).map_err(|cause| other(cause.to_string()))?;
        let found = crate::file_hash(&bytes);
        if found != self.table {
            return Err(other(found));
        }
        Ok(Latency::Table(LatencyTable::parse(file, &bytes)?))
    }

    /// What the channels of `network` can become under `latency`, by the settings of channels and those of
    /// a method that prunes them.
    pub(crate) fn space(
        settings: &Settings,
        method: &Settings,
        network: &network::Network,
        latency: Latency,
    ) -> Result<ChannelSpace, ChannelSpaceError> {
        let options = ChannelOptions {
            block: settings.int("channel_block") as usize,
            accounting: Accounting::of(method),
            keep_stem: settings.flag("keep_stem"),
        };
        ChannelSpace::new(network, latency, options)
    }
}
