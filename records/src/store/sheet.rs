//! The text of a CSV file: rows with their line numbers, and what is wrong with the others.
//!
//! Columns of other origin (a newer harness, a person's remarks) are kept as they are.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::lines::Lines;

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

    /// What cannot be true of it, if anything.
    fn impossible(&self) -> Option<String>;
}

/// The columns of an entry in the order in which they are written.
pub fn columns<E: Entry>() -> StringRecord {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(E::default()).expect("a flat entry serializes");
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::Reader::from_reader(written.as_slice());
    reader.headers().expect("the header was just written").clone()
}

/// What is to be said of a row: as a rule, why it was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What there is to say.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

/// One row of the file.
pub struct Row<E> {
    /// The columns that the harness knows.
    pub entry: E,
    /// The fields of the other columns.
    pub other: Vec<String>,
    /// The line, counted from 1.
    pub line: u64,
}

/// The whole file.
pub struct Sheet<E> {
    /// The rows that could be read.
    pub rows: Vec<Row<E>>,
    /// The rows that could not; a rewrite would lose them.
    pub unreadable: Vec<Complaint>,
    /// The rows that could be read and are not to be used.
    pub doubtful: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    pub other_columns: Vec<String>,
}

impl<E> Default for Sheet<E> {
    fn default() -> Sheet<E> {
        Sheet { rows: Vec::new(), unreadable: Vec::new(), doubtful: Vec::new(), other_columns: Vec::new() }
    }
}

impl<E: Entry> Sheet<E> {
    /// Reads the text of `file`.
    pub fn parse(file: &Path, bytes: &[u8]) -> Sheet<E> {
        let mut sheet = Sheet::default();
        let complaint = |line, what| Complaint { file: file.to_path_buf(), line, what };
        let mut lines = Lines::of(bytes);
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().cloned().map_err(|error| said(&error));
        let header = match header.and_then(|header| sound::<E>(&header).map(|()| header)) {
            Ok(header) => header,
            Err(_) if bytes.is_empty() => return sheet,
            Err(what) => {
                sheet.unreadable.push(complaint(lines.line(None), what));
                return sheet;
            }
        };
        let known = columns::<E>();
        let others: Vec<usize> =
            (0..header.len()).filter(|at| !known.iter().any(|name| name == &header[*at])).collect();
        // Columns in the harness's own order need not be looked up by name, which is slow.
        let in_order = header.iter().take(known.len()).eq(known.iter());
        let names = if in_order { None } else { Some(&header) };
        sheet.other_columns = others.iter().map(|at| header[*at].to_string()).collect();
        let mut row = StringRecord::new();
        loop {
            let read = reader.read_record(&mut row);
            if let Ok(false) = read {
                break;
            }
            let line = lines.line(read.as_ref().map_or_else(csv::Error::position, |_| row.position()));
            match read.and_then(|_| row.deserialize::<E>(names)) {
                Ok(entry) if entry.key().is_empty() => {
                    sheet.unreadable.push(complaint(line, "column `key`: is empty".to_string()));
                }
                Ok(_) if reader.position().byte() >= bytes.len() as u64 && cut(bytes, &row) => {
                    let what = "the line does not end, so that it may be cut; \
                                if it is whole, put an end of line behind it";
                    sheet.unreadable.push(complaint(line, what.to_string()));
                }
                Ok(entry) => {
                    let other = others.iter().map(|at| row[*at].to_string()).collect();
                    sheet.rows.push(Row { entry, other, line });
                }
                Err(error) => {
                    let what = match wrong_column::<E>(&row, &header, &error) {
                        Some(column) => format!("column `{column}`: {}", said(&error)),
                        None => said(&error),
                    };
                    sheet.unreadable.push(complaint(line, what));
                }
            }
        }
        sheet.settle_duplicates(file);
        sheet.unreadable.sort_by_key(|complaint| complaint.line);
        sheet
    }

