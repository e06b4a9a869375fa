//! Photographs in which objects are marked: what suites of object detection share.
//!
//! A suite says which photographs there are and what is in them ([`AnnotatedPhotographs`]). Boxes are kept as
//! the annotation files have them ([`Bounds`]); targets of a training are fractions of the image. A
//! [`DetectionLoader`] makes batches of them.

mod annotated;
mod augment;
mod loader;
mod object;
pub mod picture;
pub mod targets;

pub use annotated::{AnnotatedPhotograph, AnnotatedPhotographs};
pub use loader::{DetectionLoader, Reading};
pub use object::{Bounds, Object};
