//! A row against what its run left: `<out>/runs/<key>/record.json`, which `COMMITTED` vouches for.
//!
//! The run's file is what the worker wrote, and the row is a copy of it. Where they differ, somebody changed one
//! of them; where there is no run, nothing says that the row is a result. Columns that the file does not have, since
//! it is older, are not compared; nor is the throughput, which is measured later.
//!
//! A folder without `runs` is an export: a file of records by itself, which is taken at its word.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::csv_file::{and_more, is_rounded};
use crate::run_directory::{CommittedRun, RunDirectory, files};
use crate::{Complaint, Record};

/// Whether a folder is an export, with nothing that its records could be held against.
pub fn is_export(out: &Path) -> bool {
    let runs = out.join(files::RUNS).symlink_metadata();
    runs.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// Why the row of a record in a folder that is no export is not used: there is no run behind it, or another one.
pub fn contradiction(out: &Path, record: &Record) -> Option<String> {
    let run = RunDirectory::of(out, &record.key);
    let text = match CommittedRun::open(&run) {
        Ok(Some(committed)) => committed.text(files::RECORD),
        Ok(None) => return Some(no_run(&run)),
        Err(error) => return Some(error.to_string()),
    };
    let path = run.file(files::RECORD);
    let not_a_record = |error: serde_json::Error| format!("{} is not a record: {error}", path.display());
    let text = match text {
        Ok(Some(text)) => text,
        Ok(None) => return Some(format!("no run behind this row: {} is not there", path.display())),
        Err(error) => return Some(error.to_string()),
    };
    match serde_json::from_str::<Record>(&text) {
        Ok(written) if written == *record => None,
        Ok(written) => match serde_json::from_str(&text) {
            Ok(there) => difference(record, &written, &there, &path),
            Err(error) => Some(not_a_record(error)),
        },
        Err(error) => Some(not_a_record(error)),
    }
}

fn no_run(run: &RunDirectory) -> String {
    let path = run.path().display();
    let what = if run.path().is_dir() { "is not committed" } else { "is not there" };
    format!(
        "no run behind this row: {path} {what}; put the run back, train it again, or keep records without runs in a \
         folder that has no {}",
        files::RUNS
    )
}

/// A note on runs that are committed and that no row of `file` is of; `keys` are those of all rows.
pub fn without_row(out: &Path, file: &Path, keys: &HashSet<&str>) -> Option<Complaint> {
    let entries = fs::read_dir(out.join(files::RUNS)).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    // That one cannot be used is for the command that is to train it to say.
    let is_committed = |key: &String| {
        let run = RunDirectory::of(out, key);
        CommittedRun::open(&run).is_ok_and(|run| run.is_some_and(|run| run.verify().is_ok()))
    };
    let mut missing: Vec<String> =
        names.filter(|key| !keys.contains(key.as_str())).filter(is_committed).collect();
    missing.sort();
    let (first, more) = (missing.first()?, missing.len() - 1);
    let run = RunDirectory::of(out, first);
    let what = format!(
        "no row of run {}{}, which is committed; the command that trained it adds the row",
        run.path().display(),
        and_more(more)
    );
    Some(Complaint { file: file.to_path_buf(), line: 1, what })
}

/// The first of the columns that are `there` in which the row differs from the run's own record.
fn difference(row: &Record, written: &Record, there: &Map<String, Value>, path: &Path) -> Option<String> {
    let (row, written) = (fields(row), fields(written));
    let compared = Record::columns();
    let compared = compared.iter().filter(|column| there.contains_key(*column) && !column.starts_with("fps"));
    // Other programs write fewer digits than a float has.
    let same = |column: &str| match (&row[column], &written[column]) {
        (Value::Number(here), Value::Number(there)) if here.is_f64() && there.is_f64() => {
            here.as_f64().zip(there.as_f64()).is_some_and(|(here, there)| is_rounded(here, there))
        }
        (here, there) => here == there,
    };
    let mut differing = compared.filter(|column| !same(column));
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
