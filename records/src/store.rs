//! The records of one output directory: `<out>/records.csv`, one row per trial.
//!
//! Several trials may end at once, in several processes; `csv_file` keeps the file whole. Rows are sorted,
//! so that version control shows small differences. Throughput is measured later and stored separately, in
//! `<out>/fps.csv`; reading joins the two.
//!
//! Reading leaves out what cannot be trusted and says why: rows that are truncated, repeated or contradict
//! each other, that are not plausible (`plausibility`), or that have no run behind them or differ
//! from what it left (`origin`).

mod origin;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::csv_file::{Entry, ParsedCsv, ParsedRow, SharedCsv, StoreError, and_more};
use crate::formula::{kept, unguarded};
use crate::fps::{FpsStore, Measured};
use crate::record::{REQUIRED_COLUMNS, SCHEMA};
use crate::run_directory::{RunDirectory, files};
use crate::{Complaint, Record, plausibility};

/// What a records file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The rows that can be trusted.
    pub records: Vec<Record>,
    /// The rows that were left out, and why.
    pub complaints: Vec<Complaint>,
    /// Notes on rows that are used, and on the measurements as a whole.
    pub remarks: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    pub other_columns: Vec<String>,
    /// Their fields: one list for each record, in the order of `records`.
    pub other_fields: Vec<Vec<String>>,
}

impl Loaded {
    /// Reads the text of a records file, which need not be in an output directory; throughputs are not joined.
    pub fn parse(path: &Path, bytes: &[u8]) -> Loaded {
        let mut parsed = ParsedCsv::parse(path, bytes);
        unmark(&mut parsed);
        Loaded::of(path, parsed)
    }

    /// Keeps only the records for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&Record) -> bool) {
        let kept: Vec<bool> = self.records.iter().map(&mut keep).collect();
        let (mut of_records, mut of_fields) = (kept.iter().copied(), kept.iter().copied());
        self.records.retain(|_| of_records.next() == Some(true));
        self.other_fields.retain(|_| of_fields.next() == Some(true));
    }

    /// The records, sorted, as the text of a records file; unknown columns follow the known ones.
    pub fn into_csv(self) -> Vec<u8> {
        let texts = |texts: Vec<String>| texts.iter().map(|text| kept(text).into_owned()).collect::<Vec<_>>();
        let mut others = self.other_fields.into_iter();
        let row = |entry: Record| ParsedRow {
            entry: with_texts(&entry, kept),
            other: texts(others.next().unwrap_or_default()),
            line: 0,
        };
        let rows = self.records.into_iter().map(row).collect();
        ParsedCsv { rows, other_columns: texts(self.other_columns), ..ParsedCsv::default() }.into_csv()
    }

    /// The rows of `path` that are not impossible.
    fn of(path: &Path, mut parsed: ParsedCsv<Record>) -> Loaded {
        parsed.leave_out(path, Record::impossible);
        let complaints = parsed.complaints();
        let remarks = newer(path, &parsed.rows).into_iter().collect();
        let (records, other_fields) = parsed.rows.into_iter().map(|row| (row.entry, row.other)).unzip();
        Loaded { records, complaints, remarks, other_columns: parsed.other_columns, other_fields }
    }
}

/// The records file of one output directory.
#[derive(Clone, Debug)]
pub struct Store {
    out: PathBuf,
    file: SharedCsv<Record>,
    fps: FpsStore,
}

impl Store {
    /// The store of an output directory, which need not exist yet.
    pub fn new(out: &Path) -> Store {
        Store { out: out.to_path_buf(), file: SharedCsv::new(out, "records"), fps: FpsStore::new(out) }
    }

