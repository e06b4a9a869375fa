//! Opens a set of photographs and identifies it.
//!
//! The fingerprint of class folders is over the names and sizes of all files. The contents, 150 GB
//! for ImageNet, are not read for it: a file that was replaced by one of the same name and size
//! goes unnoticed. A pack's fingerprint is over its index, which holds a checksum of every image.

use records::words;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

use super::folder::ClassFolders;
use super::left_out::{self, LeftOut};
use super::pack::{PackHeader, PackedImages, is_pack};
use super::scan::{self, ClassFolder};
use super::{ImageFolderError, PackFault, marker};
use crate::Identity;
use crate::photographs::Photographs;
use crate::regular_file::is_folder;

/// The numbers that identify ImageNet (ILSVRC 2012): classes, training, validation.
const PUBLISHED: [usize; 3] = [1_000, 1_281_167, 50_000];

/// A set of photographs for classification.
#[derive(Clone)]
pub struct ImageNet {
    /// The names of the class folders (in ImageNet WordNet ids); a label is an index into them.
    pub classes: Vec<String>,
    /// The training photographs.
    pub train: Photographs,
    /// The validation photographs.
    pub val: Photographs,
    /// Which set it is; see [`identify`].
    pub dataset: String,
    /// 16 hexadecimal digits over the names and sizes of all files, or over the index of a pack.
    pub fingerprint: String,
    /// What is left out or cannot be read, in sentences without a final stop.
    pub notes: Vec<String>,
}

/// Identifies the set in `dir`, without keeping the list of its files.
///
/// Its name is `imagenet` if there are as many classes and photographs as in ImageNet, `imagenet-generated`
/// if the generator's marker is there and matches the files beside it, else `image-folder-N` with the number of
/// classes. For a pack, it is the name of what was packed with `-packed-SIDE` after it.
pub fn identify(dir: &Path) -> Result<Identity, ImageFolderError> {
    let data = ImageNet::open(dir)?;
    Ok(Identity {
        dataset: data.dataset,
        fingerprint: data.fingerprint,
        classes: data.classes.len(),
        train: data.train.len(),
        test: data.val.len(),
        notes: data.notes,
        unusable: Vec::new(),
    })
}

impl ImageNet {
    /// Lists the photographs of `dir`: class folders in `train` and `val`, or a pack.
    pub fn open(dir: &Path) -> Result<ImageNet, ImageFolderError> {
        if !is_folder(dir)? {
            return Err(ImageFolderError::NotThere { dir: dir.to_path_buf() });
        }
        if is_pack(dir) {
            return ImageNet::open_pack(dir);
        }
        let mut left_out = LeftOut::default();
        let train = scan::classes(dir, "train", &mut left_out)?;
        let val = scan::classes(dir, "val", &mut left_out)?;
        same_classes(dir, &train, &val)?;
        let fingerprint = fingerprint(&train, &val);
        let names = train.iter().chain(&val).flat_map(|class| &class.photographs).map(|file| &*file.name);
        let notes = left_out::not_decoded(names).into_iter().chain(left_out.notes()).collect();
        let classes: Vec<String> = train.iter().map(|class| class.name.clone()).collect();
        let train = Photographs::new(ClassFolders::new(dir, "train", train)?);
        let val = Photographs::new(ClassFolders::new(dir, "val", val)?);
        let marked = marker::is_marked(dir, &fingerprint)?;
        let dataset = match [classes.len(), train.len(), val.len()] {
            PUBLISHED => "imagenet".to_owned(),
            _ if marked => words::synthetic("imagenet"),
            [classes, ..] => format!("image-folder-{classes}"),
        };
        Ok(ImageNet { classes, train, val, dataset, fingerprint, notes })
    }

    fn open_pack(dir: &Path) -> Result<ImageNet, ImageFolderError> {
        let PackHeader { dataset, side, classes, train, val, .. } = PackHeader::finished(dir)?;
        let (Some(train), Some(val)) = (train, val) else {
            return Err(PackFault::Unfinished { dir: dir.to_path_buf() }.into());
        };
        let fingerprint = blake3::hash(format!("{} {}", train.index, val.index).as_bytes());
        let train = PackedImages::open(dir, "train", &train, &classes)?;
        let val = PackedImages::open(dir, "val", &val, &classes)?;
        Ok(ImageNet {
            train: Photographs::new(train),
            val: Photographs::new(val),
            dataset: format!("{dataset}-packed-{side}"),
            fingerprint: fingerprint.to_hex()[..16].to_owned(),
            notes: Vec::new(),
            classes,
        })
    }
}

fn same_classes(dir: &Path, train: &[ClassFolder], val: &[ClassFolder]) -> Result<(), ImageFolderError> {
    let only = |these: &[ClassFolder], those: &[ClassFolder]| {
        let missing =
            |class: &&ClassFolder| those.binary_search_by(|that| that.name.cmp(&class.name)).is_err();
        these.iter().filter(missing).map(|class| class.name.clone()).collect::<Vec<_>>()
    };
    let (only_train, only_val) = (only(train, val), only(val, train));
    if only_train.is_empty() && only_val.is_empty() {
        return Ok(());
    }
    two_forms(dir, &only_train, &only_val)?;
    let sides = [("train", only_train), ("val", only_val)];
    let said = sides.iter().filter(|(_, only)| !only.is_empty());
    let said: Vec<String> = said.map(|(split, only)| format!("only in {split} {}", some(only))).collect();
    Err(ImageFolderError::Classes { dir: dir.to_path_buf(), differences: said.join(", ") })
}

/// Refuses names that differ in nothing but how letters with accents are coded. A Mac takes them apart.
fn two_forms(dir: &Path, train: &[String], val: &[String]) -> Result<(), ImageFolderError> {
    let composed = |name: &str| name.nfc().collect::<String>();
    let form =
        |name: &str| if composed(name) == name { "one character" } else { "a letter and an accent (NFD)" };
    for name in train {
        if let Some(other) = val.iter().find(|other| composed(other) == composed(name)) {
            return Err(ImageFolderError::TwoForms {
                dir: dir.to_path_buf(),
                name: name.clone(),
                train: form(name),
                val: form(other),
            });
        }
    }
    Ok(())
}

/// The first few names and how many there are besides.
fn some(names: &[String]) -> String {
    const FEW: usize = 3;
    match names.len() {
        0..=FEW => names.join(", "),
        count => format!("{} and {} more", names[..FEW].join(", "), count - FEW),
    }
}

fn fingerprint(train: &[ClassFolder], val: &[ClassFolder]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (split, classes) in [("train", train), ("val", val)] {
        for class in classes {
            for photograph in &class.photographs {
                // Names hold no zero byte, so no two lists run together to the same bytes.
                hasher.update(format!("{split}/{}/{}\0", class.name, photograph.name).as_bytes());
                hasher.update(&photograph.size.to_le_bytes());
            }
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
