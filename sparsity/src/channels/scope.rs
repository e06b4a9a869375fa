//! Which convolutions have a latency that counts.

use super::ChannelSpaceError;
use network::{Network, NodeId};
use std::str::FromStr;

/// The part of a network whose latency counts, and whose channels may therefore go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatencyScope {
    /// All of it.
    Network,
    /// The backbone of a detector. Layers behind it lose the inputs that the backbone no longer makes, at no
    /// saving, and keep all of their outputs.
    Backbone,
}

impl LatencyScope {
    /// The names, for a setting.
    pub const NAMES: &'static [&'static str] = &["network", "backbone"];

    /// The last node of that part of `network`.
    ///
    /// # Errors
    ///
    /// If it is the backbone and the network has none.
    pub(super) fn last(self, network: &Network) -> Result<NodeId, ChannelSpaceError> {
        match self {
            Self::Network => Ok(network.nodes.len() - 1),
            Self::Backbone => {
                network.backbone.ok_or_else(|| ChannelSpaceError::NoBackbone(network.name.clone()))
            }
        }
    }
}

impl FromStr for LatencyScope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "network" => Ok(Self::Network),
            "backbone" => Ok(Self::Backbone),
            _ => Err(format!("there is no scope `{name}`; it is one of {}", Self::NAMES.join(", "))),
        }
    }
}
