//! All photographs below a class folder, in torchvision's order.

use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;

use super::ImageFolderError;
use super::left_out::LeftOut;
use crate::DataFileError;
use crate::regular_file::leads_nowhere;

/// File extensions of photographs, in lower or upper case. Whether such a file can be decoded is found
/// out when it is read.
const EXTENSIONS: [&str; 9] = [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"];
/// Folders in folders; more are taken for links that lead back.
const DEEPEST: usize = 32;

/// A photograph in a class folder.
pub(super) struct ImageFile {
    /// Its path below the class folder, with slashes.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

/// The photographs in a folder and in the folders in it: first those of the folder itself, then those of one folder
/// after the other in the order of their whole paths, each sorted by name.
pub(super) fn photographs(class: &Path, left_out: &mut LeftOut) -> Result<Vec<ImageFile>, ImageFolderError> {
    let mut folders = vec![String::new()];
    let mut photographs: Vec<(String, ImageFile)> = Vec::new();
    while let Some(folder) = folders.pop() {
        for name in names(&class.join(&folder), left_out)? {
            let below = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let path = class.join(&below);
            match size(&path, &below)? {
                None if below.matches('/').count() < DEEPEST => folders.push(below),
                None => return Err(ImageFolderError::TooDeep { folder: path }),
                Some(size) if is_photograph(&below) => {
                    photographs.push((folder.clone(), ImageFile { name: below, size }));
                }
                Some(_) if may_be_folder(&path) => left_out.dangling(&path),
                Some(_) => left_out.file(&below),
            }
        }
    }
    photographs.sort_by(|(folder, file), (other, another)| (folder, &file.name).cmp(&(other, &another.name)));
    Ok(photographs.into_iter().map(|(_, file)| file).collect())
}

/// The bytes of a file, nothing for a folder. What is neither has none: that it cannot be read is found out where it is
/// read, and said by name.
fn size(path: &Path, name: &str) -> Result<Option<u64>, ImageFolderError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(None),
        Ok(metadata) if metadata.is_file() => Ok(Some(metadata.len())),
        Ok(_) => Ok(Some(0)),
        Err(error) if leads_nowhere(&error) || !is_photograph(name) => Ok(Some(0)),
        Err(error) => Err(DataFileError::when("read", path)(error).into()),
    }
}

/// The names in a folder, sorted, without the hidden ones and those that are no text.
pub(super) fn names(folder: &Path, left_out: &mut LeftOut) -> Result<Vec<String>, ImageFolderError> {
    let mut names = Vec::new();
    let entries: io::Result<Vec<DirEntry>> = fs::read_dir(folder).and_then(|entries| entries.collect());
    for entry in entries.map_err(DataFileError::when("read the folder", folder))? {
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => left_out.hidden(&name),
            Ok(name) => names.push(name),
            Err(name) => left_out.no_text(&folder.join(name)),
        }
    }
    names.sort();
    Ok(names)
}

/// Whether what has no photograph's name may be meant for a folder of them: a link that leads nowhere.
pub(super) fn may_be_folder(path: &Path) -> bool {
    path.is_symlink() && fs::metadata(path).is_err_and(|error| leads_nowhere(&error))
}

/// Whether a file is one by the end of its name.
pub(super) fn is_photograph(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    EXTENSIONS.iter().any(|end| name.ends_with(end))
}
