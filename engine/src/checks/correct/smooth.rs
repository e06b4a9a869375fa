//! A network without its decisions.
//!
//! A rectifier decides of every activation whether its gradient passes, and a maximum which one does. Where rounding
//! decides, two right computations differ by whole activations: by percents of the gradient of a small layer. Without
//! them a step is as exact as its arithmetic, so that a small fault shows. What they compute is continuous, and is
//! compared with them in place ([`models`](super::models)).

use network::{Network, Op, Window};

/// `network` with rectifiers that pass everything, and maxima over single pixels. A maximum whose result would have
/// another size over single pixels stays as it is.
pub fn smooth(network: &Network) -> Network {
    let mut smooth = network.clone();
    for node in &mut smooth.nodes {
        // Whether there are as many single pixels at this stride as there were windows.
        let keeps_size = |stride| {
            let read = network.nodes[node.inputs[0]].shape;
            let pixels = Window::new(1, stride);
            (pixels.side(read.height), pixels.side(read.width)) == (node.shape.height, node.shape.width)
        };
        node.op = match node.op {
            // Which is off in all that is compared.
            Op::Relu | Op::Relu6 => Op::Dropout,
            Op::MaxPool { stride, .. } if keeps_size(stride) => Op::MaxPool { kernel: 1, stride, padding: 0 },
            op => op,
        };
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Forward, Mode, initial_weights};
    use sparsity::BatchStatistics;
    use tch::{Device, Kind, Tensor};

    /// Twice the weights of the last layer are twice the logits, and a network of layers that decide nothing has no
    /// other non-linearity than its batch norms.
    #[test]
    fn nothing_is_decided_and_shapes_stay() {
        let _guard = tch::no_grad_guard();
        for whole in network::models::small() {
            let network = smooth(&whole);
            let decides = |op: Op| match op {
                Op::Relu | Op::Relu6 => true,
                Op::MaxPool { kernel, .. } => kernel > 1,
                _ => false,
            };
            assert!(!network.nodes.iter().any(|node| decides(node.op)), "{}", whole.name);
            let parameters = initial_weights(&network, 1, Device::Cpu);
            let side = network.nodes[0].shape.height as i64;
            let images = Tensor::randn([2, 3, side, side], (Kind::Float, Device::Cpu));
            let weights = parameters.weight_views(&parameters.weights);
            let others = parameters.other_views(&parameters.others);
            let mode = Mode::Train { statistics: BatchStatistics::Hold, dropout: 0.0, seed: 0 };
            let run =
                |network: &Network| Forward::new(network).run(&weights, &others, &parameters, &images, mode);
            let shapes = |outputs: Vec<Tensor>| outputs.iter().map(Tensor::size).collect::<Vec<_>>();
            assert_eq!(shapes(run(&network)), shapes(run(&whole)), "{}", whole.name);
        }
    }
}
