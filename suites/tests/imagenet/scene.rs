//! Folders of photographs to test on, and what a loader makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use jpeg_encoder::{ColorType, Encoder};
use suites::imagenet::{ImageNet, generate};
use suites::photographs::{BatchPlace, Loader, Photographs};
use suites::recipe::ImageSides;
use tempfile::TempDir;

pub const SIDES: ImageSides = ImageSides { crop: 56, resize: 64 };
/// The bytes of one photograph in a batch.
pub const BYTES: usize = 56 * 56 * 3;

/// A folder that goes when the test ends.
pub struct Scene {
    _temp: TempDir,
    pub dir: PathBuf,
}

impl Scene {
    /// Nothing but a folder.
    pub fn empty() -> Scene {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("data");
        fs::create_dir(&dir).unwrap();
        Scene { _temp: temp, dir }
    }

    /// Three classes of four training and two validation photographs.
    pub fn generated() -> Scene {
        let scene = Scene::empty();
        generate(&scene.dir, 3, 4, 2, 5).unwrap();
        scene
    }

    /// One class that holds these files for training and for validation.
    pub fn of(files: &[(&str, &[u8])]) -> Scene {
        let scene = Scene::empty();
        for (name, content) in files {
            scene.write(&format!("train/a/{name}"), content);
            scene.write(&format!("val/a/{name}"), content);
        }
        scene
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn open(&self) -> ImageNet {
        ImageNet::open(&self.dir).unwrap()
    }

    /// A folder beside this one that does not exist.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.with_file_name(name)
    }
}

pub fn loader(photographs: &Photographs, threads: usize) -> Loader {
    Loader::new(photographs.clone(), SIDES, 3, threads, false).unwrap()
}

/// All photographs of an epoch in order.
pub fn epoch(loader: &Loader, epoch: u64, count: usize) -> (Vec<u8>, Vec<i64>) {
    let places: Vec<BatchPlace> = (0..count as u32).map(|image| BatchPlace { epoch, image }).collect();
    let (mut pixels, mut labels) = (vec![0; count * BYTES], vec![-2; count]);
    loader.training(&places, &mut pixels, &mut labels).unwrap();
    (pixels, labels)
}

/// Photographs under the transform of evaluation.
pub fn evaluated(photographs: &Photographs) -> (Vec<u8>, Vec<i64>) {
    let count = photographs.len();
    let (mut pixels, mut labels) = (vec![0; count * BYTES], vec![-2; count]);
    loader(photographs, 2).evaluation(0, &mut pixels, &mut labels).unwrap();
    (pixels, labels)
}

/// A JPEG with a gradient in each colour, one value for each of the encoder's channels.
pub fn jpeg(
    width: u16,
    height: u16,
    colours: ColorType,
    set: impl Fn(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let channels = match colours {
        ColorType::Luma => 1,
        ColorType::Rgb => 3,
        _ => 4,
    };
    let mut pixels = Vec::new();
    for y in 0..i32::from(height) {
        for x in 0..i32::from(width) {
            let values = [40 + x, 200 - y, 60 + (x + y) / 2, 30];
            pixels.extend(values[..channels].iter().map(|value| (*value).clamp(0, 255) as u8));
        }
    }
    encoded(&pixels, width, height, colours, set)
}

pub fn encoded(
    pixels: &[u8],
    width: u16,
    height: u16,
    colours: ColorType,
    set: impl Fn(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    set(&mut encoder);
    encoder.encode(pixels, width, height, colours).unwrap();
    file
}

/// The mean and the greatest difference of two lists of bytes.
pub fn difference(these: &[u8], those: &[u8]) -> (f64, u8) {
    assert_eq!(these.len(), those.len());
    let differences = || these.iter().zip(those).map(|(this, that)| this.abs_diff(*that));
    let mean = differences().map(f64::from).sum::<f64>() / these.len() as f64;
    (mean, differences().max().unwrap_or(0))
}

/// A folder as the machine has it, seen as the training and the validation set of one class.
pub fn linked(folder: &Path) -> Scene {
    let scene = Scene::empty();
    for split in ["train", "val"] {
        fs::create_dir(scene.dir.join(split)).unwrap();
        std::os::unix::fs::symlink(folder, scene.dir.join(split).join("a")).unwrap();
    }
    scene
}
