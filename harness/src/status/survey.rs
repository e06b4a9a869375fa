//! All trials of a folder of results.

use super::{State, look};
use crate::plan::label;
use anyhow::Context;
use records::{RunDirectory, files};
use serde::Serialize;
use std::path::Path;
use trial::TrialSpec;

/// A trial and how it is.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// Its key.
    pub key: String,
    /// What a person calls it; its key where its spec cannot be read.
    pub label: String,
    /// Its suite and model, if its spec can be read.
    pub of: String,
    /// How it is.
    #[serde(flatten)]
    pub state: State,
    /// Bytes in its directory.
    pub bytes: u64,
    /// The directory.
    #[serde(skip)]
    pub run: RunDirectory,
}

/// The trials that have a directory in `out`, by their keys.
///
/// # Errors
///
/// If the folder of run directories is there and cannot be listed.
pub fn survey(out: &Path) -> anyhow::Result<Vec<Trial>> {
    let runs = out.join(files::RUNS);
    if !runs.exists() {
        return Ok(Vec::new());
    }
    let mut trials = Vec::new();
    for entry in std::fs::read_dir(&runs).with_context(|| format!("cannot list {}", runs.display()))? {
        let entry = entry?;
        let Some(key) = entry.file_name().into_string().ok().filter(|_| entry.path().is_dir()) else {
            continue;
        };
        let run = RunDirectory::of(out, &key);
        // A folder of something else, such as a person's copy of a run.
        let has = |name| run.file(name).exists();
        let is_trial = is_key(&key) && (has(files::SPEC) || has(files::COMMITTED));
        if !is_trial {
            continue;
        }
        let spec = run.spec().ok().flatten().and_then(|text| serde_json::from_str::<TrialSpec>(&text).ok());
        trials.push(Trial {
            label: spec.as_ref().map_or_else(|| key.clone(), label),
            of: spec.map(|spec| format!("{} {}", spec.suite, spec.model)).unwrap_or_default(),
            state: look(&run),
            bytes: bytes(run.path()),
            key,
            run,
        });
    }
    trials.sort_by(|one, other| (&one.of, &one.label, &one.key).cmp(&(&other.of, &other.label, &other.key)));
    Ok(trials)
}

/// Whether `name` has the form of a trial's key: 16 hexadecimal digits.
fn is_key(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Bytes of the files in a folder and in the folders in it.
fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}
