//! Pictures for people to look at: photographs with boxes and labels on them.

mod canvas;
mod colour;
mod label;
mod mark;
mod sheet;

use std::path::Path;

pub use mark::Mark;
pub use sheet::contact_sheet;

use crate::photographs::{Buffers, PixelRows, Resampler, Unreadable};

/// A picture in rows of RGB bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    /// A picture of `size` (width, height) pixels.
    ///
    /// # Panics
    /// If it has no pixels, or `pixels` does not have three bytes for each.
    pub fn new(size: (u32, u32), pixels: Vec<u8>) -> Picture {
        let (width, height) = size;
        let bytes = 3 * width as usize * height as usize;
        assert!(bytes > 0 && pixels.len() == bytes, "three bytes for each of {width} x {height} pixels");
        Picture { width, height, pixels }
    }

    /// The photograph in a file, decoded as for a training.
    pub fn open(file: &Path) -> Result<Picture, Unreadable> {
        let mut buffers = Buffers::default();
        let decoded = buffers.open(file)?.rows(u32::MAX)?;
        let rows = decoded.rows();
        Ok(Picture::new((rows.width, rows.height), rows.pixels.to_vec()))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The rows of RGB bytes.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The picture in another size, without keeping its shape.
    ///
    /// # Panics
    /// If it is to have no pixels.
    pub fn resized(&self, size: (u32, u32)) -> Picture {
        let mut pixels = vec![0; 3 * size.0 as usize * size.1 as usize];
        let rows = PixelRows { width: self.width, height: self.height, pixels: &self.pixels };
        Resampler::default().whole(rows, size.0, size.1, &mut pixels);
        Picture::new(size, pixels)
    }

    /// The content of a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.pixels));
        written.expect("memory takes every picture that has pixels");
        file
    }
}
