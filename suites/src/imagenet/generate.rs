//! Writes a small set of synthetic photographs: JPEG files in class folders, of various sizes and
//! shapes, so that everything that reads ImageNet also reads it.

use std::fs;
use std::path::Path;

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use super::marker::{self, MARKER_FILE};
use super::synthetic::{self, SyntheticPhotograph};
use crate::staged_folder::{StagedFolder, tidy_beside};
use crate::synthetic::{RandomStream, names};
use crate::threads::Threads;
use crate::{DataFileError, GenerateError, Generated};

/// The largest number of classes that can be distinguished.
pub const MOST_CLASSES: usize = synthetic::CLASSES;

/// Names have five digits or more; a million files take hours and 15 GB.
const MOST_IMAGES: usize = 1_000_000;

/// Streams of random numbers: one for each photograph, from here on.
const TRAIN_STREAM: u64 = 1 << 60;
const VAL_STREAM: u64 = 2 << 60;
/// What the names of class folders begin with, and those of files end in.
const CLASS: &str = "class-";
const FILE: &str = ".JPEG";
/// Quality of the JPEG files, of 100.
const QUALITY: u8 = 90;

/// Writes `classes` classes of `train_per_class` training and `val_per_class` validation photographs each
/// into the folder `dir`, which appears whole or not at all. Another generated set in its place is replaced;
/// anything else is left alone.
pub fn generate(
    dir: &Path,
    classes: usize,
    train_per_class: usize,
    val_per_class: usize,
    seed: u64,
) -> Result<Generated, GenerateError> {
    let images = train_per_class.saturating_add(val_per_class).saturating_mul(classes);
    let counted = train_per_class > 0 && val_per_class > 0 && images <= MOST_IMAGES;
    if !(1..=MOST_CLASSES).contains(&classes) || !counted {
        return Err(GenerateError::Counts {
            asked: format!(
                "{classes} classes with {train_per_class} training and {val_per_class} validation photographs each"
            ),
            allowed: format!(
                "1 to {MOST_CLASSES} classes, at least 1 of each and at most {MOST_IMAGES} in all"
            ),
        });
    }
    // A link to a folder remains a link.
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let splits = [("train", train_per_class, TRAIN_STREAM), ("val", val_per_class, VAL_STREAM)];
    let asked = marker::asked(classes, train_per_class, val_per_class, seed);
    let is_there = || {
        let text = fs::read_to_string(dir.join(MARKER_FILE)).unwrap_or_default();
        text.starts_with(&asked) && marker::found(&dir).is_ok_and(|found| text == format!("{asked}{found}"))
    };
    if is_there() {
        tidy_beside(&dir);
        return Ok(Generated::AlreadyThere);
    }
    refuse_other_content(&dir)?;

    let stage = StagedFolder::beside(&dir)?;
    let threads = Threads::for_each_core();
    for (split, count, stream) in splits {
        for class in 0..classes {
            let folder = stage.folder.join(split).join(format!("{CLASS}{class:03}"));
            fs::create_dir_all(&folder).map_err(DataFileError::when("create the folder", &folder))?;
            let draw = |(): &mut (), number: usize| {
                let mut random = RandomStream::new(seed, stream + (class * count + number) as u64);
                let path = folder.join(format!("{number:05}{FILE}"));
                let content = encode(&synthetic::draw(class, &mut random), class, number)
                    .map_err(|error| GenerateError::Encode(error.to_string()))?;
                Ok(fs::write(&path, content).map_err(DataFileError::when("write", &path))?)
            };
            threads.map::<_, _, Result<(), GenerateError>>(0..count, || (), draw)?;
        }
    }
    let found = marker::found(&stage.folder).map_err(|error| GenerateError::Unusable(error.into()))?;
    let marker = format!("{asked}{found}");
    stage.write(MARKER_FILE, marker.as_bytes())?;
    match stage.into_place(&dir) {
        Ok(()) => Ok(Generated::Written),
        // Another process generated the same set meanwhile.
        Err(_) if is_there() => Ok(Generated::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// A JPEG file. The first of the first class is grey and the second progressive; of the others, every
/// other one has its colours at half the resolution, as cameras store them.
fn encode(photograph: &SyntheticPhotograph, class: usize, number: usize) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    let (width, height) = (photograph.width, photograph.height);
    encoder.set_sampling_factor(match number % 2 {
        0 => SamplingFactor::F_1_1,
        _ => SamplingFactor::F_2_2,
    });
    if (class, number) == (0, 0) {
        let grey: Vec<u8> = photograph.pixels.chunks_exact(3).map(|pixel| pixel[1]).collect();
        encoder.encode(&grey, width, height, ColorType::Luma)?;
    } else {
        encoder.set_progressive((class, number) == (0, 1));
        encoder.encode(&photograph.pixels, width, height, ColorType::Rgb)?;
    }
    Ok(file)
}

/// An existing folder may only hold what this module writes, and then with the marker.
fn refuse_other_content(dir: &Path) -> Result<(), GenerateError> {
    let occupied = |found: String| Err(GenerateError::Occupied { dir: dir.to_path_buf(), found });
    let is_class = |name: &str| name.strip_prefix(CLASS).is_some_and(is_number);
    let is_file = |name: &str| name.strip_suffix(FILE).is_some_and(is_number);
    let marked = dir.join(MARKER_FILE).is_file();
    for name in names(dir)? {
        if !marked || ![MARKER_FILE, "train", "val"].contains(&name.as_str()) {
            return occupied(name);
        }
    }
    for split in ["train", "val"] {
        for class in names(&dir.join(split))? {
            if !is_class(&class) {
                return occupied(format!("{split}/{class}"));
            }
            let files = names(&dir.join(split).join(&class))?;
            if let Some(file) = files.iter().find(|name| !is_file(name)) {
                return occupied(format!("{split}/{class}/{file}"));
            }
        }
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
