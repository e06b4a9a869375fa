//! Annotated photographs to test on, and what a loader makes of them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use suites::detection::{
    AnnotatedPhotograph, AnnotatedPhotographs, Bounds, DetectionLoader, Object, Reading,
};
use suites::photographs::BatchPlace;
use tempfile::TempDir;

pub const SIDE: usize = 40;
/// The bytes of one photograph in a batch.
pub const BYTES: usize = SIDE * SIDE * 3;
pub const RESIZED: Reading = Reading { side: SIDE, augment: false, difficult: true };
pub const AUGMENTED: Reading = Reading { augment: true, ..RESIZED };

/// A folder that goes when the test ends, and photographs in it.
pub struct Scene {
    folder: TempDir,
    photographs: Vec<AnnotatedPhotograph>,
}

impl Scene {
    pub fn empty() -> Scene {
        Scene { folder: tempfile::tempdir().unwrap(), photographs: Vec::new() }
    }

    /// Adds a photograph: a gradient on which every object is a rectangle of one grey.
    pub fn paint(&mut self, size: (u32, u32), objects: &[Object]) {
        let mut pixels = Vec::new();
        for (y, x) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (y, x))) {
            let inside = |object: &&Object| {
                let Bounds { xmin, ymin, xmax, ymax } = object.bounds;
                let (x, y) = (f64::from(x + 1), f64::from(y + 1));
                x >= xmin && x <= xmax && y >= ymin && y <= ymax
            };
            pixels.extend(match objects.iter().rfind(inside) {
                Some(object) => [10 + 20 * object.class as u8; 3],
                None => [40 + x as u8 / 2, 200 - y as u8 / 2, 60 + ((x + y) / 4) as u8],
            });
        }
        self.write(&png(&pixels, size), size, objects);
    }

    /// Adds a photograph whose file holds these bytes.
    pub fn write(&mut self, bytes: &[u8], size: (u32, u32), objects: &[Object]) {
        let name = format!("{:06}", self.photographs.len() + 1);
        let file = self.folder.path().join(format!("{name}.jpg"));
        fs::write(&file, bytes).unwrap();
        self.photographs.push(AnnotatedPhotograph { name, file, size, objects: objects.to_vec() });
    }

    pub fn file(&self, number: usize) -> PathBuf {
        self.photographs[number].file.clone()
    }

    pub fn photographs(&self) -> AnnotatedPhotographs {
        let classes = ["a", "b", "c"].map(str::to_owned);
        AnnotatedPhotographs { classes: Arc::new(classes), photographs: self.photographs.clone().into() }
    }

    pub fn loader(&self, reading: Reading, threads: usize) -> DetectionLoader {
        DetectionLoader::new(self.photographs(), reading, 3, threads, false).unwrap()
    }
}

/// Rows of RGB bytes as a file.
pub fn png(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    file
}

/// An object that is not difficult.
pub fn object(class: u32, [xmin, ymin, xmax, ymax]: [f64; 4]) -> Object {
    Object { class, bounds: Bounds { xmin, ymin, xmax, ymax }, difficult: false }
}

/// All photographs of an epoch in order: pixels and rows of targets.
pub fn epoch(loader: &DetectionLoader, epoch: u64) -> (Vec<u8>, Vec<[f32; 6]>) {
    let count = loader.photographs().len();
    let places: Vec<BatchPlace> = (0..count as u32).map(|image| BatchPlace { epoch, image }).collect();
    filled(loader, |pixels, targets| loader.training(&places, pixels, targets).unwrap())
}

/// All photographs as an evaluation sees them.
pub fn evaluated(loader: &DetectionLoader) -> (Vec<u8>, Vec<[f32; 6]>) {
    filled(loader, |pixels, targets| loader.evaluation(0, pixels, targets).unwrap())
}

fn filled(loader: &DetectionLoader, fill: impl FnOnce(&mut [u8], &mut [f32])) -> (Vec<u8>, Vec<[f32; 6]>) {
    let count = loader.photographs().len();
    let (mut pixels, mut targets) = (vec![0; count * BYTES], vec![9.0; count * loader.rows() * 6]);
    fill(&mut pixels, &mut targets);
    (pixels, targets.as_chunks().0.to_vec())
}
