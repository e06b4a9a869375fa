//! Spaces of structures and the choices in them: by hand, by brute force, and as published.

use super::*;
use crate::{LatencyAbout, LatencyEntry, LatencyOrigin, LatencyTable};
use network::{Builder, Shape, Window, models::model};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod backbones;
mod changes;
mod choices;
mod properties;
mod published;
mod spaces;

const OUTPUTS: ChannelOptions = ChannelOptions {
    block: 2,
    accounting: Accounting::Outputs,
    keep_stem: false,
    scope: LatencyScope::Network,
};
const BOTH: ChannelOptions = ChannelOptions { accounting: Accounting::OutputsAndInputs, ..OUTPUTS };

/// A million samples: one multiply-accumulate of a sample is one microsecond.
const MICROSECONDS: Latency = Latency::Macs { batch: 1_000_000 };

/// Two pointwise convolutions from three channels to eight and to eight, on images of 4 x 4 pixels, and a
/// classifier. The first takes 48 microseconds a channel, the second 16 for each pair of channels.
fn chain() -> Network {
    let mut net = Builder::new("chain", Shape { channels: 3, height: 4, width: 4 });
    let x = net.conv("first", 0, 8, 1, 1);
    let x = net.conv("second", x, 8, 1, 1);
    let x = net.global_average_pool("pool", x);
    net.linear("fc", x, 4);
    net.finish()
}

fn space(network: &Network, latency: Latency, options: ChannelOptions) -> ChannelSpace {
    ChannelSpace::new(network, latency, options).unwrap()
}

fn about() -> LatencyAbout {
    LatencyAbout {
        device: "a device".into(),
        batch: 256,
        precision: "fp32".into(),
        layout: "channels-first".into(),
        model: None,
        origin: "a test".into(),
    }
}

/// A table of `shapes`, of `milliseconds` each.
fn table(
    shapes: impl IntoIterator<Item = ConvShape>,
    mut milliseconds: impl FnMut(&ConvShape) -> f64,
) -> LatencyTable {
    let mut entry = |shape: ConvShape| {
        let milliseconds = milliseconds(&shape);
        let origin = LatencyOrigin::Measured;
        (shape, LatencyEntry { milliseconds, spread: 0.0, repeats: 1, origin, note: String::new() })
    };
    LatencyTable { about: about(), entries: shapes.into_iter().map(&mut entry).collect() }
}

/// Importances of every channel, the most important first; layers differ by a factor of up to 25.
fn importances(space: &ChannelSpace, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut group = |channels: usize| {
        let scale = rng.random_range(0.2..5.0);
        let mut values: Vec<f64> =
            (0..channels).map(|_| -scale * rng.random_range(1e-6f64..1.0).ln()).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        values
    };
    space.dense_counts().into_iter().map(&mut group).collect()
}

/// What the channels of a structure are worth, of groups that can shrink.
fn value(space: &ChannelSpace, values: &[Vec<f64>], counts: &[usize]) -> f64 {
    let groups = counts.iter().zip(values).zip(space.prunable()).filter(|(_, prunable)| **prunable);
    groups.map(|((&count, values), _)| values[..count].iter().sum::<f64>()).sum()
}

/// Pruning in one step from the dense network.
fn pruned(space: &ChannelSpace, values: &[Vec<f64>], target_ms: f64) -> Result<Chosen, ChoiceError> {
    let (dense, least) = (space.dense_counts(), space.smallest_counts());
    space.choose(&ChannelRequest { current: &dense, least: &least, most: &dense, values, target_ms })
}
