//! What can be done with the data set of a suite: the verbs of `harness data`, and opening it for a
//! training.

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::detection::AnnotatedPhotographs;
use crate::photographs::Photographs;
use crate::resident::ResidentImages;
use crate::{Generated, Progress, SyntheticSet};
use sparsity::Settings;

/// Why an operation on a data set failed, in the words of the suite.
pub type DataFailure = Box<dyn Error + Send + Sync>;

/// The operations on the data set of a suite.
///
/// A folder is one that the user named or the suite's usual one; it need not exist. Settings are those of the
/// suite's recipe, some of which may say what of the data is used.
pub trait DataOperations: Sync {
    /// Identifies the data set in `folder` by its content.
    fn identify(&self, folder: &Path, settings: &Settings) -> Result<Identity, DataFailure>;

    /// Opens the data set in `folder` for a training.
    fn open(&self, folder: &Path, settings: &Settings) -> Result<OpenData, DataFailure>;

    /// The photographs for evaluation in `folder` with the objects in them. Fails where no objects are marked.
    fn to_detect(&self, folder: &Path, settings: &Settings) -> Result<ToDetect, DataFailure> {
        match self.open(folder, settings)?.data {
            Data::Annotated(Splits { test, .. }) => Ok(ToDetect { photographs: test, notes: Vec::new() }),
            Data::Resident(_) | Data::Photographs(_) => Err("no objects are marked in its images".into()),
        }
    }

    /// The names of the classes of the data set in `folder`, in the order of their labels. Fails where it has none.
    fn class_names(&self, _folder: &Path, _settings: &Settings) -> Result<Vec<String>, DataFailure> {
        Err("its classes have no names".into())
    }

    /// What there is to say of the data set in `folder` besides its identity, in lines.
    fn details(&self, _folder: &Path, _settings: &Settings) -> Result<String, DataFailure> {
        Ok(String::new())
    }

    /// Generates a synthetic set in `folder`, unless exactly this one is there. The folder appears whole
    /// or not at all; what the program did not generate is never replaced.
    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure>;

    /// Downloads the data set from its publisher into `folder`, checks it and unpacks it. Run again after
    /// an interruption, it resumes. Fails with what to do instead where the publisher does not allow it.
    fn fetch(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure>;

    /// Checks every file of the data set in `folder`.
    fn verify(
        &self,
        folder: &Path,
        settings: &Settings,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure>;

    /// Decodes the images in `folder` once and writes them into the pack `into`, the shorter side at most
    /// `side` pixels. Run again after an interruption, it resumes. Fails where a suite has no use for it.
    fn pack(
        &self,
        folder: &Path,
        into: &Path,
        side: u32,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Packed, DataFailure>;
}

/// Which data set a folder holds, by its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name: the suite's only for the published data; synthetic and other sets have names of their own.
    pub dataset: String,
    /// 16 hexadecimal digits over its content, or over what identifies it (see the suite).
    pub fingerprint: String,
    /// Number of classes.
    pub classes: usize,
    /// Number of training images.
    pub train: usize,
    /// Number of images for evaluation.
    pub test: usize,
    /// What a person should know of it before training on it, in sentences without a final stop.
    pub notes: Vec<String>,
    /// What is left out because it cannot be used, each by file and line.
    pub unusable: Vec<String>,
}

/// A data set that is open for a training.
pub struct OpenData {
    /// Which set it is; see [`Identity::fingerprint`].
    pub fingerprint: String,
    /// Its images.
    pub data: Data,
}

/// The images of a data set, by how they are read. The engine has a source of batches for each kind.
pub enum Data {
    /// All images in memory, of one size.
    Resident(Splits<ResidentImages>),
    /// Photographs in files, decoded when they are needed.
    Photographs(Splits<Photographs>),
    /// Photographs in files with the objects that are in them.
    Annotated(Splits<AnnotatedPhotographs>),
}

/// The two parts of a data set.
pub struct Splits<Part> {
    /// To train on.
    pub train: Part,
    /// To evaluate on.
    pub test: Part,
}

impl Data {
    /// Number of training images.
    pub fn train_images(&self) -> usize {
        match self {
            Data::Resident(splits) => splits.train.len(),
            Data::Photographs(splits) => splits.train.len(),
            Data::Annotated(splits) => splits.train.len(),
        }
    }

    /// Number of images to evaluate on.
    pub fn test_images(&self) -> usize {
        match self {
            Data::Resident(splits) => splits.test.len(),
            Data::Photographs(splits) => splits.test.len(),
            Data::Annotated(splits) => splits.test.len(),
        }
    }
}

/// What a detector is judged on.
pub struct ToDetect {
    /// The photographs for evaluation with the objects in them.
    pub photographs: AnnotatedPhotographs,
    /// What a person should know of it, in sentences without a final stop.
    pub notes: Vec<String>,
}

/// What became of a request to download a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The data were downloaded, or unpacked from an archive that was there, and checked.
    Installed {
        /// The folder with the files.
        folder: PathBuf,
    },
    /// They were there, and every file is right.
    AlreadyThere {
        /// The folder with the files.
        folder: PathBuf,
    },
}

/// What a check of every file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What was checked and found, in lines.
    pub report: String,
    /// What is wrong, with the remedy; none if every file is right.
    pub fault: Option<String>,
}

/// A pack that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Training images in the pack.
    pub train: u64,
    /// Images for evaluation in the pack.
    pub test: u64,
    /// The bytes of all images.
    pub bytes: u64,
    /// The files that could not be read and are not in the pack, each with the reason.
    pub unreadable: Vec<String>,
}
