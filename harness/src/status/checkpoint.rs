//! What the head of a checkpoint says, without reading its tensors or holding its checksum against them: that is for who
//! resumes from it.

use records::{RunDirectory, files};
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Most bytes of a head, in which there are evaluations, too, of some hundred bytes each.
const MOST: u64 = 64 << 20;

/// How far a training had come when it was last saved.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CheckpointHead {
    /// Steps done.
    pub step: u64,
}

/// A safetensors file begins with the length of its header, eight bytes, and the header, a JSON object.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    state: String,
}

#[derive(Deserialize)]
struct Saved {
    run: CheckpointHead,
}

impl CheckpointHead {
    /// Of the newest checkpoint of a run that can be read; none if there is none.
    pub fn of(run: &RunDirectory) -> Option<Self> {
        [files::CHECKPOINT, files::PREVIOUS_CHECKPOINT].iter().find_map(|name| read(&run.file(name)))
    }
}

fn read(path: &Path) -> Option<CheckpointHead> {
    // A pipe would be waited for.
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut length = [0; 8];
    file.read_exact(&mut length).ok()?;
    let length = u64::from_le_bytes(length);
    let mut header = Vec::new();
    file.take(length.min(MOST)).read_to_end(&mut header).ok()?;
    let header: Header = serde_json::from_slice(&header).ok()?;
    let saved: Saved = serde_json::from_str(&header.metadata.state).ok()?;
    Some(saved.run)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A checkpoint after so many steps as far as its head is concerned.
    pub fn write(run: &RunDirectory, name: &str, step: u64) {
        let state = format!(
            r#"{{"run": {{"step": {step}, "cost": 1.0, "metrics": [{{"step": 5, "top1": 40.5}}]}}, "exploring": false}}"#
        );
        let metadata = serde_json::json!({"trial": "key", "state": state, "checksum": "0"});
        let header = serde_json::json!({"__metadata__": metadata, "weights": {"dtype": "F32"}}).to_string();
        let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 4]].concat();
        std::fs::write(run.file(name), bytes).unwrap();
    }

    #[test]
    fn the_newest_head_that_can_be_read_counts() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        assert_eq!(CheckpointHead::of(&run), None);
        write(&run, files::PREVIOUS_CHECKPOINT, 10);
        write(&run, files::CHECKPOINT, 20);
        assert_eq!(CheckpointHead::of(&run).unwrap().step, 20);
        let whole = std::fs::read(run.file(files::CHECKPOINT)).unwrap();
        for length in [0, 4, 8, 50] {
            std::fs::write(run.file(files::CHECKPOINT), &whole[..length]).unwrap();
            assert_eq!(CheckpointHead::of(&run).unwrap().step, 10, "{length}");
        }
        std::fs::write(run.file(files::CHECKPOINT), [0xff; 64]).unwrap();
        assert_eq!(CheckpointHead::of(&run).unwrap().step, 10);
    }
}
