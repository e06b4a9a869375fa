//! The reference workload: a fixed piece of work that times are told in.
//!
//! A time in milliseconds says as much of the machine as of the program. A time in passes of this
//! workload, run on the same device in between, is comparable where milliseconds are not, so that a
//! regression check need not run on one machine for ever. One pass is the forward and backward pass of
//! a convolution of 3 x 3 from 32 to 32 channels of 32 x 32 pixels, batch norm's arithmetic and a
//! rectifier: what training mostly does. It is written on libtorch alone, so that no change of the
//! engine changes it.

use std::time::Instant;
use tch::{Device, Kind, Tensor};

/// Images of a pass on a processor; about 5 ms of one core.
const IMAGES: i64 = 2;
/// Images of a pass on a GPU, which two would not fill.
const IMAGES_ON_CUDA: i64 = 64;
const CHANNELS: i64 = 32;
const SIDE: i64 = 32;
/// Passes of which the median is taken, so that one interruption does not count.
const PASSES: usize = 3;

/// The tensors of the workload on one device.
#[derive(Debug)]
pub struct Reference {
    device: Device,
    images: Tensor,
    weights: Tensor,
}

impl Reference {
    /// The workload on `device`, run once, so that libraries have settled on their algorithms.
    pub fn new(device: Device) -> Reference {
        let images = if device.is_cuda() { IMAGES_ON_CUDA } else { IMAGES };
        // Not random: the random streams of a training stay as they are.
        let ramp = |shape: &[i64]| {
            let size: i64 = shape.iter().product();
            (Tensor::arange(size, (Kind::Float, device)) * 0.37).sin().reshape(shape)
        };
        let images = ramp(&[images, SIDE, SIDE, CHANNELS]).permute([0, 3, 1, 2]);
        let weights = ramp(&[CHANNELS, CHANNELS, 3, 3]).set_requires_grad(true);
        let reference = Reference { device, images, weights };
        reference.run();
        reference
    }

    /// One pass; on CUDA it is only given to the device.
    pub fn run(&self) {
        tch::with_grad(|| {
            let maps = self.images.conv2d(&self.weights, None::<&Tensor>, [1, 1], [1, 1], [1, 1], 1);
            let centred = &maps - maps.mean_dim([0, 2, 3].as_slice(), true, Kind::Float);
            let loss = centred.relu().square().mean(Kind::Float);
            Tensor::run_backward(&[loss], &[&self.weights], false, false)
        });
    }

    /// Seconds of one pass now, from an idle device to an idle device.
    pub fn seconds(&self) -> f64 {
        let mut times = [0.0; PASSES];
        for time in &mut times {
            self.wait();
            let began = Instant::now();
            self.run();
            self.wait();
            *time = began.elapsed().as_secs_f64();
        }
        times.sort_by(f64::total_cmp);
        times[PASSES / 2]
    }

    fn wait(&self) {
        if let Device::Cuda(number) = self.device {
            tch::Cuda::synchronize(number as i64);
        }
    }
}
