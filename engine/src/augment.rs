//! Images on the device, and batches made of them there.
//!
//! The whole data set is on the device as bytes, channels innermost. A batch is
//! one gather: crop, border and flip are arithmetic on the gathered rows and
//! columns, and the result is channels-last without a copy. An image is
//! padded with its mirror image, the edge included, as in RigL's CIFAR-10 code.

use crate::normalise::Normaliser;
use crate::source::{Examples, See, Share, Source};
use crate::{Batches, RunError};
use suites::recipe::Recipe;
use suites::resident::ResidentImages;
use tch::{Device, Kind, Tensor};

/// Images of an evaluation run at once: enough to be fast, few enough for small memories.
const EVALUATED: i64 = 500;

/// A set of images on the device.
#[derive(Debug)]
pub struct Resident {
    images: Tensor,
    labels: Tensor,
    side: i64,
    border: i64,
    normaliser: Normaliser,
}

/// Choices for a batch, whole numbers (4, batch): image, crop row, crop column, flip.
#[derive(Debug)]
pub struct Sampling(pub Tensor);

impl Resident {
    /// Moves the first `count` of `images` to `device`, to be cropped and normalised as `recipe` says, in its size.
    pub fn new(images: &ResidentImages, count: usize, recipe: &Recipe, device: Device) -> Self {
        let smaller = (recipe.sides.crop < images.side).then(|| images.shrunk(count, recipe.sides.crop));
        let images = smaller.as_ref().unwrap_or(images);
        let side = images.side as i64;
        let bytes = &images.pixels[..count * images.side * images.side * 3];
        let labels: Vec<i64> = images.labels[..count].iter().map(|label| i64::from(*label)).collect();
        Self {
            images: Tensor::from_slice(bytes).view([-1, side, side, 3]).to_device(device),
            labels: Tensor::from_slice(&labels).to_device(device),
            side,
            border: recipe.border as i64,
            normaliser: Normaliser::new(recipe.normalisation, device),
        }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.numel()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Augmented, normalised images (batch, 3, side, side) and their labels (batch).
    pub fn sample(&self, sampling: &Sampling) -> (Tensor, Tensor) {
        let choice = |row: i64| sampling.0.get(row);
        let (image, flip) = (choice(0), choice(3).unsqueeze(1));
        let across = Tensor::arange(self.side, (Kind::Int64, self.images.device())).unsqueeze(0);
        let rows = self.mirror_edge(&(choice(1).unsqueeze(1) + &across - self.border));
        let mirrored = (&across * -2 + (self.side - 1)) * flip + across;
        let columns = self.mirror_edge(&(choice(2).unsqueeze(1) + mirrored - self.border));
        let gather = [Some(image.view([-1, 1, 1])), Some(rows.unsqueeze(2)), Some(columns.unsqueeze(1))];
        (self.normaliser.apply(&self.images.index(&gather)), self.labels.index_select(0, &image))
    }

    /// Normalised images `start..start + count` as they are, and their labels.
    pub fn plain(&self, start: i64, count: i64) -> (Tensor, Tensor) {
        (self.normaliser.apply(&self.images.narrow(0, start, count)), self.labels.narrow(0, start, count))
    }

    /// Mirrors positions from outside 0..side back in: -1 is 0, and side is side - 1.
    fn mirror_edge(&self, position: &Tensor) -> Tensor {
        let before = position.maximum(&(-position - 1));
        before.minimum(&(-&before + (2 * self.side - 1)))
    }
}

impl Examples for Resident {
    fn each(&self, share: Share, see: &mut See) -> Result<(), RunError> {
        let count = self.len() as i64;
        let batches = (0..count).step_by(EVALUATED as usize).enumerate();
        for (_, start) in batches.filter(|(number, _)| share.has(*number)) {
            let (images, labels) = self.plain(start, EVALUATED.min(count - start));
            see(&images, &labels)?;
        }
        Ok(())
    }
}

/// A resident set with the choices of every step.
#[derive(Debug)]
pub struct ResidentBatches {
    set: Resident,
    batches: Batches,
    /// The choices of the micro-batch that was loaded last.
    sampling: Sampling,
}

impl ResidentBatches {
    /// Batches of `set` that run through the network `micro_batch` images at a time.
    pub fn new(set: Resident, batches: Batches, micro_batch: u64) -> Self {
        let sampling = Tensor::zeros([4, micro_batch as i64], (Kind::Int64, set.images.device()));
        Self { set, batches, sampling: Sampling(sampling) }
    }
}

impl Source for ResidentBatches {
    fn load(&mut self, step: u64, micro_batch: u64) -> Result<(), RunError> {
        let size = self.sampling.0.size()[1];
        let choices = self.batches.at(step).0;
        self.sampling.0.copy_(&choices.narrow(1, micro_batch as i64 * size, size));
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        self.set.sample(&self.sampling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use suites::recipe::Normalisation;

    const MEAN: [f32; 3] = [0.4914, 0.4822, 0.4465];
    const DEVIATION: [f32; 3] = [0.2023, 0.1994, 0.2010];

    fn images() -> ResidentImages {
        let pixels = (0..2 * 3072).map(|i| (i * 7 % 251) as u8).collect();
        ResidentImages { side: 32, pixels, labels: vec![3, 5] }
    }

    fn recipe(normalisation: Normalisation) -> Recipe {
        Recipe { normalisation, border: 4, ..suites::cifar10::SUITE.published_recipe() }
    }

    /// Pixel by pixel against the definition: pad by 4 with the mirror image, edge included, crop at (dy, dx), flip.
    #[test]
    fn a_sample_is_pad_crop_flip() {
        let images = images();
        let channels = Normalisation::Channels { mean: MEAN, deviation: DEVIATION };
        let data = Resident::new(&images, 2, &recipe(channels), Device::Cpu);
        let reflect = |position: i64| match position {
            ..0 => -1 - position,
            32.. => 63 - position,
            _ => position,
        };
        for (image, dy, dx, flip) in [(0i64, 4i64, 4i64, 0i64), (1, 0, 8, 1), (0, 8, 0, 1), (1, 3, 7, 0)] {
            let choices = Tensor::from_slice(&[image, dy, dx, flip]).view([4, 1]);
            let (batch, labels) = data.sample(&Sampling(choices));
            assert_eq!(labels.int64_value(&[0]), [3, 5][image as usize]);
            for (channel, y, x) in [(0i64, 0i64, 0i64), (1, 5, 9), (2, 31, 31), (0, 17, 2), (2, 0, 30)] {
                let column = if flip == 1 { 31 - x } else { x };
                let (row, column) = (reflect(y + dy - 4), reflect(column + dx - 4));
                let byte = images.pixels[(image * 3072 + (row * 32 + column) * 3 + channel) as usize];
                let c = channel as usize;
                let expected = (f64::from(byte) / 255.0 - f64::from(MEAN[c])) / f64::from(DEVIATION[c]);
                assert!((batch.double_value(&[0, channel, y, x]) - expected).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn each_image_is_standardised() {
        let data = Resident::new(&images(), 2, &recipe(Normalisation::Image), Device::Cpu);
        let (batch, _) = data.plain(0, 2);
        let all: &[i64] = &[1, 2, 3];
        assert!(f64::try_from(batch.mean_dim(all, false, None).abs().max()).unwrap() < 1e-5);
        assert!(f64::try_from((batch.std_dim(all, false, false) - 1).abs().max()).unwrap() < 1e-5);
        assert!(batch.is_contiguous() || batch.stride()[1] == 1, "channels-last");
    }
}
