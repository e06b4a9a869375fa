//! One side of a comparison as typed: `PATH` or `PATH:column=value,column=value`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fs, io};

use records::{Loaded, Record, Store, StoreError};

/// Which records make one side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    text: String,
    path: PathBuf,
    filter: Vec<(String, String)>,
}

/// A selection that cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SelectionError {
    /// No column has this name.
    #[error("there is no column {column:?}; the columns are those of records.csv: {known}")]
    UnknownColumn {
        /// The name.
        column: String,
        /// The names there are.
        known: String,
    },
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
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Selection, SelectionError> {
        // A colon belongs to the path unless a filter follows it.
        let at = text.match_indices(':').map(|(at, _)| at).find(|at| begins_filter(&text[at + 1..]));
        let (path, filter) = at.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
        let filter = parts(filter).into_iter().map(parse_part).collect::<Result<_, _>>()?;
        Ok(Selection { text: text.to_string(), path: PathBuf::from(path), filter })
    }
}

fn begins_filter(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    text.contains('=') && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Cuts a filter at the commas that another column follows: a list in a value has commas too.
fn parts(filter: &str) -> Vec<&str> {
    let commas = filter.match_indices(',').map(|(at, _)| at);
    let ends = commas.filter(|at| begins_filter(&filter[at + 1..])).chain([filter.len()]);
    let mut start = 0;
    let mut parts: Vec<&str> = ends.map(|end| &filter[std::mem::replace(&mut start, end + 1)..end]).collect();
    parts.retain(|part| !part.is_empty());
    parts
}

fn parse_part(part: &str) -> Result<(String, String), SelectionError> {
    let (column, value) = part.split_once('=').unwrap_or((part, ""));
    let columns = Record::columns();
    if !columns.iter().any(|known| known == column) {
        let known = columns.iter().collect::<Vec<_>>().join(", ");
        return Err(SelectionError::UnknownColumn { column: column.to_string(), known });
    }
    Ok((column.to_string(), value.to_string()))
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
        self.filter.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str())
    }

    /// Reads the records and keeps those that match the filter.
    pub fn load(&self) -> Result<Loaded, SelectError> {
        let loaded = read(&self.path)?;
        let all = loaded.records.len();
        let columns = Record::columns();
        let at = |name: &str| columns.iter().position(|column| column == name);
        let filter: Vec<(usize, &str)> =
            self.filter.iter().filter_map(|(name, value)| Some((at(name)?, value.as_str()))).collect();
        let mut others = vec![Vec::new(); filter.len()];
        let keep = |record: &Record| {
            let row = fields(record);
            let mut fits = true;
            for ((at, asked), others) in filter.iter().zip(&mut others) {
                if !says(&row[*at], asked) {
                    fits = false;
                    if !others.contains(&row[*at]) {
                        others.push(row[*at].clone());
                    }
                }
            }
            fits
        };
        let mut records = loaded.records;
        if !filter.is_empty() {
            records.retain(keep);
        }
        if records.is_empty() {
            let said = self.filter.iter().zip(&others).filter(|(_, others)| !others.is_empty());
            let said = said.map(|((name, _), others)| format!("; other values of {name}: {}", some(others)));
            return Err(SelectError::Nothing {
                selection: self.text.clone(),
                all,
                path: self.path.clone(),
                values: said.collect(),
            });
        }
        // The fields of unknown columns would no longer belong to their records.
        Ok(Loaded { records, complaints: loaded.complaints, remarks: loaded.remarks, ..Loaded::default() })
    }
}

/// The first few of many values.
fn some(values: &[String]) -> String {
    const MOST: usize = 8;
    let mut said = values.iter().take(MOST).map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        said += ", ...";
    }
    said
}

/// Whether a field has the value asked for; numbers may be written in different ways.
pub(crate) fn says(field: &str, asked: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    field == asked || number(field).is_some_and(|value| number(asked) == Some(value))
}

fn fields(record: &Record) -> Vec<String> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.serialize(record).expect("a flat record serializes");
    let line = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_slice());
    let row = reader.records().next().expect("a line was written").expect("it was written as CSV");
    row.iter().map(String::from).collect()
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
    match fs::read(path) {
        Ok(bytes) => Ok(Loaded::parse(path, &bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(nowhere()),
        Err(source) => Err(StoreError::Read { path: path.to_path_buf(), source }.into()),
    }
}

#[cfg(test)]
mod tests {
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
