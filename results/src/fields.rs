//! Records as the fields of `records.csv`, in the order of [`Record::columns`].

use csv::StringRecord;
use records::Record;

/// What is written of the records, a field a column. They are taken together, because setting up a reader takes as
/// long as many rows do.
pub fn fields(records: &[Record]) -> Vec<StringRecord> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    records.iter().for_each(|record| writer.serialize(record).expect("a flat record serializes"));
    let written = writer.into_inner().expect("a vector takes every byte");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    reader.records().map(|row| row.expect("the row was just written")).collect()
}
