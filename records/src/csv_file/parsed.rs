//! The content of a CSV file: its rows with their lines, and what is wrong with the rest. Columns that the
//! harness does not know (from a newer version, or added by hand) are kept.

use std::collections::HashMap;
use std::path::Path;

use csv::StringRecord;

use super::columns::{columns, fields};
use super::entry::Entry;
use super::error::StoreError;
use super::fault::{cause, fault};
use super::numbered::NumberedRows;
use super::seal;
use super::tidied;
use crate::Complaint;

/// One row of the file.
pub struct ParsedRow<E> {
    /// The columns that the harness knows.
    pub entry: E,
    /// The fields of the other columns.
    pub other: Vec<String>,
    /// The line, counted from 1.
    pub line: u64,
}

/// The whole file.
pub struct ParsedCsv<E> {
    /// The rows that could be read.
    pub rows: Vec<ParsedRow<E>>,
    /// The rows that could not; a rewrite would lose them.
    pub unreadable: Vec<Complaint>,
    /// The rows that could be read and are not to be used.
    pub set_aside: Vec<Complaint>,
    /// Remarks on the file; its rows are used.
    pub remarks: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    pub other_columns: Vec<String>,
}

impl<E> Default for ParsedCsv<E> {
    fn default() -> ParsedCsv<E> {
        ParsedCsv {
            rows: Vec::new(),
            unreadable: Vec::new(),
            set_aside: Vec::new(),
            remarks: Vec::new(),
            other_columns: Vec::new(),
        }
    }
}

impl<E: Entry> ParsedCsv<E> {
    /// Reads the text of `file`.
    pub fn parse(file: &Path, bytes: &[u8]) -> ParsedCsv<E> {
        let mut parsed = ParsedCsv::default();
        let complaint = |line, what| Complaint { file: file.to_path_buf(), line, what };
        let mut reader = NumberedRows::of(bytes);
        let (line, header) = reader.header();
        let header = header.map_err(|error| cause(&error));
        let header = match header.and_then(|header| sound::<E>(&header).map(|()| header)) {
            Ok(header) => header,
            Err(_) if bytes.is_empty() => {
                parsed.remarks.extend(E::SEALED.then(|| complaint(line, seal::NO_ROWS.to_string())));
                return parsed;
            }
            Err(what) => {
                parsed.unreadable.push(complaint(line, what));
                return parsed;
            }
        };
        let known = columns::<E>();
        let is_other =
            |at: &usize| !seal::is_seal(&header[*at]) && !known.iter().any(|name| name == &header[*at]);
        let others: Vec<usize> = (0..header.len()).filter(is_other).collect();
        // Columns in the harness's own order need not be looked up by name, which is slow.
        let in_order = header.iter().take(known.len()).eq(known.iter());
        let names = if in_order { None } else { Some(&header) };
        parsed.other_columns = others.iter().map(|at| header[*at].to_string()).collect();
        let (mut row, mut first, mut count) = (StringRecord::new(), None, 0);
        while let Some((line, read)) = reader.read(&mut row) {
            if read.is_ok() && tidied::is_empty(&row) {
                continue;
            }
            count += 1;
            if read.is_ok() && first.is_none() {
                first = Some(row.clone());
            }
            let without_na = tidied::without_na(&row);
            let told = without_na.as_ref().unwrap_or(&row);
            let entry = read.and_then(|()| {
                told.deserialize::<E>(names).or_else(|error| tidied::read(told, &header, error))
            });
            match entry {
                Ok(entry) if entry.key().is_empty() => {
                    parsed.unreadable.push(complaint(line, "column `key`: is empty".to_string()));
                }
                Ok(_) if reader.at_end() && cut(bytes, &row) => {
                    let what = "the line does not end with a line break, so it may be truncated; \
                                if it is complete, add one";
                    parsed.unreadable.push(complaint(line, what.to_string()));
                }
                Ok(entry) => {
                    if let Some(what) = seal::broken(&header, &row) {
                        parsed.unreadable.push(complaint(line, what));
                        continue;
                    }
                    let other = others.iter().map(|at| row[*at].to_string()).collect();
                    parsed.rows.push(ParsedRow { entry, other, line });
                }
                Err(error) => {
                    parsed.unreadable.push(complaint(line, fault::<E>(&row, &header, &error)));
                }
            }
        }
        let miscounted = match first {
            Some(row) => seal::miscounted(&header, &row, count),
            None => (E::SEALED && count == 0).then(|| seal::NO_ROWS.to_string()),
        };
        parsed.remarks.extend(miscounted.map(|what| complaint(1, what)));
        parsed.settle_duplicates(file);
        parsed.unreadable.sort_by_key(|complaint| complaint.line);
        parsed
    }

