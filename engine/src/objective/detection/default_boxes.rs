//! The default boxes of a detector on its device, and the coordinates that it predicts relative to them.

use tch::{Device, Kind, Tensor};

/// Divisors of the offsets of centres and of the logarithms of sizes: the variances 0.1 and 0.2 of SSD's code.
const VARIANCES: [f64; 4] = [0.1, 0.1, 0.2, 0.2];

/// Default boxes, as the tensors that matching and decoding read. P is their number.
#[derive(Debug)]
pub(crate) struct DefaultBoxes {
    /// Centre x and y, width and height (P, 4), fractions of the image.
    centres: Tensor,
    /// Left, top, right and bottom edges (P, 4).
    pub edges: Tensor,
    variances: Tensor,
}

impl DefaultBoxes {
    /// Boxes given by centre x and y, width and height, as fractions of the image.
    pub fn new(boxes: &[[f32; 4]], device: Device) -> Self {
        let flat: Vec<f32> = boxes.iter().flatten().copied().collect();
        let centres = Tensor::from_slice(&flat).view([-1, 4]).to_device(device);
        let variances = Tensor::from_slice(&VARIANCES).to_kind(Kind::Float).to_device(device);
        Self { edges: edges(&centres), centres, variances }
    }

    /// Offsets (..., P, 4) of `boxes` (..., P, 4: left, top, right, bottom), one for each default box.
    pub fn encode(&self, boxes: &Tensor) -> Tensor {
        let (least, most) = (boxes.narrow(-1, 0, 2), boxes.narrow(-1, 2, 2));
        let centre = (&least + &most) / 2.0;
        let (own_centre, own_size) = halves(&self.centres);
        let offset = (centre - own_centre) / &own_size;
        let scale = ((most - least) / own_size).log();
        Tensor::cat(&[offset, scale], -1) / &self.variances
    }

    /// The boxes (n, 4: left, top, right, bottom) that `offsets` (n, 4) from default boxes number `indices` (n) mean.
    pub fn decode(&self, offsets: &Tensor, indices: &Tensor) -> Tensor {
        let (own_centre, own_size) = halves(&self.centres.index_select(0, indices));
        let (offset, scale) = halves(&(offsets * &self.variances));
        let (centre, size) = (offset * &own_size + own_centre, scale.exp() * own_size);
        edges(&Tensor::cat(&[centre, size], -1))
    }
}

/// The first two and the last two of four numbers.
fn halves(boxes: &Tensor) -> (Tensor, Tensor) {
    (boxes.narrow(-1, 0, 2), boxes.narrow(-1, 2, 2))
}

/// Left, top, right and bottom edges of boxes given by centre and size.
fn edges(centres: &Tensor) -> Tensor {
    let (centre, size) = halves(centres);
    let half = size / 2.0;
    Tensor::cat(&[&centre - &half, centre + half], -1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        let own = [[0.5, 0.5, 0.25, 0.5], [0.1, 0.9, 0.3, 0.3]];
        let boxes = DefaultBoxes::new(&own, Device::Cpu);
        let target = Tensor::from_slice(&[0.2f32, 0.1, 0.6, 0.9, 0.0, 0.5, 0.4, 1.0]).view([1, 2, 4]);
        let offsets = boxes.encode(&target).squeeze_dim(0);
        // Centre 0.4 against 0.5 at width 0.25, by the variance 0.1; width 0.4 against 0.25, by 0.2.
        assert!((offsets.double_value(&[0, 0]) + 4.0).abs() < 1e-5);
        assert!((offsets.double_value(&[0, 2]) - 1.6f64.ln() / 0.2).abs() < 1e-5);
        let back = boxes.decode(&offsets, &Tensor::from_slice(&[0i64, 1]));
        assert!(back.allclose(&target.squeeze_dim(0), 1e-6, 1e-6, false), "{back}");
    }
}
