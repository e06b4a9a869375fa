//! Photographs that are decoded while the network trains.
//!
//! A thread of its own decodes and crops the next pieces while the device
//! works on the last; what it makes follows from the seed, the epoch and the
//! image alone, so a training that goes on in the middle of an epoch sees what
//! it would have seen. Pixels travel as bytes, by way of pinned memory where
//! there is CUDA, and are normalised on the device.

use crate::RunError;
use crate::normalise::Normaliser;
use crate::order::Order;
use crate::source::{Examples, Source};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use suites::photographs::{BatchPlace, LoadError, Loader};
use suites::recipe::Normalisation;
use tch::{Device, Kind, Tensor};

/// Pieces that wait while the device works on another.
const AHEAD: usize = 2;
/// Photographs of an evaluation run at once.
const EVALUATED: usize = 128;

/// Bytes of photographs (count, side, side, 3) and labels.
struct Piece {
    pixels: Tensor,
    labels: Tensor,
}

impl Piece {
    /// Fills a piece of `count` photographs of `side` pixels by `fill`.
    fn new(
        count: usize,
        side: usize,
        device: Device,
        fill: impl FnOnce(&mut [u8], &mut [i64]) -> Result<(), LoadError>,
    ) -> Result<Self, LoadError> {
        let (mut pixels, mut labels) = (vec![0; count * side * side * 3], vec![0; count]);
        fill(&mut pixels, &mut labels)?;
        let pixels = Tensor::from_slice(&pixels).view([count as i64, side as i64, side as i64, 3]);
        let labels = Tensor::from_slice(&labels);
        // From pinned memory a copy to the device does not wait for what the device is doing.
        let pinned = |tensor: Tensor| if device.is_cuda() { tensor.pin_memory(device) } else { tensor };
        Ok(Self { pixels: pinned(pixels), labels: pinned(labels) })
    }

    fn to(&self, device: Device) -> Self {
        let to = |tensor: &Tensor| tensor.internal_to_copy((tensor.kind(), device), true);
        Self { pixels: to(&self.pixels), labels: to(&self.labels) }
    }
}

/// What is decoded for a training: `pieces` pieces of `piece` photographs a step, `steps` steps.
#[derive(Clone, Copy, Debug)]
pub struct Portions {
    /// Seed of the order.
    pub seed: u64,
    /// Photographs of a piece.
    pub piece: u64,
    /// Pieces of a step.
    pub pieces: u64,
    /// Steps of the training.
    pub steps: u64,
    /// Side of a crop in pixels.
    pub side: usize,
}

/// The batches of a training on photographs.
pub struct PhotographBatches {
    loader: Arc<Loader>,
    images: usize,
    portions: Portions,
    device: Device,
    current: Piece,
    normaliser: Normaliser,
    coming: Option<Coming>,
}

/// The pieces that are being decoded.
struct Coming {
    /// The one that comes next.
    next: u64,
    pieces: Receiver<Result<Piece, LoadError>>,
    decoder: JoinHandle<()>,
}

impl Coming {
    /// Stops decoding, and waits until it has stopped: the device must outlive what is pinned for it.
    fn stop(self) {
        drop(self.pieces);
        // A panic has been printed, and is told as photographs that stopped coming.
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
    /// Batches of the `images` photographs of `loader`.
    pub fn new(
        loader: Loader,
        images: usize,
        portions: Portions,
        normalisation: Normalisation,
        device: Device,
    ) -> Self {
        let (piece, side) = (portions.piece as i64, portions.side as i64);
        Self {
            loader: Arc::new(loader),
            images,
            device,
            current: Piece {
                pixels: Tensor::zeros([piece, side, side, 3], (Kind::Uint8, device)),
                labels: Tensor::zeros([piece], (Kind::Int64, device)),
            },
            normaliser: Normaliser::new(normalisation, device),
            coming: None,
            portions,
        }
    }

    /// Starts to decode from piece `next` on, counted over all steps.
    fn start(&self, next: u64) -> Coming {
        let (sender, pieces) = sync_channel(AHEAD);
        let (loader, portions, device) = (self.loader.clone(), self.portions, self.device);
        let order = Order::new(portions.seed, self.images);
        let numbers = next..portions.steps * portions.pieces;
        let decoder = std::thread::spawn(move || produce(&loader, order, portions, numbers, device, &sender));
        Coming { next, pieces, decoder }
    }
}

/// Decodes `pieces` until all are made or nobody wants them any more.
fn produce(
    loader: &Loader,
    mut order: Order,
    portions: Portions,
    pieces: Range<u64>,
    device: Device,
    sender: &SyncSender<Result<Piece, LoadError>>,
) {
    for number in pieces {
        let places = number * portions.piece..(number + 1) * portions.piece;
        let places: Vec<BatchPlace> = places
            .map(|place| {
                let (epoch, image) = order.at(place);
                BatchPlace { epoch, image }
            })
            .collect();
        let fill = |pixels: &mut [u8], labels: &mut [i64]| loader.training(&places, pixels, labels);
        let piece = Piece::new(places.len(), portions.side, device, fill);
        let failed = piece.is_err();
        if sender.send(piece).is_err() || failed {
            return;
        }
    }
}

impl Source for PhotographBatches {
    fn load(&mut self, step: u64, piece: u64) -> Result<(), RunError> {
        let wanted = step * self.portions.pieces + piece;
        let coming = match self.coming.take() {
            Some(coming) if coming.next == wanted => coming,
            other => {
                other.into_iter().for_each(Coming::stop);
                self.start(wanted)
            }
        };
        let piece = coming.pieces.recv().map_err(|_| RunError::NoMorePhotographs { step })??;
        self.coming = Some(Coming { next: wanted + 1, ..coming });
        let piece = piece.to(self.device);
        self.current.pixels.copy_(&piece.pixels);
        self.current.labels.copy_(&piece.labels);
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.normaliser.apply(&self.current.pixels), self.current.labels.shallow_clone())
    }

    fn skipped(&self) -> Vec<u32> {
        self.loader.skipped()
    }

    fn note_skipped(&self, images: &[u32]) {
        self.loader.note_skipped(images);
    }
}

/// The photographs of an evaluation.
pub struct PhotographExamples {
    loader: Loader,
    images: usize,
    side: usize,
    device: Device,
    normaliser: Normaliser,
}

impl PhotographExamples {
    /// All `images` photographs of `loader`, cropped to `side` pixels.
    pub fn new(
        loader: Loader,
        images: usize,
        side: usize,
        normalisation: Normalisation,
        device: Device,
    ) -> Self {
        Self { loader, images, side, device, normaliser: Normaliser::new(normalisation, device) }
    }
}

impl Examples for PhotographExamples {
    fn each(&self, see: &mut dyn FnMut(&Tensor, &Tensor)) -> Result<(), RunError> {
        let (sender, receiver) = sync_channel(AHEAD);
        let (loader, images, side, device) = (&self.loader, self.images, self.side, self.device);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for start in (0..images).step_by(EVALUATED) {
                    let fill =
                        |pixels: &mut [u8], labels: &mut [i64]| loader.evaluation(start, pixels, labels);
                    let piece = Piece::new(EVALUATED.min(images - start), side, device, fill);
                    let failed = piece.is_err();
                    if sender.send(piece).is_err() || failed {
                        return;
                    }
                }
            });
            for piece in receiver {
                let piece = piece?.to(self.device);
                see(&self.normaliser.apply(&piece.pixels), &piece.labels);
            }
            Ok(())
        })
    }

    fn skipped(&self) -> usize {
        self.loader.skipped().len()
    }
}
