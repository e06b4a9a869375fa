//! Detections of objects, and how they are judged.

mod rule;

pub use rule::{Rule, UnknownRule};
