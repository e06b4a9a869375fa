//! The photographs in a split's class folders, sorted by name.
//!
//! As in torchvision's `ImageFolder`, the classes are the folders sorted by name, and a class's photographs the files
//! in it and in the folders in it, with the extensions that `ImageFolder` looks for. Unlike there, names that begin with
//! a dot are left out. Links are followed. What has a photograph's name and is no file (a pipe, a device, a link that
//! leads nowhere) is listed as one of 0 bytes.

use std::path::Path;

use super::ImageFolderError;
use super::layout;
use super::left_out::LeftOut;
use super::walk::{self, ImageFile, is_photograph, may_be_folder};
use crate::regular_file::is_folder;
use crate::threads::Threads;

/// A class and its photographs, sorted by name.
pub(super) struct ClassFolder {
    pub name: String,
    pub photographs: Vec<ImageFile>,
}

/// Lists the classes of `dir/split`, sorted by name, and adds up what is left out.
pub(super) fn classes(
    dir: &Path,
    split: &'static str,
    left_out: &mut LeftOut,
) -> Result<Vec<ClassFolder>, ImageFolderError> {
    let folder = dir.join(split);
    if !is_folder(&folder)? {
        let remedy = layout::other_folder(dir);
        return Err(ImageFolderError::NoSplit { dir: dir.to_path_buf(), missing: split, remedy });
    }
    if let Some(command) = layout::annotated(&folder) {
        return Err(ImageFolderError::Annotated { folder, command });
    }
    let names = walk::names(&folder, left_out)?;
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for name in names {
        if is_folder(&folder.join(&name))? { folders.push(name) } else { files.push(name) }
    }
    let (photographs, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|name| is_photograph(name));
    let others = others.iter().map(|name| folder.join(name));
    others.filter(|path| may_be_folder(path)).for_each(|link| left_out.dangling(&link));
    let photographs = photographs.len();
    if folders.is_empty() {
        return Err(match photographs {
            0 => ImageFolderError::NoClasses { folder, split },
            _ => ImageFolderError::Flat { remedy: layout::sorted(&folder), folder, photographs },
        });
    }
    left_out.beside(split, photographs);
    let look = |(): &mut (), number: usize| class(&folder, folders[number].clone());
    let classes: Vec<_> = Threads::for_each_core().map(0..folders.len(), || (), look);
    let classes: Result<Vec<(ClassFolder, LeftOut)>, _> = classes.into_iter().collect();
    let of_class = |(class, of_class)| {
        left_out.add(of_class);
        class
    };
    Ok(classes?.into_iter().map(of_class).collect())
}

fn class(split: &Path, name: String) -> Result<(ClassFolder, LeftOut), ImageFolderError> {
    let folder = split.join(&name);
    let mut left_out = LeftOut::default();
    let photographs = walk::photographs(&folder, &mut left_out)?;
    if photographs.is_empty() {
        return Err(ImageFolderError::EmptyClass { folder });
    }
    Ok((ClassFolder { name, photographs }, left_out))
}
