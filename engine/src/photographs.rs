//! Photographs that are decoded while the network trains.
//!
//! A thread of its own decodes and crops the next micro-batches while the device
//! works on the last; what it makes follows from the seed, the epoch and the
//! image alone, so a training that resumes in the middle of an epoch sees what
//! it would have seen. Pixels travel as bytes, by way of pinned memory where
//! there is CUDA, and are normalised on the device.

mod reader;

use crate::RunError;
use crate::normalise::Normaliser;
use crate::order::Order;
use crate::source::{Examples, See, Share, Source};
pub(crate) use reader::Reader;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use suites::detection::AnnotatedPhotographs;
use suites::photographs::{BatchPlace, LoadError};
use suites::recipe::Normalisation;
use tch::{Device, Kind, Tensor};

/// Pieces that wait while the device works on another.
const AHEAD: usize = 2;

/// Bytes of photographs (count, side, side, 3) and their targets.
struct MicroBatch {
    pixels: Tensor,
    targets: Tensor,
}

impl MicroBatch {
    /// Fills a micro-batch of `count` photographs of `side` pixels by `fill`, which gives the targets.
    fn new(
        count: usize,
        side: usize,
        device: Device,
        fill: impl FnOnce(&mut [u8]) -> Result<Tensor, LoadError>,
    ) -> Result<Self, LoadError> {
        let mut pixels = vec![0; count * side * side * 3];
        let targets = fill(&mut pixels)?;
        let pixels = Tensor::from_slice(&pixels).view([count as i64, side as i64, side as i64, 3]);
        // From pinned memory a copy to the device does not wait for what the device is doing.
        let pinned = |tensor: Tensor| if device.is_cuda() { tensor.pin_memory(device) } else { tensor };
        Ok(Self { pixels: pinned(pixels), targets: pinned(targets) })
    }

    fn to(&self, device: Device) -> Self {
        let to = |tensor: &Tensor| tensor.internal_to_copy((tensor.kind(), device), true);
        Self { pixels: to(&self.pixels), targets: to(&self.targets) }
    }
}

/// What is decoded for a training: `steps` steps, each of `micro_batches` of `micro_batch` photographs.
#[derive(Clone, Copy, Debug)]
pub struct Portions {
    /// Seed of the order.
    pub seed: u64,
    /// Photographs of a micro-batch.
    pub micro_batch: u64,
    /// Micro-batches of a step.
    pub micro_batches: u64,
    /// Of so many in a row this process loads one.
    pub ranks: u64,
    /// Steps of the training.
    pub steps: u64,
    /// Side of a crop in pixels.
    pub side: usize,
}

/// The batches of a training on photographs.
pub struct PhotographBatches {
    reader: Arc<dyn Reader>,
    images: usize,
    portions: Portions,
    device: Device,
    current: MicroBatch,
    normaliser: Normaliser,
    coming: Option<Coming>,
}

/// The micro-batches that are being decoded.
struct Coming {
    /// The one that comes next.
    next: u64,
    micro_batches: Receiver<Result<MicroBatch, LoadError>>,
    decoder: JoinHandle<()>,
}

impl Coming {
    /// Stops decoding, and waits until it has stopped: the device must outlive what is pinned for it.
    fn stop(self) {
        drop(self.micro_batches);
        // A panic has been printed, and is reported as photographs that stopped coming.
        let _ = self.decoder.join();
    }
}

impl Drop for PhotographBatches {
    fn drop(&mut self) {
        if let Some(coming) = self.coming.take() {
            coming.stop();
        }
    }
}

impl PhotographBatches {
    /// Batches of the `images` photographs of `reader`.
    pub fn new(
        reader: impl Reader + 'static,
        images: usize,
        portions: Portions,
        normalisation: Normalisation,
        device: Device,
    ) -> Self {
        let (micro_batch, side) = (portions.micro_batch as i64, portions.side as i64);
        Self {
            images,
            device,
            current: MicroBatch {
                pixels: Tensor::zeros([micro_batch, side, side, 3], (Kind::Uint8, device)),
                targets: reader.no_targets(portions.micro_batch as usize).to_device(device),
            },
            reader: Arc::new(reader),
            normaliser: Normaliser::new(normalisation, device),
            coming: None,
            portions,
        }
    }

