//! Writes a small set of photographs that are drawn: JPEG files in class folders, of various sizes and
//! shapes, so that everything that reads ImageNet also reads it.
//!
//! It proves that the machinery works on a machine that has no data; it says nothing about natural
//! images. The same numbers give the same bytes everywhere, and therefore the same fingerprint.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};
use rayon::prelude::*;

use super::DataError;
use super::drawing::{self, Drawing};
use super::marker::{self, MARKER_FILE};
use crate::FileError;
use crate::dice::Dice;
use crate::stage::Stage;

/// So many classes can be told apart.
pub const MOST_CLASSES: usize = drawing::CLASSES;

/// Streams of random numbers: one for each photograph, from here on.
const TRAIN_STREAM: u64 = 1 << 60;
const VAL_STREAM: u64 = 2 << 60;
/// What the names of class folders begin with, and those of files end in.
const CLASS: &str = "class-";
const FILE: &str = ".JPEG";
/// Of 100.
const QUALITY: u8 = 90;

/// What came of [`generate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// The folder was written.
    Written,
    /// The folder held exactly this set already.
    AlreadyThere,
}

/// A set could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// There is no set without photographs, or of so many classes.
    #[error(
        "cannot draw {classes} classes with {train_per_class} training and {val_per_class} validation \
         photographs each; ask for 1 to {MOST_CLASSES} classes and at least 1 of each"
    )]
    Counts {
        /// Classes asked for.
        classes: usize,
        /// Training photographs of a class asked for.
        train_per_class: usize,
        /// Validation photographs of a class asked for.
        val_per_class: usize,
    },
    /// The folder holds something else.
    #[error(
        "{} exists and holds {found}, which this program did not generate; \
         choose another folder or move it away",
        dir.display()
    )]
    Occupied {
        /// The folder.
        dir: PathBuf,
        /// Something in it that is not of a generated set.
        found: String,
    },
    /// What was written cannot be listed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A drawing could not be made a JPEG.
    #[error("cannot make a JPEG of a drawing: {0}")]
    Encode(#[from] EncodingError),
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes `classes` classes with so many training and validation photographs each into the folder
/// `dir`, which appears whole or not at all. A generated set that is there already is replaced; anything
/// else is left alone.
pub fn generate(
    dir: &Path,
    classes: usize,
    train_per_class: usize,
    val_per_class: usize,
    seed: u64,
) -> Result<Generated, GenerateError> {
    if !(1..=MOST_CLASSES).contains(&classes) || train_per_class == 0 || val_per_class == 0 {
        return Err(GenerateError::Counts { classes, train_per_class, val_per_class });
    }
    // A link to a folder stays one.
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let splits = [("train", train_per_class, TRAIN_STREAM), ("val", val_per_class, VAL_STREAM)];
    let asked = marker::asked(classes, train_per_class, val_per_class, seed);
    let is_there = || {
        let text = fs::read_to_string(dir.join(MARKER_FILE)).unwrap_or_default();
        text.starts_with(&asked) && marker::found(&dir).is_ok_and(|found| text == format!("{asked}{found}"))
    };
    if is_there() {
        return Ok(Generated::AlreadyThere);
    }
    refuse_other_content(&dir)?;

    let stage = Stage::beside(&dir)?;
    for (split, count, stream) in splits {
        for class in 0..classes {
            let folder = stage.folder.join(split).join(format!("{CLASS}{class:03}"));
            fs::create_dir_all(&folder).map_err(FileError::when("create the folder", &folder))?;
            (0..count).into_par_iter().try_for_each(|number| {
                let mut dice = Dice::new(seed, stream + (class * count + number) as u64);
                let path = folder.join(format!("{number:05}{FILE}"));
                let content = encode(&drawing::draw(class, &mut dice), class, number)?;
                Ok::<_, GenerateError>(fs::write(&path, content).map_err(FileError::when("write", &path))?)
            })?;
        }
    }
    let marker = format!("{asked}{}", marker::found(&stage.folder)?);
    stage.write(MARKER_FILE, marker.as_bytes())?;
    match stage.into_place(&dir) {
        Ok(()) => Ok(Generated::Written),
        // Another process drew the same set meanwhile.
        Err(_) if is_there() => Ok(Generated::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// A JPEG file. The first of the first class is grey and the second progressive; of the others, every
/// other one has its colours at half the resolution, as cameras store them.
fn encode(drawing: &Drawing, class: usize, number: usize) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    let (width, height) = (drawing.width, drawing.height);
    encoder.set_sampling_factor(match number % 2 {
        0 => SamplingFactor::F_1_1,
        _ => SamplingFactor::F_2_2,
    });
    if (class, number) == (0, 0) {
        let grey: Vec<u8> = drawing.pixels.chunks_exact(3).map(|pixel| pixel[1]).collect();
        encoder.encode(&grey, width, height, ColorType::Luma)?;
    } else {
        encoder.set_progressive((class, number) == (0, 1));
        encoder.encode(&drawing.pixels, width, height, ColorType::Rgb)?;
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

/// The names in a folder; none if there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>, FileError> {
    let failed = || FileError::when("read the folder", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed()(error)),
    };
    let name = |entry: io::Result<DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    entries.map(name).collect::<io::Result<_>>().map_err(failed())
}
