//! The rows of a CSV file, each with its line.

use csv::{Reader, StringRecord};

use super::lines::Lines;

/// Reads the rows below the header of a CSV file one after another.
pub struct NumberedRows<'a> {
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    lines: Lines<'a>,
}

impl<'a> NumberedRows<'a> {
    /// Of the file with this text.
    pub fn of(bytes: &'a [u8]) -> NumberedRows<'a> {
        NumberedRows { bytes, reader: Reader::from_reader(bytes), lines: Lines::of(bytes) }
    }

    /// The header, empty where the file is, and its line.
    pub fn header(&mut self) -> (u64, csv::Result<StringRecord>) {
        (self.lines.line(None), self.reader.headers().cloned())
    }

    /// Reads the next row into `row`; its line, and whether it could be read, or none behind the last.
    pub fn read(&mut self, row: &mut StringRecord) -> Option<(u64, csv::Result<()>)> {
        let read = match self.reader.read_record(row) {
            Ok(false) => return None,
            Ok(true) => Ok(()),
            Err(error) => Err(error),
        };
        let position = read.as_ref().map_or_else(csv::Error::position, |()| row.position());
        Some((self.lines.line(position), read))
    }

    /// Whether everything has been read.
    pub fn at_end(&self) -> bool {
        self.reader.position().byte() >= self.bytes.len() as u64
    }
}
