//! Detections of objects, and how they are judged: the average precision of PASCAL VOC.
//!
//! Average precision follows the development kit's `VOCevaldet` (Everingham et al., The PASCAL Visual Object
//! Classes Challenge, IJCV 88, 2010): detections of a class are matched with its objects, best score first, and
//! precision is averaged over recall. [`Rule`] says in which of the ways that are in use.

mod curve;
mod input;
mod matching;
mod named;
mod rule;
mod score;

pub use curve::{CurvePoint, thinned};
pub use input::{Detection, EvaluatedSet, Truth, Unusable};
pub use named::NamedDetection;
pub use rule::{MATCHING_OVERLAP, Rule, UnknownRule};
pub use score::{ClassScore, Score, average_precision};

#[cfg(test)]
mod tests;
