//! A network made ready to be run on one batch, again and again.

use crate::launcher::WARM_UP;
use crate::number_format::kind;
use crate::parameters::Segment;
use crate::{Forward, Mode, Parameters};
use network::{Network, Op};
use std::rc::Rc;
use tch::{Device, Kind, Tensor};
use torch_ext::CudaGraph;
use trial::protocol::Precision;

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
    /// `network` with `batch` random images, both in the number format of `precision`.
    pub fn new(network: &Network, parameters: Rc<Parameters>, batch: usize, precision: Precision) -> Self {
        let kind = kind(precision);
        let weights = parameters.weight_views(&parameters.weights.to_kind(kind));
        let others = others(network, &parameters, kind);
        let shape = network.nodes[0].shape;
        let [batch, channels, height, width] =
            [batch, shape.channels, shape.height, shape.width].map(|n| n as i64);
        let options = (Kind::Float, parameters.weights.device());
        // Channels last, as the weights are and as everything in between.
        let images = Tensor::randn([batch, height, width, channels], options);
        let images = images.to_kind(kind).permute([0, 3, 1, 2]);
        Self { forward: Forward::new(network), parameters, weights, others, images, graph: None }
    }

    /// Records the forward pass as a CUDA graph, which every later run replays; on the processor there is none.
    /// Whether there is one now.
    pub fn record(&mut self) -> Result<bool, torch_ext::Error> {
        let Device::Cuda(number) = self.images.device() else { return Ok(false) };
        self.graph = Some(recorded(number, || self.compute())?);
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
                self.compute();
                Ok(())
            }
        }
    }

    fn compute(&self) {
        let Self { forward, parameters, weights, others, images, .. } = self;
        drop(forward.run(weights, others, parameters, images, Mode::Evaluate));
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
