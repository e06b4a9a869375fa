//! What is asked of the choice of channels.

use super::ChoiceError;

/// Which structures may be chosen, and how important their channels are.
///
/// Lists have an item for every group. Groups that are not prunable keep their current channels, whatever
/// the other lists say of them.
#[derive(Clone, Copy, Debug)]
pub struct ChannelRequest<'a> {
    /// The channels of every group now, at which prices are made.
    pub current: &'a [usize],
    /// The least that may be kept; to grow only, the current channels.
    pub least: &'a [usize],
    /// The most that may be kept.
    pub most: &'a [usize],
    /// The importance of each channel of each group, the most important first, of at least as many as may
    /// be kept; to grow only, that of the current channels is 0.
    pub values: &'a [Vec<f64>],
    /// Milliseconds that the structure may take at most.
    pub target_ms: f64,
}

/// Refuses a target that is not a positive time.
pub(super) fn valid_target(target_ms: f64) -> Result<(), ChoiceError> {
    if target_ms.is_finite() && target_ms > 0.0 { Ok(()) } else { Err(ChoiceError::Target(target_ms)) }
}