    /// Starts to decode from micro-batch `next` on, counted over all steps.
    fn start(&self, next: u64) -> Result<Coming, RunError> {
        let (sender, micro_batches) = sync_channel(AHEAD);
        let (reader, portions, device) = (self.reader.clone(), self.portions, self.device);
        let order = Order::new(portions.seed, self.images);
        let numbers = next..portions.steps * portions.micro_batches;
        let decoder = Builder::new()
            .spawn(move || produce(&*reader, order, portions, numbers, device, &sender))
            .map_err(|cause| RunError::NoThread { cause })?;
        Ok(Coming { next, micro_batches, decoder })
    }
}

/// Decodes `micro_batches` until all are made or nobody wants them any more.
fn produce(
    reader: &dyn Reader,
    mut order: Order,
    portions: Portions,
    micro_batches: Range<u64>,
    device: Device,
    sender: &SyncSender<Result<MicroBatch, LoadError>>,
) {
    for number in micro_batches.step_by(portions.ranks as usize) {
        let places = number * portions.micro_batch..(number + 1) * portions.micro_batch;
        let places: Vec<BatchPlace> = places
            .map(|place| {
                let (epoch, image) = order.at(place);
                BatchPlace { epoch, image }
            })
            .collect();
        let fill = |pixels: &mut [u8]| reader.training(&places, pixels);
        let micro_batch = MicroBatch::new(places.len(), portions.side, device, fill);
        let failed = micro_batch.is_err();
        if sender.send(micro_batch).is_err() || failed {
            return;
        }
    }
}

/// What the photographs are called that could not be read.
fn names(reader: &dyn Reader) -> Vec<String> {
    reader.skipped().into_iter().map(|image| reader.name(image as usize)).collect()
}

impl Source for PhotographBatches {
    fn load(&mut self, step: u64, micro_batch: u64) -> Result<(), RunError> {
        let wanted = step * self.portions.micro_batches + micro_batch;
        let coming = match self.coming.take() {
            Some(coming) if coming.next == wanted => coming,
            other => {
                other.into_iter().for_each(Coming::stop);
                self.start(wanted)?
            }
        };
        let micro_batch = coming.micro_batches.recv().map_err(|_| RunError::NoMorePhotographs { step })??;
        self.coming = Some(Coming { next: wanted + self.portions.ranks, ..coming });
        let micro_batch = micro_batch.to(self.device);
        self.current.pixels.copy_(&micro_batch.pixels);
        self.current.targets.copy_(&micro_batch.targets);
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.normaliser.apply(&self.current.pixels), self.current.targets.shallow_clone())
    }

    fn skipped(&self) -> Vec<u32> {
        self.reader.skipped()
    }

    fn skipped_names(&self) -> Vec<String> {
        names(&*self.reader)
    }

    fn note_skipped(&self, images: &[u32]) {
        self.reader.note_skipped(images);
    }
}

/// The photographs of an evaluation.
pub struct PhotographExamples {
    reader: Box<dyn Reader>,
    images: usize,
    side: usize,
    device: Device,
    normaliser: Normaliser,
}

impl PhotographExamples {
    /// All `images` photographs of `reader`, of `side` pixels.
    pub fn new(
        reader: impl Reader + 'static,
        images: usize,
        side: usize,
        normalisation: Normalisation,
        device: Device,
    ) -> Self {
        let reader = Box::new(reader);
        Self { reader, images, side, device, normaliser: Normaliser::new(normalisation, device) }
    }
}

impl Examples for PhotographExamples {
    fn each(&self, share: Share, see: &mut See) -> Result<(), RunError> {
        let (sender, receiver) = sync_channel(AHEAD);
        let (reader, images, side, device) = (&*self.reader, self.images, self.side, self.device);
        let at_once = reader.evaluated_at_once();
        std::thread::scope(|scope| {
            let decode = move || {
                let batches = (0..images).step_by(at_once).enumerate();
                for (_, start) in batches.filter(|(number, _)| share.has(*number)) {
                    let count = at_once.min(images - start);
                    let fill = |pixels: &mut [u8]| reader.evaluation(start, count, pixels);
                    let micro_batch = MicroBatch::new(count, side, device, fill);
                    let failed = micro_batch.is_err();
                    if sender.send(micro_batch).is_err() || failed {
                        return;
                    }
                }
            };
            Builder::new().spawn_scoped(scope, decode).map_err(|cause| RunError::NoThread { cause })?;
            for micro_batch in receiver {
                let micro_batch = micro_batch?.to(self.device);
                see(&self.normaliser.apply(&micro_batch.pixels), &micro_batch.targets)?;
            }
            Ok(())
        })
    }

    fn annotated(&self) -> Option<&AnnotatedPhotographs> {
        self.reader.annotated()
    }

    fn skipped_names(&self) -> Vec<String> {
        names(&*self.reader)
    }
}
