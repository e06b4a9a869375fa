//! Why a network has no structures to choose from, or none that fits.

use crate::MissingEntry;
use crate::knapsack::KnapsackError;
use network::{ChannelError, ConvShape};

/// Why a network has no structures to choose from.
#[derive(Debug, thiserror::Error)]
pub enum ChannelSpaceError {
    /// Its channels cannot be grouped.
    #[error(transparent)]
    Channels(#[from] ChannelError),
    /// It has no backbone.
    #[error(
        "latency_scope=backbone is for detectors, and {0} has no backbone; leave it at latency_scope=network"
    )]
    NoBackbone(String),
    /// The table lacks convolutions.
    #[error(transparent)]
    Missing(Box<Absent>),
    /// The table lacks a convolution.
    #[error(transparent)]
    Entry(#[from] MissingEntry),
}

/// The convolutions that a table lacks.
#[derive(Debug, thiserror::Error)]
#[error(
    "the latency table ({table}) lacks {count} of the {of} convolutions that {network} can have, such as \
     {}{}",
    first.iter().map(ConvShape::to_string).collect::<Vec<_>>().join(", "),
    remedy(*elsewhere, command)
)]
pub struct Absent {
    /// How many are missing.
    pub count: usize,
    /// How many are needed.
    pub of: usize,
    /// The first three that are missing.
    pub first: Vec<ConvShape>,
    /// What the table has in place of one of those, for inputs of another side.
    pub elsewhere: Option<ConvShape>,
    /// The network's name.
    pub network: String,
    /// The command that measures all that it can have.
    pub command: String,
    /// What the table is about.
    pub table: String,
}

/// What to do about convolutions that are missing, where the table has one of them at another side.
fn remedy(elsewhere: Option<ConvShape>, command: &str) -> String {
    match elsewhere {
        Some(shape) => format!(
            ". It has {shape} instead, so it seems to be for images of another size; name a table for this size, \
             which `{command}` measures"
        ),
        None => format!(
            "; measure them with `{command}`, choose blocks of channels that the table has, or, if it was \
             imported, import it again with --interpolate, which fills them from their neighbours"
        ),
    }
}

/// Why no structure can be chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// A target that is not a positive time.
    #[error("a target of {0} ms; --latency-target must be finite and above 0")]
    Target(f64),
    /// A list that does not have an item for every group.
    #[error("`{list}` has {found} items; it needs one for each of the {expected} groups of channels")]
    Length {
        /// The list's name.
        list: &'static str,
        /// How many items it has.
        found: usize,
        /// How many groups there are.
        expected: usize,
    },
    /// Counts that a group cannot have.
    #[error(
        "`{group}` has {channels} channels and is to have {least} to {most}, now {current}; all must be from \
         1 to {channels}, and the least not above the most"
    )]
    Counts {
        /// The group's name.
        group: String,
        /// All of its channels.
        channels: usize,
        /// How many it has now.
        current: usize,
        /// The least that was asked for.
        least: usize,
        /// The most that was asked for.
        most: usize,
    },
    /// Fewer importances than channels.
    #[error("`{group}` has {found} importances for the {needed} channels that it may keep")]
    Importances {
        /// The group's name.
        group: String,
        /// How many importances there are.
        found: usize,
        /// How many channels they are for.
        needed: usize,
    },
    /// An importance that is not finite.
    #[error(
        "the importance of channel {channel} of `{group}`, counted from the most important, is {value}; \
         leave out steps with infinite gradients, or lower the learning rate"
    )]
    Importance {
        /// The group's name.
        group: String,
        /// The channel's place, counted from 0.
        channel: usize,
        /// Its importance.
        value: f64,
    },
    /// No structure that was found is fast enough.
    #[error(
        "no structure within {target_ms:.3} ms was found: the fastest one known takes {:.3} ms; raise \
         --latency-target to at least that ({:.1} % of the dense network's {dense_ms:.3} ms)",
        up(*fastest_ms, 1e3), up(100.0 * fastest_ms / dense_ms, 10.0)
    )]
    Unreachable {
        /// What was asked for, in milliseconds.
        target_ms: f64,
        /// A latency that can be met, in milliseconds.
        fastest_ms: f64,
        /// The latency with all channels, in milliseconds.
        dense_ms: f64,
    },
    /// The table lacks a convolution, since a count is not reachable.
    #[error(transparent)]
    Missing(#[from] MissingEntry),
    /// The prices are out of range.
    #[error(transparent)]
    Knapsack(#[from] KnapsackError),
}

/// `value` rounded up to whole parts of `parts`, so that what is printed is enough.
fn up(value: f64, parts: f64) -> f64 {
    (value * parts).ceil() / parts
}
