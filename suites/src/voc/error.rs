//! What can be wrong with a data set in VOC's format: each error says what, where and the remedy.

use std::path::PathBuf;

use crate::DataFileError;
use crate::photographs::Unreadable;

/// The folder does not hold a data set in VOC's format that can be used.
#[derive(Debug, thiserror::Error)]
pub enum VocError {
    /// The folder does not exist.
    #[error(
        "the folder {} does not exist; name the folder that holds VOCdevkit, download the published set with \
         `harness data fetch voc`, or generate a small synthetic one with `harness data generate voc`",
        dir.display()
    )]
    NotThere {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// No folder has lists.
    #[error(
        "no data set in VOC's format in {}: expected VOCdevkit/VOC2007 (or another folder in VOCdevkit) with \
         Annotations, ImageSets/Main and JPEGImages in it; name the folder that holds VOCdevkit, or download the \
         published set with `harness data fetch voc`",
        dir.display()
    )]
    NoDevkit {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// Several folders, and no setting says what to use of them.
    #[error(
        "{} holds {folders}, and it is not clear what to train and test on; name the lists, such as \
         --set train_list=FOLDER/train --set test_list=FOLDER/val",
        dir.display()
    )]
    ManyFolders {
        /// The folder that was named.
        dir: PathBuf,
        /// The folders in it.
        folders: String,
    },
    /// Several folders have a list of that name.
    #[error("several folders have a list `{name}`; say which, such as {example}")]
    ManyLists {
        /// The list.
        name: String,
        /// How to say it.
        example: String,
    },
    /// There are no lists that are usually trained and tested on.
    #[error(
        "{} has neither trainval and test nor train and val; its lists are {lists}: name two with \
         --set train_list=NAME --set test_list=NAME",
        folder.display()
    )]
    NoUsualLists {
        /// The folder of the lists.
        folder: PathBuf,
        /// Those that are there.
        lists: String,
    },
    /// A list does not exist.
    #[error(
        "there is no list {}; those of its folder are {lists}: name one of them with --set train_list=NAME or \
         --set test_list=NAME, or download the published set with `harness data fetch voc`",
        file.display()
    )]
    NoList {
        /// The list that was looked for.
        file: PathBuf,
        /// Those that are there.
        lists: String,
    },
    /// A list is empty.
    #[error("the list {} names no image; write one name a line, without extension", file.display())]
    EmptyList {
        /// The list.
        file: PathBuf,
    },
    /// A list has something else than names.
    #[error(
        "{}:{line}: `{name}` is not the name of an image; write it without folder and extension",
        file.display()
    )]
    BadName {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What it says.
        name: String,
    },
    /// A split has two images of one name.
    #[error(
        "{}:{line}: `{name}` is named a second time, after {}:{other_line}; remove one of the two lines",
        file.display(), other.display()
    )]
    Twice {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
        /// The list that names it first.
        other: PathBuf,
        /// The line there, from 1.
        other_line: usize,
    },
    /// A list names an image that is not there.
    #[error(
        "{}:{line}: the image `{name}` is not in {}, as .jpg, .jpeg or .png; {}",
        file.display(), folder.display(), remedy(name)
    )]
    NoImage {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
        /// Where its file is looked for.
        folder: PathBuf,
    },
    /// Several files have the name of an image.
    #[error("{}:{line}: `{name}` may be any of {files} in {}; keep one", file.display(), folder.display())]
    ManyImages {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
        /// The files.
        files: String,
        /// Where they are.
        folder: PathBuf,
    },
    /// An image has no annotation.
    #[error(
        "{}:{line}: `{name}` has no annotation {}; restore the file, write one without objects, or remove the line",
        file.display(), annotation.display()
    )]
    NoAnnotation {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
        /// The annotation that was looked for.
        annotation: PathBuf,
    },
    /// A file is no annotation.
    #[error("{}:{line}: {cause}; correct or restore the file", file.display())]
    Annotation {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong with it.
        cause: String,
    },
    /// An image has no header that says its size.
    #[error(
        "{}:{line}: {} cannot be read: {cause}; restore the file or remove the line",
        file.display(), image.display()
    )]
    Image {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The image.
        image: PathBuf,
        /// What is wrong with it.
        cause: Unreadable,
    },
    /// An image of the test set is to be trained on.
    #[error(
        "{}:{line}: the image `{name}` belongs to the test set, where {}:{other_line} names it `{original}`; \
         training on it would spoil every result: remove the line, or choose other lists with --set train_list=NAME \
         --set test_list=NAME",
        file.display(), other.display()
    )]
    Leak {
        /// The list to train on.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The image's name there.
        name: String,
        /// Its name in the test set.
        original: String,
        /// The list of the test set.
        other: PathBuf,
        /// The line there, from 1.
        other_line: usize,
    },
    /// There is nothing to learn or nothing to find.
    #[error("{}: no image has an object of the classes {classes}; {remedy}", lists)]
    NoObjects {
        /// The lists.
        lists: String,
        /// The classes that are looked for.
        classes: String,
        /// What to do.
        remedy: String,
    },
    /// A file with the names of classes cannot be used.
    #[error("{}:{line}: {cause}; write one class a line", file.display())]
    ClassesFile {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        cause: String,
    },
    /// There are several faults.
    #[error(
        "{first}; {} listed by `harness data verify voc --data {}`",
        if *more == 1 { "1 more fault is".into() } else { format!("{more} more faults are") },
        records::text::quoted(dir)
    )]
    Several {
        /// The first.
        first: Box<VocError>,
        /// How many there are besides.
        more: usize,
        /// The folder that was named.
        dir: PathBuf,
    },
    /// A list or a file with the names of classes is not text.
    #[error("{} is not UTF-8 text; save it as UTF-8", file.display())]
    NotText {
        /// The file.
        file: PathBuf,
    },
    /// A name is not UTF-8.
    #[error("{} has a name that is not UTF-8; rename it", path.display())]
    Name {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error(transparent)]
    File(#[from] DataFileError),
}

/// What to do about an image that is not there.
fn remedy(name: &str) -> &'static str {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words[..] {
        [_, "-1" | "0" | "1"] => {
            "a list of one class has such a second column; name a list of images, such as trainval"
        }
        _ => "restore the file or remove the line",
    }
}
