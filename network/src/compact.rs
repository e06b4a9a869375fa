//! A network without the channels that were pruned.
//!
//! A mask only sets weights to zero, and a dense convolution takes as long over
//! zeros. Removing the channels of a group from every node that produces or
//! reads them leaves a smaller dense network, which is what runs faster.

use crate::{ChannelGroup, ChannelGroups, Network, Op};

/// The channels of each group that are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept(Vec<Vec<usize>>);

/// Why these channels cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// Not one list for each group.
    #[error(
        "the channels to keep are given for {given} groups, and the network has {groups}; give one list for \
         each group of this network"
    )]
    Groups {
        /// Lists that were given.
        given: usize,
        /// Groups of the network.
        groups: usize,
    },
    /// An index past the last channel.
    #[error(
        "group {group}: channel {index} cannot be kept, because there are {channels}; name channels below {channels}"
    )]
    Range {
        /// The group's name.
        group: String,
        /// The index that was given.
        index: usize,
        /// Channels of the group.
        channels: usize,
    },
    /// An index that is not above the one before it.
    #[error(
        "group {group}: channel {index} is listed after {before}; list each channel once, in rising order"
    )]
    Order {
        /// The group's name.
        group: String,
        /// The index that was given.
        index: usize,
        /// The one before it.
        before: usize,
    },
    /// A group without a channel.
    #[error(
        "group {group}: none of {channels} channels is kept, so that nothing would pass through; keep at least one channel, \
         or prune less"
    )]
    Empty {
        /// The group's name.
        group: String,
        /// Channels of the group.
        channels: usize,
    },
    /// Channels missing of the images or of an output.
    #[error(
        "group {group}: {kept} of {channels} channels are kept, but those of the images and of the outputs \
         must all be kept"
    )]
    Fixed {
        /// The group's name.
        group: String,
        /// Channels that were to be kept.
        kept: usize,
        /// Channels of the group.
        channels: usize,
    },
}

impl Kept {
    /// Keeps the channels `kept[g]` of each group `g`, rising indices from 0.
    ///
    /// # Errors
    ///
    /// If there is not one list for each group, a list does not rise within the channels of its group, a group would
    /// be emptied, or channels of the images or an output would go.
    pub fn new(groups: &ChannelGroups, kept: Vec<Vec<usize>>) -> Result<Self, KeptError> {
        if kept.len() != groups.groups.len() {
            return Err(KeptError::Groups { given: kept.len(), groups: groups.groups.len() });
        }
        for (group, kept) in groups.groups.iter().zip(&kept) {
            check(group, kept)?;
        }
        Ok(Self(kept))
    }

    /// Keeps every channel.
    pub fn all(groups: &ChannelGroups) -> Self {
        Self(groups.groups.iter().map(|group| (0..group.channels).collect()).collect())
    }

    /// The channels of `group` that are kept, in rising order.
    pub fn of(&self, group: usize) -> &[usize] {
        &self.0[group]
    }

    /// How many channels of each group are kept.
    pub fn counts(&self) -> Vec<usize> {
        self.0.iter().map(Vec::len).collect()
    }

    /// Keeps a multiple of `multiple` channels in each group, or all where there are fewer.
    ///
    /// Libraries run some channel counts no faster than the next round one. The
    /// first removed channels are taken back, in index order. A removed channel is
    /// zero in a masked network, with its batch norms' scales and shifts, so with
    /// the masked weights the results stay the same. A multiple of 0 or 1 changes
    /// nothing.
    pub fn rounded_up(&self, groups: &ChannelGroups, multiple: usize) -> Self {
        let of_group = |(group, kept): (&ChannelGroup, &Vec<usize>)| {
            let round = kept.len().checked_next_multiple_of(multiple.max(1)).unwrap_or(usize::MAX);
            let more = round.min(group.channels).saturating_sub(kept.len());
            let removed = (0..group.channels).filter(|channel| kept.binary_search(channel).is_err());
            let mut channels: Vec<usize> = kept.iter().copied().chain(removed.take(more)).collect();
            channels.sort_unstable();
            channels
        };
        Self(groups.groups.iter().zip(&self.0).map(of_group).collect())
    }
}

fn check(group: &ChannelGroup, kept: &[usize]) -> Result<(), KeptError> {
    let (name, channels) = (group.name.clone(), group.channels);
    if let Some(&index) = kept.iter().find(|&&index| index >= channels) {
        return Err(KeptError::Range { group: name, index, channels });
    }
    if let Some(pair) = kept.windows(2).find(|pair| pair[1] <= pair[0]) {
        return Err(KeptError::Order { group: name, index: pair[1], before: pair[0] });
    }
    if group.fixed && kept.len() != channels {
        return Err(KeptError::Fixed { group: name, kept: kept.len(), channels });
    }
    if kept.is_empty() {
        return Err(KeptError::Empty { group: name, channels });
    }
    Ok(())
}

impl Network {
    /// The network with only the channels that are kept; `groups` and `kept` are of this network.
    ///
    /// Names, kernels, joins and image sizes stay. Channel `c` of a group's nodes is
    /// channel `kept.of(group)[c]` of theirs here.
    pub fn compacted(&self, groups: &ChannelGroups, kept: &Kept) -> Network {
        let mut network = self.clone();
        for (id, node) in network.nodes.iter_mut().enumerate() {
            let channels = kept.of(groups.of(id)).len();
            node.shape.channels = channels;
            // A depthwise convolution left with one channel has one group, as an ordinary
            // convolution of one channel to one does: they compute the same.
            if let Op::Conv { groups: split, .. } = &mut node.op
                && *split > 1
            {
                *split = channels;
            }
        }
        network
    }
}

#[cfg(test)]
mod tests;
