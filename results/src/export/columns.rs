//! The columns of exported records, each with its kind, and the fields of a record in their order.

use records::{Loaded, Record};
use serde_json::{Map, Value, json};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number from zero.
    Integer,
    /// A number.
    Float,
}

/// A column by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    /// Its name, which is unique.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// The columns of records with the `others` behind them.
pub fn columns(others: &[String]) -> Vec<ExportColumn> {
    let known = Record::columns();
    let known = known.iter().map(|name| ExportColumn { name: name.to_string(), kind: kind(name) });
    let mut columns: Vec<ExportColumn> = known.collect();
    for other in others {
        let taken = |name: &str, columns: &[ExportColumn]| columns.iter().any(|column| column.name == name);
        let mut name = other.clone();
        while taken(&name, &columns) {
            name.push('_');
        }
        columns.push(ExportColumn { name, kind: ColumnKind::Text });
    }
    columns
}

/// What a column of a record holds: found by trying which values it accepts.
fn kind(name: &str) -> ColumnKind {
    let takes = |value: Value| serde_json::from_value::<Record>(json!({ name: value })).is_ok();
    match (takes(json!("text")), takes(json!(0.5))) {
        (true, _) => ColumnKind::Text,
        (_, true) => ColumnKind::Float,
        _ => ColumnKind::Integer,
    }
}

/// The fields of all records in the order of the columns; empty ones are null.
pub fn rows(loaded: &Loaded, columns: &[ExportColumn]) -> impl Iterator<Item = Vec<Value>> {
    let own = columns.len() - loaded.other_columns.len();
    loaded.records.iter().enumerate().map(move |(row, record)| {
        let mut fields = match serde_json::to_value(record) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let known = columns[..own].iter().map(|column| fields.remove(&column.name).unwrap_or(Value::Null));
        let mut values: Vec<Value> = known.map(empty_is_null).collect();
        let others = loaded.other_fields.get(row).into_iter().flatten();
        values.extend(others.map(|field| empty_is_null(Value::String(field.clone()))));
        values.resize(columns.len(), Value::Null);
        values
    })
}

fn empty_is_null(value: Value) -> Value {
    if value.as_str().is_some_and(str::is_empty) { Value::Null } else { value }
}
