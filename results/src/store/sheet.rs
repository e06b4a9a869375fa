//! The text of a records file: rows with their line numbers, and what is wrong with the others.
//!
//! Columns of other origin (a newer harness, a person's remarks) are kept as they are.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::record::{REQUIRED_COLUMNS, Record};

/// A row that was left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

/// One row of the file.
pub struct Row {
    /// The columns that the harness knows.
    pub record: Record,
    /// The fields of the other columns.
    other: Vec<String>,
    line: u64,
}

/// The whole file.
#[derive(Default)]
pub struct Sheet {
    /// The rows that could be read.
    pub rows: Vec<Row>,
    /// The rows that could not.
    pub complaints: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    other_columns: Vec<String>,
}

impl Sheet {
    /// Reads the text of `file`.
    pub fn parse(file: &Path, bytes: &[u8]) -> Sheet {
        let mut sheet = Sheet::default();
        let mut complain = |line, what| {
            sheet.complaints.push(Complaint { file: file.to_path_buf(), line, what });
        };
        let mut reader = csv::Reader::from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                complain(1, describe(&error, &StringRecord::new()));
                return sheet;
            }
        };
        let missing: Vec<_> =
            REQUIRED_COLUMNS.iter().filter(|name| !header.iter().any(|c| c == **name)).collect();
        if !missing.is_empty() && !bytes.is_empty() {
            complain(1, format!("the header lacks the columns {missing:?}"));
            return sheet;
        }
        let known = Record::columns();
        let others: Vec<usize> =
            (0..header.len()).filter(|at| !known.iter().any(|name| name == &header[*at])).collect();
        for row in reader.records() {
            let parsed = row.and_then(|row| Ok((row.deserialize::<Record>(Some(&header))?, row)));
            match parsed {
                Ok((record, row)) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    if record.key.is_empty() {
                        complain(line, "column `key`: is empty".to_string());
                        continue;
                    }
                    let other = others.iter().map(|at| row[*at].to_string()).collect();
                    sheet.rows.push(Row { record, other, line });
                }
                Err(error) => {
                    complain(error.position().map_or(0, csv::Position::line), describe(&error, &header))
                }
            }
        }
        sheet.other_columns = others.iter().map(|at| header[*at].to_string()).collect();
        sheet.settle_duplicates(file);
        sheet.complaints.sort_by_key(|complaint| complaint.line);
        sheet
    }

    /// Keeps one of several equal rows; leaves out all rows of a key that contradict each other.
    fn settle_duplicates(&mut self, file: &Path) {
        let mut by_key: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in std::mem::take(&mut self.rows) {
            by_key.entry(row.record.key.clone()).or_default().push(row);
        }
        for (key, mut rows) in by_key {
            if rows.iter().all(|r| r.record == rows[0].record && r.other == rows[0].other) {
                self.rows.push(rows.swap_remove(0));
                continue;
            }
            let lines: Vec<String> = rows.iter().map(|row| row.line.to_string()).collect();
            let what = format!("key {key} is on lines {} with different content", lines.join(" and "));
            self.complaints.extend(rows.iter().map(|row| Complaint {
                file: file.to_path_buf(),
                line: row.line,
                what: what.clone(),
            }));
        }
        self.rows.sort_by_key(|row| row.line);
    }

    /// Adds a record, or replaces the one with the same key.
    pub fn upsert(&mut self, record: Record) {
        match self.rows.iter_mut().find(|row| row.record.key == record.key) {
            Some(row) => row.record = record,
            None => {
                let other = vec![String::new(); self.other_columns.len()];
                self.rows.push(Row { record, other, line: 0 });
            }
        }
    }

    /// The text of the file, rows sorted.
    pub fn into_csv(mut self) -> Vec<u8> {
        self.rows.sort_by(|a, b| order(&a.record, &b.record));
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let columns = Record::columns();
        let header = columns.iter().chain(self.other_columns.iter().map(String::as_str));
        writer.write_record(header).expect("a vector takes every byte");
        for row in &self.rows {
            writer.serialize((&row.record, &row.other)).expect("a flat record serializes");
        }
        writer.into_inner().expect("a vector takes every byte")
    }
}

/// The order of rows in the file.
fn order(a: &Record, b: &Record) -> Ordering {
    let names = |r: &Record| {
        [&r.suite, &r.dataset, &r.profile, &r.model, &r.method, &r.distribution].map(String::clone)
    };
    let target = |r: &Record| r.sparsity_target.unwrap_or(-1.0);
    names(a)
        .cmp(&names(b))
        .then_with(|| target(a).total_cmp(&target(b)))
        .then_with(|| (a.seed, &a.key).cmp(&(b.seed, &b.key)))
}

/// The error without the position, which the complaint states itself, and with the column's name.
fn describe(error: &csv::Error, header: &StringRecord) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => match err.field().and_then(|at| header.get(at as usize)) {
            Some(column) => format!("column `{column}`: {}", err.kind()),
            None => err.kind().to_string(),
        },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_string(),
        _ => error.to_string(),
    }
}