    /// The records file.
    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// Reads all records that can be trusted, each with the throughput measured for it. A missing file has no
    /// rows; one that exists and cannot be read is an error.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let path = self.path();
        let mut parsed = self.file.read()?;
        let fps = self.fps.measured()?;
        let measured = Measured::of(&fps.rows);
        let is_export = origin::is_export(&self.out);
        let without_row = (!is_export).then(|| {
            let keys = parsed.rows.iter().map(|row| row.entry.key.as_str()).collect();
            origin::without_row(&self.out, &path, &keys)
        });
        unmark(&mut parsed);
        if !is_export {
            parsed.leave_out(&path, |record| origin::contradiction(&self.out, record));
        }
        parsed.leave_out(&path, |record| {
            let trusted = measured.vouches_for(record) || !self.is_measured_here(record);
            (!trusted).then(|| self.no_measurement())
        });
        let mut loaded = Loaded::of(&path, parsed);
        measured.join(&mut loaded.records);
        loaded.complaints.extend(fps.complaints);
        loaded.remarks.extend(fps.remarks);
        loaded.remarks.extend(without_row.flatten());
        Ok(loaded)
    }

    /// Whether the throughput of a record is in `fps.csv` or nowhere, since there are measurements or its trial ran
    /// here. Where neither is so, the record was exported and carries its own.
    fn is_measured_here(&self, record: &Record) -> bool {
        let ran = || RunDirectory::of(&self.out, &record.key).holds(files::RECORD);
        self.fps.path().exists() || ran()
    }

    fn no_measurement(&self) -> String {
        format!(
            "the throughput in the columns fps to fps_doubt is not a measurement of this key in {}; empty these columns",
            self.fps.path().display()
        )
    }

    /// Checks that records can be added: an error if a row cannot be read, since a rewrite would lose it.
    pub fn check(&self) -> Result<(), StoreError> {
        self.file.read()?.whole("the file")
    }

    /// Adds a record, or replaces the one with the same key. An error if the record has no key, if a row of the
    /// file cannot be read, or if the file cannot be written.
    pub fn upsert(&self, record: &Record) -> Result<(), StoreError> {
        if record.key.is_empty() {
            return Err(StoreError::NoKey { suite: record.suite.clone() });
        }
        let written = with_texts(record, kept);
        self.file.rewrite(&of_trial(&record.key), |parsed| parsed.upsert(written.clone()))
    }

    /// Removes the record with `key`, as when its run turns out to be damaged. Fails as [`Store::upsert`] does.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        if self.path().symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            return Ok(());
        }
        self.file.rewrite(&of_trial(key), |parsed| parsed.retain(|record| record.key != key))
    }
}

/// Takes the apostrophes away that an export puts before what a spreadsheet would take for a formula. Other files have
/// none, but for a text that looks like a marked one and was marked for that ([`Store::upsert`]).
fn unmark(parsed: &mut ParsedCsv<Record>) {
    let unmark = |text: &mut String| *text = unguarded(text).to_string();
    parsed.other_columns.iter_mut().for_each(unmark);
    for row in &mut parsed.rows {
        row.other.iter_mut().for_each(unmark);
        row.entry = with_texts(&row.entry, |text| Cow::Borrowed(unguarded(text)));
    }
}

/// The record with another text in place of each.
fn with_texts(record: &Record, text: impl Fn(&str) -> Cow<'_, str>) -> Record {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(record) else { return record.clone() };
    let mut differs = false;
    for field in fields.values_mut() {
        if let Value::String(before) = field {
            let after = text(before).into_owned();
            differs |= after != *before;
            *before = after;
        }
    }
    let changed = differs.then(|| serde_json::from_value(Value::Object(fields)).ok());
    changed.flatten().unwrap_or_else(|| record.clone())
}

/// A note on rows that a newer harness wrote.
fn newer(file: &Path, rows: &[ParsedRow<Record>]) -> Option<Complaint> {
    let mut newer = rows.iter().filter(|row| row.entry.schema.0 > SCHEMA);
    let first = newer.next()?;
    let (version, more) = (first.entry.schema.0, newer.count());
    let what = format!(
        "written by a newer harness (schema {version}, known up to {SCHEMA}){}: its new columns are kept but not shown",
        and_more(more)
    );
    Some(Complaint { file: file.to_path_buf(), line: first.line, what })
}

fn of_trial(key: &str) -> String {
    format!("the record of trial {key}")
}

impl Entry for Record {
    const REQUIRED: &'static [&'static str] = &REQUIRED_COLUMNS;

    fn key(&self) -> &str {
        &self.key
    }

    fn is_same(&self, other: &Record) -> bool {
        self.key == other.key
    }

    fn order(&self, other: &Record) -> Ordering {
        fn names(r: &Record) -> [&String; 6] {
            [&r.suite, &r.dataset, &r.profile, &r.model, &r.method, &r.distribution]
        }
        let target = |r: &Record| r.latency_target.or(r.sparsity_target).unwrap_or(-1.0);
        names(self)
            .cmp(&names(other))
            .then_with(|| target(self).total_cmp(&target(other)))
            .then_with(|| (self.seed, &self.key).cmp(&(other.seed, &other.key)))
    }

    fn impossible(&self) -> Option<String> {
        plausibility::impossible(self)
    }
}

#[cfg(test)]
mod tests;
