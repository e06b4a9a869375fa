//! What an evaluation of a detector leaves, beyond its result.

use records::detection::{Detection, Score};

/// The detections on an evaluation set and how they were judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Average precision, class by class.
    pub score: Score,
    /// All detections, image after image, by falling score; boxes in pixels of the photographs.
    pub detections: Vec<Detection>,
}
