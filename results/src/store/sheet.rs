//! The text of a CSV file: rows with their line numbers, and what is wrong with the others.
//!
//! Columns of other origin (a newer harness, a person's remarks) are kept as they are.

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a row says.
pub trait Entry: Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Columns without which a row cannot be told apart from others; the rest may be missing.
    const REQUIRED: &'static [&'static str];

    /// What the row is about; a row must say it.
    fn key(&self) -> &str;

    /// Whether two rows are about the same, so that one replaces the other.
    fn is_same(&self, other: &Self) -> bool;

    /// Whether it takes the place of an old one about the same.
    fn replaces(&self, _old: &Self) -> bool {
        true
    }

    /// The order of rows in the file.
    fn order(&self, other: &Self) -> Ordering;
}

/// The columns of an entry in the order in which they are written.
pub fn columns<E: Entry>() -> StringRecord {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(E::default()).expect("a flat entry serializes");
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::Reader::from_reader(written.as_slice());
    reader.headers().expect("the header was just written").clone()
}

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
struct Row<E> {
    /// The columns that the harness knows.
    entry: E,
    /// The fields of the other columns.
    other: Vec<String>,
    line: u64,
}

/// The whole file.
pub struct Sheet<E> {
    /// The rows that could be read.
    rows: Vec<Row<E>>,
    /// The rows that could not.
    pub complaints: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    other_columns: Vec<String>,
}

impl<E> Default for Sheet<E> {
    fn default() -> Sheet<E> {
        Sheet { rows: Vec::new(), complaints: Vec::new(), other_columns: Vec::new() }
    }
}

impl<E: Entry> Sheet<E> {
    /// Reads the text of `file`.
    pub fn parse(file: &Path, bytes: &[u8]) -> Sheet<E> {
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
        let missing: Vec<_> = E::REQUIRED.iter().filter(|name| !header.iter().any(|c| c == **name)).collect();
        if !missing.is_empty() && !bytes.is_empty() {
            complain(1, format!("the header lacks the columns {missing:?}"));
            return sheet;
        }
        let known = columns::<E>();
        let others: Vec<usize> =
            (0..header.len()).filter(|at| !known.iter().any(|name| name == &header[*at])).collect();
        for row in reader.records() {
            let parsed = row.and_then(|row| Ok((row.deserialize::<E>(Some(&header))?, row)));
            match parsed {
                Ok((entry, row)) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    if entry.key().is_empty() {
                        complain(line, "column `key`: is empty".to_string());
                        continue;
                    }
                    let other = others.iter().map(|at| row[*at].to_string()).collect();
                    sheet.rows.push(Row { entry, other, line });
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

    /// Keeps one of several equal rows; leaves out all rows about the same that contradict each
    /// other.
    fn settle_duplicates(&mut self, file: &Path) {
        let mut groups: Vec<Vec<Row<E>>> = Vec::new();
        let mut sorted = std::mem::take(&mut self.rows);
        sorted.sort_by(|a, b| a.entry.key().cmp(b.entry.key()));
        for row in sorted {
            let key = row.entry.key().to_string();
            let of_key = groups.iter_mut().rev().take_while(|group| group[0].entry.key() == key);
            match of_key.into_iter().find(|group| group[0].entry.is_same(&row.entry)) {
                Some(group) => group.push(row),
                None => groups.push(vec![row]),
            }
        }
        for mut rows in groups {
            if rows.iter().all(|r| r.entry == rows[0].entry && r.other == rows[0].other) {
                self.rows.push(rows.swap_remove(0));
                continue;
            }
            let lines: Vec<String> = rows.iter().map(|row| row.line.to_string()).collect();
            let key = rows[0].entry.key();
            let what = format!("key {key} is on lines {} with different content", lines.join(" and "));
            self.complaints.extend(rows.iter().map(|row| Complaint {
                file: file.to_path_buf(),
                line: row.line,
                what: what.clone(),
            }));
        }
        self.rows.sort_by_key(|row| row.line);
    }

    /// The rows that could be read, in the order of the file, and what is wrong with the others.
    pub fn into_entries(self) -> (Vec<E>, Vec<Complaint>) {
        (self.rows.into_iter().map(|row| row.entry).collect(), self.complaints)
    }

    /// Adds a row, or replaces the one about the same where it does.
    pub fn upsert(&mut self, entry: E) {
        match self.rows.iter_mut().find(|row| row.entry.is_same(&entry)) {
            Some(row) if entry.replaces(&row.entry) => row.entry = entry,
            Some(_) => {}
            None => {
                let other = vec![String::new(); self.other_columns.len()];
                self.rows.push(Row { entry, other, line: 0 });
            }
        }
    }

    /// Keeps only the rows that `keep` is true of.
    pub fn retain(&mut self, keep: impl Fn(&E) -> bool) {
        self.rows.retain(|row| keep(&row.entry));
    }

    /// The text of the file, rows sorted.
    pub fn into_csv(mut self) -> Vec<u8> {
        self.rows.sort_by(|a, b| a.entry.order(&b.entry));
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let columns = columns::<E>();
        let header = columns.iter().chain(self.other_columns.iter().map(String::as_str));
        writer.write_record(header).expect("a vector takes every byte");
        for row in &self.rows {
            writer.serialize((&row.entry, &row.other)).expect("a flat entry serializes");
        }
        writer.into_inner().expect("a vector takes every byte")
    }
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
