//! Images that are small and few enough to be in memory all at once.

/// Labelled square images of one size in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResidentImages {
    /// Width and height of an image in pixels.
    pub side: usize,
    /// N x side x side x 3 bytes: image, row, column, then red, green, blue.
    pub pixels: Vec<u8>,
    /// N labels, each below the number of classes.
    pub labels: Vec<u8>,
}

impl ResidentImages {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}
