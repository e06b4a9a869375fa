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

    /// The first `count` images with sides of `side` pixels, each the mean of a square, rounded. `side` divides the
    /// present one.
    pub fn shrunk(&self, count: usize, side: usize) -> Self {
        let factor = self.side / side;
        let area = factor * factor;
        let mean = |image: &[u8], row: usize, column: usize, colour: usize| {
            let place = |i: usize| (row * factor + i / factor) * self.side + column * factor + i % factor;
            let sum: usize = (0..area).map(|i| usize::from(image[3 * place(i) + colour])).sum();
            ((sum + area / 2) / area) as u8
        };
        let shrink = |image: &[u8]| -> Vec<u8> {
            (0..side * side * 3).map(|i| mean(image, i / 3 / side, i / 3 % side, i % 3)).collect()
        };
        let images = self.pixels.chunks_exact(3 * self.side * self.side).take(count);
        Self { side, pixels: images.flat_map(shrink).collect(), labels: self.labels[..count].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_of_a_shrunk_image_is_the_mean_of_a_square() {
        // Two images of 4 x 4 pixels; the second's red rises along rows, its blue is 255.
        let mut pixels = vec![7; 48];
        (0..16u8).for_each(|place| pixels.extend([place * 10, 0, 255]));
        let images = ResidentImages { side: 4, pixels, labels: vec![1, 2] };
        let small = images.shrunk(2, 2);
        assert_eq!((small.side, &small.labels[..], &small.pixels[..12]), (2, &[1, 2][..], &[7; 12][..]));
        // (0 + 10 + 40 + 50) / 4, (20 + 30 + 60 + 70) / 4, ...
        assert_eq!(small.pixels[12..], [25, 0, 255, 45, 0, 255, 105, 0, 255, 125, 0, 255]);
        let first = images.shrunk(1, 2);
        assert_eq!((&first.labels[..], &first.pixels[..]), (&[1][..], &small.pixels[..12]));
    }
}
