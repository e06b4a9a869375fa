//! The reference workload: a fixed piece of work that times are measured in.
//!
//! A time in milliseconds says as much about the machine as about the program. A time in passes of
//! this workload, run on the same device in between, is comparable where milliseconds are not, so that
//! a regression check need not always run on the same machine. One pass is the forward and backward
//! pass of a convolution of 3 x 3 from 32 to 32 channels of 32 x 32 pixels, batch norm's arithmetic
//! and a rectifier: what training mostly does. It is written on libtorch alone, so that no change of
//! the engine changes it.

use std::time::Instant;
use tch::{Device, Kind, Tensor};

/// Images of a pass on a processor; about 2 ms on those where it was measured.
const IMAGES: i64 = 2;
/// Images of a pass on a GPU, which two would not fill.
const IMAGES_ON_CUDA: i64 = 64;
const CHANNELS: i64 = 32;
const SIDE: i64 = 32;
/// Passes of which the median is taken, so that one interruption does not count.
const PASSES: usize = 3;
/// Readings of both at most, until no wait falls between them.
const MOST_LOOKS: usize = 8;

/// The tensors of the workload on one device.
#[derive(Debug)]
pub struct ReferenceWorkload {
    device: Device,
    images: Tensor,
    weights: Tensor,
    made: Instant,
}

impl ReferenceWorkload {
    /// The workload on `device`, run once, so that libraries have settled on their algorithms.
    pub fn new(device: Device) -> ReferenceWorkload {
        let images = if device.is_cuda() { IMAGES_ON_CUDA } else { IMAGES };
        // Not random: the random streams of a training stay as they are.
        let ramp = |shape: &[i64]| {
            let size: i64 = shape.iter().product();
            (Tensor::arange(size, (Kind::Float, device)) * 0.37).sin().reshape(shape)
        };
        let images = ramp(&[images, SIDE, SIDE, CHANNELS]).permute([0, 3, 1, 2]);
        let weights = ramp(&[CHANNELS, CHANNELS, 3, 3]).set_requires_grad(true);
        let reference = ReferenceWorkload { device, images, weights, made: Instant::now() };
        reference.run();
        reference.wait();
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

    /// Seconds since some moment; on a processor without those in which the calling thread waited for a
    /// core. The waiting of libtorch's other threads is left out: they wait at the same time as each other
    /// and as the calling thread, so that their times cannot be added, and where it waits for them that
    /// counts as time.
    pub fn clock(&self) -> f64 {
        match self.device.is_cuda() {
            true => self.wall(),
            false => without_waits(|| self.wall(), waited),
        }
    }

    /// Seconds of one pass now by [`ReferenceWorkload::clock`], from an idle device to an idle device.
    pub fn seconds(&self) -> f64 {
        self.median(|| self.clock())
    }

    /// The same on the wall, whatever the device.
    pub fn wall_seconds(&self) -> f64 {
        self.median(|| self.wall())
    }

    fn wall(&self) -> f64 {
        self.made.elapsed().as_secs_f64()
    }

    fn median(&self, clock: impl Fn() -> f64) -> f64 {
        let mut times = [0.0; PASSES];
        for time in &mut times {
            self.wait();
            let began = clock();
            self.run();
            self.wait();
            *time = clock() - began;
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

/// Elapsed seconds by `wall` without those spent waiting by `waited`, read at the same moment. If the thread loses its core
/// between the two readings, both are read again; otherwise the wait would be subtracted from an interval that does not
/// contain it, whose length could even be negative.
fn without_waits(wall: impl Fn() -> f64, waited: impl Fn() -> f64) -> f64 {
    let mut before = waited();
    for _ in 1..MOST_LOOKS {
        let (now, after) = (wall(), waited());
        if after == before {
            return now - after;
        }
        before = after;
    }
    wall() - before
}

/// Seconds in which the calling thread could have run and had to wait for a core, by Linux; else none.
fn waited() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = told.split_whitespace().nth(1).and_then(|field| field.parse().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A thread that runs 1 ms between any two looks, and is kept waiting for 20 ms before some of them.
    fn looks(waits_before: &[usize]) -> Vec<f64> {
        let (now, waited, looks) = (Cell::new(0.0), Cell::new(0.0), Cell::new(0));
        let look = |what: &Cell<f64>| {
            let late = if waits_before.contains(&looks.get()) { 20.0 } else { 0.0 };
            looks.set(looks.get() + 1);
            waited.set(waited.get() + late);
            now.set(now.get() + 1.0 + late);
            what.get()
        };
        (0..2).map(|_| without_waits(|| look(&now), || look(&waited))).collect()
    }

    #[test]
    fn a_wait_between_two_looks_is_in_no_interval() {
        // Each time is taken by three looks, of which the second is at the clock: it ran 2 and 5 ms until then.
        assert_eq!(looks(&[]), [2.0, 5.0]);
        // With a wait before each of the six, further looks are needed, and what ran is counted alone.
        for wait in 0..6 {
            let found = looks(&[wait]);
            let ran = found[1] - found[0];
            assert!((3.0..=5.0).contains(&ran) && found[0] >= 2.0, "a wait before look {wait}: {found:?}");
        }
        // It ends even where a wait falls between any two looks.
        assert_eq!(looks(&(0..100).collect::<Vec<_>>()).len(), 2);
    }
}
