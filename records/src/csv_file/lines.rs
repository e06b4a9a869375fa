//! The line on which a row of a CSV file begins, as an editor counts it.
//!
//! `csv` counts a line too few where lines end in CR LF, since its rows begin behind the CR, and does not tell
//! whether blank lines stand before a row. So lines are counted here, once through the file.

/// Counts the lines of a file up to one row after another.
pub struct Lines<'a> {
    bytes: &'a [u8],
    /// Up to where lines were counted.
    at: usize,
    /// The line there, counted from 1.
    line: u64,
}

impl<'a> Lines<'a> {
    /// Of a file with this text.
    pub fn of(bytes: &'a [u8]) -> Lines<'a> {
        Lines { bytes, at: 0, line: 1 }
    }

    /// The line, counted from 1, of the row at or behind `position`; the first line where it is not known.
    pub fn line(&mut self, position: Option<&csv::Position>) -> u64 {
        let from = position.map_or(0, |position| position.byte() as usize).min(self.bytes.len());
        let blank = self.bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let row = from + blank;
        if row < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += self.bytes[self.at..row].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = row;
        self.line
    }
}
