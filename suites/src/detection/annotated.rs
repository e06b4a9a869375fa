//! The photographs of one split with what is in them.

use std::path::PathBuf;
use std::sync::Arc;

use super::Object;

/// A photograph and the objects in it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnotatedPhotograph {
    /// What lists and detections call it: the file's name without folder and extension.
    pub name: String,
    /// Its file.
    pub file: PathBuf,
    /// Width and height in pixels, as the file itself says.
    pub size: (u32, u32),
    /// The objects; none in a picture without any.
    pub objects: Vec<Object>,
}

/// The photographs of one split, in the order of its list. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AnnotatedPhotographs {
    /// The names of the classes.
    pub classes: Arc<[String]>,
    /// The photographs.
    pub photographs: Arc<[AnnotatedPhotograph]>,
}

impl AnnotatedPhotographs {
    /// How many photographs there are.
    pub fn len(&self) -> usize {
        self.photographs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.photographs.is_empty()
    }

    /// The most objects in one photograph.
    pub fn most_objects(&self) -> usize {
        self.photographs.iter().map(|photograph| photograph.objects.len()).max().unwrap_or(0)
    }
}
