//! What a new method costs: its file and its line in the registry.
//!
//! The code and the profiles that serve every method name none of them, so that nothing else has to be edited
//! for a new one.

use sparsity::Override;
use std::path::{Path, PathBuf};

/// Where methods are served and not defined: sources, profiles, and the tests that hold every method to the
/// same rules.
const ROOMS: [&str; 6] =
    ["harness/src", "trial/src", "engine/src", "suites/src", "sparsity/src", "engine/tests/common"];

/// Names that mean something else besides: what every ratio is relative to, the saliency criteria, an argument,
/// and HALP's protocol of measurement.
const OTHER_MEANINGS: [&str; 6] = ["dense", "magnitude", "snip", "grasp", "set", "halp"];

/// All files of a folder and the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The text of a source file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_code_that_serves_methods_names_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let methods: Vec<&str> = trial::registry::all().iter().map(|method| method.name).collect();
    let methods: Vec<&str> = methods.into_iter().filter(|name| !OTHER_MEANINGS.contains(name)).collect();
    assert!(methods.len() > 5, "{methods:?}");
    let mut read = 0;
    for path in ROOMS.iter().flat_map(|room| files(&root.join(room))) {
        let tests = path.components().any(|part| part.as_os_str() == "tests") && !path.ends_with("mod.rs");
        if path.extension().is_none_or(|kind| kind != "rs") || tests || path.ends_with("tests.rs") {
            continue;
        }
        read += 1;
        let code = code(&path);
        for name in &methods {
            assert!(!code.contains(&format!("\"{name}\"")), "{} names {name}", path.display());
        }
    }
    assert!(read > 100, "{read} files were read");
}

/// A method needs an entry in a profile only for values that differ from the profile's cadence.
#[test]
fn no_profile_repeats_its_cadence_for_a_method() {
    for preset in suites::SUITES.iter().flat_map(|suite| suite.presets()) {
        for method in trial::registry::all() {
            let of_cadence = preset.method("", &(method.settings)());
            for own in preset.method(method.name, &[]) {
                let repeats = |change: &Override| (&change.key, &change.text) == (&own.key, &own.text);
                assert!(!of_cadence.iter().any(repeats), "{}: {} of {}", preset.name, own.key, method.name);
            }
        }
    }
}
