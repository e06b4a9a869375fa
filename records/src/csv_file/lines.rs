//! The line on which a row of a CSV file begins, as an editor counts it.
//!
//! `csv` counts one line too few where lines end in CR LF, because its rows begin after the CR, and does not
//! say whether blank lines precede a row. So lines are counted here, in one pass through the file.

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

    /// The line, counted from 1, of the row at or after `position`; without one, the first line that is not blank.
    pub fn line(&mut self, position: Option<&csv::Position>) -> u64 {
        let from = position.map_or(0, |position| position.byte() as usize).min(self.bytes.len());
        let blank = self.bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let row = from + blank;
        if row < self.at {
            (self.at, self.line) = (0, 1);
        }
        // A line ends with LF or, as old spreadsheets write, with a CR that no LF follows.
        let ends = |&at: &usize| match self.bytes[at] {
            b'\n' => true,
            byte => byte == b'\r' && self.bytes.get(at + 1) != Some(&b'\n'),
        };
        self.line += (self.at..row).filter(ends).count() as u64;
        self.at = row;
        self.line
    }
}
