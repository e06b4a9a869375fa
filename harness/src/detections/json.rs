//! Detections as JSON: an array of [`NamedDetection`]s.

use super::{Faults, Names};
use records::detection::{Detection, NamedDetection};
use serde_json::value::RawValue;
use std::path::Path;

/// Reads the text of `file`.
pub fn read(file: &Path, text: &str, names: &Names, faults: &mut Faults) -> Vec<Detection> {
    let parts: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(parts) => parts,
        Err(error) => {
            faults.add(file, error.line(), problem(&error));
            return Vec::new();
        }
    };
    let mut detections = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for part in parts {
        let part = part.get();
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        line += text[counted..start].matches('\n').count();
        counted = start;
        let named = serde_json::from_str::<NamedDetection>(part)
            .map_err(|error| (line + error.line() - 1, problem(&error)));
        match named.and_then(|found| names.detection(&found).map_err(|problem| (line, problem))) {
            Ok(found) => detections.push(found),
            Err((line, problem)) => faults.add(file, line, problem),
        }
    }
    detections
}

/// What is wrong, without the place, which would be that within the part.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    format!("{what}; write an array of objects with `image`, `class`, `score` and `box`")
}
