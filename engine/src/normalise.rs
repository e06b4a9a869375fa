//! Normalises the bytes of images to floats near zero, on the device.

use suites::recipe::Normalisation;
use tch::{Device, Kind, Tensor};

/// Normalises images as a recipe says.
#[derive(Debug)]
pub(crate) struct Normaliser {
    /// Mean and deviation of the channels, in bytes; none where each image has its own.
    channels: Option<(Tensor, Tensor)>,
}

impl Normaliser {
    /// One whose constants are on `device`.
    pub fn new(normalisation: Normalisation, device: Device) -> Self {
        let constant =
            |values: [f32; 3]| Tensor::from_slice(&values.map(|value| value * 255.0)).to_device(device);
        let channels = match normalisation {
            Normalisation::Image => None,
            Normalisation::Channels { mean, deviation } => Some((constant(mean), constant(deviation))),
        };
        Self { channels }
    }

    /// (count, height, width, 3) bytes to (count, 3, height, width) numbers, channels-last.
    pub fn apply(&self, bytes: &Tensor) -> Tensor {
        let pixels = bytes.to_kind(Kind::Float);
        let normal = match &self.channels {
            Some((mean, deviation)) => (pixels - mean) / deviation,
            None => {
                let all: &[i64] = &[1, 2, 3];
                let size: i64 = bytes.size()[1..].iter().product();
                let mean = pixels.mean_dim(all, true, None);
                // As TensorFlow's per_image_standardization: never below one over the root of the size.
                let least = 255.0 / (size as f64).sqrt();
                let deviation = pixels.std_dim(all, false, true).clamp_min(least);
                (pixels - mean) / deviation
            }
        };
        normal.permute([0, 3, 1, 2])
    }
}
