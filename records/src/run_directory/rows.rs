//! The CSV files of a run directory. One run writes them, once, so that they are simpler than the files
//! that many share. Files of older runs lack columns and files of newer ones have more.

use std::path::Path;

use csv::{StringRecord, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Complaint;
use crate::csv_file::{NumberedRows, columns, fault};

/// Rows of a file, and what is wrong with the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<Row> {
    /// The rows that could be read, in the order of the file.
    pub rows: Vec<Row>,
    /// The rows that could not, and why.
    pub complaints: Vec<Complaint>,
}

/// A row of one of the files. As a rule, its fields are the columns.
pub trait RunRow: Default + Serialize + DeserializeOwned {
    /// The name of the file.
    const FILE: &'static str;

    /// The columns of a file with these rows, in the order in which they are written.
    fn columns(_rows: &[Self]) -> StringRecord {
        columns::<Self>()
    }

    /// Writes the row with these columns behind the others.
    fn write(&self, _columns: &StringRecord, writer: &mut Writer<Vec<u8>>) -> csv::Result<()> {
        writer.serialize(self)
    }

    /// Reads the row from the `fields` of the columns in `header`, or says why it cannot be read.
    fn read(header: &StringRecord, fields: &StringRecord) -> Result<Self, String> {
        fields.deserialize(Some(header)).map_err(|error| fault::<Self>(fields, header, &error))
    }
}

/// The text of a file with these rows; the header is there even if they are not.
pub fn write<Row: RunRow>(rows: &[Row]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let columns = Row::columns(rows);
    writer.write_record(&columns).expect("a vector takes every byte");
    rows.iter().for_each(|row| row.write(&columns, &mut writer).expect("rows are flat"));
    writer.into_inner().expect("a vector takes every byte")
}

impl<Row> Default for Rows<Row> {
    fn default() -> Rows<Row> {
        Rows { rows: Vec::new(), complaints: Vec::new() }
    }
}

/// Reads the text of `file`.
pub fn read<Row: RunRow>(file: &Path, bytes: &[u8]) -> Rows<Row> {
    let (mut rows, mut complaints) = (Vec::new(), Vec::new());
    let mut complain = |line, what| complaints.push(Complaint { file: file.to_path_buf(), line, what });
    let mut reader = NumberedRows::of(bytes);
    let (line, header) = reader.header();
    match header {
        Ok(header) => {
            let mut fields = StringRecord::new();
            while let Some((line, read)) = reader.read(&mut fields) {
                let read = read.map_err(|error| fault::<Row>(&fields, &header, &error));
                match read.and_then(|()| Row::read(&header, &fields)) {
                    Ok(row) => rows.push(row),
                    Err(what) => complain(line, what),
                }
            }
        }
        Err(error) => complain(line, error.to_string()),
    }
    Rows { rows, complaints }
}
