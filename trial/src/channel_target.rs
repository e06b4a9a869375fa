//! The latency that channels are pruned to, and how they are pruned whatever the method.

use records::words;
use serde::{Deserialize, Serialize};
use sparsity::{Allowed, Latency, LatencyScope, LatencyTable, SettingSpec, Settings, SettingsError, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The latency that channels are pruned to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelTarget {
    /// Latency over that of the dense network, 0 to 1: 0.3 leaves 30 %.
    #[serde(rename = "target")]
    pub latency_target: f64,
    /// [Hash](crate::file_hash) of the latency table's file, or [`words::MACS`].
    #[serde(rename = "table")]
    pub latency_table: String,
    /// Settings of [`channel_settings`] that differ from their defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
}

/// Why the latencies of a target cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LatencyFileError {
    /// No file is named.
    #[error("the trial prunes by a latency table; give its file with --lut")]
    None,
    /// The file is not the one that the target names.
    #[error(
        "{file} is not the latency table the trial was planned with (found {found}, planned {expected}); \
         give that file with --lut, or plan again"
    )]
    Other {
        /// The file.
        file: String,
        /// Its hash, or why it cannot be read.
        found: String,
        /// That of the target.
        expected: String,
    },
    /// It is not a latency table.
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
            "channels that are pruned together (0: the step size of the latency table, or an eighth of the channels without one)",
            "arXiv 2210.06659: blocks as large as the steps of the latency",
        ),
        spec(
            "keep_stem",
            Value::Flag(true),
            Allowed::Flag,
            "whether the channels of the first convolution are kept",
            "HALP's code never prunes conv1",
        ),
        spec(
            "latency_scope",
            Value::Word(LatencyScope::NAMES[0].into()),
            Allowed::Word(LatencyScope::NAMES),
            "convolutions whose latency counts and whose channels may go: all of the network, or a detector's \
             backbone; layers behind it then only lose the inputs that it no longer makes",
            "own choice: all of them; logs of detection that are probably IEE's count the backbone alone",
        ),
        spec(
            words::ALLOW_DOUBTFUL,
            Value::Flag(false),
            Allowed::Flag,
            "whether channels are pruned by a latency table of which more than a tenth is marked as unreliable; it changes \
             nothing else, and every table with the result says so",
            "own choice: such latencies say little about the device",
        ),
    ]
}

impl ChannelTarget {
    /// All of [`channel_settings`], those that are not saved at their defaults.
    ///
    /// # Errors
    ///
    /// If a saved setting is unknown or its value not allowed.
    pub fn resolve(&self) -> Result<Settings, SettingsError> {
        Settings::saved(channel_settings(), &self.settings)
    }

    /// The latencies of its table, which is in `file` unless multiply-accumulates are used as a proxy.
    ///
    /// # Errors
    ///
    /// If no file is given, its hash is not that of the target, or it is not a latency table.
    pub fn latency(&self, file: Option<&Path>) -> Result<Latency, LatencyFileError> {
        if self.latency_table == words::MACS {
            return Ok(Latency::Macs { batch: 1 });
        }
        let file = file.ok_or(LatencyFileError::None)?;
        let other = |found: String| LatencyFileError::Other {
            file: file.display().to_string(),
            found,
            expected: self.latency_table.clone(),
        };
        let bytes = std::fs::read(file).map_err(|cause| other(cause.to_string()))?;
        let found = crate::file_hash(&bytes);
        if found != self.latency_table {
            return Err(other(found));
        }
        Ok(Latency::Table(LatencyTable::parse(file, &bytes)?))
    }
}
