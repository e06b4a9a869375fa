//! Matching and losses against values computed independently for SSD512: 24,564 default boxes.

use super::*;
use network::models::model;
use records::detection::Rule;
use suites::recipe::LocationLoss;

/// First default box of each level, and their number.
const LEVELS: [i64; 8] = [0, 16384, 22528, 24064, 24448, 24544, 24560, 24564];
/// Class of a detection with 20 classes of objects; class 14 here is number 15 of the network's logits.
type Object = (f32, [f32; 4]);

const ONE_LARGE: &[Object] = &[(14.0, [0.1, 0.2, 0.7, 0.9])];
const THREE_MIXED: &[Object] =
    &[(8.0, [0.05, 0.05, 0.12, 0.12]), (11.0, [0.3, 0.3, 0.55, 0.8]), (6.0, [0.0, 0.0, 1.0, 1.0])];
const TWO_IDENTICAL: &[Object] = &[(2.0, [0.3, 0.3, 0.55, 0.8]), (3.0, [0.3, 0.3, 0.55, 0.8])];
const TINY: &[Object] = &[(14.0, [0.501, 0.501, 0.511, 0.513])];

fn detector(location: LocationLoss) -> Detector {
    let task = DetectionTask { location, augment: false, train_difficult: true, rule: Rule::Voc2007 };
    Detector::new(task, &model("ssd512-resnet50", 20, 512).unwrap(), Device::Cpu).unwrap()
}

