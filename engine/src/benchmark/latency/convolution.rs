//! One convolution made ready to be run on one batch, again and again.

use crate::benchmark::prepared::recorded;
use crate::convolve;
use crate::memory_layout::arranged;
use crate::number_format::kind;
use network::{ConvShape, Window};
use tch::{Device, Kind, Tensor};
use torch_ext::CudaGraph;
use trial::protocol::{Layout, Precision};

/// A convolution with its input.
pub struct PreparedConvolution {
    input: Tensor,
    weight: Tensor,
    window: Window,
    groups: usize,
    graph: Option<CudaGraph>,
}

impl PreparedConvolution {
    /// The convolution of `shape` with random weights and `batch` random inputs, all in `layout`.
    pub fn new(
        shape: &ConvShape,
        batch: usize,
        precision: Precision,
        layout: Layout,
        device: Device,
    ) -> Self {
        let kind = kind(precision);
        let [inputs, outputs, side, kernel] =
            [shape.inputs / shape.groups, shape.outputs, shape.side, shape.kernel].map(|n| n as i64);
        let random = |[count, side, channels]: [i64; 3]| {
            let values = Tensor::randn([count, side, side, channels], (Kind::Float, device));
            arranged(&values.to_kind(kind).permute([0, 3, 1, 2]), layout)
        };
        Self {
            input: random([batch as i64, side, shape.inputs as i64]),
            weight: random([outputs, kernel, inputs]),
            window: shape.window(),
            groups: shape.groups,
            graph: None,
        }
    }

    /// Records it as a CUDA graph, which every later run replays; on the processor there is none. Whether there is
    /// one now.
    pub fn record(&mut self) -> Result<bool, torch_ext::Error> {
        let Device::Cuda(number) = self.input.device() else { return Ok(false) };
        self.graph = Some(recorded(number, || drop(self.compute()))?);
        Ok(true)
    }

    /// Runs it once; on CUDA it is only queued on the device.
    pub fn run(&mut self) -> Result<(), torch_ext::Error> {
        match &mut self.graph {
            Some(graph) => graph.replay(),
            None => {
                drop(self.compute());
                Ok(())
            }
        }
    }

    fn compute(&self) -> Tensor {
        convolve(&self.input, &self.weight, None, self.window, self.groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::models::model;

    /// All convolutions of networks give outputs of the sizes that the description has.
    #[test]
    fn outputs_have_the_shape_that_is_counted() {
        for (name, side) in
            [("mobilenet-v1", 32), ("resnet50", 33), ("wrn-10-1", 8), ("ssd64-resnet50-0.25", 64)]
        {
            let network = model(name, 10, side).unwrap();
            let groups = network.channel_groups().unwrap();
            for (id, shape) in network.convolutions(&groups, &groups.counts()) {
                for (precision, layout) in [
                    (Precision::Fp32, Layout::ChannelsLast),
                    (Precision::Fp32, Layout::Nchw),
                    (Precision::Bf16, Layout::ChannelsLast),
                ] {
                    let output =
                        PreparedConvolution::new(&shape, 2, precision, layout, Device::Cpu).compute();
                    let node = network.nodes[id].shape;
                    let size = [2, node.channels, node.height, node.width].map(|n| n as i64);
                    assert_eq!(output.size(), size, "{name} {shape}");
                    assert_eq!(output.kind() == Kind::Float, precision == Precision::Fp32);
                }
            }
        }
    }
}
