//! What a training step holds of activations, from the description alone.
//!
//! The forward pass keeps what the backward pass reads: inputs of convolutions, batch norms and maximum pools, results
//! of ReLUs (which are often the same memory), and where dropout was. The backward pass goes through the nodes in
//! reverse; it makes gradients of activations and gives back what it has read. The peak is the most that is held at
//! any node.

use crate::{Network, NodeId, Op, Shape};

/// Bytes of a pooling window's place, which libtorch keeps for each result.
const PLACE: u64 = 8;
/// Maps that libtorch holds at once for the second derivative of a batch norm.
const BATCH_NORM_MAPS: u64 = 6;

/// How activations are kept.
#[derive(Clone, Copy, Debug)]
pub struct ActivationFormat {
    /// Bytes of a value.
    pub value: u64,
    /// Bytes of an element of a dropout's mask; none where nothing is dropped.
    pub dropout: Option<u64>,
}

impl Network {
    /// Bytes that a training step holds of activations and their gradients for each image, at its peak. Workspaces
    /// of libraries and what an allocator leaves unused are not in it.
    pub fn activation_memory(&self, format: ActivationFormat) -> u64 {
        let kept = Kept::by(self, format);
        let mut held: u64 = kept.freed_after.iter().sum();
        let mut peak = held;
        let size = |id: NodeId| elements(self.nodes[id].shape) * format.value;
        let mut gradients: Vec<Option<u64>> = vec![None; self.nodes.len()];
        for output in self.output_nodes() {
            gradients[output] = Some(size(output));
            held += size(output);
        }
        for (id, node) in self.nodes.iter().enumerate().rev() {
            let Some(own) = gradients[id].take() else { continue };
            let inputs = node.inputs.iter().filter(|input| !matches!(self.nodes[**input].op, Op::Input));
            if node.op == Op::Add {
                // One gradient for both, which the earlier one has for longer.
                let mut inputs: Vec<NodeId> = inputs.copied().collect();
                inputs.sort_unstable();
                for (at, input) in inputs.into_iter().enumerate() {
                    let shared = if at == 0 { own } else { 0 };
                    *gradients[input].get_or_insert(0) += shared;
                }
                continue;
            }
            for input in inputs {
                peak = peak.max(held + size(*input));
                // A second gradient is added to the first.
                if gradients[*input].is_none() {
                    gradients[*input] = Some(size(*input));
                    held += size(*input);
                }
            }
            peak = peak.max(held);
            held -= own + kept.freed_after[id];
        }
        peak
    }

    /// Bytes that a step holds for each image while its gradient is differentiated again, as for a product with the
    /// Hessian: what the forward pass keeps, and the gradients that the first backward pass read in layers with weights
    /// and in batch norms. The second pass makes as much as it gives back, but for a batch norm, whose second derivative
    /// libtorch puts together from elementwise operations.
    pub fn twice_differentiated_memory(&self, format: ActivationFormat) -> u64 {
        let kept: u64 = Kept::by(self, format).freed_after.iter().sum();
        let size = |id: &NodeId| elements(self.nodes[*id].shape) * format.value;
        let ids = || 0..self.nodes.len();
        let reads = |id: &NodeId| {
            let op = self.nodes[*id].op;
            matches!(op, Op::Conv { .. } | Op::BatchNorm) || op.is_fully_connected()
        };
        // The operands of a sum share its gradient.
        let shared = ids().filter(|id| self.nodes[*id].op == Op::Add).map(|id| {
            let operands = self.nodes[id].inputs.iter().filter(|operand| reads(operand)).count() as u64;
            operands.saturating_sub(1) * size(&id)
        });
        let gradients = ids().filter(reads).map(|id| size(&id)).sum::<u64>() - shared.sum::<u64>();
        let normalised = ids().filter(|id| self.nodes[*id].op == Op::BatchNorm).map(|id| size(&id)).max();
        kept + gradients + BATCH_NORM_MAPS * normalised.unwrap_or(0)
    }
}

/// What the forward pass keeps, by the node whose backward pass is the last to read it.
struct Kept {
    freed_after: Vec<u64>,
}