    /// Keeps one of several equal rows; leaves out all rows about the same that contradict each
    /// other.
    fn settle_duplicates(&mut self, file: &Path) {
        let mut groups: Vec<Vec<Row<E>>> = Vec::new();
        let mut sorted = std::mem::take(&mut self.rows);
        sorted.sort_by(|a, b| a.entry.key().cmp(b.entry.key()));
        for row in sorted {
            let of_key = groups.iter_mut().rev().take_while(|group| group[0].entry.key() == row.entry.key());
            match of_key.into_iter().find(|group| group[0].entry.is_same(&row.entry)) {
                Some(group) => group.push(row),
                None => groups.push(vec![row]),
            }
        }
        let complaint = |line, what| Complaint { file: file.to_path_buf(), line, what };
        for rows in groups {
            if rows.iter().all(|r| r.entry == rows[0].entry && r.other == rows[0].other) {
                let what = format!("the line repeats line {}", rows[0].line);
                self.doubtful.extend(rows[1..].iter().map(|row| complaint(row.line, what.clone())));
                self.rows.extend(rows.into_iter().take(1));
                continue;
            }
            let lines: Vec<String> = rows.iter().map(|row| row.line.to_string()).collect();
            let key = rows[0].entry.key();
            let what = format!("key {key} is on lines {} with different content", lines.join(" and "));
            self.unreadable.extend(rows.iter().map(|row| complaint(row.line, what.clone())));
        }
        self.rows.sort_by_key(|row| row.line);
    }

    /// Leaves out the rows of `file` of which `doubt` has something to say.
    pub fn leave_out(&mut self, file: &Path, doubt: impl Fn(&E) -> Option<String>) {
        let doubtful = &mut self.doubtful;
        self.rows.retain(|row| match doubt(&row.entry) {
            None => true,
            Some(what) => {
                doubtful.push(Complaint { file: file.to_path_buf(), line: row.line, what });
                false
            }
        });
    }

    /// What is wrong with the rows that are not among `rows`, in the order of the file.
    pub fn complaints(&mut self) -> Vec<Complaint> {
        let mut complaints = std::mem::take(&mut self.unreadable);
        complaints.append(&mut self.doubtful);
        complaints.sort_by_key(|complaint| complaint.line);
        complaints
    }

    /// Nothing if every row could be read; else the error that keeps `what` from being changed.
    pub fn whole(&self, what: &str) -> Result<(), StoreError> {
        let Some(complaint) = self.unreadable.first().cloned() else { return Ok(()) };
        Err(StoreError::Unreadable { complaint, more: self.unreadable.len() - 1, what: what.into() })
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

/// Whether the last row of a file may lack its end: no line ends there, or a quotation that began in
/// it took everything up to there in.
fn cut(bytes: &[u8], last: &StringRecord) -> bool {
    let quotes = || bytes.iter().filter(|byte| **byte == b'"').count();
    !bytes.ends_with(b"\n") || last.iter().any(|field| field.contains('\n')) && quotes() % 2 == 1
}

/// Why a header cannot be used: columns that are missing, or there twice, so that one would be overlooked.
fn sound<E: Entry>(header: &StringRecord) -> Result<(), String> {
    let missing: Vec<_> = E::REQUIRED.iter().filter(|name| !header.iter().any(|c| c == **name)).collect();
    if !missing.is_empty() {
        return Err(format!("the header lacks the columns {missing:?}"));
    }
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (at, name) in header.iter().enumerate() {
        if let Some(before) = places.insert(name, at) {
            let (first, second) = (before + 1, at + 1);
            return Err(format!(
                "the header names `{name}` twice, as its columns {first} and {second}; delete or rename one"
            ));
        }
    }
    Ok(())
}

/// The column whose field an entry does not take. An error that the field's type made up itself does not tell it,
/// but that field alone makes it again.
fn wrong_column<'h, E: Entry>(
    row: &StringRecord,
    header: &'h StringRecord,
    error: &csv::Error,
) -> Option<&'h str> {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else { return None };
    let alone = |(name, field): &(&str, &str)| {
        let (name, field) = (StringRecord::from(vec![*name]), StringRecord::from(vec![*field]));
        field.deserialize::<E>(Some(&name)).is_err()
    };
    let told = err.field().and_then(|at| header.get(at as usize));
    told.or_else(|| header.iter().zip(row).find(alone).map(|(name, _)| name))
}

/// The error without the position, which the complaint states itself.
fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_string(),
        _ => error.to_string(),
    }
}
