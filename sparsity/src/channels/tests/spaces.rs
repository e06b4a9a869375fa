//! What structures there are, and what they cost.

use super::*;

#[test]
fn a_space_follows_from_groups_and_blocks() {
    let network = chain();
    let space = space(&network, MICROSECONDS, ChannelOptions { block: 3, ..OUTPUTS });
    assert_eq!(space.prunable(), [false, true, true, false]);
    assert_eq!(space.blocks(), [3, 3, 3, 4]);
    let reachable = |group| space.reachable(group).collect::<Vec<_>>();
    assert_eq!([reachable(0), reachable(1), reachable(3)], [vec![3], vec![8, 5, 2], vec![4]]);
    assert_eq!((space.dense_counts(), space.smallest_counts()), (vec![3, 8, 8, 4], vec![3, 2, 2, 4]));
    assert_eq!((space.dense(), space.smallest()), (1.408, 0.16));
    // The classifier has MACs, but no latency.
    assert_eq!((space.macs(&[3, 5, 2, 4]), space.latency(&[3, 5, 2, 4]).unwrap()), (240 + 160 + 8, 0.4));
    assert_eq!(space.macs(&space.dense_counts()), network.macs());
    // One first convolution of each width, and nine second ones.
    assert_eq!(space.shapes().len(), 3 + 9);
    assert_eq!((space.batch(), space.network()), (1_000_000, &network));
}

#[test]
fn blocks_are_rounded_up_to_a_multiple_or_to_the_group() {
    let network = chain();
    let in_multiples_of = |block, multiple| {
        let space = space(&network, MICROSECONDS, ChannelOptions { block, ..OUTPUTS });
        space.in_multiples_of(multiple).unwrap()
    };
    assert_eq!(in_multiples_of(3, 4).blocks(), [3, 4, 4, 4]);
    assert_eq!(in_multiples_of(3, 4).smallest_counts(), [3, 4, 4, 4]);
    // 4 channels of 48 microseconds and 16 pairs of 16.
    assert_eq!(in_multiples_of(3, 4).smallest(), 0.192 + 0.256);
    assert_eq!(in_multiples_of(3, 1).blocks(), [3, 3, 3, 4]);
    let whole = in_multiples_of(3, 16);
    assert_eq!((whole.blocks(), whole.prunable()), (&[3, 8, 8, 4][..], &[false; 4][..]));
    assert_eq!(whole.smallest(), whole.dense());
}

/// The stem is what only layers on the images make; where it joins the first stage it is not alone.
#[test]
fn a_stem_can_be_kept() {
    for (name, stem_may_shrink) in [("resnet50", false), ("mobilenet-v1", false), ("wrn-10-1", true)] {
        let network = model(name, 10, 32).unwrap();
        let with = |keep_stem| space(&network, MICROSECONDS, ChannelOptions { keep_stem, ..OUTPUTS });
        assert_eq!((with(true).prunable()[1], with(false).prunable()[1]), (stem_may_shrink, true), "{name}");
    }
}

/// No convolution makes or reads the hidden features of a classifier, so no latency is known of them. A channel of
/// the last convolution goes with the 49 pixels that the classifier reads of it.
#[test]
fn hidden_features_of_a_classifier_are_kept() {
    let network = model("vgg16-bn", 1000, 224).unwrap();
    let space = space(&network, MICROSECONDS, ChannelOptions { block: 0, ..OUTPUTS });
    let prunable: Vec<&str> = space
        .groups()
        .groups
        .iter()
        .zip(space.prunable())
        .filter_map(|(group, prunable)| prunable.then_some(group.name.as_str()))
        .collect();
    assert_eq!((prunable.len(), prunable[0], prunable[12]), (13, "features.0", "features.40"));
    assert_eq!(space.macs(&space.dense_counts()), network.macs());
    let mut counts = space.dense_counts();
    counts[13] -= 64;
    let saved = 64 * 512 * 9 * 14 * 14 + 64 * 49 * 4096;
    assert_eq!(space.macs(&counts), network.macs() - saved);
}

