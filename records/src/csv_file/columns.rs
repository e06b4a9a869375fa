//! A flat type as the columns and fields of a CSV file.

use csv::StringRecord;
use serde::Serialize;

/// The names of the fields of a flat type, in the order in which they are written.
pub fn columns<Row: Default + Serialize>() -> StringRecord {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(Row::default()).expect("a flat row serializes");
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::Reader::from_reader(written.as_slice());
    reader.headers().expect("the header was just written").clone()
}

/// What is written of a flat row, a field a column.
pub fn fields<Row: Serialize>(row: &Row) -> StringRecord {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.serialize(row).expect("a flat row serializes");
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    reader.records().next().and_then(Result::ok).expect("the row was just written")
}
