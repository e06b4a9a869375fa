//! Records as a Parquet file: one row group, a typed column each, all of them nullable.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use records::Loaded;
use records::record::SCHEMA;
use serde_json::Value;

use super::columns::{ColumnKind, ExportColumn, columns, rows};

/// Under which name the version of the columns, [`SCHEMA`], is in the metadata of a Parquet file.
pub const SCHEMA_ENTRY: &str = "harness.schema";

/// The records as a Parquet file. Numbers with a fraction are DOUBLE, counts unsigned INT64, the rest
/// is UTF-8; what does not apply is null.
pub fn render_parquet(loaded: &Loaded) -> Result<Vec<u8>, ParquetError> {
    let columns = columns(&loaded.other_columns);
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("records").with_fields(fields).build()?;
    let version = KeyValue::new(SCHEMA_ENTRY.to_string(), SCHEMA.to_string());
    let properties = WriterProperties::builder()
        .set_created_by(concat!("harness ", env!("CARGO_PKG_VERSION")).to_string())
        .set_key_value_metadata(Some(vec![version]))
        .build();
    let rows: Vec<Vec<Value>> = rows(loaded, &columns).collect();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (at, column) in columns.iter().enumerate() {
        let Some(mut to) = group.next_column()? else { break };
        let values = || rows.iter().map(|row| &row[at]);
        // A level a row: whether it has a value.
        let levels: Vec<i16> = values().map(|value| i16::from(!value.is_null())).collect();
        match column.kind {
            ColumnKind::Text => {
                let texts: Vec<_> = values().filter_map(Value::as_str).map(ByteArray::from).collect();
                to.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
            }
            ColumnKind::Integer => {
                // An unsigned number is stored as the signed one of the same bits.
                let counts: Vec<_> = values().filter_map(Value::as_u64).map(u64::cast_signed).collect();
                to.typed::<Int64Type>().write_batch(&counts, Some(&levels), None)?;
            }
            ColumnKind::Float => {
                let numbers: Vec<_> = values().filter_map(Value::as_f64).collect();
                to.typed::<DoubleType>().write_batch(&numbers, Some(&levels), None)?;
            }
        }
        to.close()?;
    }
    group.close()?;
    writer.into_inner()
}

fn field(column: &ExportColumn) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match column.kind {
        ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnKind::Integer => (Physical::INT64, Some(LogicalType::integer(64, false))),
        ColumnKind::Float => (Physical::DOUBLE, None),
    };
    let builder = Type::primitive_type_builder(&column.name, physical);
    Ok(Arc::new(builder.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()?))
}
