//! PASCAL VOC, and every data set in its format: photographs with an XML file of objects for each.
//!
//! `VOCdevkit/FOLDER` has `JPEGImages`, `Annotations` and, in `ImageSets/Main`, lists of images. What is trained and
//! evaluated on are the images of lists. A small synthetic set ([`generate()`]) takes the place of the data where
//! there are none. A name and a fingerprint say what was read.

mod annotation;
mod census;
mod class_names;
mod data_set;
mod details;
mod devkit;
mod error;
mod fetch;
mod generate;
mod image_list;
mod leak;
mod left_out;
mod lists;
mod marker;
mod notes;
mod official;
mod operations;
mod photograph;
mod publisher;
mod recipe;
mod schedule;
mod suite;
mod synthetic;
mod unpack;
mod verify;

pub use annotation::marked_objects;
pub use class_names::CLASSES;
pub use error::VocError;
pub use fetch::fetch;
pub use generate::{MOST_CLASSES, generate};
pub use marker::MARKER_FILE;
pub use publisher::{PublishedArchive, Publisher};
pub use suite::SUITE;
pub use verify::verify;
