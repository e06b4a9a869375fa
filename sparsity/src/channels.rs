//! The structures that a network can have when it loses whole channels, and what each costs.
//!
//! A structure is a number of channels for each group of coupled channels
//! ([`network::ChannelGroups`]). Its latency is the sum over its convolutions ([`Latency`]); batch norms,
//! rectifiers and fully connected layers are not in it, as in HALP (arXiv 2210.06659); so the hidden features of a
//! classifier, which no convolution makes or reads, are never pruned. Channels go in blocks,
//! since hardware computes them so and a table has no more: a group of c channels with blocks of b can
//! have c, c - b, c - 2b and so on, and never none.

mod accounting;
mod block;
mod change;
mod choose;
mod convolution;
mod error;
mod group_options;
mod multiple;
mod price;
mod request;
mod scope;
mod uniform;

pub use accounting::Accounting;
pub use change::PruneLatencies;
pub use choose::Chosen;
pub use error::{Absent, ChannelSpaceError, ChoiceError};
pub use request::ChannelRequest;
pub use scope::LatencyScope;

use crate::{Latency, MissingEntry};
use convolution::Convolution;
use network::{ChannelGroup, ChannelGroups, ConvShape, LayerKind, Network, Op};
use std::collections::BTreeSet;

/// How a network's channels may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelOptions {
    /// Channels that are pruned together, at most all of a group.
    ///
    /// 0 for the steps that the table has; without a table an eighth of the group.
    pub block: usize,
    /// Which savings count.
    pub accounting: Accounting,
    /// Whether the channels of the first layers, those that read the images, are kept.
    pub keep_stem: bool,
    /// Which convolutions' latency counts.
    pub scope: LatencyScope,
}

/// Latencies that cannot be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubtful {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// What is said of the first.
    pub first: String,
}

/// The structures of a network, each of known latency.
#[derive(Clone, Debug)]
pub struct ChannelSpace {
    network: Network,
    latency: Latency,
    accounting: Accounting,
    /// The command that measures every convolution that it can have.
    measuring: String,
    groups: ChannelGroups,
    /// Those whose latency counts.
    convolutions: Vec<Convolution>,
    blocks: Vec<usize>,
    prunable: Vec<bool>,
    dense_ms: f64,
    smallest_ms: f64,
}

