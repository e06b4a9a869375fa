//! A network without the channels that were pruned.
//!
//! A mask only sets weights to zero, and a dense convolution takes as long over
//! zeros. Taking the channels of a group out of every node that makes or reads
//! them leaves a smaller dense network, which is what runs faster.

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
    /// Channels missing of the images or of the logits.
    #[error(
        "group {group}: {kept} of {channels} channels are kept, but those of the images and of the logits must \
         all be kept"
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
    /// be emptied, or channels of the images or the logits would go.
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
mod tests {
    use super::*;
    use crate::{Layer, LayerKind, models::model};
    use proptest::prelude::*;

    fn networks() -> [Network; 4] {
        [("wrn-10-1", 4), ("wrn-16-2", 8), ("resnet50-0.25", 32), ("mobilenet-v1-0.25", 32)]
            .map(|(name, side)| model(name, 10, side).unwrap())
    }

    /// About `share` of the channels of each group, at least one; all of a fixed group.
    fn random(groups: &ChannelGroups, share: f64, seed: u64) -> Kept {
        let mut state = seed;
        let mut uniform = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut of_group = |group: &ChannelGroup| -> Vec<usize> {
            let sure = (uniform() * group.channels as f64) as usize;
            (0..group.channels).filter(|&c| uniform() < share || c == sure || group.fixed).collect()
        };
        Kept::new(groups, groups.groups.iter().map(&mut of_group).collect()).unwrap()
    }

    #[test]
    fn keeping_everything_is_the_identity() {
        for network in networks() {
            let groups = network.channel_groups().unwrap();
            let all = Kept::all(&groups);
            assert_eq!(all.counts(), groups.counts());
            assert_eq!(Kept::new(&groups, all.0.clone()), Ok(all.clone()));
            assert_eq!(network.compacted(&groups, &all), network);
        }
    }

    #[test]
    fn removed_channels_come_back_in_order() {
        let network = model("wrn-10-1", 10, 4).unwrap();
        let groups = network.channel_groups().unwrap();
        let mut lists = Kept::all(&groups).0;
        lists[1] = vec![1, 4, 9, 10, 15];
        let kept = Kept::new(&groups, lists).unwrap();
        assert_eq!(kept.rounded_up(&groups, 8).of(1), [0, 1, 2, 3, 4, 9, 10, 15]);
        assert_eq!(kept.rounded_up(&groups, 3).of(1), [0, 1, 4, 9, 10, 15]);
        assert_eq!(kept.rounded_up(&groups, 5), kept);
        for none in [0, 1] {
            assert_eq!(kept.rounded_up(&groups, none), kept);
        }
        for all in [16, 1000, usize::MAX] {
            assert_eq!(kept.rounded_up(&groups, all), Kept::all(&groups), "the images have 3 channels");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let network = model("wrn-10-1", 10, 4).unwrap();
        let groups = network.channel_groups().unwrap();
        let last = groups.groups.len() - 1;
        for (group, list, words) in [
            (1, vec![0, 16], "group conv1: channel 16"),
            (1, vec![3, 2], "channel 2 is listed after 3"),
            (1, vec![3, 3], "list each channel once"),
            (1, vec![], "keep at least one channel"),
            (0, vec![0, 2], "group input: 2 of 3 channels are kept"),
            (last, vec![], "group fc: 0 of 10 channels are kept"),
        ] {
            let mut lists = Kept::all(&groups).0;
            lists[group] = list;
            let message = Kept::new(&groups, lists).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
        let message = Kept::new(&groups, vec![vec![0]]).unwrap_err().to_string();
        assert!(message.contains("for 1 groups"), "{message}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The small network is one, and its work is what the counts say.
        #[test]
        fn compacted_networks_are_consistent(share in 0.0f64..1.0, seed: u64) {
            for network in networks() {
                let groups = network.channel_groups().unwrap();
                let kept = random(&groups, share, seed);
                let small = network.compacted(&groups, &kept);
                prop_assert_eq!(small.check(), Ok(()));
                prop_assert_eq!(small.nodes[0].shape, network.nodes[0].shape);
                prop_assert_eq!(small.nodes.last(), network.nodes.last());
                for (node, before) in small.nodes.iter().zip(&network.nodes) {
                    let read: Vec<_> = node.inputs.iter().map(|&id| small.nodes[id].shape).collect();
                    prop_assert_eq!((&node.name, &node.inputs), (&before.name, &before.inputs));
                    match (node.op, before.op) {
                        (Op::Add, _) => prop_assert!(read.iter().all(|shape| *shape == node.shape)),
                        (Op::Conv { groups, .. }, Op::Conv { groups: was, .. }) if was > 1 => {
                            prop_assert_eq!((groups, node.shape.channels), (read[0].channels, groups));
                        }
                        (op, was) => prop_assert_eq!(op, was),
                    }
                }
                let classifiers = small.layers().into_iter().filter(|layer| layer.kind == LayerKind::Linear);
                let macs: u64 = classifiers.map(|layer: Layer| layer.macs).sum();
                let shapes = network.convolutions(&groups, &kept.counts());
                prop_assert_eq!(small.macs(), macs + shapes.iter().map(|(_, shape)| shape.macs()).sum::<u64>());
            }
        }

        /// No channel is lost, and no more come back than the multiple asks for.
        #[test]
        fn rounding_up_keeps_what_was_kept(share in 0.0f64..1.0, seed: u64, multiple in 1usize..40) {
            for network in networks() {
                let groups = network.channel_groups().unwrap();
                let kept = random(&groups, share, seed);
                let round = kept.rounded_up(&groups, multiple);
                prop_assert_eq!(Kept::new(&groups, round.0.clone()), Ok(round.clone()));
                for (index, group) in groups.groups.iter().enumerate() {
                    let (before, after) = (kept.of(index), round.of(index));
                    prop_assert!(before.iter().all(|channel| after.contains(channel)));
                    prop_assert!(after.len() % multiple == 0 || after.len() == group.channels);
                    prop_assert!(after.len() < before.len() + multiple);
                }
            }
        }

        /// Channels can be taken out before batch norms are folded, or after.
        #[test]
        fn compacting_and_folding_commute(share in 0.0f64..1.0, seed: u64) {
            for network in networks() {
                let (groups, folded) = (network.channel_groups().unwrap(), network.folded().network);
                let kept = random(&groups, share, seed);
                let after = folded.compacted(&folded.channel_groups().unwrap(), &kept);
                prop_assert_eq!(network.compacted(&groups, &kept).folded().network, after);
            }
        }
    }
}
