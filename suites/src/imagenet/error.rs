//! What can be wrong with a folder of photographs: each error says what, where and the remedy.

use std::path::PathBuf;

use super::PackFault;
use crate::DataFileError;

/// The folder does not hold a set of photographs in class folders, or a pack of one.
#[derive(Debug, thiserror::Error)]
pub enum ImageFolderError {
    /// The folder does not exist.
    #[error(
        "the folder {} does not exist; name the folder that holds ImageNet's train and val, \
         or generate a small synthetic set with `harness data generate imagenet`",
        dir.display()
    )]
    NotThere {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// The folder of a split does not exist.
    #[error(
        "no folder {missing} in {}; photographs are expected as train/CLASS/FILE and val/CLASS/FILE: {remedy}",
        dir.display()
    )]
    NoSplit {
        /// The folder that was named.
        dir: PathBuf,
        /// `train` or `val`.
        missing: &'static str,
        /// What to do.
        remedy: String,
    },
    /// A list of classes is there in place of class folders, as in Tiny ImageNet.
    #[error(
        "{} has the classes of its photographs in a list, not in class folders; make those with\n  {command}",
        folder.display()
    )]
    Annotated {
        /// The folder of the split.
        folder: PathBuf,
        /// The command that makes them.
        command: String,
    },
    /// There are no class folders.
    #[error("no class folders in {}; photographs are expected as {split}/CLASS/FILE", folder.display())]
    NoClasses {
        /// The folder of the split.
        folder: PathBuf,
        /// `train` or `val`.
        split: &'static str,
    },
    /// The photographs are not sorted into class folders, as ImageNet's validation set is when it
    /// has just been unpacked.
    #[error(
        "{} contains {photographs} photographs that are not in class folders, which is how ImageNet's validation set \
         unpacks: {remedy}",
        folder.display()
    )]
    Flat {
        /// The folder of the split.
        folder: PathBuf,
        /// Files that look like photographs.
        photographs: usize,
        /// What to do.
        remedy: String,
    },
    /// A class has no photographs.
    #[error(
        "{} contains no photograph (a file that ends in {}); add some, or remove the folder from both train and val",
        folder.display(), super::left_out::DECODED.join(", ")
    )]
    EmptyClass {
        /// The folder of the class.
        folder: PathBuf,
    },
    /// Training and validation are of different classes.
    #[error(
        "train and val in {} differ in their classes: {differences}; both need the same class folders",
        dir.display()
    )]
    Classes {
        /// The folder that was named.
        dir: PathBuf,
        /// The first few that only one of them has, and how many more.
        differences: String,
    },
    /// There are more photographs than a 32-bit index can number.
    #[error(
        "{} contains {count} photographs, more than the 4294967295 that can be numbered; leave some out",
        folder.display()
    )]
    TooMany {
        /// The folder of the split.
        folder: PathBuf,
        /// How many there are.
        count: usize,
    },
    /// Folders lie in folders without end.
    #[error("{} lies more than 32 folders deep in its class; if a link in it leads back, remove it", folder.display())]
    TooDeep {
        /// The folder.
        folder: PathBuf,
    },
    /// Training and validation have classes of the same name that is coded in two ways.
    #[error(
        "the class {name} of {} is written in two ways that look the same: in train its letters with accents are {train}, \
         in val {val}; unpack both with the same program, or rename the folders, for example with \
         `convmv -f utf8 -t utf8 --nfc -r --notest`",
        dir.display()
    )]
    TwoForms {
        /// The folder that was named.
        dir: PathBuf,
        /// The class.
        name: String,
        /// How `train` writes it.
        train: &'static str,
        /// How `val` writes it.
        val: &'static str,
    },
    /// The folder is a pack that cannot be used.
    #[error(transparent)]
    Pack(#[from] PackFault),
    /// A file or folder cannot be read.
    #[error(transparent)]
    File(#[from] DataFileError),
}
