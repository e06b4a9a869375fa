//! Looks for objects in photographs with the detector of a run, as it was evaluated: the compact network where
//! channels were pruned, photographs resized to the training's side.

use crate::number_format::kind;
use crate::objective::Detector;
use crate::photographs::PhotographExamples;
use crate::source::{Examples, Share};
use crate::stored_network::{StoredNetwork, StoredNetworkError, read_spec};
use crate::{Forward, Mode, RunError};
use records::files;
use std::path::Path;
use suites::detection::{AnnotatedPhotograph, AnnotatedPhotographs, Bounds, DetectionLoader, Reading};
use suites::photographs::LoadError;
use suites::recipe::{Precision, Task};
use tch::{Device, Tensor};
use trial::protocol::{DetectAnswer, DetectJob, DetectedObject, DetectedPhotograph, NetworkSource};

/// Why nothing can be detected.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// The run is of another task.
    #[error(
        "{path} is a run of suite {suite}, which does not detect objects; name a run of a detection suite"
    )]
    NoDetector {
        /// The run directory.
        path: String,
        /// Its suite.
        suite: String,
    },
    /// The outputs of the network are not those of a detector.
    #[error(transparent)]
    Outputs(#[from] network::NotADetector),
    /// The network cannot be read.
    #[error(transparent)]
    Network(#[from] StoredNetworkError),
    /// A photograph cannot be read.
    #[error("{path} cannot be read: {cause}; name JPEG or PNG files")]
    Photograph {
        /// Its file.
        path: String,
        /// Why.
        cause: suites::photographs::Unreadable,
    },
    /// The photographs cannot be decoded.
    #[error(transparent)]
    Loader(#[from] LoadError),
    /// CUDA reports an error.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Looks for objects in all photographs of `job`.
///
/// # Errors
///
/// If the run is none of a detector, or a file cannot be read.
pub fn detect(job: &DetectJob, device: Device) -> Result<DetectAnswer, DetectError> {
    let _guard = tch::no_grad_guard();
    let spec = read_spec(&job.run)?;
    let recipe = spec.resolve().map_err(StoredNetworkError::from)?.recipe;
    let Task::Detection(task) = recipe.task else {
        return Err(DetectError::NoDetector { path: job.run.display().to_string(), suite: spec.suite });
    };
    let StoredNetwork { network, parameters, .. } = StoredNetwork::read(&source(&job.run), device)?;
    let detector = Detector::new(task, &network, device)?;
    let forward = Forward::new(&network);
    torch_ext::flags::allow_tf32(recipe.precision == Precision::Tf32).map_err(RunError::from)?;
    let weights = parameters.weight_views(&parameters.weights.to_kind(kind(recipe.precision)));
    let others = parameters.other_views(&parameters.others);

    let photographs = job.photographs.iter().map(|file| photograph(file)).collect::<Result<Vec<_>, _>>()?;
    let set = AnnotatedPhotographs { classes: [].into(), photographs: photographs.into() };
    let (side, count) = (recipe.sides.crop, set.len());
    let reading = Reading { side, augment: false, difficult: true };
    let loader = DetectionLoader::new(set.clone(), reading, 0, job.threads, true)?;
    let examples = PhotographExamples::new(loader, count, side, recipe.normalisation, device);
    let mut found = Vec::with_capacity(count);
    let shown = examples.each(Share::ALL, &mut |images: &Tensor, _: &Tensor| {
        let outputs = forward.run(&weights, &others, &parameters, images, Mode::Evaluate);
        found.extend(detector.detect(&outputs));
        Ok(())
    });
    shown.map_err(failed)?;
    let photographs = set.photographs.iter().zip(found).map(|(photograph, scored)| {
        let objects = scored.into_iter().map(|scored| {
            let Bounds { xmin, ymin, xmax, ymax } =
                Bounds::from_fractions(scored.edges.map(f64::from), photograph.size);
            let (class, score) = (scored.class, f64::from(scored.score));
            DetectedObject { class, score, bounds: [xmin, ymin, xmax, ymax] }
        });
        let (file, size) = (photograph.file.clone(), photograph.size);
        DetectedPhotograph { file, size, objects: objects.collect() }
    });
    Ok(DetectAnswer { photographs: photographs.collect() })
}

/// Where the network of a run is.
fn source(run: &Path) -> NetworkSource {
    let compact = run.join(files::COMPACT);
    if compact.is_file() { NetworkSource::Checkpoint(compact) } else { NetworkSource::Run(run.into()) }
}

/// What went wrong, without the advice to leave a photograph out: only a training can do that.
fn failed(error: RunError) -> DetectError {
    match error {
        RunError::Photographs(LoadError::Unreadable { name: path, cause }) => {
            DetectError::Photograph { path, cause }
        }
        error => error.into(),
    }
}

fn photograph(file: &Path) -> Result<AnnotatedPhotograph, DetectError> {
    let wrong = |cause| DetectError::Photograph { path: file.display().to_string(), cause };
    let size = suites::photographs::size(file).map_err(wrong)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(AnnotatedPhotograph { name, file: file.into(), size, objects: vec![] })
}
