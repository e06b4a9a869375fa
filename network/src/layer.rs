//! The layers that hold weights, with what sparsification counts of them.
//!
//! One MAC is one multiply and one add; FLOPs are twice the MACs. Batch norms,
//! activations and biases are left out of both, as in RigL's appendix H.

use crate::{Network, Node, NodeId, Op};

/// Kind of a layer with weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// A convolution.
    Conv,
    /// A fully connected layer.
    Linear,
}

/// A convolution or fully connected layer: the unit of a sparsity distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Name of its node.
    pub name: String,
    /// Its node in the network.
    pub node: NodeId,
    /// Convolution or fully connected.
    pub kind: LayerKind,
    /// Input channels that each output reads: all of them, or those of its group.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Side in pixels of the kernel, or of the feature maps that a fully connected layer flattens; 1 where it reads a
    /// vector.
    pub kernel: usize,
    /// Groups of a convolution, 1 for a fully connected layer.
    pub groups: usize,
    /// Multiply-accumulates for one sample.
    pub macs: u64,
    /// Whether the network returns what it returns: the classifier, or a head of a detector.
    pub is_output: bool,
}

impl Layer {
    /// Number of weights.
    pub fn weights(&self) -> usize {
        self.inputs * self.outputs * self.kernel * self.kernel
    }

    /// Number of weights of an output.
    pub fn fan_in(&self) -> usize {
        self.inputs * self.kernel * self.kernel
    }

    /// Whether it is a convolution of every channel by itself.
    pub fn is_depthwise(&self) -> bool {
        self.groups > 1 && self.inputs == 1
    }
}

impl Network {
    /// The layers with weights, in execution order.
    pub fn layers(&self) -> Vec<Layer> {
        let returned = self.output_nodes();
        let layer = |(id, node): (NodeId, &Node)| self.layer(id, node, returned.contains(&id));
        self.nodes.iter().enumerate().filter_map(layer).collect()
    }

    fn layer(&self, id: NodeId, node: &Node, is_output: bool) -> Option<Layer> {
        let (kind, kernel, groups) = match node.op {
            Op::Conv { kernel, groups, .. } => (LayerKind::Conv, kernel, groups),
            Op::Linear => (LayerKind::Linear, 1, 1),
            // A kernel as large as the map has one place.
            Op::FlattenedLinear => (LayerKind::Linear, self.nodes[node.inputs[0]].shape.height, 1),
            _ => return None,
        };
        let inputs = self.nodes[node.inputs[0]].shape.channels / groups;
        let outputs = node.shape.channels;
        let pixels = node.shape.height * node.shape.width;
        let macs = (inputs * outputs * kernel * kernel * pixels) as u64;
        let name = node.name.clone();
        Some(Layer { name, node: id, kind, inputs, outputs, kernel, groups, macs, is_output })
    }

    /// Number of weights of the convolutions and fully connected layers.
    pub fn weights(&self) -> usize {
        self.layers().iter().map(Layer::weights).sum()
    }

    /// Number of trained parameters: weights, biases, batch-norm scales and shifts.
    pub fn parameters(&self) -> usize {
        let others: usize = self
            .nodes
            .iter()
            .map(|node| match node.op {
                Op::BatchNorm => 2 * node.shape.channels,
                Op::Linear | Op::FlattenedLinear | Op::Conv { bias: true, .. } => node.shape.channels,
                _ => 0,
            })
            .sum();
        self.weights() + others
    }

    /// Multiply-accumulates of one sample's forward pass.
    pub fn macs(&self) -> u64 {
        self.layers().iter().map(|layer| layer.macs).sum()
    }
}
