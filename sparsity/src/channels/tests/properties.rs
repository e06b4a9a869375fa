//! What holds of every choice, with times in proportion to work and with times that rise and fall.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use rand::Rng;

fn network() -> impl Strategy<Value = Network> {
    prop::sample::select(vec![
        "wrn-10-1",
        "mobilenet-v1-0.1",
        "resnet50-0.05",
        "mobilenet-v2-0.1",
        "vgg16-bn-0.05",
        "resnet20-0.5",
    ])
    .prop_map(|name| model(name, 10, 32).unwrap())
}

fn accounting() -> impl Strategy<Value = Accounting> {
    prop_oneof![Just(Accounting::Outputs), Just(Accounting::OutputsAndInputs)]
}

prop_compose! {
    /// A space whose latencies are those of its MACs, or as much as half off them.
    fn any_space()(
        network in network(), accounting in accounting(), block in 1usize..9, keep_stem: bool, seed: u64,
        uneven in prop_oneof![Just(0.0), Just(0.5)],
    ) -> ChannelSpace {
        let options = ChannelOptions { block, accounting, keep_stem, ..OUTPUTS };
        let shapes = space(&network, MICROSECONDS, options).shapes();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut factor = || if uneven > 0.0 { rng.random_range(1.0 - uneven..1.0 + uneven) } else { 1.0 };
        let table = table(shapes, |shape| shape.macs() as f64 / 1e5 * factor());
        space(&network, Latency::Table(table), options)
    }
}

/// A count of every group that it can reach, by shares.
fn reached(space: &ChannelSpace, shares: &[f64]) -> Vec<usize> {
    let count = |group: usize| {
        let counts: Vec<usize> = space.reachable(group).collect();
        counts[(shares[group % shares.len()] * counts.len() as f64) as usize]
    };
    (0..space.blocks().len()).map(count).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Within the target and the bounds, of blocks; or no structure that is sure to exist is.
    #[test]
    fn a_choice_keeps_to_the_wish(
        space in any_space(), seed: u64, percent in 5u32..120,
        lows in vec(0.0f64..1.0, 3), highs in vec(0.0f64..1.0, 4), nows in vec(0.0f64..1.0, 5),
    ) {
        let [low, high, current] = [&lows, &highs, &nows].map(|shares| reached(&space, shares));
        let most: Vec<usize> = low.iter().zip(&high).map(|(a, b)| *a.max(b)).collect();
        let least: Vec<usize> = low.iter().zip(&high).map(|(a, b)| *a.min(b)).collect();
        let values = importances(&space, seed);
        let target_ms = space.dense() * f64::from(percent) / 100.0;
        let request = ChannelRequest { current: &current, least: &least, most: &most, values: &values, target_ms };
        match space.choose(&request) {
            Ok(chosen) => {
                prop_assert!(chosen.latency <= target_ms);
                prop_assert_eq!(chosen.latency, space.latency(&chosen.counts).unwrap());
                for (group, &count) in chosen.counts.iter().enumerate() {
                    prop_assert!((least[group]..=most[group]).contains(&count));
                    prop_assert!(space.reachable(group).any(|reachable| reachable == count));
                }
                prop_assert_eq!(space.choose(&request).unwrap(), chosen);
            }
            Err(ChoiceError::Unreachable { fastest_ms, .. }) => {
                prop_assert!(fastest_ms > target_ms);
                prop_assert!(space.latency(&least).unwrap() >= fastest_ms);
                // What the message asks for is enough.
                let raised = space.choose(&ChannelRequest { target_ms: fastest_ms, ..request }).unwrap();
                prop_assert!(raised.latency <= fastest_ms);
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }

    /// Where time is work, more of it never buys less, by the published rule.
    #[test]
    fn value_rises_with_the_target(
        network in network(), block in 1usize..9, seed: u64, percents in vec(10u32..110, 2..6),
    ) {
        let space = space(&network, MICROSECONDS, ChannelOptions { block, ..OUTPUTS });
        let values = importances(&space, seed);
        let mut percents = percents;
        percents.sort_unstable();
        let mut last = 0.0;
        for percent in percents {
            let Ok(chosen) = pruned(&space, &values, space.dense() * f64::from(percent) / 100.0) else { continue };
            let now = value(&space, &values, &chosen.counts);
            prop_assert!(now >= last * (1.0 - 1e-12), "{} after {}", now, last);
            last = now;
        }
    }

    /// By the published rule and against all structures there are: the greatest value whose outputs at
    /// the dense inputs cost no more than the target.
    #[test]
    fn the_published_price_is_met_exactly(
        first in vec(0u32..100, 8), second in vec(0u32..100, 8), target in 200u32..1500,
    ) {
        let space = space(&chain(), MICROSECONDS, OUTPUTS);
        let importance = |numbers: Vec<u32>| -> Vec<f64> { numbers.into_iter().map(f64::from).collect() };
        let values = vec![vec![], importance(first), importance(second), vec![]];
        let structures = [2, 4, 6, 8].into_iter().flat_map(|a| [2, 4, 6, 8].map(|b| (a, b)));
        let fits = structures.filter(|(a, b)| 48 * a + 16 * 8 * b <= target as usize);
        let expected = fits.map(|(a, b)| value(&space, &values, &[3, a, b, 4])).reduce(f64::max);
        let Some(expected) = expected else { return Ok(()) };
        let chosen = pruned(&space, &values, f64::from(target) / 1e3).unwrap();
        prop_assert_eq!(value(&space, &values, &chosen.counts), expected);
    }

    /// No greater equal share of every group is within the target.
    #[test]
    fn a_uniform_structure_is_the_widest(space in any_space(), percent in 1u32..110) {
        let target = space.dense() * f64::from(percent) / 100.0;
        let sizes = space.dense_counts();
        let smallest = space.smallest_counts();
        let counts = |permille: usize| -> Vec<usize> {
            let count = |group: usize| {
                let mut reachable = space.reachable(group);
                reachable.find(|count| count * 1000 <= permille * sizes[group]).unwrap_or(smallest[group])
            };
            (0..sizes.len()).map(count).collect()
        };
        match space.uniform(target) {
            Ok(found) => {
                prop_assert!(space.latency(&found).unwrap() <= target);
                for permille in (1..=1000).rev().map(counts) {
                    if permille.iter().sum::<usize>() > found.iter().sum() {
                        prop_assert!(space.latency(&permille).unwrap() > target);
                    }
                }
            }
            Err(_) => prop_assert!((1..=1000).all(|permille| space.latency(&counts(permille)).unwrap() > target)),
        }
    }
}
