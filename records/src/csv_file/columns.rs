//! The columns of a flat type.

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
