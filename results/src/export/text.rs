//! Records as CSV and as JSON.

use records::Loaded;
use records::formula::guarded;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::columns::{ExportColumn, columns, rows};

/// The records as CSV, a header and one row per trial; what does not apply is empty, and text that a spreadsheet would
/// take for a formula is marked as text.
pub fn render_records_csv(loaded: &Loaded) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let columns = columns(&loaded.other_columns);
    let header = columns.iter().map(|column| guarded(&column.name).into_owned());
    writer.write_record(header).expect("a vector takes every byte");
    for mut row in rows(loaded, &columns) {
        for field in &mut row {
            if let Value::String(text) = field {
                *text = guarded(text).into_owned();
            }
        }
        writer.serialize(row).expect("a row has as many fields as the header");
    }
    let bytes = writer.into_inner().expect("a vector takes every byte");
    String::from_utf8(bytes).expect("text and numbers are UTF-8")
}

/// The records as JSON, an array with one object per trial; every object has all columns, in their order, and null
/// for what does not apply.
pub fn render_records_json(loaded: &Loaded) -> String {
    let columns = columns(&loaded.other_columns);
    let objects: Vec<_> = rows(loaded, &columns).map(|row| Object { columns: &columns, row }).collect();
    let mut text = serde_json::to_string_pretty(&objects).expect("records hold nothing that JSON cannot");
    text.push('\n');
    text
}

/// A JSON object whose names keep their order.
struct Object<'a> {
    columns: &'a [ExportColumn],
    row: Vec<Value>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().map(|column| &column.name).zip(&self.row))
    }
}
