//! One side of a comparison as typed: `PATH` or `PATH:column=value,column=value`.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use records::{Loaded, Store, StoreError, read_named_or_piped};

use crate::filter::{Filter, FilterError, begins_filter};

/// Which records make one side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    text: String,
    path: PathBuf,
    filter: Filter,
}

/// Records that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// There is no such folder or file.
    #[error("{} does not exist; give a folder of results or a CSV file of records", path.display())]
    Nowhere {
        /// The path.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The filter matches nothing.
    #[error("{selection} matches none of the {all} records of {}{values}", path.display())]
    Nothing {
        /// The selection.
        selection: String,
        /// Number of records before the filter.
        all: usize,
        /// Where they are.
        path: PathBuf,
        /// The values that the columns of the filter have.
        values: String,
    },
}

impl FromStr for Selection {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Selection, FilterError> {
        // A colon belongs to the path unless a filter follows it.
        let at = text.match_indices(':').map(|(at, _)| at).find(|at| begins_filter(&text[at + 1..]));
        let (path, filter) = at.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
        Ok(Selection { text: text.to_string(), path: PathBuf::from(path), filter: filter.parse()? })
    }
}

impl Selection {
    /// The text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folder or file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the filter asks of a column.
    pub fn asked(&self, column: &str) -> Option<&str> {
        self.filter.asked(column)
    }

    /// Reads the records and keeps those that match the filter.
    pub fn load(&self) -> Result<Loaded, SelectError> {
        let loaded = read(&self.path)?;
        let records = self.filter.apply(loaded.records).map_err(|none| SelectError::Nothing {
            selection: self.text.clone(),
            all: none.all,
            path: self.path.clone(),
            values: none.values,
        })?;
        // The fields of unknown columns would no longer belong to their records.
        Ok(Loaded { records, complaints: loaded.complaints, remarks: loaded.remarks, ..Loaded::default() })
    }
}

/// The records of a results folder, with their throughputs, or those of a CSV file, unchanged.
fn read(path: &Path) -> Result<Loaded, SelectError> {
    let nowhere = || SelectError::Nowhere { path: path.to_path_buf() };
    if path.is_dir() {
        let store = Store::new(path);
        return if store.path().exists() {
            Ok(store.load()?)
        } else {
            Err(SelectError::Nowhere { path: store.path() })
        };
    }
    match read_named_or_piped(path, u64::MAX) {
        Ok(bytes) => Ok(Loaded::parse(path, &bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(nowhere()),
        Err(source) => Err(StoreError::Read { path: path.to_path_buf(), source }.into()),
    }
}

#[cfg(test)]
mod tests {
    use records::Record;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        for (key, method, sparsity_target) in [("a", "rigl", 0.9), ("b", "iee", 0.9), ("c", "iee", 0.8)] {
            let (key, method) = (key.to_string(), method.to_string());
            let record = Record { key, method, sparsity_target: Some(sparsity_target), ..Record::default() };
            store.upsert(&record).unwrap();
        }
        folder
    }

    fn keys(text: &str) -> Vec<String> {
        let loaded = text.parse::<Selection>().unwrap().load().unwrap();
        loaded.records.into_iter().map(|record| record.key).collect()
    }

    #[test]
    fn folders_and_files_are_read_and_filtered() {
        let folder = folder();
        let at = folder.path().display();
        assert_eq!(keys(&format!("{at}")).len(), 3);
        assert_eq!(keys(&format!("{at}/records.csv:method=iee")), ["c", "b"]);
        assert_eq!(keys(&format!("{at}:method=iee,sparsity_target=0.90")), ["b"]);
        assert_eq!(keys(&format!("{at}:settings=,method=rigl")), ["a"]);
    }

    #[test]
    fn what_selects_nothing_says_what_there_is() {
        let folder = folder();
        let at = folder.path().display();
        let refuse = |text: String| text.parse::<Selection>().unwrap().load().unwrap_err().to_string();
        let message = refuse(format!("{at}:method=set"));
        assert!(message.contains("none of the 3 records") && message.contains("\"iee\""), "{message}");
        assert!(refuse(format!("{at}/nowhere")).contains("does not exist"));
        assert!(refuse(format!("{at}/..")).contains("records.csv"));
    }

    #[test]
    fn a_colon_belongs_to_the_path_unless_a_filter_follows() {
        let path = |text: &str| text.parse::<Selection>().unwrap().path;
        assert_eq!(path("a:b"), Path::new("a:b"));
        assert_eq!(path("a:b:settings=epochs=10;x=y"), Path::new("a:b"));
        let error = "a:methd=rigl".parse::<Selection>().unwrap_err().to_string();
        assert!(error.contains("methd") && error.contains("method"), "{error}");
        let list: Selection = "a:settings=scales=1,1,0.3;x=y,method=rigl".parse().unwrap();
        assert_eq!(list.asked("settings"), Some("scales=1,1,0.3;x=y"));
        assert_eq!(list.asked("method"), Some("rigl"));
    }
}
