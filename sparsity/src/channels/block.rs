//! How many channels of a group are pruned together by default: as many as the latency table's steps.
//!
//! HALP takes, for each group, the largest step of the table among its coupled layers. Here it is the
//! smallest step at which every number of channels down to the last has an entry in all layers that make,
//! pass through or read the group's channels, the other end being full. For HALP's table the two agree; the
//! second also holds where layers of several widths share a side and kernel and thus their entries, and
//! where a reader was measured at fewer widths than the layer before it.

use super::convolution::Convolution;
use crate::Latency;

/// Blocks of an eighth of the channels where there is no latency table.
const SHARES: usize = 8;

/// The block of `group`, which has `channels` channels.
pub(super) fn of_latency(
    latency: &Latency,
    convolutions: &[Convolution],
    group: usize,
    channels: usize,
) -> usize {
    let Latency::Table(table) = latency else { return (channels / SHARES).max(1) };
    let coupled: Vec<&Convolution> =
        convolutions.iter().filter(|layer| layer.from == group || layer.to == group).collect();
    let known =
        |count: usize| coupled.iter().all(|layer| table.entries.contains_key(&layer.when(group, count)));
    let known: Vec<bool> = (0..=channels).map(|count| count > 0 && known(count)).collect();
    let throughout = |block: &usize| (1..=channels).rev().step_by(*block).all(|count| known[count]);
    (1..channels).find(throughout).unwrap_or(channels)
}
