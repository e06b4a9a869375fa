//! Unpacks one of the publisher's archives, and writes nowhere but into the folder meant for it.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Component, Path};

use tar::{Archive, EntryType};

use super::devkit::DEVKIT;
use crate::DataFileError;
use crate::fetch::FetchError;

/// Unpacks the files in the archive's `VOCdevkit` into `folder`. An archive with any other content is refused.
///
/// Files are not forced to the disk one by one: what a power failure damages is found by `harness data verify`.
/// Missing and empty files are noticed by the next command, too, and unpacked again.
pub(super) fn unpack(archive: &Path, folder: &Path) -> Result<(), FetchError> {
    let failed = |cause: String| FetchError::Archive { archive: archive.to_path_buf(), cause };
    let file = File::open(archive).map_err(DataFileError::when("read", archive))?;
    let mut entries = Archive::new(BufReader::new(file));
    for entry in entries.entries().map_err(|error| failed(error.to_string()))? {
        let mut entry = entry.map_err(|error| failed(error.to_string()))?;
        let path = entry.path().map_err(|error| failed(error.to_string()))?.into_owned();
        let target = match (below(&path), entry.header().entry_type()) {
            (_, EntryType::Directory) => continue,
            (Some(below), EntryType::Regular) => folder.join(below),
            _ => {
                return Err(failed(format!(
                    "it contains {}, which does not belong to the data set",
                    path.display()
                )));
            }
        };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(DataFileError::when("create the folder", parent))?;
        }
        let mut output = File::create(&target).map_err(DataFileError::when("create", &target))?;
        io::copy(&mut entry, &mut output).map_err(DataFileError::when("unpack", &target))?;
    }
    Ok(())
}

/// The path below the archive's folder, if it stays there.
fn below(path: &Path) -> Option<&Path> {
    let below = path.strip_prefix(DEVKIT).ok()?;
    let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && below != Path::new("")).then_some(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_folder() {
        assert_eq!(below(Path::new("VOCdevkit/VOC2007/a.jpg")), Some(Path::new("VOC2007/a.jpg")));
        for path in [
            "VOC2007/a.jpg",
            "../VOCdevkit/a",
            "/etc/passwd",
            "VOCdevkit",
            "VOCdevkit/../a",
            "VOCdevkit/a/../../b",
        ] {
            assert_eq!(below(Path::new(path)), None, "{path}");
        }
    }
}
