//! A network made ready to be run on one batch, again and again.

use crate::launcher::WARM_UP;
use crate::memory_layout::arranged;
use crate::number_format::kind;
use crate::parameters::Segment;
use crate::{Forward, Mode, Parameters};
use network::{Network, Op};
use std::rc::Rc;
use tch::{Device, Kind, Tensor};
use torch_ext::CudaGraph;
use trial::protocol::{Layout, Precision};

/// A network with its images.
pub struct PreparedNetwork {
    forward: Forward,
    parameters: Rc<Parameters>,
    weights: Vec<Tensor>,
    others: Vec<Tensor>,
    images: Tensor,
    graph: Option<CudaGraph>,
}

impl PreparedNetwork {
    /// `network` with `batch` random images, both in the number format of `precision` and in `layout`, as are all
    /// activations then.
    pub fn new(
        network: &Network,
        parameters: Rc<Parameters>,
        batch: usize,
        precision: Precision,
        layout: Layout,
    ) -> Self {
        let kind = kind(precision);
        let weights = parameters.weight_views(&parameters.weights.to_kind(kind));
        let weights = weights.iter().map(|weight| arranged(weight, layout)).collect();
        let others = others(network, &parameters, kind);
        let shape = network.nodes[0].shape;
        let [batch, channels, height, width] =
            [batch, shape.channels, shape.height, shape.width].map(|n| n as i64);
        let options = (Kind::Float, parameters.weights.device());
        let images = Tensor::randn([batch, height, width, channels], options);
        let images = arranged(&images.to_kind(kind).permute([0, 3, 1, 2]), layout);
        Self { forward: Forward::new(network), parameters, weights, others, images, graph: None }
    }

    /// Records the forward pass as a CUDA graph, which every later run replays; on the processor there is none.
    /// Whether there is one now.
    pub fn record(&mut self) -> Result<bool, torch_ext::Error> {
        let Device::Cuda(number) = self.images.device() else { return Ok(false) };
        self.graph = Some(recorded(number, || drop(self.compute()))?);
        Ok(true)
    }

    /// Whether every run replays a graph.
    pub fn is_recorded(&self) -> bool {
        self.graph.is_some()
    }

    /// Drops the graph: later runs launch kernel by kernel.
    pub fn forget(&mut self) {
        self.graph = None;
    }

    /// One forward pass; on CUDA it is only given to the device.
    pub fn run(&mut self) -> Result<(), torch_ext::Error> {
        match &mut self.graph {
            Some(graph) => graph.replay(),
            None => {
                drop(self.compute());
                Ok(())
            }
        }
    }

    fn compute(&self) -> Vec<Tensor> {
        let Self { forward, parameters, weights, others, images, .. } = self;
        forward.run(weights, others, parameters, images, Mode::Evaluate)
    }
}

/// `work` as a graph of CUDA device `number`; an error if it cannot be recorded, after which it can be run.
pub fn recorded(number: usize, work: impl Fn()) -> Result<CudaGraph, torch_ext::Error> {
    let mut graph = CudaGraph::new(number)?;
    let done = || {
        work();
        Ok::<_, torch_ext::Error>(())
    };
    for _ in 0..WARM_UP {
        graph.on_side_stream(done)?;
    }
    graph.capture(done)?;
    Ok(graph)
}

/// The biases in the number format of the weights that they are added to, so that no pass converts
/// them; scales and shifts of batch norms as they are.
fn others(network: &Network, parameters: &Parameters, kind: Kind) -> Vec<Tensor> {
    let fit = |segment: &Segment| match network.nodes[segment.node].op {
        Op::BatchNorm => segment.view(&parameters.others),
        _ => segment.view(&parameters.others).to_kind(kind),
    };
    parameters.layout().others.iter().map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compact, initial_weights};
    use network::models::model;

    /// The outputs of a network in both layouts, for the same images and weights.
    fn outputs(network: &Network, parameters: &Rc<Parameters>) -> [Vec<Tensor>; 2] {
        let side = network.nodes[0].shape.height as i64;
        let images = Tensor::randn([2, side, side, 3], (Kind::Float, Device::Cpu)).permute([0, 3, 1, 2]);
        Layout::ALL.map(|layout| {
            let mut prepared = PreparedNetwork::new(network, parameters.clone(), 2, Precision::Fp32, layout);
            prepared.images = arranged(&images, layout);
            for tensor in prepared.weights.iter().chain([&prepared.images]).filter(|tensor| tensor.dim() == 4)
            {
                // The innermost dimension: channels, or the columns of a channel.
                let innermost = if layout == Layout::Nchw { 3 } else { 1 };
                assert_eq!(tensor.stride()[innermost], 1, "{layout}: {:?}", tensor.size());
            }
            prepared.compute()
        })
    }

    /// Every kind of network: with and without folded batch norms, depthwise, of several outputs.
    #[test]
    fn both_layouts_compute_the_same_to_within_rounding() {
        let _guard = tch::no_grad_guard();
        for (name, side) in
            [("wrn-10-1", 16), ("resnet50-0.25", 64), ("mobilenet-v1-0.25", 64), ("ssd64-resnet50-0.25", 64)]
        {
            let network = model(name, 10, side).unwrap();
            let parameters = Rc::new(initial_weights(&network, 1, Device::Cpu));
            let (plain, values) = compact::folded(&network, &parameters);
            for (network, parameters) in [(network, parameters), (plain, Rc::new(values))] {
                let [last, nchw] = outputs(&network, &parameters);
                assert_eq!(last.len(), nchw.len());
                for (last, nchw) in last.iter().zip(&nchw) {
                    let size = last.abs().max().double_value(&[]);
                    let difference = (last - nchw).abs().max().double_value(&[]);
                    assert!(size > 0.0 && difference <= 2e-5 * size, "{name}: {difference} of {size}");
                }
            }
        }
    }
}
