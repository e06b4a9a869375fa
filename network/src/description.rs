//! Nodes, their inputs and shapes: the description itself and its builder.
//!
//! The builder derives every output shape while a model is written down, so
//! what it writes is consistent; [`Network::check`] is for what comes from a file.

use crate::Window;
use serde::{Deserialize, Serialize};

/// Index of a node in [`Network::nodes`].
pub type NodeId = usize;

/// Shape of one sample's activation, without the batch dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Channels (features for a vector).
    pub channels: usize,
    /// Height in pixels (1 for a vector).
    pub height: usize,
    /// Width in pixels (1 for a vector).
    pub width: usize,
}

/// What a node computes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The images.
    Input,
    /// Square convolution.
    Conv {
        /// Kernel side in pixels.
        kernel: usize,
        /// Stride in pixels.
        stride: usize,
        /// Zero padding on every side in pixels.
        padding: usize,
        /// Groups of channels that see nothing of each other: 1 for an ordinary
        /// convolution, the number of channels for a depthwise one.
        groups: usize,
        /// Whether it adds a bias, as a detector's heads do, and a convolution that took in its batch norm.
        bias: bool,
        /// Distance in pixels between the neighbouring pixels that a kernel reads; 1 where a file says nothing.
        #[serde(default = "neighbours", skip_serializing_if = "are_neighbours")]
        dilation: usize,
    },
    /// Largest value of each square window; what the padding adds never wins.
    MaxPool {
        /// Side of the window in pixels.
        kernel: usize,
        /// Stride in pixels.
        stride: usize,
        /// Padding on every side in pixels.
        padding: usize,
    },
    /// Batch normalisation with scale and shift.
    BatchNorm,
    /// Rectified linear unit.
    Relu,
    /// Rectified linear unit that passes at most six, min(max(x, 0), 6).
    Relu6,
    /// Dropout; its rate belongs to the training recipe.
    Dropout,
    /// Sum of two activations of equal shape.
    Add,
    /// Mean over all pixels.
    GlobalAveragePool,
    /// Mean over windows that divide the map into `side` x `side` pixels, as PyTorch's adaptive pooling does; windows
    /// overlap where the map's side is no multiple, and a smaller map is enlarged.
    AdaptiveAveragePool {
        /// Side of the result in pixels.
        side: usize,
    },
    /// Fully connected layer with bias.
    Linear,
    /// Fully connected layer with bias over all pixels of feature maps, which it reads channel by channel.
    FlattenedLinear,
}

impl Op {
    /// Whether it is a fully connected layer.
    pub fn is_fully_connected(self) -> bool {
        matches!(self, Self::Linear | Self::FlattenedLinear)
    }
}

fn neighbours() -> usize {
    1
}

fn are_neighbours(dilation: &usize) -> bool {
    *dilation == 1
}

/// One step of the forward pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Name in torchvision's style; its parameters are `name.weight` and so on.
    pub name: String,
    /// What it computes.
    pub op: Op,
    /// The nodes it reads, all earlier in the list.
    pub inputs: Vec<NodeId>,
    /// Shape of what it returns.
    pub shape: Shape,
}

/// A model: nodes in execution order. A classifier's last node returns its logits; a detector lists several outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// The model's name, as on the command line.
    pub name: String,
    /// Nodes in execution order.
    pub nodes: Vec<Node>,
    /// The nodes whose results the network returns, in this order; none are listed where it is the last alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<NodeId>,
    /// The last node of the backbone, where a network has one: up to it are the nodes of a classifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backbone: Option<NodeId>,
}

impl Network {
    /// The nodes whose results the network returns: those that it lists, or else the last.
    pub fn output_nodes(&self) -> Vec<NodeId> {
        match self.outputs.as_slice() {
            [] => self.nodes.len().checked_sub(1).into_iter().collect(),
            listed => listed.to_vec(),
        }
    }

    /// The classes that the network tells apart: a classifier's logits, or a detector's kinds of objects.
    pub fn classes(&self) -> usize {
        let logits = || self.nodes.last().map_or(0, |last| last.shape.channels);
        crate::DefaultBoxes::of(self).map_or_else(|_| logits(), |boxes| boxes.classes)
    }
}

/// Epsilon of every batch norm (RigL's CIFAR-10 code; PyTorch's default).
pub const BATCH_NORM_EPSILON: f64 = 1e-5;
/// Weight of the new batch in the running statistics (PyTorch's convention; 0.9 kept).
pub const BATCH_NORM_MOMENTUM: f64 = 0.1;

/// Writes a description down, node by node, from the images to the outputs.
///
/// Every call returns the node's number, by which later nodes read it; shapes follow from the nodes that are
/// read. A residual block on images of 32 x 32 pixels, with a classifier of ten classes:
///
/// ```
/// use network::{Builder, Shape};
///
/// let mut net = Builder::new("tiny", Shape { channels: 3, height: 32, width: 32 });
/// let stem = net.conv("conv1", 0, 16, 3, 1);
/// let x = net.batch_norm("bn1", stem);
/// let x = net.relu("relu1", x);
/// let x = net.conv("conv2", x, 16, 3, 1);
/// let x = net.add("add", stem, x);
/// let x = net.global_average_pool("pool", x);
/// net.linear("fc", x, 10);
/// let network = net.finish();
///
/// assert_eq!(network.layers().len(), 3);
/// // Both convolutions and the classifier, in multiply-accumulates of one image.
/// assert_eq!(network.macs(), (3 * 16 + 16 * 16) * 9 * 32 * 32 + 16 * 10);
/// // The sum couples the channels of the convolutions that it joins.
/// let groups = network.channel_groups()?;
/// assert_eq!(groups.counts(), [3, 16, 10]);
/// # Ok::<(), network::ChannelError>(())
/// ```
pub struct Builder {
    network: Network,
}

