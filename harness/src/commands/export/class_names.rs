//! The names of the classes that a run tells apart. A detector's are in its run directory, those of CIFAR-10 and CIFAR-100
//! are known by their suites, and others are read from the data.

use records::{RunDirectory, words};
use std::path::Path;
use trial::{Resolved, TrialSpec};

/// The names, or why they are not known. A folder of data is asked only if it is the one that was trained on.
pub fn found(
    run: &RunDirectory,
    spec: &TrialSpec,
    resolved: &Resolved,
    data: Option<&Path>,
    out: &Path,
) -> Result<Vec<String>, String> {
    let detected: Vec<String> = run.classes().rows.into_iter().map(|class| class.class).collect();
    if !detected.is_empty() {
        return Ok(detected);
    }
    let suite = resolved.suite;
    if spec.dataset == suite.name && !suite.class_names.is_empty() {
        return Ok(suite.class_names.iter().map(ToString::to_string).collect());
    }
    let folders = match data {
        Some(folder) => vec![folder.to_path_buf()],
        None => vec![suite.usual_folder(), out.join("data").join(words::synthetic(suite.name))],
    };
    let fits = |folder: &&std::path::PathBuf| {
        let identity = suite.data.identify(folder, &resolved.recipe_settings);
        identity.is_ok_and(|identity| identity.fingerprint == spec.data_fingerprint)
    };
    let folder = folders.iter().find(fits).ok_or_else(|| {
        let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        format!(
            "the data that it was trained on ({}, fingerprint {}) are not in {}; name their folder with --data",
            spec.dataset,
            spec.data_fingerprint,
            folders.join(" or ")
        )
    })?;
    suite.data.class_names(folder, &resolved.recipe_settings).map_err(|error| error.to_string())
}
