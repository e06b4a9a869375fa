//! Unpacks the files of the publisher's archive, and writes nowhere but into the folder meant for them.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use crate::DataFileError;
use crate::fetch::FetchError;

/// Unpacks the plain files of the archive's folder `inner`, such as `cifar-10-batches-bin`, into `folder`. An archive
/// with any other content is refused.
pub(super) fn unpack(archive: &Path, inner: &str, folder: &Path) -> Result<(), FetchError> {
    let failed = |cause: String| FetchError::Archive { archive: archive.to_path_buf(), cause };
    let file = File::open(archive).map_err(DataFileError::when("read", archive))?;
    let mut entries = Archive::new(GzDecoder::new(BufReader::new(file)));
    for entry in entries.entries().map_err(|error| failed(error.to_string()))? {
        let mut entry = entry.map_err(|error| failed(error.to_string()))?;
        let path = entry.path().map_err(|error| failed(error.to_string()))?.into_owned();
        let name = match (plain_name(inner, &path), entry.header().entry_type()) {
            (_, EntryType::Directory) => continue,
            (Some(name), EntryType::Regular) => name,
            _ => {
                return Err(failed(format!(
                    "it contains {}, which does not belong to the data set",
                    path.display()
                )));
            }
        };
        let target = folder.join(name);
        let mut output = File::create_new(&target).map_err(DataFileError::when("create", &target))?;
        io::copy(&mut entry, &mut output)
            .and_then(|_| output.sync_all())
            .map_err(DataFileError::when("unpack", &target))?;
    }
    Ok(())
}

/// The file name, if the path is the archive's folder and one plain name.
fn plain_name<'a>(inner: &str, path: &'a Path) -> Option<&'a Path> {
    let name = path.strip_prefix(inner).ok()?;
    let mut parts = name.components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &str = "cifar-10-batches-bin";

    #[test]
    fn only_files_directly_in_the_folder_are_taken() {
        assert_eq!(
            plain_name(INNER, Path::new("cifar-10-batches-bin/test_batch.bin")),
            Some(Path::new("test_batch.bin"))
        );
        for path in [
            "test_batch.bin",
            "../test_batch.bin",
            "/etc/passwd",
            "cifar-10-batches-bin",
            "cifar-10-batches-bin/..",
            "cifar-10-batches-bin/../x",
            "cifar-10-batches-bin/a/b",
            "/cifar-10-batches-bin/x",
        ] {
            assert_eq!(plain_name(INNER, Path::new(path)), None, "{path}");
        }
    }
}
