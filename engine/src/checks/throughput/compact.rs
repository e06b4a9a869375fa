//! The networks: dense ones, and ResNet-50 with the channels that are left at 30 % of the latency.
//!
//! They are chosen as trainings choose them, by multiply-accumulates as a proxy of latency and from weights that
//! are not trained, on which speed does not depend. One is pruned and no more; of the other more is pruned and then
//! grown back, for channels that come and go lead to other structures.

use super::{Bench, Named};
use crate::channel_map::ChannelMap;
use crate::{Parameters, compacted, initial_weights, save_compact};
use network::models::{model, usual_inputs};
use network::{Kept, Network};
use sparsity::{
    Accounting, ChannelEdit, ChannelOptions, ChannelSpace, Criterion, GrowthLimit, Latency, LatencyScope,
    PruneLatencies,
};
use std::collections::BTreeMap;
use std::error::Error;
use tch::Device;

/// What is left, over the dense network's latency.
const LATENCY: f64 = 0.3;
/// What is left before a part grows back.
const PRUNED: f64 = 0.225;
/// Prunes on the way there: each prices channels at the structure at hand, so that a single one removes too much.
const PRUNES: u32 = 10;

const DENSE: &str = "resnet50";
const PRUNED_ONLY: &str = "resnet50, 30 % pruned";
const GROWN: &str = "resnet50, 30 % regrown";
const OTHER: &str = "mobilenet-v1";

/// All of them, the dense ResNet-50 first.
pub(super) const NAMES: [&str; 4] = [DENSE, PRUNED_ONLY, GROWN, OTHER];

/// The networks called `names`, as files that the engine and PyTorch read; written once for all checks.
pub(super) fn files(bench: Bench, names: &[&'static str]) -> Result<Vec<Named>, Box<dyn Error>> {
    let _guard = tch::no_grad_guard();
    let file = |&name: &&'static str| {
        let file = bench.job.scratch.join(format!("{}.safetensors", name.replace([' ', ',', '%'], "-")));
        if !file.exists() {
            let (network, parameters) = make(name, bench.side())?;
            save_compact(&network, &parameters, &BTreeMap::new(), &file)?;
        }
        Ok(Named { name, file })
    };
    names.iter().map(file).collect()
}

fn make(name: &str, side: usize) -> Result<(Network, Parameters), Box<dyn Error>> {
    let dense = if name == OTHER { OTHER } else { DENSE };
    let network = model(dense, usual_inputs(dense)?.classes, side)?;
    let parameters = initial_weights(&network, 0, Device::Cpu);
    let (drop, grow) = match name {
        PRUNED_ONLY => (LATENCY, None),
        GROWN => (PRUNED, Some(LATENCY)),
        _ => return Ok((network, parameters)),
    };
    let accounting = Accounting::Outputs;
    let options = ChannelOptions { block: 0, accounting, keep_stem: true, scope: LatencyScope::Network };
    let space = ChannelSpace::new(&network, Latency::Macs { batch: 1 }, options)?;
    let map = ChannelMap::new(&network, space.groups(), &parameters);
    let scores: Vec<f32> = Vec::try_from(&map.norms(&parameters.weights))?;
    let scores = map.by_group(&scores);
    let all: Vec<Vec<bool>> = space.dense_counts().iter().map(|&count| vec![true; count]).collect();
    let prunes = PruneLatencies::before_any(1.0);
    let criterion = Criterion::Magnitude;
    let mut active = all;
    for prune in 1..=PRUNES {
        let latency = drop.powf(f64::from(prune) / f64::from(PRUNES));
        active = space.edited(&ChannelEdit::Drop { criterion, latency }, &active, &scores, prunes)?;
    }
    if let Some(latency) = grow {
        let edit = ChannelEdit::Grow { criterion, limit: GrowthLimit::Latency(latency) };
        active = space.edited(&edit, &active, &scores, prunes)?;
    }
    let numbers = |flags: &Vec<bool>| (0..flags.len()).filter(|channel| flags[*channel]).collect();
    let kept = Kept::new(space.groups(), active.iter().map(numbers).collect())?;
    Ok(compacted(&network, space.groups(), &kept, &parameters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{Layer, LayerKind};

    /// A latency is of convolutions; the classifier has its own share.
    #[test]
    fn compact_networks_keep_about_as_much_as_they_are_asked_to_and_differ() {
        let macs = |name| {
            let layers = make(name, 64).unwrap().0.layers();
            let convolutions = layers.iter().filter(|layer: &&Layer| layer.kind == LayerKind::Conv);
            convolutions.map(|layer| layer.macs).sum::<u64>() as f64
        };
        let dense = macs(DENSE);
        for name in [PRUNED_ONLY, GROWN] {
            let share = macs(name) / dense;
            assert!((0.25..=0.3).contains(&share), "{name}: {share}");
        }
        assert!(macs(OTHER) < dense);
    }
}
