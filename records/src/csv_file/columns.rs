//! A flat type as the columns and fields of a CSV file.

use csv::StringRecord;
use serde::Serialize;

/// The names of the fields of a flat type, in the order in which they are written.
pub fn columns<Row: Default + Serialize>() -> StringRecord {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(Row::default()).expect("a flat row serializes");
    let written = writer.into_inner().expect("a vector takes every byte");
    // Names of fields need no quotes, so the header need not be read as CSV: to set up a reader takes as long as to
    // read a hundred rows.
    let header = written.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(header).split(',').collect::<Vec<&str>>().into()
}

/// What is written of flat rows, a field a column.
pub fn fields<'a, Row: Serialize + 'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<StringRecord> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    rows.into_iter().for_each(|row| writer.serialize(row).expect("a flat row serializes"));
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    reader.records().map(|row| row.expect("the row was just written")).collect()
}
