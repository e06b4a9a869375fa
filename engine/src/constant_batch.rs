//! A batch that is the same at every step, so that nothing but the step itself is timed.

use crate::{RunError, Source};
use network::Network;
use tch::{Device, Kind, Tensor};

/// Random images, channels-last, with random labels.
#[derive(Debug)]
pub struct ConstantBatch {
    images: Tensor,
    labels: Tensor,
}

impl ConstantBatch {
    /// `batch` images for the classifier `network`.
    pub fn random(network: &Network, batch: u64, device: Device) -> Self {
        let shape = network.nodes[0].shape;
        let [channels, height, width] = [shape.channels, shape.height, shape.width].map(|n| n as i64);
        let images = Tensor::randn([batch as i64, height, width, channels], (Kind::Float, device));
        let labels = Tensor::randint(network.classes() as i64, [batch as i64], (Kind::Int64, device));
        Self { images: images.permute([0, 3, 1, 2]), labels }
    }
}

impl Source for ConstantBatch {
    fn load(&mut self, _: u64, _: u64) -> Result<(), RunError> {
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.images.shallow_clone(), self.labels.shallow_clone())
    }
}
