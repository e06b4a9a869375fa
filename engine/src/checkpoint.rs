//! Checkpoints: everything that a training resumes from, in one file.
//!
//! A checkpoint is a safetensors file; its metadata holds the trial's key, the
//! rest of the state as JSON and a hash over all of it: key, state, and each
//! tensor's name, type, shape and values. It is written beside the last one
//! and renamed, and the last one is kept until the next, so there is always a
//! whole one however a training ends. One that cannot be used, since it is
//! damaged or another trial's, is set aside, and the one before is used.

use crate::tensor_bytes::{dtype, from_view, shape, to_bytes};
use records::files::{CHECKPOINT as CURRENT, PREVIOUS_CHECKPOINT as PREVIOUS, SET_ASIDE};
use records::{FileError, RunDirectory, TensorFile, content_checksum, read_regular, write_atomically};
use safetensors::tensor::TensorView;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tch::Tensor;

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
    /// It, or a mask that belongs to it, exists but cannot be read.
    #[error(
        "cannot read {path}, from which the training resumes: {cause}; make it readable, or move it away to start \
         from scratch"
    )]
    Read {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It cannot be used and stands in the way of the next one.
    #[error(
        "{path} {what}, and cannot be renamed to {aside}: {cause}; move it away, then run the same command again"
    )]
    SetAside {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: String,
        /// What it should be called.
        aside: String,
        /// Why that fails.
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
            .map(|(name, tensor)| (name, shape(tensor), dtype(tensor.kind()), to_bytes(tensor)))
            .collect();
        let views: Vec<(&str, TensorView)> = tensors
            .iter()
            .map(|(name, shape, dtype, bytes)| {
                let view = TensorView::new(*dtype, shape.clone(), bytes);
                (name.as_str(), view.expect("the bytes are those of the shape"))
            })
            .collect();
        let texts = [("trial", key), ("state", &state)];
        let checksum = content_checksum::of(texts.into_iter(), views.iter().cloned());
        let texts = texts.into_iter().chain([(content_checksum::NAME, checksum.as_str())]);
        let metadata: HashMap<String, String> =
            texts.map(|(name, text)| (name.into(), text.into())).collect();
        let bytes = safetensors::serialize(views, Some(metadata)).expect("names are unique");
        // If this stops half way, the previous one is there.
        let _ = std::fs::rename(run.file(CURRENT), run.file(PREVIOUS));
        Ok(write_atomically(&run.file(CURRENT), &bytes)?)
    }

    /// The newest checkpoint of trial `key` that can be used, with a message for each that was set aside: one that is
    /// damaged, that is another trial's, or that `lacks` something.
    ///
    /// # Errors
    ///
    /// If a checkpoint exists but cannot be read, or cannot be set aside; those of `lacks`.
    pub fn load(
        run: &RunDirectory,
        key: &str,
        lacks: impl Fn(&State) -> Result<Option<String>, CheckpointError>,
    ) -> Result<(Option<Self>, Vec<String>), CheckpointError> {
        let mut complaints = Vec::new();
        let [damaged, incomplete] = SET_ASIDE;
        for name in [CURRENT, PREVIOUS] {
            let path = run.file(name);
            let bytes = match read_regular(&path) {
                Ok(bytes) => bytes,
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
                Err(cause) => return Err(CheckpointError::Read { path: path.display().to_string(), cause }),
            };
            let (what, extension) = match Self::read(&bytes) {
                Ok((found, _)) if found != key => {
                    (format!("is the checkpoint of trial {found:?}, not of {key}"), "other-trial")
                }
                Ok((_, checkpoint)) => match lacks(&checkpoint.state)? {
                    None => return Ok((Some(checkpoint), complaints)),
                    Some(what) => (format!("cannot be resumed from ({what})"), incomplete),
                },
                Err(what) => (format!("is damaged ({what})"), damaged),
            };
            let aside = set_aside(&path, &what, extension)?;
            complaints.push(format!(
                "{} {what}; it is not used and was set aside as {}",
                path.display(),
                aside.display()
            ));
        }
        Ok((None, complaints))
    }

    fn read(bytes: &[u8]) -> Result<(String, Self), String> {
        let file = TensorFile::parse(bytes).map_err(|error| error.to_string())?;
        let entry = |name: &str| file.text(name).ok_or_else(|| format!("it has no `{name}`"));
        if entry(content_checksum::NAME).is_err() || !file.is_intact() {
            return Err("its checksum is wrong, or an earlier version wrote it".into());
        }
        let tensor = |(name, view): (&str, TensorView)| {
            let tensor = from_view(&view).ok_or_else(|| format!("`{name}` has an unknown type"))?;
            Ok((name.to_string(), tensor))
        };
        let state = serde_json::from_str(entry("state")?).map_err(|error| error.to_string())?;
        let tensors = file.tensors().map(tensor).collect::<Result<_, String>>()?;
        Ok((entry("trial")?.to_string(), Self { state, tensors }))
    }
}

/// Renames a checkpoint about which `what` is wrong, and says to what.
fn set_aside(path: &Path, what: &str, extension: &str) -> Result<PathBuf, CheckpointError> {
    let aside = path.with_extension(extension);
    let shown = |path: &Path| path.display().to_string();
    std::fs::rename(path, &aside).map_err(|cause| CheckpointError::SetAside {
        path: shown(path),
        what: what.into(),
        aside: shown(&aside),
        cause,
    })?;
    Ok(aside)
}

#[cfg(test)]
mod tests;
