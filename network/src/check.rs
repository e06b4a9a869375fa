//! Whether a description that was read from a file is a network.
//!
//! The builder cannot write a broken one down, but a file can be damaged or
//! hostile. What is checked here is what the rest of the project relies on:
//! nodes read earlier ones, each shape is the one that the builder derives, and
//! sizes are such that no count overflows.

use std::collections::HashSet;

use crate::{Network, Node, NodeId, Op, Shape, Window};

/// Most nodes of a network.
const MOST_NODES: usize = 100_000;
/// Most channels of a node.
const MOST_CHANNELS: usize = 1 << 20;
/// Most pixels of a side of an image, a kernel, a stride or a dilation.
const MOST_PIXELS: usize = 1 << 16;
/// Most activations and most multiply-accumulates of a sample: counts up to here are exact as 64-bit floats.
const MOST_COUNT: usize = 1 << 53;

/// Why a description is not that of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenNetwork {
    /// Something about the description as a whole.
    #[error("the description of network {network:?} is broken: {flaw}; write the file again")]
    Whole {
        /// The network's name.
        network: String,
        /// What is wrong.
        flaw: String,
    },
    /// Something about one node.
    #[error(
        "the description of network {network:?} is broken: node {id}, {node:?}, {flaw}; write the file again"
    )]
    Node {
        /// The network's name.
        network: String,
        /// The node's index.
        id: NodeId,
        /// The node's name.
        node: String,
        /// What is wrong.
        flaw: String,
    },
}

impl Network {
    /// Whether the description, from wherever it came, is consistent and of a size that can be counted.
    ///
    /// What passes can be counted, grouped, compacted and folded without a panic.
    /// Beyond what the builder demands, images are square, every node is an output or
    /// read by another, fully connected layers read vectors unless they flatten what they read, convolutions do not, and
    /// a network that lists no outputs returns a vector, the logits. A convolution may have any
    /// groups that divide its channels; [`Network::channel_groups`] refuses some.
    ///
    /// # Errors
    ///
    /// The first flaw, with the node that has it.
    pub fn check(&self) -> Result<(), BrokenNetwork> {
        let whole = |flaw: String| Err(BrokenNetwork::Whole { network: self.name.clone(), flaw });
        if let Err(flaw) = check_name(&self.name) {
            return whole(flaw);
        }
        if !(2..=MOST_NODES).contains(&self.nodes.len()) {
            return whole(format!("it has {} nodes, and 2 to {MOST_NODES} can be", self.nodes.len()));
        }
        let mut seen = Seen::default();
        for (id, node) in self.nodes.iter().enumerate() {
            self.check_node(&mut seen, id, node).map_err(|flaw| self.broken(id, flaw))?;
        }
        self.check_outputs(&seen)?;
        match self.backbone.filter(|&last| last >= self.nodes.len()) {
            Some(last) => {
                whole(format!("its backbone ends at node {last}, and there are {}", self.nodes.len()))
            }
            None => Ok(()),
        }
    }

    /// Whether the outputs are nodes, each once, and every other node is read.
    fn check_outputs(&self, seen: &Seen) -> Result<(), BrokenNetwork> {
        let last = self.nodes.len() - 1;
        if self.outputs.is_empty() && !seen.vectors[last] {
            return Err(self.broken(last, "is the last and must return a vector, the logits".into()));
        }
        let mut returned = HashSet::new();
        for output in self.output_nodes() {
            if output > last {
                let flaw = format!("it returns node {output}, and there are {}", self.nodes.len());
                return Err(BrokenNetwork::Whole { network: self.name.clone(), flaw });
            }
            if output == 0 || !returned.insert(output) {
                let flaw = if output == 0 { "is the input and listed" } else { "is listed twice" };
                return Err(self.broken(output, format!("{flaw} as an output")));
            }
        }
        match (0..=last).find(|id| !seen.read.contains(id) && !returned.contains(id)) {
            Some(unread) => Err(self.broken(unread, "is read by no other, and is not an output".into())),
            None => Ok(()),
        }
    }

    fn broken(&self, id: NodeId, flaw: String) -> BrokenNetwork {
        let (network, node) = (self.name.clone(), self.nodes[id].name.clone());
        BrokenNetwork::Node { network, id, node, flaw }
    }

    fn check_node<'a>(&self, seen: &mut Seen<'a>, id: NodeId, node: &'a Node) -> Result<(), String> {
        check_name(&node.name)?;
        require(seen.names.insert(&node.name), || "has the name of an earlier one".into())?;
        require((node.op == Op::Input) == (id == 0), || {
            "is out of place: the first node, and no other, is the input".into()
        })?;
        let arity = match node.op {
            Op::Input => 0,
            Op::Add => 2,
            _ => 1,
        };
        let inputs = &node.inputs;
        require(inputs.len() == arity, || format!("reads {} nodes instead of {arity}", inputs.len()))?;
        if let Some(later) = inputs.iter().find(|&&input| input >= id) {
            return Err(format!("reads node {later}, which is not an earlier one"));
        }
        check_size(node.shape)?;
        // The shapes that a convolution's speed is looked up by have one side.
        let square = node.op != Op::Input || node.shape.height == node.shape.width;
        require(square, || format!("has shape {}, and images must be square", text(node.shape)))?;
        // What the node reads was checked before.
        let read = inputs.first().map_or(node.shape, |&input| self.nodes[input].shape);
        let vector = inputs.first().is_some_and(|&input| seen.vectors[input]);
        let shape = derived(node, read, vector)?;
        if let Some(&right) = inputs.get(1) {
            let same = self.nodes[right].shape == read && seen.vectors[right] == vector;
            require(same && right != inputs[0], || "must add two different nodes of equal shape".into())?;
        }
        require(node.shape == shape, || {
            format!("has shape {} instead of {}", text(node.shape), text(shape))
        })?;
        seen.count(node, read)?;
        seen.vectors.push(vector || node.op == Op::GlobalAveragePool || node.op.is_fully_connected());
        seen.read.extend(inputs);
        Ok(())
    }
}

