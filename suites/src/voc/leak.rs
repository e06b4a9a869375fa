//! Photographs that are to be trained on although they are evaluated, or belong to VOC2007's test set.
//!
//! 287 photographs of the VOC2012 folder are test images of VOC2007 under another name. They are in none of its lists
//! for detection, but in every list that is made from the folder.

use std::collections::HashMap;

use super::VocError;
use super::devkit::Devkit;
use super::image_list::{Listed, Named, read_all};
use super::lists::{ListName, VOC2007};
use crate::regular_file::is_file;

/// Every image of `train` that is one of `test`, which are the images of `lists`, or of VOC2007's test list, if that
/// is there; also what is wrong with that list.
pub(super) fn leaks(
    devkit: &Devkit,
    train: &[Listed],
    test: &[Listed],
    lists: &[ListName],
) -> Result<Vec<VocError>, VocError> {
    let published = ListName::of(VOC2007, "test");
    let is_there = devkit.folders.iter().any(|folder| folder == VOC2007)
        && is_file(&devkit.list(&published.folder, &published.list))?;
    let Named { images: published, mut faults } = match is_there && !lists.contains(&published) {
        true => read_all(devkit, &[published]),
        false => Named::default(),
    };
    let held_out: HashMap<_, _> =
        published.iter().chain(test).map(|listed| (listed.origin(), listed)).collect();
    let leak = |listed: &Listed| {
        let other = held_out.get(&listed.origin())?;
        Some(VocError::Leak {
            file: listed.file.clone(),
            line: listed.line,
            name: listed.name.clone(),
            original: other.name.clone(),
            other: other.file.clone(),
            other_line: other.line,
        })
    };
    faults.extend(train.iter().filter_map(leak));
    Ok(faults)
}
