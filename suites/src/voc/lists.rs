//! Which lists of images a data set is trained and evaluated on.
//!
//! A list is `ImageSets/Main/NAME.txt` of one folder, written `FOLDER/NAME`. The images of a set are those of its
//! lists and never those that lie in the folder: the VOC2012 folder has test images of VOC2007 in it.

use std::fmt;

use sparsity::Settings;

use super::VocError;
use super::devkit::Devkit;

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
        let (train, test) = (settings.names("train_list"), settings.names("test_list"));
        let automatic = |names: &[String]| *names == [AUTOMATIC];
        let named =
            |names: &[String]| names.iter().map(|name| find(devkit, name)).collect::<Result<Vec<_>, _>>();
        if !automatic(&train) && !automatic(&test) {
            return Ok(Lists { train: named(&train)?, test: named(&test)? });
        }
        let usual = Lists::usual(devkit)?;
        Ok(Lists {
            train: if automatic(&train) { usual.train } else { named(&train)? },
            test: if automatic(&test) { usual.test } else { named(&test)? },
        })
    }

    fn usual(devkit: &Devkit) -> Result<Lists, VocError> {
        let folder = match devkit.folders.as_slice() {
            [folder] => folder,
            folders => match folders.iter().find(|folder| *folder == VOC2007) {
                Some(folder) => folder,
                None => {
                    return Err(VocError::ManyFolders {
                        dir: devkit.named.clone(),
                        folders: folders.join(", "),
                    });
                }
            },
        };
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

/// The list called `name`, with or without a folder before it.
fn find(devkit: &Devkit, name: &str) -> Result<ListName, VocError> {
    if let Some((folder, list)) = name.split_once('/') {
        return Ok(ListName::of(folder, list));
    }
    let having = devkit.folders.iter().filter(|folder| devkit.list(folder, name).is_file());
    match having.collect::<Vec<_>>().as_slice() {
        [folder] => Ok(ListName::of(folder, name)),
        // The list is looked for again when it is read, and missed there.
        [] => Ok(ListName::of(&devkit.folders[0], name)),
        [first, ..] => Err(VocError::ManyLists { name: name.into(), example: format!("{first}/{name}") }),
    }
}