impl Kept {
    fn by(network: &Network, format: ActivationFormat) -> Self {
        let (count, uses) = (network.nodes.len(), network.uses());
        // The node whose memory holds a result: an operation in place has that of its input.
        let mut memory: Vec<NodeId> = (0..count).collect();
        let mut freed_after = vec![0; count];
        // The first node that keeps a memory is the last to be differentiated.
        let mut keeper: Vec<Option<NodeId>> = vec![None; count];
        for (id, node) in network.nodes.iter().enumerate() {
            let first = node.inputs.first().copied();
            let in_place = match node.op {
                Op::Relu | Op::Add => first.filter(|input| uses[*input].expendable),
                Op::Dropout if format.dropout.is_none() => first,
                _ => None,
            };
            if let Some(input) = in_place {
                memory[id] = memory[input];
            }
            let read = match node.op {
                Op::Conv { .. }
                | Op::BatchNorm
                | Op::Linear
                | Op::FlattenedLinear
                | Op::MaxPool { .. }
                | Op::Relu6 => first,
                Op::Relu => Some(id),
                // Adaptive pooling keeps its input for nothing but its shape, but it keeps it.
                Op::AdaptiveAveragePool { .. } => first,
                Op::Input | Op::Dropout | Op::Add | Op::GlobalAveragePool => None,
            };
            if let Some(read) = read {
                keeper[memory[read]].get_or_insert(id);
            }
            freed_after[id] += match (node.op, format.dropout) {
                (Op::MaxPool { .. }, _) => elements(node.shape) * PLACE,
                (Op::Dropout, Some(element)) => elements(node.shape) * element,
                _ => 0,
            };
        }
        for (memory, keeper) in keeper.into_iter().enumerate() {
            if let Some(keeper) = keeper {
                freed_after[keeper] += elements(network.nodes[memory].shape) * format.value;
            }
        }
        Self { freed_after }
    }
}

fn elements(shape: Shape) -> u64 {
    (shape.channels * shape.height * shape.width) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    const FP32: ActivationFormat = ActivationFormat { value: 4, dropout: None };

    /// Images of 3 x 8 x 8, then maps of 16 x 8 x 8 (4 KiB each).
    fn block() -> Network {
        let mut net = Builder::new("block", Shape { channels: 3, height: 8, width: 8 });
        let stem = net.conv("conv1", 0, 16, 3, 1);
        let x = net.batch_norm("bn1", stem);
        let x = net.relu("relu1", x);
        let x = net.conv("conv2", x, 16, 3, 1);
        let x = net.add("add", stem, x);
        let x = net.global_average_pool("pool", x);
        net.linear("fc", x, 10);
        net.finish()
    }

    /// By hand.
    #[test]
    fn a_block_keeps_what_its_backward_pass_reads() {
        let network = block();
        let (images, map) = (768, 4096);
        // conv1 keeps its images, bn1 the stem, relu1 its result (in bn1's memory), which conv2 reads as well. When
        // relu1 is differentiated there are the gradients of its input, of its result, and of the stem by the sum.
        let most = images + 2 * map + 3 * map;
        assert_eq!(network.activation_memory(FP32), most);
        let half = ActivationFormat { value: 2, ..FP32 };
        assert_eq!(network.activation_memory(half), most / 2);
    }

    /// By hand, as above: the gradients of conv1, bn1 and the classifier, and that of the sum, which is conv1's and
    /// conv2's; beside them the maps of bn1.
    #[test]
    fn gradients_are_kept_for_a_second_backward_pass() {
        let (images, map, pooled) = (768, 4096, 64);
        let (kept, gradients) = (images + 2 * map + pooled, 2 * map + 40);
        assert_eq!(block().twice_differentiated_memory(FP32), kept + gradients + BATCH_NORM_MAPS * map);
    }

    /// Of most convolutions the result is kept, and once more after its batch norm and ReLU: 11.1 million values each
    /// for a photograph.
    #[test]
    fn that_of_resnet50_is_that_of_its_convolutions_twice() {
        let network = crate::models::model("resnet50", 1000, 224).unwrap();
        let convolved = network.nodes.iter().filter(|node| matches!(node.op, Op::Conv { .. }));
        let results: u64 = convolved.map(|node| elements(node.shape)).sum();
        let bytes = network.activation_memory(FP32);
        let ratio = bytes as f64 / (2 * 4 * results) as f64;
        assert!((0.95..1.15).contains(&ratio), "{ratio}: {bytes}");
    }

    #[test]
    fn dropout_keeps_a_mask_and_a_copy() {
        let network = crate::models::model("wrn-10-2", 10, 32).unwrap();
        let without = network.activation_memory(FP32);
        let with = network.activation_memory(ActivationFormat { dropout: Some(4), ..FP32 });
        let dropped: u64 =
            network.nodes.iter().filter(|n| n.op == Op::Dropout).map(|n| elements(n.shape)).sum();
        assert!(dropped > 0);
        assert_eq!(with - without, dropped * (4 + 4));
    }
}
