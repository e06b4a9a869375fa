//! An object that is marked in a photograph.

/// The box around an object, in pixels of the photograph as PASCAL VOC counts them: the first pixel is 1, and
/// the last one that belongs to the box is `xmax` or `ymax`. Some files have fractions of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The first column.
    pub xmin: f64,
    /// The first row.
    pub ymin: f64,
    /// The last column.
    pub xmax: f64,
    /// The last row.
    pub ymax: f64,
}

impl Bounds {
    /// Left, top, right and bottom edge as fractions of an image of `size` (width, height) pixels. The box covers
    /// its last pixels, so that mirroring the image mirrors the box exactly.
    pub fn fractions(&self, (width, height): (u32, u32)) -> [f64; 4] {
        let (width, height) = (f64::from(width), f64::from(height));
        [(self.xmin - 1.0) / width, (self.ymin - 1.0) / height, self.xmax / width, self.ymax / height]
    }

    /// The box whose edges are these fractions of an image of `size` (width, height) pixels.
    pub fn from_fractions([left, top, right, bottom]: [f64; 4], (width, height): (u32, u32)) -> Bounds {
        let (width, height) = (f64::from(width), f64::from(height));
        Bounds {
            xmin: left * width + 1.0,
            ymin: top * height + 1.0,
            xmax: right * width,
            ymax: bottom * height,
        }
    }
}

/// An object that is marked in a photograph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Object {
    /// Its class, from 0, in the order of the data set's classes.
    pub class: u32,
    /// Where it is.
    pub bounds: Bounds,
    /// Whether the annotators found it difficult to recognise; an evaluation does not ask for it.
    pub difficult: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_cover_whole_pixels_and_come_back() {
        let bounds = Bounds { xmin: 1.0, ymin: 11.0, xmax: 200.0, ymax: 50.0 };
        let fractions = bounds.fractions((200, 100));
        assert_eq!(fractions, [0.0, 0.1, 1.0, 0.5]);
        assert_eq!(Bounds::from_fractions(fractions, (200, 100)), bounds);
    }
}