    /// Keeps one of several equal rows; leaves out all rows about the same that contradict each
    /// other.
    fn settle_duplicates(&mut self, file: &Path) {
        let mut groups: Vec<Vec<ParsedRow<E>>> = Vec::new();
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
                self.set_aside.extend(rows[1..].iter().map(|row| complaint(row.line, what.clone())));
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

    /// Leaves out the rows of `file` for which `what_is_wrong` returns something.
    pub fn leave_out(&mut self, file: &Path, what_is_wrong: impl Fn(&E) -> Option<String>) {
        let set_aside = &mut self.set_aside;
        self.rows.retain(|row| match what_is_wrong(&row.entry) {
            None => true,
            Some(what) => {
                set_aside.push(Complaint { file: file.to_path_buf(), line: row.line, what });
                false
            }
        });
    }

    /// What is wrong with the rows that are not among `rows`, in the order of the file.
    pub fn complaints(&mut self) -> Vec<Complaint> {
        let mut complaints = std::mem::take(&mut self.unreadable);
        complaints.append(&mut self.set_aside);
        complaints.sort_by_key(|complaint| complaint.line);
        complaints
    }

    /// An error, which says that `what` was not changed, if some row could not be read.
    pub fn whole(&self, what: &str) -> Result<(), StoreError> {
        let Some(complaint) = self.unreadable.first().cloned() else { return Ok(()) };
        Err(StoreError::Unreadable { complaint, more: self.unreadable.len() - 1, what: what.into() })
    }

    /// Adds a row, or replaces the one about the same thing, if the new one does replace it.
    pub fn upsert(&mut self, entry: E) {
        match self.rows.iter_mut().find(|row| row.entry.is_same(&entry)) {
            Some(row) if entry.replaces(&row.entry) => row.entry = entry,
            Some(_) => {}
            None => {
                let other = vec![String::new(); self.other_columns.len()];
                self.rows.push(ParsedRow { entry, other, line: 0 });
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
        let header: Vec<&str> = columns.iter().chain(self.other_columns.iter().map(String::as_str)).collect();
        let seals = if E::SEALED { &[seal::CHECKSUM, seal::ROWS][..] } else { &[] };
        let write = "a vector takes every byte";
        writer.write_record(header.iter().chain(seals)).expect(write);
        if !E::SEALED {
            for row in &self.rows {
                writer.serialize((&row.entry, &row.other)).expect("a flat entry serializes");
            }
            return writer.into_inner().expect(write);
        }
        let entries = fields(self.rows.iter().map(|row| &row.entry));
        for (row, mut fields) in self.rows.iter().zip(entries) {
            row.other.iter().for_each(|field| fields.push_field(field));
            let checksum = seal::checksum(header.iter().copied().zip(&fields));
            fields.push_field(&checksum);
            fields.push_field(&self.rows.len().to_string());
            writer.write_record(&fields).expect(write);
        }
        writer.into_inner().expect(write)
    }
}

/// Whether the last row of a file may be truncated: it does not end with a line break, or a quotation that
/// opens in it is never closed and takes in all that follows.
fn cut(bytes: &[u8], last: &StringRecord) -> bool {
    let quotes = || bytes.iter().filter(|byte| **byte == b'"').count();
    !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r")
        || last.iter().any(|field| field.contains('\n')) && quotes() % 2 == 1
}

/// Checks a header; says why it cannot be used: a required column is missing, or one is there twice, so that
/// one of the two would be overlooked.
fn sound<E: Entry>(header: &StringRecord) -> Result<(), String> {
    let lacks = |name: &&&str| !header.iter().any(|c| c == **name);
    let missing: Vec<&str> = E::REQUIRED.iter().filter(lacks).copied().collect();
    if !missing.is_empty() {
        return Err(format!("the header lacks the columns {}", missing.join(", ")));
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