/// Targets of `images`, filled up with rows without an object.
fn targets(images: &[&[Object]]) -> Tensor {
    let rows = images.iter().map(|objects| objects.len()).max().unwrap() + 1;
    let mut flat = Vec::new();
    for objects in images {
        for (class, [left, top, right, bottom]) in *objects {
            flat.extend([*class, *left, *top, *right, *bottom, 0.0]);
        }
        (objects.len()..rows).for_each(|_| flat.extend([-1.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
    }
    Tensor::from_slice(&flat).view([images.len() as i64, rows as i64, 6])
}

/// Locations of zero and logits sin(0.001 (21 p + c)) for each of `images` images.
fn prediction(images: i64) -> Heads {
    let steps = Tensor::arange(24_564 * 21, (Kind::Double, Device::Cpu)) * 0.001;
    let logits = steps.sin().to_kind(Kind::Float).view([1, 24_564, 21]).repeat([images, 1, 1]);
    Heads { offsets: Tensor::zeros([images, 24_564, 4], (Kind::Float, Device::Cpu)), logits }
}

/// Number of matched boxes in each level, sum of the absolute values of their encoded offsets, and class and
/// offsets of some of them.
#[track_caller]
fn assert_matched(objects: &[Object], per_level: [i64; 7], sum: f64, some: &[(i64, i64, [f64; 4])]) {
    let detector = detector(LocationLoss::L1Mean);
    let matches = matching::matches(&detector.boxes, &targets(&[objects]));
    let classes = matches.classes.squeeze_dim(0);
    let positive = classes.gt(0);
    let levels: Vec<i64> = LEVELS
        .windows(2)
        .map(|level| positive.narrow(0, level[0], level[1] - level[0]).sum(Kind::Int64).int64_value(&[]))
        .collect();
    assert_eq!(levels, per_level);
    let encoded = detector.boxes.encode(&matches.boxes).squeeze_dim(0);
    let found = (encoded.abs() * positive.unsqueeze(1)).sum(Kind::Double).double_value(&[]);
    assert!((found / sum - 1.0).abs() < 1e-6, "{found} instead of {sum}");
    for (index, class, offsets) in some {
        assert_eq!(classes.int64_value(&[*index]), *class, "box {index}");
        for (at, offset) in offsets.iter().enumerate() {
            let found = encoded.double_value(&[*index, at as i64]);
            assert!((found - offset).abs() < 1e-5, "box {index}: {found} instead of {offset}");
        }
    }
}

#[test]
fn boxes_are_matched_as_computed() {
    assert_matched(
        ONE_LARGE,
        [0, 0, 0, 5, 5, 0, 3],
        54.67531423664979,
        &[(24221, 15, [1.6839382851364075, 2.1650635094610973, 0.719205181129452, 1.4899585802657431])],
    );
    assert_matched(
        THREE_MIXED,
        [11, 0, 22, 6, 0, 0, 4],
        179.23544955747445,
        &[
            (1044, 9, [-0.1339285714285725, 2.0982142857142843, 0.0, 0.0]),
            (1047, 9, [-0.18940360210354107, 1.4836615498110588, 1.7328679513998622, -1.7328679513998637]),
        ],
    );
}

/// The box that both objects claim goes to the later one; all others take the first.
#[test]
fn the_later_of_two_identical_objects_has_the_claimed_box() {
    let first = [0.6250000000000016, 2.708333333333335, -0.9116077839697716, 2.5541281188299534];
    assert_matched(TWO_IDENTICAL, [0, 0, 22, 6, 0, 0, 0], 135.49666644940083, &[(23236, 3, first)]);
    let detector = detector(LocationLoss::L1Mean);
    let classes = matching::matches(&detector.boxes, &targets(&[TWO_IDENTICAL])).classes;
    assert_eq!(classes.int64_value(&[0, 23336]), 4);
    assert_eq!(classes.eq(4).sum(Kind::Int64).int64_value(&[]), 1);
}

#[test]
fn a_tiny_object_keeps_the_box_it_claims() {
    let detector = detector(LocationLoss::L1Mean);
    let classes = matching::matches(&detector.boxes, &targets(&[TINY])).classes;
    assert_eq!(classes.int64_value(&[0, 7807]), 15);
    assert_eq!(classes.gt(0).sum(Kind::Int64).int64_value(&[]), 1);
}

/// Location and class loss.
#[track_caller]
fn assert_losses(images: &[&[Object]], location: f64, class: f64) {
    let detector = detector(LocationLoss::L1Mean);
    let sums = detector.sums(&prediction(images.len() as i64), &targets(images));
    let found = [sums.location, sums.class].map(|sum| (sum / &sums.matched).double_value(&[]));
    for (found, expected) in found.into_iter().zip([location, class]) {
        assert!((found - expected).abs() < 1e-5, "{found} instead of {expected}");
    }
}

#[test]
fn losses_are_those_computed() {
    assert_losses(&[ONE_LARGE], 1.0514483507048036, 12.20477378434557);
    assert_losses(&[THREE_MIXED], 1.042066567194619, 12.208088904760995);
    // Divided by the matched boxes of both images together.
    assert_losses(&[ONE_LARGE, THREE_MIXED], 1.044244481223769, 12.207319323235987);
}

/// An image without objects adds nothing, whatever is predicted; alone it has a loss of zero.
#[test]
fn images_without_objects_have_a_finite_loss() {
    assert_losses(&[ONE_LARGE, &[]], 1.0514483507048036, 12.20477378434557);
    for location in [LocationLoss::L1Mean, LocationLoss::SmoothL1Sum] {
        let detector = detector(location);
        let (heads, nothing) = (prediction(1), targets(&[&[]]));
        let logits = heads.logits.set_requires_grad(true);
        let sums = detector.sums(&Heads { offsets: heads.offsets, logits: logits.shallow_clone() }, &nothing);
        let loss = (sums.location + sums.class) / sums.matched.clamp_min(1.0);
        assert_eq!(loss.double_value(&[]), 0.0);
        loss.backward();
        assert_eq!(logits.grad().abs().sum(Kind::Double).double_value(&[]), 0.0);
    }
}

/// Huber's loss of each coordinate by its definition.
#[test]
fn the_smooth_location_loss_is_hubers() {
    let detector = detector(LocationLoss::SmoothL1Sum);
    let found = detector.sums(&prediction(1), &targets(&[ONE_LARGE])).location.double_value(&[]);
    let matches = matching::matches(&detector.boxes, &targets(&[ONE_LARGE]));
    let wanted = detector.boxes.encode(&matches.boxes).squeeze_dim(0);
    let mut expected = 0.0;
    for index in (0..24_564).filter(|&index| matches.classes.int64_value(&[0, index]) > 0) {
        for at in 0..4 {
            let error = wanted.double_value(&[index, at]).abs();
            expected += if error < 1.0 { error * error / 2.0 } else { error - 0.5 };
        }
    }
    assert!((found / expected - 1.0).abs() < 1e-6, "{found} instead of {expected}");
}

/// A box that is sure of its class, and whose offsets are encoded, is found where it was.
#[test]
fn what_was_encoded_is_detected() {
    let detector = detector(LocationLoss::L1Mean);
    let matches = matching::matches(&detector.boxes, &targets(&[THREE_MIXED]));
    let logits = matches.classes.one_hot(21).to_kind(Kind::Float) * 20.0;
    let heads = Heads { offsets: detector.boxes.encode(&matches.boxes), logits };
    let found = candidates::found(&detector.boxes, &heads).remove(0);
    assert_eq!(found.len(), 3);
    for (class, edges) in THREE_MIXED {
        let scored = found.iter().find(|scored| scored.class == *class as u32).unwrap();
        assert!(scored.score > 0.99);
        assert!(scored.edges.iter().zip(edges).all(|(a, b)| (a - b).abs() < 1e-5), "{scored:?}");
    }
}
