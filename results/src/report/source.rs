//! What a report is made from: the records of one or more output directories.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::record::Record;
use crate::store::{Store, StoreError};

/// What is recorded in some output directories.
#[derive(Debug, Default)]
pub struct Sources {
    /// The directories.
    pub folders: Vec<Folder>,
    /// Their records one after the other, each trial once.
    pub records: Vec<Record>,
    /// What was left out, and why.
    pub complaints: Vec<String>,
    /// What there is to know of what is shown.
    pub remarks: Vec<String>,
}

/// One output directory.
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub out: PathBuf,
    /// Which of the records are its.
    pub records: Range<usize>,
}

impl Sources {
    /// Reads output directories. A trial that two of them hold is taken from the first.
    pub fn read(outs: &[PathBuf]) -> Result<Sources, StoreError> {
        let mut sources = Sources::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (at, out) in outs.iter().enumerate() {
            let store = Store::new(out);
            let loaded = store.load()?;
            sources.complaints.extend(loaded.complaints.iter().map(ToString::to_string));
            sources.remarks.extend(loaded.remarks.iter().map(ToString::to_string));
            let first = sources.records.len();
            for record in loaded.records {
                match seen.insert(record.key.clone(), at) {
                    None => sources.records.push(record),
                    Some(other) => {
                        seen.insert(record.key.clone(), other);
                        let (file, there) = (store.path(), outs[other].display().to_string());
                        sources.complaints.push(format!(
                            "{}: trial {} is recorded in {there} too, and taken from there",
                            file.display(),
                            record.key,
                        ));
                    }
                }
            }
            let records = first..sources.records.len();
            sources.folders.push(Folder { out: out.clone(), records });
        }
        Ok(sources)
    }

    /// The directory of a record.
    pub fn out_of(&self, at: usize) -> &Path {
        let folder = self.folders.iter().find(|folder| folder.records.contains(&at));
        folder.map_or(Path::new(""), |folder| &folder.out)
    }
}

/// The different values of a field, sorted; an empty one is unknown.
pub fn distinct(records: &[Record], field: fn(&Record) -> &str) -> String {
    let mut values: Vec<&str> = records.iter().map(field).collect();
    values.sort_unstable();
    values.dedup();
    let known = values.into_iter().map(|value| if value.is_empty() { "unknown" } else { value });
    known.collect::<Vec<_>>().join(", ")
}
