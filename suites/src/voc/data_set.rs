//! A data set in VOC's format: its images with their objects, its name and its fingerprint.
//!
//! The fingerprint is over the names of classes and images, the sizes of the images' files and the contents of their
//! annotations. The contents of images are not read for it: a photograph that was replaced by one of the same size
//! in bytes goes unnoticed.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use records::words;
use sparsity::Settings;

use super::census::Census;
use super::class_names::{CLASSES, classes};
use super::devkit::Devkit;
use super::image_list::{Listed, read_all};
use super::leak::leaks;
use super::left_out::left_out;
use super::lists::Lists;
use super::photograph::{Index, Looked};
use super::{VocError, marker, official};
use crate::ToDetect;
use crate::detection::AnnotatedPhotographs;
use crate::threads::Threads;

/// What there is in a folder, whatever is wrong with it.
pub(super) struct Survey {
    pub devkit: Devkit,
    pub classes: Vec<String>,
    pub lists: Lists,
    pub train: Vec<Result<Looked, VocError>>,
    pub test: Vec<Result<Looked, VocError>>,
    /// What is wrong with the lists, and the images that may not be trained on.
    pub faults: Vec<VocError>,
}

/// A data set with nothing wrong that would keep it from being trained on.
pub(super) struct VocSet {
    pub classes: Vec<String>,
    pub lists: Lists,
    pub train: Split,
    pub test: Split,
    pub dataset: String,
    pub fingerprint: String,
}

/// The images of a split and what they add up to.
pub(super) struct Split {
    pub looked: Vec<Looked>,
    pub census: Census,
}

impl Survey {
    /// Looks at every image of the lists in `dir` that `settings` choose.
    pub fn of(dir: &Path, settings: &Settings) -> Result<Survey, VocError> {
        let devkit = Devkit::locate(dir)?;
        let classes = classes(settings, &devkit.homes())?;
        let lists = Lists::choose(&devkit, settings)?;
        let (train, test) = (read_all(&devkit, &lists.train), read_all(&devkit, &lists.test));
        let leaks = leaks(&devkit, &train.images, &test.images, &lists.test)?;
        let faults = [train.faults, test.faults, leaks].into_iter().flatten().collect();
        let look = |images: &[Listed]| look(&devkit, &classes, images);
        let (train, test) = (look(&train.images)?, look(&test.images)?);
        Ok(Survey { classes, lists, train, test, faults, devkit })
    }
}

impl VocSet {
    /// The data set in `dir` of which `settings` say what is used.
    pub fn open(dir: &Path, settings: &Settings) -> Result<VocSet, VocError> {
        let Survey { devkit, classes, lists, train, test, faults } = Survey::of(dir, settings)?;
        let (train, of_train) = apart(train);
        let (test, of_test) = apart(test);
        refuse(faults.into_iter().chain(of_train).chain(of_test), dir)?;
        let (train, test) = (Split::of(&classes, train), Split::of(&classes, test));
        train.census.refuse_nothing(&lists.train, &classes)?;
        test.census.refuse_nothing(&lists.test, &classes)?;
        let fingerprint = fingerprint(&classes, &train.looked, &test.looked);
        let dataset = match official::published(&lists, &classes, &train.census, &test.census) {
            Some(name) => name.to_owned(),
            None if marker::is_marked(&devkit.homes(), &fingerprint)? => words::synthetic(super::SUITE.name),
            None => format!("annotated-folder-{}", classes.len()),
        };
        Ok(VocSet { classes, lists, train, test, dataset, fingerprint })
    }

    /// Whether its classes are those of PASCAL VOC.
    pub fn has_pascal_classes(&self) -> bool {
        self.classes == CLASSES
    }
}

/// The images to test on in `dir`, as `settings` choose them; there need be none to train on.
pub(super) fn to_detect(dir: &Path, settings: &Settings) -> Result<ToDetect, VocError> {
    let devkit = Devkit::locate(dir)?;
    let classes = classes(settings, &devkit.homes())?;
    let lists = Lists::to_test_on(&devkit, settings)?;
    let named = read_all(&devkit, &lists);
    let (looked, faults) = apart(look(&devkit, &classes, &named.images)?);
    refuse(named.faults.into_iter().chain(faults), dir)?;
    let split = Split::of(&classes, looked);
    split.census.refuse_nothing(&lists, &classes)?;
    let notes = left_out("test", &split.census);
    Ok(ToDetect { photographs: split.photographs(&classes), notes })
}

/// Looks at every image.
fn look(
    devkit: &Devkit,
    classes: &[String],
    images: &[Listed],
) -> Result<Vec<Result<Looked, VocError>>, VocError> {
    let folders: BTreeSet<&String> = images.iter().map(|listed| &listed.folder).collect();
    let files = folders.into_iter().map(|folder| Ok((folder.clone(), devkit.photograph_files(folder)?)));
    let files = files.collect::<Result<HashMap<_, _>, VocError>>()?;
    let numbers = (0..).zip(classes).map(|(number, class)| (class.as_str(), number)).collect();
    let index = Index { devkit, files, classes: numbers };
    Ok(Threads::for_each_core().map(0..images.len(), || (), |(), number| index.look(&images[number])))
}

/// The first of the faults in `dir`, if there is one, and how many more there are.
fn refuse(mut faults: impl Iterator<Item = VocError>, dir: &Path) -> Result<(), VocError> {
    let Some(first) = faults.next() else { return Ok(()) };
    Err(match faults.count() {
        0 => first,
        more => VocError::Several { first: first.into(), more, dir: dir.into() },
    })
}

impl Split {
    fn of(classes: &[String], looked: Vec<Looked>) -> Split {
        Split { census: Census::of(classes, &looked), looked }
    }

    /// The photographs, to be loaded.
    pub fn photographs(self, classes: &[String]) -> AnnotatedPhotographs {
        let photographs = self.looked.into_iter().map(|looked| looked.photograph).collect();
        AnnotatedPhotographs { classes: classes.into(), photographs }
    }
}

/// The images that can be used, and what is wrong with the others.
pub(super) fn apart(images: Vec<Result<Looked, VocError>>) -> (Vec<Looked>, Vec<VocError>) {
    let (mut looked, mut faults) = (Vec::new(), Vec::new());
    for image in images {
        match image {
            Ok(image) => looked.push(image),
            Err(fault) => faults.push(fault),
        }
    }
    (looked, faults)
}

/// 16 hexadecimal digits over all that identifies the set.
fn fingerprint(classes: &[String], train: &[Looked], test: &[Looked]) -> String {
    let mut hasher = blake3::Hasher::new();
    // Names hold no zero byte, so no two lists run together to the same bytes.
    for class in classes {
        hasher.update(format!("{class}\0").as_bytes());
    }
    for (split, images) in [("train", train), ("test", test)] {
        hasher.update(format!("\0{split}\0").as_bytes());
        for looked in images {
            let file = looked.photograph.file.file_name().unwrap_or_default().to_string_lossy();
            hasher.update(format!("{}/{file}\0", looked.listed.folder).as_bytes());
            hasher.update(&looked.bytes.to_le_bytes());
            hasher.update(looked.hash.as_bytes());
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