impl Builder {
    /// Starts a model that reads images of `shape`; the images are node 0.
    pub fn new(name: &str, shape: Shape) -> Self {
        let input = Node { name: "input".into(), op: Op::Input, inputs: vec![], shape };
        let network = Network { name: name.into(), nodes: vec![input], outputs: vec![], backbone: None };
        Self { network }
    }

    fn push(&mut self, name: &str, op: Op, inputs: Vec<NodeId>, shape: Shape) -> NodeId {
        self.network.nodes.push(Node { name: name.into(), op, inputs, shape });
        self.network.nodes.len() - 1
    }

    /// Shape of what node `id` returns.
    pub fn shape(&self, id: NodeId) -> Shape {
        self.network.nodes[id].shape
    }

    /// A square convolution without bias to `channels` channels, padded to keep the size at stride 1.
    pub fn conv(
        &mut self,
        name: &str,
        from: NodeId,
        channels: usize,
        kernel: usize,
        stride: usize,
    ) -> NodeId {
        self.convolution(name, from, channels, Window::new(kernel, stride), false)
    }

    /// A square convolution to `channels` channels over windows of any padding and dilation.
    pub fn convolution(
        &mut self,
        name: &str,
        from: NodeId,
        channels: usize,
        window: Window,
        bias: bool,
    ) -> NodeId {
        let Window { kernel, stride, padding, dilation } = window;
        let shape = Shape { channels, ..window.over(self.shape(from)) };
        let op = Op::Conv { kernel, stride, padding, groups: 1, bias, dilation };
        self.push(name, op, vec![from], shape)
    }

    /// A square convolution of every channel by itself, padded to keep the size at stride 1.
    pub fn depthwise(&mut self, name: &str, from: NodeId, kernel: usize, stride: usize) -> NodeId {
        let window = Window::new(kernel, stride);
        let Window { padding, dilation, .. } = window;
        let shape = window.over(self.shape(from));
        let op = Op::Conv { kernel, stride, padding, groups: shape.channels, bias: false, dilation };
        self.push(name, op, vec![from], shape)
    }

    /// The largest value of each square window.
    pub fn max_pool(
        &mut self,
        name: &str,
        from: NodeId,
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> NodeId {
        let shape = Window::new(kernel, stride).padded(padding).over(self.shape(from));
        self.push(name, Op::MaxPool { kernel, stride, padding }, vec![from], shape)
    }

    /// A batch norm.
    pub fn batch_norm(&mut self, name: &str, from: NodeId) -> NodeId {
        self.push(name, Op::BatchNorm, vec![from], self.shape(from))
    }

    /// A rectified linear unit.
    pub fn relu(&mut self, name: &str, from: NodeId) -> NodeId {
        self.push(name, Op::Relu, vec![from], self.shape(from))
    }

    /// A rectified linear unit that passes at most six.
    pub fn relu6(&mut self, name: &str, from: NodeId) -> NodeId {
        self.push(name, Op::Relu6, vec![from], self.shape(from))
    }

    /// A dropout.
    pub fn dropout(&mut self, name: &str, from: NodeId) -> NodeId {
        self.push(name, Op::Dropout, vec![from], self.shape(from))
    }

    /// The sum of two nodes. Panics if their shapes differ.
    pub fn add(&mut self, name: &str, left: NodeId, right: NodeId) -> NodeId {
        assert_eq!(self.shape(left), self.shape(right), "{name} joins unequal shapes");
        self.push(name, Op::Add, vec![left, right], self.shape(left))
    }

    /// The mean over all pixels.
    pub fn global_average_pool(&mut self, name: &str, from: NodeId) -> NodeId {
        let shape = Shape { height: 1, width: 1, ..self.shape(from) };
        self.push(name, Op::GlobalAveragePool, vec![from], shape)
    }

    /// The means of windows that divide the map into `side` x `side` pixels.
    pub fn adaptive_average_pool(&mut self, name: &str, from: NodeId, side: usize) -> NodeId {
        let shape = Shape { height: side, width: side, ..self.shape(from) };
        self.push(name, Op::AdaptiveAveragePool { side }, vec![from], shape)
    }

    /// A fully connected layer to `features` features over all pixels of feature maps.
    pub fn flattened_linear(&mut self, name: &str, from: NodeId, features: usize) -> NodeId {
        let shape = Shape { channels: features, height: 1, width: 1 };
        self.push(name, Op::FlattenedLinear, vec![from], shape)
    }

    /// A fully connected layer to `features` features.
    pub fn linear(&mut self, name: &str, from: NodeId, features: usize) -> NodeId {
        let shape = Shape { channels: features, height: 1, width: 1 };
        self.push(name, Op::Linear, vec![from], shape)
    }

    /// Makes node `id` the next output. Without any, the last node is the only one.
    pub fn output(&mut self, id: NodeId) {
        self.network.outputs.push(id);
    }

    /// Makes node `id` the last of the backbone.
    pub fn end_backbone(&mut self, id: NodeId) {
        self.network.backbone = Some(id);
    }

    /// The finished description.
    pub fn finish(self) -> Network {
        self.network
    }
}
