//! Taking channels out, filling them up and folding batch norms change no result.

mod random_network;

use engine::{Parameters, compacted, folded, padded};
use network::Kept;
use random_network::{images, kept, logits, mask, network, random, settle};
use tch::{Kind, Tensor};

/// Every family, with the least images that leave its last stage some pixels.
const MODELS: [(&str, usize); 10] = [
    ("wrn-10-1", 32),
    ("wrn-16-2", 32),
    ("resnet50-0.125", 64),
    ("mobilenet-v1-0.25", 64),
    // Narrower streams would be left with one channel, which carries nothing of the images to the end.
    ("mobilenet-v2", 64),
    ("vgg16-bn-0.0625", 64),
    ("resnet18-0.125", 64),
    ("resnet20", 16),
    ("ssd128-resnet50-0.125", 128),
    ("ssd64-resnet50-skim-0.125", 64),
];

#[track_caller]
fn assert_same(left: &[Tensor], right: &[Tensor], what: &str) {
    assert_eq!(left.len(), right.len(), "{what}");
    let mut spread = 0.0f64;
    for (left, right) in left.iter().zip(right) {
        let scale = left.abs().max().double_value(&[]);
        let distance = (left - right).abs().max().double_value(&[]) / scale;
        assert!(distance < 1e-4, "{what}: {distance}");
        spread = spread.max(left.std_dim(0, true, false).max().double_value(&[]) / scale);
    }
    // Logits that are all alike would agree for the wrong reason; so do those of a detector's last maps, where
    // few channels are left.
    assert!(spread > 1e-3, "{what}: logits do not depend on the images");
}

#[test]
fn a_masked_network_and_its_compact_form_compute_the_same() {
    for (seed, (name, side)) in MODELS.into_iter().enumerate() {
        let network = network(name, side);
        let groups = network.channel_groups().unwrap();
        for share in [0.3, 0.7] {
            let mut parameters = random(&network, seed as u64);
            let kept = kept(&groups, share, seed as u64);
            mask(&network, &groups, &kept, &mut parameters);
            let images = images(4, side);
            settle(&network, &parameters, &images);
            let masked = logits(&network, &parameters, &images);
            for kept in [kept.clone(), kept.rounded_up(&groups, 8), Kept::all(&groups)] {
                let (small, values) = compacted(&network, &groups, &kept, &parameters);
                let channels: usize = kept.counts().iter().sum();
                let what = format!("{name} with {channels} channels");
                assert_eq!(small.parameters(), values.weights.numel() + values.others.numel(), "{what}");
                assert_same(&masked, &logits(&small, &values, &images), &what);
                let (plain, plain_values) = folded(&small, &values);
                assert_same(&masked, &logits(&plain, &plain_values, &images), &format!("{what}, folded"));
                let (wide, wide_values) = padded(&plain, &plain_values, 8).unwrap();
                assert_same(&masked, &logits(&wide, &wide_values, &images), &format!("{what}, padded"));
            }
        }
    }
}

#[test]
fn masked_channels_take_no_part() {
    let network = network("wrn-16-2", 32);
    let groups = network.channel_groups().unwrap();
    let kept = kept(&groups, 0.5, 1);
    let mut parameters = random(&network, 1);
    let whole = compacted(&network, &groups, &kept, &parameters).1;
    mask(&network, &groups, &kept, &mut parameters);
    let masked = compacted(&network, &groups, &kept, &parameters).1;
    for (left, right) in [
        (&whole.weights, &masked.weights),
        (&whole.others, &masked.others),
        (&whole.statistics, &masked.statistics),
    ] {
        assert!(left.equal(right), "what stays is untouched by the mask");
    }
}

#[test]
fn filling_up_gives_multiples_and_nothing_else() {
    for (name, side) in MODELS {
        let network = network(name, side);
        let groups = network.channel_groups().unwrap();
        let (small, values) = compacted(&network, &groups, &kept(&groups, 0.5, 3), &random(&network, 3));
        for multiple in [0, 1, 8, 32] {
            let (wide, wide_values) = padded(&small, &values, multiple).unwrap();
            wide.check().unwrap();
            assert_eq!(wide.nodes[0].shape, small.nodes[0].shape);
            assert_eq!(wide.outputs, small.outputs);
            for output in wide.output_nodes() {
                assert_eq!(wide.nodes[output].shape, small.nodes[output].shape);
            }
            let counts = wide.channel_groups().unwrap();
            let free = counts.groups.iter().filter(|group| !group.fixed);
            assert!(free.clone().all(|group| group.channels % multiple.max(1) == 0), "{name} {multiple}");
            let sum = |parameters: &Parameters| parameters.weights.abs().sum(Kind::Double).double_value(&[]);
            let (before, after) = (sum(&values), sum(&wide_values));
            assert!((before - after).abs() / before < 1e-9, "only zeros are added");
            if multiple <= 1 {
                assert_eq!(wide, small);
            }
        }
    }
}
