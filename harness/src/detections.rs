//! Detections of any detector, read from files: the text files of the VOC devkit, one a class, or JSON.

mod devkit;
mod faults;
mod json;
mod names;

use anyhow::{Context, bail, ensure};
use records::detection::Detection;
use records::read_named_or_piped;
use std::fs;
use std::path::{Path, PathBuf};

pub use names::Names;

use faults::Faults;

/// Detections, and the classes that the files do not mention.
#[derive(Debug, PartialEq)]
pub struct Detections {
    /// The detections in the order of the files.
    pub detections: Vec<Detection>,
    /// Classes without a file of their own, where classes have files.
    pub missing: Vec<String>,
}

impl Detections {
    /// Reads the files at `paths`: one JSON file, or text files and folders of them. An error that names every
    /// fault by file and line, if there is one.
    pub fn read(paths: &[PathBuf], names: &Names) -> anyhow::Result<Detections> {
        let files = files(paths)?;
        let mut faults = Faults::default();
        let read = match files.as_slice() {
            [file] if is_json(file) => {
                let detections = json::read(file, &text(file)?, names, &mut faults);
                Detections { detections, missing: Vec::new() }
            }
            files => {
                ensure!(
                    !files.iter().any(|file| is_json(file)),
                    "detections in JSON are one file; name it alone"
                );
                devkit::read(files, names, &mut faults)?
            }
        };
        faults.refuse()?;
        Ok(read)
    }
}

fn is_json(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The files at `paths`, in the order of their names within a folder.
fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        ensure!(path.exists(), "there is no file or folder {}", path.display());
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let read = || format!("cannot read the folder {}", path.display());
        let mut found = Vec::new();
        for entry in fs::read_dir(path).with_context(read)? {
            let file = entry.with_context(read)?.path();
            if file.extension().is_some_and(|extension| extension == "txt") {
                found.push(file);
            }
        }
        if found.is_empty() {
            bail!(
                "{} holds no text files of detections, such as comp3_det_test_CLASS.txt or CLASS.txt",
                path.display()
            );
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn text(file: &Path) -> anyhow::Result<String> {
    let unreadable = || format!("cannot read {}", file.display());
    let bytes = read_named_or_piped(file, u64::MAX).with_context(unreadable)?;
    let text = String::from_utf8(bytes).with_context(unreadable)?;
    // Some editors begin a file with a mark of its byte order.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests;
