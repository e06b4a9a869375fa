//! Photographs with their targets, decoded on threads of the loader's own: what batches of both kinds of tasks
//! are made from.

use suites::detection::targets::VALUES;
use suites::detection::{AnnotatedPhotographs, DetectionLoader};
use suites::photographs::{BatchPlace, LoadError, Loader};
use tch::{Kind, Tensor};

/// Decodes photographs into rows of RGB bytes, one photograph after the other, and gives their targets.
pub trait Reader: Send + Sync {
    /// Those of a training batch.
    fn training(&self, places: &[BatchPlace], pixels: &mut [u8]) -> Result<Tensor, LoadError>;

    /// `count` of an evaluation, from number `start` on.
    fn evaluation(&self, start: usize, count: usize, pixels: &mut [u8]) -> Result<Tensor, LoadError>;

    /// Zeros in the shape of the targets of `count` photographs.
    fn no_targets(&self, count: usize) -> Tensor;

    /// Photographs of an evaluation that run at once.
    fn evaluated_at_once(&self) -> usize;

    /// Numbers of the photographs that could not be read so far, sorted.
    fn skipped(&self) -> Vec<u32>;

    /// What a photograph is called.
    fn name(&self, image: usize) -> String;

    /// Takes note of photographs that are known not to be readable.
    fn note_skipped(&self, images: &[u32]);

    /// The photographs and the objects in them, if objects are to be found.
    fn annotated(&self) -> Option<&AnnotatedPhotographs>;
}

/// The targets are labels.
impl Reader for Loader {
    fn training(&self, places: &[BatchPlace], pixels: &mut [u8]) -> Result<Tensor, LoadError> {
        let mut labels = vec![0; places.len()];
        Loader::training(self, places, pixels, &mut labels)?;
        Ok(Tensor::from_slice(&labels))
    }

    fn evaluation(&self, start: usize, count: usize, pixels: &mut [u8]) -> Result<Tensor, LoadError> {
        let mut labels = vec![0; count];
        Loader::evaluation(self, start, pixels, &mut labels)?;
        Ok(Tensor::from_slice(&labels))
    }

    fn no_targets(&self, count: usize) -> Tensor {
        Tensor::zeros([count as i64], (Kind::Int64, tch::Device::Cpu))
    }

    fn evaluated_at_once(&self) -> usize {
        128
    }

    fn skipped(&self) -> Vec<u32> {
        Loader::skipped(self)
    }

    fn name(&self, image: usize) -> String {
        self.photographs().name(image)
    }

    fn note_skipped(&self, images: &[u32]) {
        Loader::note_skipped(self, images);
    }

    fn annotated(&self) -> Option<&AnnotatedPhotographs> {
        None
    }
}

/// The targets are a row for each object.
impl Reader for DetectionLoader {
    fn training(&self, places: &[BatchPlace], pixels: &mut [u8]) -> Result<Tensor, LoadError> {
        let mut targets = vec![0.0; places.len() * self.rows() * VALUES];
        DetectionLoader::training(self, places, pixels, &mut targets)?;
        Ok(rows(&targets, places.len(), self.rows()))
    }

    fn evaluation(&self, start: usize, count: usize, pixels: &mut [u8]) -> Result<Tensor, LoadError> {
        let mut targets = vec![0.0; count * self.rows() * VALUES];
        DetectionLoader::evaluation(self, start, pixels, &mut targets)?;
        Ok(rows(&targets, count, self.rows()))
    }

    fn no_targets(&self, count: usize) -> Tensor {
        Tensor::zeros([count as i64, self.rows() as i64, VALUES as i64], (Kind::Float, tch::Device::Cpu))
    }

    /// Fewer than of classified photographs, because detectors see larger ones.
    fn evaluated_at_once(&self) -> usize {
        16
    }

    fn skipped(&self) -> Vec<u32> {
        DetectionLoader::skipped(self)
    }

    fn name(&self, image: usize) -> String {
        self.photographs().photographs[image].file.display().to_string()
    }

    fn note_skipped(&self, images: &[u32]) {
        DetectionLoader::note_skipped(self, images);
    }

    fn annotated(&self) -> Option<&AnnotatedPhotographs> {
        Some(self.photographs())
    }
}

fn rows(targets: &[f32], photographs: usize, rows: usize) -> Tensor {
    Tensor::from_slice(targets).view([photographs as i64, rows as i64, VALUES as i64])
}
