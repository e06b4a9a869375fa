//! Knapsacks of the size of ResNet-50 under HALP, for tests and benchmarks: 37 groups of coupled layers, 246
//! blocks of channels.
//!
//! The full costs are the microseconds of each group's convolutions on a TITAN V at batch 256, which add
//! up to 304,740; the costs of fewer blocks are random, with steps as uneven as measured ones, and so are their
//! values. At least one block of a group stays, and the first convolution stays whole.

use super::Choice;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the dense network costs, in microseconds.
pub const DENSE: i64 = 304_740;

/// The first convolution's group, which is worth more than all others.
const STEM: (i64, usize) = (8302, 32);
/// Microseconds, blocks, and how many such groups there are.
const GROUPS: [(i64, usize, usize); 19] = [
    (1349, 2, 1),
    (4948, 2, 3),
    (3756, 2, 2),
    (4 * 4858, 4, 1),
    (7581, 4, 1),
    (6695, 4, 1),
    (3802, 4, 3),
    (2846, 4, 3),
    (4 * 4158 + 7325, 4, 1),
    (7512, 4, 1),
    (7122, 4, 1),
    (3798, 2, 5),
    (9653, 8, 5),
    (6 * 4057 + 6860, 8, 1),
    (7482, 8, 1),
    (9011, 8, 1),
    (5545, 16, 2),
    (16179, 16, 2),
    (3 * 4842 + 7566, 16, 1),
];

/// The instance of `seed`: the options of each group, from one block up to all of them, their costs in
/// microseconds.
pub fn resnet50(seed: u64) -> Vec<Vec<Choice>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut prefixes = |cost: i64, blocks: usize, worth: f64| -> Vec<Choice> {
        let scale = worth * rng.random_range(0.2..5.0);
        let mut values: Vec<f64> =
            (0..blocks).map(|_| scale * -rng.random_range(1e-4f64..1.0).ln()).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        let mut value = 0.0;
        let prefix = |(block, worth): (usize, f64)| {
            value += worth;
            let share = (block + 1) as f64 / blocks as f64;
            let uneven = if block + 1 < blocks { rng.random_range(0.8..1.3) } else { 1.0 };
            Choice { value, cost: (cost as f64 * share * uneven) as i64 }
        };
        values.into_iter().enumerate().map(prefix).collect()
    };
    let mut groups = vec![prefixes(STEM.0, STEM.1, 1e4)];
    for (cost, blocks, count) in GROUPS {
        groups.extend((0..count).map(|_| prefixes(cost, blocks, 1.0)));
    }
    groups
}
