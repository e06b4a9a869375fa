//! The photographs in a split's class folders, sorted by name.
//!
//! As in torchvision's `ImageFolder`, the classes are the folders sorted by name, and a class's
//! photographs its files sorted by name, with the extensions that `ImageFolder` looks for. Unlike
//! there, folders in class folders and names that begin with a dot are left out. Links are followed. What has a
//! photograph's name and is no file (a pipe, a device, a link that leads nowhere) is listed as one of 0 bytes: that it
//! cannot be read is found out where it is read, and said by name.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::ImageFolderError;
use crate::DataFileError;
use crate::regular_file::is_folder;
use crate::threads::Threads;

/// File extensions of photographs, in lower or upper case. Whether such a file can be decoded is found
/// out when it is read.
pub(super) const EXTENSIONS: [&str; 9] =
    [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"];

/// A photograph in a class folder.
pub(super) struct ImageFile {
    pub name: String,
    /// In bytes.
    pub size: u64,
}

/// A class and its photographs, sorted by name.
pub(super) struct ClassFolder {
    pub name: String,
    pub photographs: Vec<ImageFile>,
}

/// Lists the classes of `dir/split`, sorted by name.
pub(super) fn classes(dir: &Path, split: &'static str) -> Result<Vec<ClassFolder>, ImageFolderError> {
    let folder = dir.join(split);
    if !is_folder(&folder)? {
        return Err(ImageFolderError::NoSplit { dir: dir.to_path_buf(), missing: split });
    }
    let names = names(&folder)?;
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for name in names {
        if is_folder(&folder.join(&name))? { folders.push(name) } else { files.push(name) }
    }
    if folders.is_empty() {
        let photographs = files.iter().filter(|name| is_photograph(name)).count();
        return Err(match photographs {
            0 => ImageFolderError::NoClasses { folder, split },
            _ => ImageFolderError::Flat { folder, photographs },
        });
    }
    let look = |(): &mut (), number: usize| class(&folder, folders[number].clone());
    let classes: Vec<_> = Threads::for_each_core().map(0..folders.len(), || (), look);
    classes.into_iter().collect()
}

fn class(split: &Path, name: String) -> Result<ClassFolder, ImageFolderError> {
    let folder = split.join(&name);
    let mut photographs = Vec::new();
    for name in names(&folder)?.into_iter().filter(|name| is_photograph(name)) {
        let path = folder.join(&name);
        let size = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => continue,
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => 0,
            Err(error) if leads_nowhere(&error) => 0,
            Err(error) => return Err(DataFileError::when("read", &path)(error).into()),
        };
        photographs.push(ImageFile { name, size });
    }
    if photographs.is_empty() {
        return Err(ImageFolderError::EmptyClass { folder });
    }
    Ok(ClassFolder { name, photographs })
}

/// Whether the error is that of a link whose target does not exist or is the link itself.
fn leads_nowhere(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound || error.raw_os_error() == Some(libc::ELOOP)
}

/// The names in a folder, sorted, without the hidden ones.
fn names(folder: &Path) -> Result<Vec<String>, ImageFolderError> {
    let failed = || DataFileError::when("read the folder", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            let path = |name| PathBuf::from(folder).join(name);
            names.push(name.into_string().map_err(|name| ImageFolderError::Name { path: path(name) })?);
        }
    }
    names.sort();
    Ok(names)
}

fn is_photograph(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    EXTENSIONS.iter().any(|end| name.ends_with(end))
}
