//! Detections of a trained detector on photographs: what is asked for, and what was found.

use super::Device;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Photographs in which the detector of a run is to look for objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectJob {
    /// Directory of the run.
    pub run: PathBuf,
    /// Files of the photographs.
    pub photographs: Vec<PathBuf>,
    /// Where it runs.
    pub device: Device,
    /// Threads of libtorch and of decoding.
    pub threads: usize,
}

/// What was found, a photograph each in the order of the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectAnswer {
    /// The photographs.
    pub photographs: Vec<DetectedPhotograph>,
}

/// What was found in a photograph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectedPhotograph {
    /// Its file.
    pub file: PathBuf,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The objects, by falling score.
    pub objects: Vec<DetectedObject>,
}

/// An object that was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectedObject {
    /// Its class, from 0, in the order of the data set's classes.
    pub class: u32,
    /// Share of probability, 0 to 1.
    pub score: f64,
    /// xmin, ymin, xmax, ymax in pixels as PASCAL VOC counts them: from 1, the last one included.
    pub bounds: [f64; 4],
}
