//! Writes a small synthetic data set in VOC's format: JPEG files of various sizes and shapes with their annotations.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use super::class_names::CLASSES_FILE;
use super::data_set::VocSet;
use super::devkit::DEVKIT;
use super::lists::VOC2007;
use super::marker::{self, MARKER_FILE};
use super::synthetic::{self, SyntheticPhotograph, name};
use super::{SUITE, VocError};
use crate::detection::Bounds;
use crate::staged_folder::{StagedFolder, tidy_beside};
use crate::synthetic::{RandomStream, names};
use crate::threads::Threads;
use crate::{DataFileError, GenerateError, Generated, SyntheticSet};

/// The largest number of classes that can be distinguished.
pub const MOST_CLASSES: usize = synthetic::CLASSES;

/// Names have six digits.
const MOST_IMAGES: usize = 999_999;
/// Quality of the JPEG files, of 100.
const QUALITY: u8 = 90;

/// Writes a set into the folder `dir`, which appears whole or not at all: `VOCdevkit/VOC2007` with the lists
/// `trainval` and `test`, and the names of the classes in `classes.txt`. Another generated set in its place is
/// replaced; anything else is left alone.
pub fn generate(dir: &Path, set: &SyntheticSet) -> Result<Generated, GenerateError> {
    let SyntheticSet { classes, train, test, seed } = *set;
    let counted = train > 0 && test > 0 && train.saturating_add(test) <= MOST_IMAGES;
    if !(1..=MOST_CLASSES).contains(&classes) || !counted {
        return Err(GenerateError::Counts {
            asked: format!("{classes} classes in {train} training and {test} test images"),
            allowed: format!(
                "1 to {MOST_CLASSES} classes, at least 1 image of each kind and at most {MOST_IMAGES}"
            ),
        });
    }
    // A link to a folder remains a link.
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let asked = marker::asked(set);
    let is_there = || {
        let text = fs::read_to_string(dir.join(MARKER_FILE)).unwrap_or_default();
        text.starts_with(&asked) && found(&dir).is_ok_and(|found| text == format!("{asked}{found}"))
    };
    if is_there() {
        tidy_beside(&dir);
        return Ok(Generated::AlreadyThere);
    }
    refuse_other_content(&dir)?;

    let stage = StagedFolder::beside(&dir)?;
    let folder = stage.folder.join(DEVKIT).join(VOC2007);
    let folders = ["JPEGImages", "Annotations", "ImageSets/Main"].map(|name| folder.join(name));
    for folder in &folders {
        fs::create_dir_all(folder).map_err(DataFileError::when("create the folder", folder))?;
    }
    let [photographs, annotations, lists] = folders;
    let write =
        |path: &Path, content: &[u8]| fs::write(path, content).map_err(DataFileError::when("write", path));
    let draw = |(): &mut (), number: usize| {
        let photograph =
            synthetic::draw(number % classes, classes, &mut RandomStream::new(seed, number as u64));
        let content =
            encode(&photograph, number).map_err(|error| GenerateError::Encode(error.to_string()))?;
        let id = id(number);
        write(&photographs.join(format!("{id}.jpg")), &content)?;
        Ok(write(&annotations.join(format!("{id}.xml")), annotation(&photograph, &id).as_bytes())?)
    };
    Threads::for_each_core().map::<_, _, Result<(), GenerateError>>(0..train + test, || (), draw)?;
    for (list, numbers) in [("trainval", 0..train), ("test", train..train + test)] {
        let ids: String = numbers.map(|number| id(number) + "\n").collect();
        write(&lists.join(format!("{list}.txt")), ids.as_bytes())?;
    }
    let names: String = (0..classes).map(|class| name(class) + "\n").collect();
    // Where it goes away with what it describes.
    stage.write(&format!("{DEVKIT}/{CLASSES_FILE}"), names.as_bytes())?;
    let found = found(&stage.folder).map_err(|error| GenerateError::Unusable(error.into()))?;
    stage.write(MARKER_FILE, format!("{asked}{found}").as_bytes())?;
    match stage.into_place(&dir) {
        Ok(()) => Ok(Generated::Written),
        // Another process generated the same set meanwhile.
        Err(_) if is_there() => Ok(Generated::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// What the marker of the set in `dir` says that it contains.
fn found(dir: &Path) -> Result<String, VocError> {
    let set = VocSet::open(dir, &SUITE.default_settings())?;
    let images = set.train.looked.iter().chain(&set.test.looked);
    Ok(marker::found(&set.fingerprint, images.map(|looked| looked.photograph.file.as_path()))?)
}

fn id(number: usize) -> String {
    format!("{:06}", number + 1)
}

/// A JPEG file; every other one has its colours at half the resolution, as cameras store them.
fn encode(photograph: &SyntheticPhotograph, number: usize) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    encoder.set_sampling_factor(match number % 2 {
        0 => SamplingFactor::F_1_1,
        _ => SamplingFactor::F_2_2,
    });
    encoder.encode(&photograph.pixels, photograph.width, photograph.height, ColorType::Rgb)?;
    Ok(file)
}

/// The annotation, as the development kit's files are laid out.
fn annotation(photograph: &SyntheticPhotograph, id: &str) -> String {
    let SyntheticPhotograph { width, height, .. } = photograph;
    let mut text = format!(
        "<annotation>\n\t<folder>{VOC2007}</folder>\n\t<filename>{id}.jpg</filename>\n\
         \t<source>\n\t\t<database>generated</database>\n\t</source>\n\
         \t<size>\n\t\t<width>{width}</width>\n\t\t<height>{height}</height>\n\t\t<depth>3</depth>\n\t</size>\n\
         \t<segmented>0</segmented>\n"
    );
    for object in &photograph.objects {
        let Bounds { xmin, ymin, xmax, ymax } = object.bounds;
        let (name, difficult) = (name(object.class as usize), u8::from(object.difficult));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\t<object>\n\t\t<name>{name}</name>\n\t\t<pose>Unspecified</pose>\n\t\t<truncated>0</truncated>\n\
             \t\t<difficult>{difficult}</difficult>\n\t\t<bndbox>\n\t\t\t<xmin>{xmin}</xmin>\n\t\t\t<ymin>{ymin}</ymin>\n\
             \t\t\t<xmax>{xmax}</xmax>\n\t\t\t<ymax>{ymax}</ymax>\n\t\t</bndbox>\n\t</object>\n"
        );
    }
    text + "</annotation>\n"
}

/// An existing folder may only hold what this module writes, and then with the marker.
fn refuse_other_content(dir: &Path) -> Result<(), GenerateError> {
    let marked = dir.join(MARKER_FILE).is_file();
    let folder = Path::new(DEVKIT).join(VOC2007);
    let is_id = |name: &str, end: &str| {
        name.strip_suffix(end).is_some_and(|id| id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let only = |below: &Path, ours: &dyn Fn(&str) -> bool| match names(&dir.join(below))?
        .into_iter()
        .find(|name| !marked || !ours(name))
    {
        None => Ok(()),
        Some(name) => {
            let found = below.join(name).display().to_string();
            Err(GenerateError::Occupied { dir: dir.to_path_buf(), found })
        }
    };
    only(Path::new(""), &|name| [MARKER_FILE, DEVKIT].contains(&name))?;
    only(Path::new(DEVKIT), &|name| [VOC2007, CLASSES_FILE].contains(&name))?;
    only(&folder, &|name| ["JPEGImages", "Annotations", "ImageSets"].contains(&name))?;
    only(&folder.join("JPEGImages"), &|name| is_id(name, ".jpg"))?;
    only(&folder.join("Annotations"), &|name| is_id(name, ".xml"))?;
    only(&folder.join("ImageSets"), &|name| name == "Main")?;
    only(&folder.join("ImageSets/Main"), &|name| ["trainval.txt", "test.txt"].contains(&name))
}
