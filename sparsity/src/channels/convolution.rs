//! A convolution between two groups of channels.

use network::{ChannelGroups, ConvShape, Network, NodeId};

/// A convolution, its shape with all channels, and the groups at its ends.
#[derive(Clone, Debug)]
pub(super) struct Convolution {
    full: ConvShape,
    /// The group that it reads.
    pub from: usize,
    /// The group that it makes, or passes through if it is depthwise.
    pub to: usize,
}

/// The convolutions of `network` up to node `last`, in order.
pub(super) fn up_to(last: NodeId, network: &Network, groups: &ChannelGroups) -> Vec<Convolution> {
    let ends = |id: usize| (groups.of(network.nodes[id].inputs[0]), groups.of(id));
    let convolution = |(id, full)| {
        let (from, to) = ends(id);
        Convolution { full, from, to }
    };
    let convolutions = network.convolutions(groups, &groups.counts()).into_iter();
    convolutions.filter(|(id, _)| *id <= last).map(convolution).collect()
}

impl Convolution {
    /// Whether every channel is convolved by itself.
    pub fn is_depthwise(&self) -> bool {
        self.full.groups > 1
    }

    /// Its shape with other channels; those of a depthwise one are as many at both ends.
    pub fn at(&self, inputs: usize, outputs: usize) -> ConvShape {
        let groups = if self.is_depthwise() { outputs } else { 1 };
        ConvShape { inputs, outputs, groups, ..self.full }
    }

    /// Its shape in the structure of `counts`.
    pub fn with(&self, counts: &[usize]) -> ConvShape {
        self.at(counts[self.from], counts[self.to])
    }

    /// Its shape when group `group` has `count` channels and all others have all of theirs.
    pub fn when(&self, group: usize, count: usize) -> ConvShape {
        let channels = |end: usize, full: usize| if end == group { count } else { full };
        self.at(channels(self.from, self.full.inputs), channels(self.to, self.full.outputs))
    }
}
