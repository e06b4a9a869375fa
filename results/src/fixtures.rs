//! Synthetic records for tests; they are not evidence about methods.

use records::{Record, words};

/// Method, share of latency, whether from pretrained weights, top-1 of every seed, speed and cost
/// relative to the dense network.
type MethodTrials = (&'static str, f64, bool, &'static [f64], f64, f64);

const TRIALS: [MethodTrials; 8] = [
    ("dense", 1.0, false, &[76.8, 77.0], 1.0, 1.0),
    ("halp", 0.8, true, &[77.1], 1.2, 1.85),
    ("halp", 0.55, true, &[76.4, 76.6], 1.62, 1.61),
    ("halp", 0.3, true, &[74.3, 74.5, 74.7], 2.5, 1.41),
    ("magnitude", 0.3, true, &[72.9, 73.1], 2.6, 1.4),
    ("iee", 0.55, false, &[76.4], 1.65, 0.62),
    ("iee", 0.3, false, &[74.5, 74.9], 2.6, 0.42),
    ("iee", 0.3, true, &[75.1], 2.55, 1.42),
];

/// MethodTrials of the published recipe on ImageNet, timed on an H100.
pub fn structured(model: &str) -> Vec<Record> {
    let of = |(method, share, pretrained, top1, speed, cost): &MethodTrials| -> Vec<Record> {
        let trial = |(seed, top1): (u64, &f64)| {
            let dense = *method == "dense";
            let fps = 2500.0 * speed + seed as f64;
            Record {
                key: format!("{method}-{share}-{pretrained}-{seed}"),
                suite: "imagenet".into(),
                dataset: "imagenet".into(),
                model: model.into(),
                method: method.to_string(),
                distribution: if dense { words::DENSE } else { words::LATENCY }.into(),
                sparsity_target: dense.then_some(0.0),
                latency_target: (!dense).then_some(*share),
                latency_ms: (!dense).then_some(300.0 * share),
                latency_dense_ms: (!dense).then_some(300.0),
                latency_table: if dense { "" } else { "5f3a" }.into(),
                pretrained: if *pretrained { "ab12" } else { "" }.into(),
                seed,
                profile: words::PAPER_CHANNELS.into(),
                top1: Some(*top1),
                macs: Some((4.089e9 * share) as u64),
                train_flops_ratio: Some(*cost),
                train_cost_ratio: Some(*cost),
                fps: Some(fps),
                fps_low: Some(fps - 10.0),
                fps_high: Some(fps + 10.0),
                fps_batch: Some(256),
                fps_precision: "fp32, stable".into(),
                fps_device: "NVIDIA H100".into(),
                fps_relative: Some(*speed),
                device: "NVIDIA H100".into(),
                status: "ok".into(),
                commit: "0123abc".into(),
                ..Record::default()
            }
        };
        (0..).zip(*top1).map(trial).collect()
    };
    TRIALS.iter().flat_map(of).collect()
}

/// The same trials in minutes on generated data, with a thinner network.
pub fn smoke(record: Record) -> Record {
    let (profile, dataset) = ("smoke".into(), "imagenet-generated".into());
    let top1 = record.top1.map(|top1| top1 - 55.0);
    Record { profile, dataset, model: format!("{}-0.25", record.model), top1, device: "cpu".into(), ..record }
}

/// The same methods with detections of the objects of PASCAL VOC, timed at a batch of one image.
pub fn detection() -> Vec<Record> {
    let target =
        |share: f64| [(0.8, 0.5), (0.55, 0.35), (0.3, 0.2)].into_iter().find(|(from, _)| *from == share);
    let from_scratch = |record: &Record| record.method != "iee" || record.pretrained.is_empty();
    let detect = |record: Record| Record {
        suite: "voc".into(),
        dataset: "voc".into(),
        profile: words::PAPER.into(),
        latency_target: record.latency_target.and_then(target).map(|(_, share)| share),
        map: record.top1.map(|top1| top1 + 1.2),
        top1: None,
        fps_batch: Some(1),
        ..record
    };
    structured("ssd512-resnet50").into_iter().filter(from_scratch).map(detect).collect()
}

/// The same trials of detection in minutes on generated data, with a thinner network.
pub fn smoke_detection(record: Record) -> Record {
    let (profile, dataset) = ("smoke".into(), "voc-generated".into());
    let map = record.map.map(|map| map - 31.0);
    Record { profile, dataset, model: "ssd128-resnet50-0.25".into(), map, device: "cpu".into(), ..record }
}

/// A short training by RigL on CIFAR-10, as far as conditions are told apart.
pub fn short_rigl() -> Record {
    Record {
        key: "k".into(),
        suite: "cifar10".into(),
        method: "rigl".into(),
        distribution: "erk".into(),
        sparsity_target: Some(0.9),
        profile: "lite".into(),
        steps: Some(100),
        settings: "epochs=10;scope=layer".into(),
        ..Record::default()
    }
}

/// Differences from the default by method and settings, one a seed; the default's results scatter by ten points.
const DIFFERENCES: [(&str, &str, &[f64]); 7] = [
    ("iee", "", &[0.0, 0.0, 0.0]),
    ("rigl", "", &[-0.9, -1.1, -1.0]),
    ("static", "", &[-5.0, -4.0, -6.0]),
    ("iee", "grow_criterion=random", &[-3.1, -2.9, -3.0]),
    ("iee", "update_fraction=0.1", &[0.4, 0.5, 0.3]),
    ("iee", "stage_scales=1.0,1.0,2.0", &[-1.0, 2.0, 0.5]),
    ("iee", "update_end=0.5", &[-2.0]),
];

/// Trials of the table of unknowns with a narrow network on real images.
pub fn unknowns() -> Vec<Record> {
    let of = |(method, settings, differences): &(&str, &str, &[f64])| -> Vec<Record> {
        let trial = |((seed, default), difference): ((u64, f64), &f64)| Record {
            key: format!("{method}-{settings}-{seed}"),
            suite: "cifar10".into(),
            dataset: "cifar10".into(),
            model: "wrn-10-1".into(),
            method: method.to_string(),
            distribution: "erk".into(),
            sparsity_target: Some(0.9),
            seed,
            profile: "pilot".into(),
            top1: Some(default + difference),
            settings: settings.to_string(),
            status: "ok".into(),
            ..Record::default()
        };
        [(0, 60.0), (1, 50.0), (2, 70.0)].into_iter().zip(*differences).map(trial).collect()
    };
    DIFFERENCES.iter().flat_map(of).collect()
}

/// One black pixel, as `zlib.compress` of Python and its checksums give it.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
    \0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82";
