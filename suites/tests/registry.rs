//! What a suite costs: one folder and one line. A name of a suite in the code of another room would be one
//! more place to edit for the next suite.

use std::fs;
use std::path::{Path, PathBuf};
use suites::SUITES;

/// Where suites may be named: their own folders, and the definitions of the paper's tables and figures.
const ALLOWED: [&str; 2] = ["suites/", "results/src/paper/"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The Rust files below `folder` that are compiled into a library or a program.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let other = ["target", "tests", "benches", "examples", "fuzz"].contains(&name.as_str())
            || name.starts_with('.');
        if path.is_dir() && !other {
            sources(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "fixtures.rs" {
            found.push(path);
        }
    }
}

/// A file without its tests, comments, and the lines that cite a source or give a command as an example.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let told = |line: &&str| !line.trim_start().starts_with("//") && !line.contains("  harness ");
    text.lines().filter(told).collect::<Vec<_>>().join("\n")
}

/// Whether a text in quotes begins with `word`, and not with a longer one: `"voc2007"` is a rule that detections are
/// judged by, and no suite.
fn begins_text(code: &str, word: &str) -> bool {
    let start = format!("\"{word}");
    code.split(&start).skip(1).any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

#[test]
fn no_other_room_names_a_suite() {
    let root = workspace();
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 300, "only {} files were looked at", files.len());
    let mut named = Vec::new();
    for path in files {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let code = code(&path);
        let names = |suite: &str| code.contains(&format!("{suite}::")) || begins_text(&code, suite);
        if !ALLOWED.iter().any(|room| name.starts_with(room)) && SUITES.iter().any(|suite| names(suite.name))
        {
            named.push(name);
        }
    }
    assert!(named.is_empty(), "suites are named in {named:?}; what they know belongs into the suite");
}

/// In the crate itself, a suite is named by its own folder and the list of suites.
#[test]
fn no_suite_and_no_shared_room_names_another() {
    let source = workspace().join("suites/src");
    let mut files = Vec::new();
    sources(&source, &mut files);
    for path in files {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().into_owned();
        for suite in SUITES.iter().filter(|suite| !name.starts_with(suite.name)) {
            let named = code(&path).contains(suite.name);
            assert_eq!(named, name == "lib.rs", "{} in {name}", suite.name);
        }
    }
}

#[test]
fn every_folder_of_a_suite_is_registered_and_every_preset_read() {
    let source = workspace().join("suites/src");
    let folders = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path());
    let mut suites: Vec<String> = folders
        .filter(|folder| folder.join("suite.rs").is_file())
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    suites.sort();
    let mut registered: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
    registered.sort_unstable();
    assert_eq!(suites, registered);
    for suite in SUITES {
        let presets = fs::read_dir(source.join(suite.name).join("presets")).unwrap();
        let mut files: Vec<String> = presets
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into())
            .collect();
        files.sort();
        let mut read: Vec<String> = suite.presets().into_iter().map(|preset| preset.name).collect();
        read.sort();
        assert_eq!(files, read, "{}", suite.name);
    }
}
