//! What a report is made from: the records and self-checks of one or more output directories.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use records::{Record, SelfCheck, Store, StoreError};

use crate::merged::Merged;

/// What is recorded in some output directories.
#[derive(Debug, Default)]
pub struct Sources {
    /// The directories.
    pub folders: Vec<ReportFolder>,
    /// Their records one after the other, each trial once.
    pub records: Vec<Record>,
    /// Self-checks, each with its folder.
    pub self_checks: Vec<(PathBuf, SelfCheck)>,
    /// What was left out, and why.
    pub complaints: Vec<String>,
    /// Remarks on what is shown.
    pub remarks: Vec<String>,
}

/// One output directory.
#[derive(Debug)]
pub struct ReportFolder {
    /// Its path.
    pub out: PathBuf,
    /// Which of the records are its.
    pub records: Range<usize>,
}

impl Sources {
    /// Reads output directories. A trial that two of them hold is taken from the first.
    pub fn read(outs: &[PathBuf]) -> Result<Sources, StoreError> {
        let mut sources = Sources::default();
        let mut merged = Merged::default();
        for out in outs {
            let store = Store::new(out);
            let loaded = store.load()?;
            sources.complaints.extend(loaded.complaints.iter().map(ToString::to_string));
            sources.remarks.extend(loaded.remarks.iter().map(ToString::to_string));
            let first = merged.records.len();
            let file = store.path();
            let repeated = merged.add(loaded.records);
            sources.complaints.extend(repeated.different.iter().map(|(folder, key)| {
                let (file, there) = (file.display(), outs[*folder].display());
                format!("{file}: trial {key} differs from its record in {there}, which is the one shown")
            }));
            let mut alike: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            repeated.alike.into_iter().for_each(|(folder, key)| alike.entry(folder).or_default().push(key));
            sources.remarks.extend(alike.iter().map(|(folder, keys)| {
                let (file, there) = (file.display(), outs[*folder].display());
                format!("Recorded in {file} and in {there}, and shown once: {}.", keys.join(", "))
            }));
            for folder in SelfCheck::folders(out) {
                match SelfCheck::read(&folder) {
                    Ok(found) => sources.self_checks.extend(found.map(|check| (folder, check))),
                    Err(error) => sources.complaints.push(error.to_string()),
                }
            }
            let records = first..merged.records.len();
            sources.folders.push(ReportFolder { out: out.clone(), records });
        }
        sources.records = merged.records;
        Ok(sources)
    }

    /// The directory of a record.
    pub fn out_of(&self, at: usize) -> &Path {
        let folder = self.folders.iter().find(|folder| folder.records.contains(&at));
        folder.map_or(Path::new(""), |folder| &folder.out)
    }
}
