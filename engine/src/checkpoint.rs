//! Checkpoints: everything that a training resumes from, in one file.
//!
//! A checkpoint is a safetensors file; its metadata holds the rest of the
//! state as JSON and a hash over all of it. It is written beside the last one
//! and renamed, and the last one is kept until the next, so there is always a
//! whole one however a training ends. A damaged one is set aside, never used.

use crate::tensor_bytes::{dtype, from_view, to_bytes};
use records::{FileError, RunDirectory, write_atomically};
use safetensors::{SafeTensors, tensor::TensorView};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tch::Tensor;

const CURRENT: &str = "checkpoint.safetensors";
const PREVIOUS: &str = "checkpoint.previous.safetensors";

/// State and tensors of a training after some step.
#[derive(Debug)]
pub struct Checkpoint<State> {
    /// Everything that is not a tensor.
    pub state: State,
    /// Tensors by name, on the host after loading.
    pub tensors: BTreeMap<String, Tensor>,
}

/// Why a checkpoint cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It belongs to another trial.
    #[error(
        "{path} is the checkpoint of trial {found}, not of {expected}; \
         move it away, or put it back into the run directory it came from"
    )]
    OtherTrial {
        /// The file.
        path: String,
        /// The trial it names.
        found: String,
        /// The trial that is resumed.
        expected: String,
    },
    /// It exists but cannot be read.
    #[error(
        "cannot read the checkpoint {path}: {cause}; make it readable, or move it away to start from scratch"
    )]
    Read {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] FileError),
}

impl<State: Serialize + DeserializeOwned> Checkpoint<State> {
    /// Writes the checkpoint of trial `key`; the one before is kept as the previous.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, run: &RunDirectory, key: &str) -> Result<(), CheckpointError> {
        let state = serde_json::to_string(&self.state).expect("a state holds nothing that JSON cannot");
        let tensors: Vec<(&String, Vec<usize>, safetensors::Dtype, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, tensor)| {
                let shape = tensor.size().iter().map(|n| *n as usize).collect();
                (name, shape, dtype(tensor.kind()), to_bytes(tensor))
            })
            .collect();
        let digest =
            digest(&state, tensors.iter().map(|(name, _, _, bytes)| (name.as_str(), bytes.as_slice())));
        let metadata = [("trial", key), ("state", &state), ("digest", &digest)];
        let metadata: HashMap<String, String> =
            metadata.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let views = tensors.iter().map(|(name, shape, dtype, bytes)| {
            (*name, TensorView::new(*dtype, shape.clone(), bytes).expect("the bytes are those of the shape"))
        });
        let bytes = safetensors::serialize(views, Some(metadata)).expect("names are unique");
        // If this stops half way, the previous one is there.
        let _ = std::fs::rename(run.file(CURRENT), run.file(PREVIOUS));
        Ok(write_atomically(&run.file(CURRENT), &bytes)?)
    }

    /// The newest intact checkpoint of trial `key`, with a message for each that was damaged.
    ///
    /// # Errors
    ///
    /// If a checkpoint is that of another trial, or exists but cannot be read.
    pub fn load(run: &RunDirectory, key: &str) -> Result<(Option<Self>, Vec<String>), CheckpointError> {
        let mut complaints = Vec::new();
        for name in [CURRENT, PREVIOUS] {
            let path = run.file(name);
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
                Err(cause) => return Err(CheckpointError::Read { path: path.display().to_string(), cause }),
            };
            match Self::read(&bytes) {
                Ok((found, checkpoint)) if found == key => return Ok((Some(checkpoint), complaints)),
                Ok((found, _)) => {
                    let path = path.display().to_string();
                    return Err(CheckpointError::OtherTrial { path, found, expected: key.into() });
                }
                Err(what) => {
                    let aside = set_aside(&path);
                    complaints.push(format!(
                        "{} is damaged ({what}); it is not used and was set aside as {}",
                        path.display(),
                        aside.display()
                    ));
                }
            }
        }
        Ok((None, complaints))
    }

    fn read(bytes: &[u8]) -> Result<(String, Self), String> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let entry = |name: &str| metadata.get(name).ok_or_else(|| format!("it has no `{name}`"));
        let mut views = file.tensors();
        views.sort_by(|(left, _), (right, _)| left.cmp(right));
        let sum = digest(entry("state")?, views.iter().map(|(name, view)| (name.as_str(), view.data())));
        if sum != *entry("digest")? {
            return Err("its checksum is wrong".into());
        }
        let tensor = |(name, view): (String, TensorView)| {
            let tensor = from_view(&view).ok_or_else(|| format!("`{name}` has an unknown type"))?;
            Ok((name, tensor))
        };
        let state = serde_json::from_str(entry("state")?).map_err(|error| error.to_string())?;
        let tensors = views.into_iter().map(tensor).collect::<Result<_, String>>()?;
        Ok((entry("trial")?.clone(), Self { state, tensors }))
    }
}

/// Removes the checkpoints of a training that is done.
pub fn remove(run: &RunDirectory) {
    for name in [CURRENT, PREVIOUS] {
        let _ = std::fs::remove_file(run.file(name));
    }
}

/// Hash over the state and the tensors, which come sorted by name.
fn digest<'a>(state: &str, tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(state.as_bytes());
    for (name, bytes) in tensors {
        hasher.update(name.as_bytes()).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
    hasher.finalize().to_hex().to_string()
}

fn set_aside(path: &Path) -> PathBuf {
    let aside = path.with_extension("damaged");
    let _ = std::fs::rename(path, &aside);
    aside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(run: &RunDirectory, step: u64) {
        let tensors = BTreeMap::from([("weights".to_string(), Tensor::from_slice(&[step as f32, 2.5]))]);
        Checkpoint { state: step, tensors }.save(run, "key").unwrap();
    }

    fn load(run: &RunDirectory) -> (Option<u64>, usize) {
        let (checkpoint, complaints) = Checkpoint::<u64>::load(run, "key").unwrap();
        (checkpoint.map(|checkpoint| checkpoint.state), complaints.len())
    }

    #[test]
    fn a_damaged_checkpoint_gives_way_to_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        assert_eq!(load(&run), (None, 0));
        save(&run, 1);
        save(&run, 2);
        assert_eq!(load(&run), (Some(2), 0));
        let whole = std::fs::read(run.file(CURRENT)).unwrap();
        for position in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[position] ^= 0x10;
            std::fs::write(run.file(CURRENT), &bytes).unwrap();
            match Checkpoint::<u64>::load(&run, "key") {
                Ok((checkpoint, complaints)) => {
                    assert_eq!((checkpoint.unwrap().state, complaints.len()), (1, 1), "byte {position}");
                }
                // A flipped bit in the trial's name: refused as well.
                Err(CheckpointError::OtherTrial { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        std::fs::write(run.file(CURRENT), &whole[..whole.len() / 2]).unwrap();
        assert_eq!(load(&run), (Some(1), 1));
        assert!(run.file("checkpoint.damaged").exists());
    }

    #[test]
    fn the_checkpoint_of_another_trial_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        save(&run, 1);
        let message = Checkpoint::<u64>::load(&run, "other").unwrap_err().to_string();
        assert!(message.contains("trial key, not of other"), "{message}");
    }
}