/// What is known of the nodes that were checked.
#[derive(Default)]
struct Seen<'a> {
    names: HashSet<&'a str>,
    read: HashSet<NodeId>,
    /// Whether each node returns a vector; a feature map of one pixel is none.
    vectors: Vec<bool>,
    activations: usize,
    macs: usize,
}

impl Seen<'_> {
    /// Adds what the node costs; its shape is right.
    fn count(&mut self, node: &Node, read: Shape) -> Result<(), String> {
        let Shape { channels, height, width } = node.shape;
        let (inputs, kernel) = match node.op {
            Op::Conv { kernel, groups, .. } => (read.channels / groups, kernel),
            Op::Linear => (read.channels, 1),
            Op::FlattenedLinear => (read.channels, read.height),
            _ => (0, 0),
        };
        let product = |factors: &[usize]| factors.iter().try_fold(1usize, |all, &n| all.checked_mul(n));
        let within = |sum: usize, more: Option<usize>| {
            more.and_then(|more| sum.checked_add(more)).filter(|&sum| sum <= MOST_COUNT)
        };
        let activations = within(self.activations, product(&[channels, height, width]));
        let macs = within(self.macs, product(&[inputs, channels, kernel, kernel, height, width]));
        let (Some(activations), Some(macs)) = (activations, macs) else {
            return Err(format!("brings the activations or multiply-accumulates above {MOST_COUNT}"));
        };
        (self.activations, self.macs) = (activations, macs);
        Ok(())
    }
}

/// The shape that the builder gives `node`, which reads `read`, a vector or feature maps.
fn derived(node: &Node, read: Shape, vector: bool) -> Result<Shape, String> {
    let channels = node.shape.channels;
    match node.op {
        Op::Conv { .. }
        | Op::MaxPool { .. }
        | Op::GlobalAveragePool
        | Op::AdaptiveAveragePool { .. }
        | Op::FlattenedLinear
            if vector =>
        {
            Err("reads a vector instead of feature maps".into())
        }
        Op::Conv { kernel, stride, padding, groups, dilation, .. } => {
            let split = groups > 0 && read.channels.is_multiple_of(groups) && channels.is_multiple_of(groups);
            require(split, || {
                format!("has {groups} groups, which do not divide {} and {channels} channels", read.channels)
            })?;
            Ok(Shape { channels, ..windows(read, Window { kernel, stride, padding, dilation })? })
        }
        Op::MaxPool { kernel, stride, padding } => {
            windows(read, Window { kernel, stride, padding, dilation: 1 })
        }
        Op::GlobalAveragePool => Ok(Shape { height: 1, width: 1, ..read }),
        Op::AdaptiveAveragePool { side } => {
            let shape = Shape { height: side, width: side, ..read };
            check_size(shape).map(|()| shape)
        }
        Op::FlattenedLinear => Ok(Shape { channels, height: 1, width: 1 }),
        Op::Linear if vector => Ok(Shape { channels, height: 1, width: 1 }),
        Op::Linear => Err("reads feature maps instead of a vector".into()),
        Op::Input | Op::BatchNorm | Op::Relu | Op::Relu6 | Op::Dropout | Op::Add => Ok(read),
    }
}

/// The shape that windows leave, where they fit.
fn windows(read: Shape, window: Window) -> Result<Shape, String> {
    let Window { kernel, stride, padding, dilation } = window;
    for (what, pixels) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
        require((1..=MOST_PIXELS).contains(&pixels), || {
            format!("has a {what} of {pixels} pixels, and 1 to {MOST_PIXELS} can be")
        })?;
    }
    let span = window.span();
    let over = if dilation == 1 { String::new() } else { format!(" over {span} pixels") };
    require(padding <= span / 2, || {
        format!("pads {padding} pixels, above half the kernel of {kernel}{over}")
    })?;
    let padded = read.height + 2 * padding;
    require(span <= padded, || {
        format!("has a kernel of {kernel} pixels{over} for a padded image of {padded}")
    })?;
    Ok(window.over(read))
}

fn check_size(shape: Shape) -> Result<(), String> {
    let pixels = 1..=MOST_PIXELS;
    let within = (1..=MOST_CHANNELS).contains(&shape.channels)
        && pixels.contains(&shape.height)
        && pixels.contains(&shape.width);
    require(within, || {
        format!(
            "has shape {}, and 1 to {MOST_CHANNELS} channels of 1 to {MOST_PIXELS} pixels a side can be",
            text(shape)
        )
    })
}

/// A name that can be printed; messages escape the others.
fn check_name(name: &str) -> Result<(), String> {
    require(!name.is_empty(), || "has no name".into())?;
    require(!name.contains(char::is_control), || "has control characters in its name".into())
}

fn require(holds: bool, flaw: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(flaw()) }
}

fn text(shape: Shape) -> String {
    format!("{} x {} x {}", shape.channels, shape.height, shape.width)
}
