//! Synthetic trials of a suite, drawn again and again from the same distributions.

use std::ops::Range;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use records::Record;

/// Standard deviation of accuracy from seed to seed, percentage points.
pub const DEVIATION: f64 = 1.5;

/// Standard deviation of the logarithm of a relative time.
pub const NOISE: f64 = 0.08;

/// One condition in so many chooses its structure by trained weights, so that its MACs vary with the seed.
const CHOOSES: usize = 4;

pub fn dice(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A number of the standard normal distribution, by the transform of Box and Muller.
fn normal(dice: &mut ChaCha8Rng) -> f64 {
    let (radius, angle): (f64, f64) = (1.0 - dice.random::<f64>(), dice.random());
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// The trial of a seed in one condition, without what differs from seed to seed.
pub fn trial(condition: usize, seed: u64) -> Record {
    let (n, share) = (condition as u64, 0.1 + 0.01 * condition as f64);
    Record {
        key: format!("{condition}-{seed}"),
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        data_fingerprint: "6b38".into(),
        profile: "lite".into(),
        model: "wrn-16-1".into(),
        method: format!("method-{condition}"),
        distribution: "erk".into(),
        sparsity_target: Some(0.9),
        sparsity: Some(0.899952908205458),
        epochs: Some(9.99936),
        steps: Some(3906),
        params_total: Some(175_066),
        params_active: Some(18_359 + n),
        macs_dense: Some(26_657_408),
        macs: Some(4_615_104 + n),
        train_flops_ratio: Some(2.0 * share),
        inference_flops_ratio: Some(share),
        fps_batch: Some(32),
        fps_precision: "fp32, stable".into(),
        fps_device: "AMD EPYC".into(),
        device: "AMD EPYC".into(),
        instruction_set: "AVX2".into(),
        seed,
        status: "ok".into(),
        ..Record::default()
    }
}

/// The trials of a suite, everything random drawn again.
pub fn trials(conditions: usize, seeds: Range<u64>, dice: &mut ChaCha8Rng) -> Vec<Record> {
    let mut draw = |condition: usize, seed: u64| {
        let fixed = trial(condition, seed);
        let level = condition as f64;
        let mut record = Record {
            top1: Some(70.0 + level + DEVIATION * normal(dice)),
            step_per_reference: Some((2.0 + level) * (NOISE * normal(dice)).exp()),
            fps_per_reference: Some((50.0 + level) * (NOISE * normal(dice)).exp()),
            ..fixed
        };
        if condition.is_multiple_of(CHOOSES) {
            let factor = 1.0 + 0.01 * normal(dice);
            record.macs = record.macs.map(|macs| (macs as f64 * factor) as u64);
            record.inference_flops_ratio = record.inference_flops_ratio.map(|ratio| ratio * factor);
            record.train_flops_ratio = record.train_flops_ratio.map(|ratio| ratio * factor);
        }
        record
    };
    (0..conditions)
        .flat_map(|condition| seeds.clone().map(move |seed| (condition, seed)))
        .map(|(condition, seed)| draw(condition, seed))
        .collect()
}
