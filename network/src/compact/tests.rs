//! What a compact network keeps, and which lists of channels are refused.

use super::*;
use crate::{Layer, LayerKind, models::model};
use proptest::prelude::*;

fn networks() -> [Network; 10] {
    [
        ("wrn-10-1", 4),
        ("wrn-16-2", 8),
        ("resnet50-0.25", 32),
        ("mobilenet-v1-0.25", 32),
        ("mobilenet-v2-0.25", 32),
        ("vgg16-bn-0.0625", 32),
        ("resnet18-0.25", 32),
        ("resnet20", 8),
        ("ssd64-resnet50-0.25", 64),
        ("ssd128-resnet50-skim-0.1", 128),
    ]
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
            prop_assert_eq!((&small.outputs, small.backbone), (&network.outputs, network.backbone));
            for output in network.output_nodes() {
                prop_assert_eq!(&small.nodes[output], &network.nodes[output]);
            }
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