impl ChannelSpace {
    /// The structures of `network`, once it is clear that `latency` knows all of their convolutions that count.
    ///
    /// # Errors
    ///
    /// If the channels cannot be grouped, the network lacks the backbone that is to count, or `latency` lacks a
    /// convolution.
    pub fn new(
        network: &Network,
        latency: Latency,
        options: ChannelOptions,
    ) -> Result<Self, ChannelSpaceError> {
        let groups = network.channel_groups()?;
        let last = options.scope.last(network)?;
        let convolutions = convolution::up_to(last, network, &groups);
        let outside = |group: &ChannelGroup| group.producers.iter().any(|producer| *producer > last);
        let stem = |group: &ChannelGroup| {
            let reads_images = |id: &usize| network.nodes[network.nodes[*id].inputs[0]].op == Op::Input;
            group.producers.iter().all(reads_images)
        };
        let priced = |at: usize| convolutions.iter().any(|layer| layer.from == at || layer.to == at);
        let block = |(at, group): (usize, &ChannelGroup)| match options.block {
            _ if group.fixed || !priced(at) || outside(group) || options.keep_stem && stem(group) => {
                group.channels
            }
            0 => block::of_latency(&latency, &convolutions, at, group.channels),
            given => given.min(group.channels),
        };
        let blocks: Vec<usize> = groups.groups.iter().enumerate().map(block).collect();
        let prunable =
            groups.groups.iter().zip(&blocks).map(|(group, block)| *block < group.channels).collect();
        let mut space = Self {
            network: network.clone(),
            latency,
            accounting: options.accounting,
            measuring: measuring(network, options),
            groups,
            convolutions,
            blocks,
            prunable,
            dense_ms: 0.0,
            smallest_ms: 0.0,
        };
        space.check()?;
        space.dense_ms = space.latency(&space.dense_counts())?;
        space.smallest_ms = space.latency(&space.smallest_counts())?;
        Ok(space)
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Its groups of channels; counts are in their order.
    pub fn groups(&self) -> &ChannelGroups {
        &self.groups
    }

    /// How many channels of each group are pruned together; all of them where the group cannot shrink.
    pub fn blocks(&self) -> &[usize] {
        &self.blocks
    }

    /// Which groups can have fewer channels than they have.
    pub fn prunable(&self) -> &[bool] {
        &self.prunable
    }

    /// The batch that latencies are for, in samples.
    pub fn batch(&self) -> usize {
        self.latency.batch()
    }

    /// The numbers of channels that group `group` can have, falling from all of them.
    pub fn reachable(&self, group: usize) -> impl Iterator<Item = usize> + Clone + use<> {
        (1..=self.groups.groups[group].channels).rev().step_by(self.blocks[group])
    }

    /// All channels of every group.
    pub fn dense_counts(&self) -> Vec<usize> {
        self.groups.counts()
    }

    /// The fewest channels that every group can have.
    pub fn smallest_counts(&self) -> Vec<usize> {
        let least = |(channels, block): (usize, &usize)| (channels - 1) % block + 1;
        self.groups.counts().into_iter().zip(&self.blocks).map(least).collect()
    }

    /// Milliseconds with all channels.
    pub fn dense(&self) -> f64 {
        self.dense_ms
    }

    /// Milliseconds with the fewest channels; where a table rises and falls, others may take less.
    pub fn smallest(&self) -> f64 {
        self.smallest_ms
    }

    /// Milliseconds of all convolutions that count with `counts` channels, at least one in every group, to the
    /// picosecond.
    ///
    /// # Errors
    ///
    /// If a count is not reachable and the latency table lacks the convolution that it makes.
    pub fn latency(&self, counts: &[usize]) -> Result<f64, MissingEntry> {
        let layers = self.convolutions.iter().map(|layer| self.latency.milliseconds(&layer.with(counts)));
        Ok(tidy(layers.sum::<Result<f64, _>>()?))
    }

    /// Multiply-accumulates of one sample in the whole network with `counts` channels, those of fully connected layers
    /// included.
    pub fn macs(&self, counts: &[usize]) -> u64 {
        let convolutions = self.network.convolutions(&self.groups, counts);
        let convolutions: u64 = convolutions.into_iter().map(|(_, shape)| shape.macs()).sum();
        let layers = self.network.layers().into_iter().filter(|layer| layer.kind == LayerKind::Linear);
        let macs = layers.map(|layer| {
            let input = self.network.nodes[layer.node].inputs[0];
            let [inputs, outputs] = [input, layer.node].map(|end| counts[self.groups.of(end)]);
            (inputs * outputs * layer.kernel * layer.kernel) as u64
        });
        convolutions + macs.sum::<u64>()
    }

    /// How many of the convolutions that it can have are of doubtful latency, of how many, and why the first is; none
    /// without a table.
    pub fn doubtful(&self) -> Option<Doubtful> {
        let Latency::Table(table) = &self.latency else { return None };
        let shapes = self.shapes();
        let entries = shapes.iter().filter_map(|shape| table.entries.get(shape));
        let notes: Vec<&String> = entries.map(|entry| &entry.note).filter(|note| !note.is_empty()).collect();
        let first = notes.first()?.to_string();
        Some(Doubtful { count: notes.len(), of: shapes.len(), first })
    }

    /// The command that measures every convolution that it can have.
    pub fn measuring(&self) -> &str {
        &self.measuring
    }

    /// Every shape that a convolution that counts has in some structure.
    pub fn shapes(&self) -> BTreeSet<ConvShape> {
        let mut shapes = BTreeSet::new();
        for layer in &self.convolutions {
            for inputs in self.reachable(layer.from) {
                let tied = layer.from == layer.to;
                let outputs = self.reachable(layer.to).filter(|outputs| !tied || *outputs == inputs);
                shapes.extend(outputs.map(|outputs| layer.at(inputs, outputs)));
            }
        }
        shapes
    }

    /// That the latency of every shape is known.
    fn check(&self) -> Result<(), ChannelSpaceError> {
        let shapes = self.shapes();
        let missing: Vec<MissingEntry> =
            shapes.iter().filter_map(|shape| self.latency.milliseconds(shape).err()).collect();
        let Some(MissingEntry { table, .. }) = missing.first() else { return Ok(()) };
        Err(ChannelSpaceError::Missing(Box::new(Absent {
            count: missing.len(),
            of: shapes.len(),
            first: missing.iter().take(3).map(|entry| entry.shape).collect(),
            elsewhere: missing.iter().take(3).find_map(|entry| self.latency.at_another_side(&entry.shape)),
            network: self.network.name.clone(),
            command: self.measuring.clone(),
            table: table.clone(),
        })))
    }
}

/// The command that measures every convolution that `network` can have.
fn measuring(network: &Network, options: ChannelOptions) -> String {
    let Network { name, nodes, .. } = network;
    let backbone = if options.scope == LatencyScope::Backbone { " --backbone" } else { "" };
    let stem = if options.keep_stem { "" } else { " --prune-stem" };
    format!("harness lut build --model {name} --side {}{backbone}{stem}", nodes[0].shape.height)
}

/// `milliseconds` without the rounding of sums, so that a target written in decimals can be met exactly.
fn tidy(milliseconds: f64) -> f64 {
    (milliseconds * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;