#[test]
fn a_block_is_at_most_the_group_and_without_a_table_an_eighth() {
    let network = model("mobilenet-v1", 10, 32).unwrap();
    let blocks =
        |block| space(&network, MICROSECONDS, ChannelOptions { block, ..OUTPUTS }).blocks()[1..5].to_vec();
    assert_eq!(blocks(0), [4, 8, 16, 16]);
    assert_eq!(blocks(100), [32, 64, 100, 100]);
}

/// One table for two layers of one kind: the first is known at 2, 4, 6 and 8 channels, the second reads
/// only 4 and 8, and makes 1 to 8.
#[test]
fn blocks_follow_the_steps_that_a_table_has_throughout() {
    let network = chain();
    let shape = |inputs, outputs| ConvShape::new(inputs, outputs, 4, Window::new(1, 1), 1);
    let first = [2, 4, 6, 8].map(|outputs| shape(3, outputs));
    let second = [4, 8].into_iter().flat_map(|inputs| (1..=8).map(move |outputs| shape(inputs, outputs)));
    let table = table(first.into_iter().chain(second), |_| 1.0);
    let automatic = ChannelOptions { block: 0, ..OUTPUTS };
    assert_eq!(space(&network, Latency::Table(table.clone()), automatic).blocks(), [3, 4, 1, 4]);

    let message = ChannelSpace::new(&network, Latency::Table(table), OUTPUTS).unwrap_err().to_string();
    for part in ["lacks 8 of the 20", "2->2 1x1 at 4, 2->4 1x1 at 4, 2->6 1x1 at 4;", "chain", "lut build"] {
        assert!(message.contains(part), "{message}");
    }
}

/// A layer of which the table has a single entry keeps its width.
#[test]
fn a_single_entry_is_the_full_width() {
    let network = chain();
    let all = space(&network, MICROSECONDS, OUTPUTS).shapes();
    let table = table(all.into_iter().filter(|shape| shape.inputs != 3 || shape.outputs == 8), |_| 1.0);
    let space = space(&network, Latency::Table(table), ChannelOptions { block: 0, ..OUTPUTS });
    assert_eq!((space.blocks(), space.prunable()), (&[3, 8, 2, 4][..], &[false, false, true, false][..]));
    assert_eq!(space.dense(), 2.0);
}

#[test]
fn a_uniform_structure_keeps_equal_shares() {
    // By the table the first convolution can have 8, 6, 4 or 2 channels, the second 8, 5 or 2, and a and b
    // of them take 3 a + a b ms.
    let network = chain();
    let shape = |inputs, outputs| ConvShape::new(inputs, outputs, 4, Window::new(1, 1), 1);
    let first = [8, 6, 4, 2].map(|outputs| shape(3, outputs));
    let second = [8, 6, 4, 2].into_iter().flat_map(|inputs| [8, 5, 2].map(|outputs| shape(inputs, outputs)));
    let table = table(first.into_iter().chain(second), |shape| (shape.inputs * shape.outputs) as f64);
    let space = space(&network, Latency::Table(table), ChannelOptions { block: 0, ..OUTPUTS });
    for (target, first, second) in
        [(88.0, 8, 8), (87.9, 6, 5), (48.0, 6, 5), (47.9, 4, 5), (32.0, 4, 5), (31.9, 4, 2), (19.9, 2, 2)]
    {
        assert_eq!(space.uniform(target).unwrap(), [3, first, second, 4], "{target}");
    }
    let message = space.uniform(9.9996).unwrap_err().to_string();
    assert!(message.contains("within 10.000 ms") && message.contains("at least that (11.4 %"), "{message}");
    assert!(matches!(space.uniform(f64::NAN), Err(ChoiceError::Target(_))));
}
