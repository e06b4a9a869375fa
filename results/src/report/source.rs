//! What a report is made from: the records and self-checks of one or more output directories.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use records::{Record, SelfCheck, Store, StoreError};

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
        // Where in `records` a trial is, and of which directory.
        let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (at, out) in outs.iter().enumerate() {
            let store = Store::new(out);
            let loaded = store.load()?;
            sources.complaints.extend(loaded.complaints.iter().map(ToString::to_string));
            sources.remarks.extend(loaded.remarks.iter().map(ToString::to_string));
            let first = sources.records.len();
            let file = store.path();
            let mut repeated: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for record in loaded.records {
                match seen.get(&record.key) {
                    None => {
                        seen.insert(record.key.clone(), (sources.records.len(), at));
                        sources.records.push(record);
                    }
                    Some((first, folder)) if sources.records[*first] == record => {
                        repeated.entry(*folder).or_default().push(record.key);
                    }
                    Some((_, folder)) => sources.complaints.push(format!(
                        "{}: trial {} differs from its record in {}, which is the one shown",
                        file.display(),
                        record.key,
                        outs[*folder].display(),
                    )),
                }
            }
            sources.remarks.extend(repeated.iter().map(|(folder, keys)| {
                let (file, there) = (file.display(), outs[*folder].display());
                format!("Recorded in {file} and in {there}, and shown once: {}.", keys.join(", "))
            }));
            for folder in SelfCheck::folders(out) {
                match SelfCheck::read(&folder) {
                    Ok(found) => sources.self_checks.extend(found.map(|check| (folder, check))),
                    Err(error) => sources.complaints.push(error.to_string()),
                }
            }
            let records = first..sources.records.len();
            sources.folders.push(ReportFolder { out: out.clone(), records });
        }
        Ok(sources)
    }

    /// The directory of a record.
    pub fn out_of(&self, at: usize) -> &Path {
        let folder = self.folders.iter().find(|folder| folder.records.contains(&at));
        folder.map_or(Path::new(""), |folder| &folder.out)
    }
}
