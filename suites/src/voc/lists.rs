//! Which lists of images a data set is trained and evaluated on.
//!
//! A list is `ImageSets/Main/NAME.txt` of one folder, written `FOLDER/NAME`. The images of a set are those of its
//! lists and never those that lie in the folder: the VOC2012 folder has test images of VOC2007 in it.

use std::fmt;

use sparsity::Settings;

use super::VocError;
use super::devkit::Devkit;
use crate::regular_file::is_file;

/// The word for what follows from the folder.
pub(super) const AUTOMATIC: &str = "auto";
/// The folders of the published set.
pub(super) const VOC2007: &str = "VOC2007";
pub(super) const VOC2012: &str = "VOC2012";

/// A list of one folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ListName {
    pub folder: String,
    pub list: String,
}

/// The lists of a data set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lists {
    pub train: Vec<ListName>,
    pub test: Vec<ListName>,
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.folder, self.list)
    }
}

impl ListName {
    pub fn of(folder: &str, list: &str) -> ListName {
        ListName { folder: folder.into(), list: list.into() }
    }
}

impl Lists {
    /// The lists that the settings name and, for what they leave open, those of the published set: training on
    /// VOC2007's `trainval` and, if it is there, VOC2012's, testing on VOC2007's `test`. A folder without those lists
    /// is trained on `trainval` or `train`, and tested on `test` or `val`.
    pub fn choose(devkit: &Devkit, settings: &Settings) -> Result<Lists, VocError> {
        match (named(devkit, settings, "train_list")?, named(devkit, settings, "test_list")?) {
            (Some(train), Some(test)) => Ok(Lists { train, test }),
            (train, test) => {
                let usual = Lists::usual(devkit)?;
                Ok(Lists { train: train.unwrap_or(usual.train), test: test.unwrap_or(usual.test) })
            }
        }
    }

    /// The lists to test on. There need be no list to train on: the publisher's archive of test images has none.
    pub fn to_test_on(devkit: &Devkit, settings: &Settings) -> Result<Vec<ListName>, VocError> {
        if let Some(test) = named(devkit, settings, "test_list")? {
            return Ok(test);
        }
        match Lists::usual(devkit) {
            Err(VocError::NoUsualLists { .. }) if is_file(&devkit.list(usual_folder(devkit)?, "test"))? => {
                Ok(vec![ListName::of(usual_folder(devkit)?, "test")])
            }
            usual => Ok(usual?.test),
        }
    }

    fn usual(devkit: &Devkit) -> Result<Lists, VocError> {
        let folder = usual_folder(devkit)?;
        let lists = devkit.lists(folder)?;
        let has = |list: &str| lists.iter().any(|other| other == list);
        let pairs = [("trainval", "test"), ("train", "test"), ("train", "val")];
        let (train, test) =
            pairs.into_iter().find(|(train, test)| has(train) && has(test)).ok_or_else(|| {
                VocError::NoUsualLists {
                    folder: devkit.list(folder, "").with_file_name(""),
                    lists: lists.join(", "),
                }
            })?;
        let mut train = vec![ListName::of(folder, train)];
        if folder == VOC2007 && devkit.folders.iter().any(|folder| folder == VOC2012) {
            train.push(ListName::of(VOC2012, &train[0].list));
        }
        Ok(Lists { train, test: vec![ListName::of(folder, test)] })
    }
}

/// The folder of the lists that no setting names: the only one, or VOC2007.
fn usual_folder(devkit: &Devkit) -> Result<&String, VocError> {
    match devkit.folders.as_slice() {
        [folder] => Ok(folder),
        folders => folders
            .iter()
            .find(|folder| *folder == VOC2007)
            .ok_or_else(|| VocError::ManyFolders { dir: devkit.named.clone(), folders: folders.join(", ") }),
    }
}

/// The lists that a setting names, if it does.
fn named(devkit: &Devkit, settings: &Settings, setting: &str) -> Result<Option<Vec<ListName>>, VocError> {
    let names = settings.names(setting);
    if names == [AUTOMATIC] {
        return Ok(None);
    }
    names.iter().map(|name| find(devkit, name)).collect::<Result<_, _>>().map(Some)
}

/// The list called `name`, with or without a folder before it.
fn find(devkit: &Devkit, name: &str) -> Result<ListName, VocError> {
    if let Some((folder, list)) = name.split_once('/') {
        return Ok(ListName::of(folder, list));
    }
    let mut having = Vec::new();
    for folder in &devkit.folders {
        if is_file(&devkit.list(folder, name))? {
            having.push(folder);
        }
    }
    match having.as_slice() {
        [folder] => Ok(ListName::of(folder, name)),
        // The list is looked for again when it is read, and missed there.
        [] => Ok(ListName::of(&devkit.folders[0], name)),
        [first, ..] => Err(VocError::ManyLists { name: name.into(), example: format!("{first}/{name}") }),
    }
}
