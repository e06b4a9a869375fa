//! What shows that a row of a CSV file was changed, or is gone, since the harness wrote it: a checksum of the row and
//! the number of rows, in two columns behind all others.
//!
//! Files of earlier versions lack both, and are taken as they are. The checksum is over the columns that are not
//! empty, by name, so that it stays right where a newer harness adds columns.

use csv::StringRecord;

/// The column of the checksum of a row.
pub const CHECKSUM: &str = "row_checksum";
/// The column of the number of rows that the file had when it was written.
pub const ROWS: &str = "rows_in_file";

/// What is said of a file without rows, which the harness never writes.
pub const NO_ROWS: &str = "there are no rows, so the file was cut";

/// Whether a column is one of these.
pub fn is_seal(column: &str) -> bool {
    matches!(column, CHECKSUM | ROWS)
}

/// The checksum of a row.
pub fn checksum<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut told: Vec<_> = columns.filter(|(name, field)| !is_seal(name) && !field.is_empty()).collect();
    told.sort();
    let mut hasher = blake3::Hasher::new();
    for (name, field) in told {
        for text in [name, field] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
    hasher.finalize().to_hex()[..16].to_string()
}

/// What is wrong with the checksum of a row; nothing where the file has no checksums.
pub fn broken(header: &StringRecord, row: &StringRecord) -> Option<String> {
    let said = field(header, row, CHECKSUM)?;
    (checksum(header.iter().zip(row)) != said).then(|| {
        format!(
            "column `{CHECKSUM}` does not fit the row, so one of them was changed; put it back, or delete the line \
             and measure again"
        )
    })
}

/// What is wrong with the number of rows that a row says, where the file has `rows`.
pub fn miscounted(header: &StringRecord, row: &StringRecord, rows: u64) -> Option<String> {
    let said = field(header, row, ROWS).filter(|said| !said.is_empty() && *said != rows.to_string())?;
    Some(format!(
        "the file was written with {said} rows and has {rows}: delete lines that were added, and measure again what is \
         missing"
    ))
}

fn field<'a>(header: &StringRecord, row: &'a StringRecord, column: &str) -> Option<&'a str> {
    row.get(header.iter().position(|name| name == column)?)
}
