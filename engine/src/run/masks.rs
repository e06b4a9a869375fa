//! Masks that are kept during a training, to be compared with the final one. They are files of their own, since each is
//! written once; a checkpoint holds their checksums, so that it is whole only with them.

use super::RunError;
use crate::checkpoint::CheckpointError;
use crate::diagnostics::Snapshot;
use records::mask::unpack;
use records::{RunDirectory, files, read_regular, write_atomically};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

/// The checksum of each mask, by the step after which it was kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct KeptMasks(BTreeMap<u64, String>);

impl KeptMasks {
    /// Writes a mask.
    pub fn keep(&mut self, run: &RunDirectory, snapshot: &Snapshot) -> Result<(), RunError> {
        // A folder that cannot be made shows in the write.
        let _ = std::fs::create_dir_all(run.file(files::MASKS));
        write_atomically(&file(run, snapshot.step), &snapshot.bits)?;
        self.0.insert(snapshot.step, sum(&snapshot.bits));
        Ok(())
    }

    /// The first of them that is no longer as it was written, in words.
    ///
    /// # Errors
    ///
    /// If one cannot be read; it may be intact all the same.
    pub fn lack(&self, run: &RunDirectory) -> Result<Option<String>, CheckpointError> {
        for (step, expected) in &self.0 {
            if let Err(what) = bits(run, *step, expected)? {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }

    /// The mask of so many weights that was kept after `step`; none if none was.
    ///
    /// # Errors
    ///
    /// If it is no longer as it was written, or cannot be read.
    pub fn mask(&self, run: &RunDirectory, step: u64, weights: usize) -> Result<Option<Vec<bool>>, RunError> {
        let Some(expected) = self.0.get(&step) else { return Ok(None) };
        match bits(run, step, expected)? {
            Ok(bits) => Ok(unpack(&bits, weights)),
            Err(what) => Err(RunError::Mask { what }),
        }
    }
}

/// The mask that was kept after `step` with the checksum `expected`, or what is wrong with it.
fn bits(run: &RunDirectory, step: u64, expected: &str) -> Result<Result<Vec<u8>, String>, CheckpointError> {
    let path = file(run, step);
    match read_regular(&path) {
        Ok(bits) if sum(&bits) == expected => Ok(Ok(bits)),
        Ok(_) => Ok(Err(format!("{} is not as it was written", path.display()))),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            Ok(Err(format!("{} is missing", path.display())))
        }
        Err(cause) => Err(CheckpointError::Read { path: path.display().to_string(), cause }),
    }
}

fn file(run: &RunDirectory, step: u64) -> PathBuf {
    run.file(files::MASKS).join(format!("{step}.bits"))
}

fn sum(bits: &[u8]) -> String {
    blake3::hash(bits).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_that_was_changed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        let mut masks = KeptMasks::default();
        for step in [3, 12] {
            masks.keep(&run, &Snapshot { step, bits: vec![0b101, step as u8] }).unwrap();
        }
        let lack = || masks.lack(&run).unwrap();
        assert_eq!(lack(), None);
        assert_eq!(masks.mask(&run, 3, 9).unwrap().unwrap()[..3], [true, false, true]);
        assert!(masks.mask(&run, 4, 9).unwrap().is_none());
        let path = run.file("masks/12.bits");
        for bytes in [&[0b100, 12][..], &[0b101], &[]] {
            std::fs::write(&path, bytes).unwrap();
            assert!(lack().unwrap().contains("12.bits"), "{bytes:?}");
            assert!(masks.mask(&run, 12, 9).unwrap_err().to_string().contains("12.bits"));
        }
        std::fs::remove_file(&path).unwrap();
        assert!(lack().unwrap().contains("12.bits"));
        assert!(masks.mask(&run, 3, 9).is_ok());
        // What cannot be read may be whole.
        std::fs::create_dir(&path).unwrap();
        for error in [RunError::from(masks.lack(&run).unwrap_err()), masks.mask(&run, 12, 9).unwrap_err()] {
            assert!(matches!(error, RunError::Checkpoint(CheckpointError::Read { .. })), "{error}");
            assert!(error.to_string().contains("12.bits"), "{error}");
        }
    }
}
