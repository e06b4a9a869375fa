//! A row against what its run left: `<out>/runs/<key>/record.json` and the checksum of it in `COMMITTED`.
//!
//! The run's file is what the worker wrote, and the row is a copy of it. Where they differ, somebody changed one
//! of them. Columns that the file does not have, since it is older, are not compared; nor is the throughput,
//! which is measured later.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value};

use crate::Record;
use crate::run_directory::{RunDirectory, files};

/// How the row of a record contradicts its run; nothing where the run left no record.
pub fn contradiction(out: &Path, record: &Record) -> Option<String> {
    let run = RunDirectory::of(out, &record.key);
    let path = run.file(files::RECORD);
    let bytes = match run.bytes(files::RECORD) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return None;
        }
        Err(error) => return Some(format!("{} cannot be read: {error}", path.display())),
    };
    if !run.is_what_was_committed(files::RECORD, &bytes) {
        return Some(format!("{}: checksum mismatch", path.display()));
    }
    let not_a_record = |error: serde_json::Error| format!("{} is not a record: {error}", path.display());
    match serde_json::from_slice::<Record>(&bytes) {
        Ok(written) if written == *record => None,
        Ok(written) => match serde_json::from_slice(&bytes) {
            Ok(there) => difference(record, &written, &there, &path),
            Err(error) => Some(not_a_record(error)),
        },
        Err(error) => Some(not_a_record(error)),
    }
}

/// The first of the columns that are `there` in which the row differs from the run's own record.
fn difference(row: &Record, written: &Record, there: &Map<String, Value>, path: &Path) -> Option<String> {
    let (row, written) = (fields(row), fields(written));
    let compared = Record::columns();
    let compared = compared.iter().filter(|column| there.contains_key(*column) && !column.starts_with("fps"));
    let mut differing = compared.filter(|column| row[*column] != written[*column]);
    let column = differing.next()?;
    let more = match differing.count() {
        0 => String::new(),
        count => format!(" (and {count} more columns)"),
    };
    Some(format!(
        "column `{column}` is {} here and {} in {}{more}; one of the two was changed",
        row[column],
        written[column],
        path.display()
    ))
}

fn fields(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
