//! What is exported says what was recorded: read back by the crates' own readers.

use std::fs;
use std::path::{Path, PathBuf};

use parquet::basic::{LogicalType, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;
use records::{FpsRow, FpsStore, Loaded, Record, Store};
use results::export::{SCHEMA_ENTRY, export_curves, render_parquet, render_records_csv, render_records_json};
use serde_json::Value;

/// Two records with a measured throughput, and a column of other origin.
fn loaded() -> Loaded {
    let out = tempfile::tempdir().unwrap();
    let store = Store::new(out.path());
    let first = Record {
        key: "a".into(),
        method: "iee".into(),
        settings: "a=1;b=\"two, three\"".into(),
        seed: u64::MAX,
        top1: Some(75.92),
        steps: Some(3906),
        ..Record::default()
    };
    store.upsert(&first).unwrap();
    store.upsert(&Record { key: "b".into(), method: "rigl".into(), seed: 1, ..Record::default() }).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let mut lines = text.lines();
    let (header, rows): (_, Vec<_>) = (lines.next().unwrap(), lines.collect());
    let text: String =
        rows.iter().map(|row| format!("{row},{}\n", if row.starts_with('a') { "0.5" } else { "" })).collect();
    fs::write(store.path(), format!("{header},remark\n{text}")).unwrap();
    let fps = FpsRow { key: "b".into(), fps: Some(123.5), batch: 32, valid: true, ..FpsRow::default() };
    FpsStore::new(out.path()).append(&[fps]).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.complaints.len()), (2, 0));
    loaded
}

fn row<'a>(rows: &'a [Value], key: &str) -> &'a Value {
    rows.iter().find(|row| row["key"] == key).unwrap()
}

#[test]
fn json_has_every_column_of_every_record_in_order() {
    let loaded = loaded();
    let text = render_records_json(&loaded);
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let a = row(&rows, "a");
    assert_eq!(
        (a["seed"].as_u64(), a["top1"].as_f64(), a["steps"].as_u64()),
        (Some(u64::MAX), Some(75.92), Some(3906))
    );
    assert_eq!((&a["settings"], &a["remark"]), (&"a=1;b=\"two, three\"".into(), &"0.5".into()));
    let b = row(&rows, "b");
    assert_eq!((&b["fps"], &b["fps_batch"]), (&123.5.into(), &32.into()));
    assert!(["top1", "steps", "settings", "remark"].iter().all(|name| b[*name].is_null()), "{b}");
    let columns: Vec<String> = Record::columns().iter().map(String::from).chain(["remark".into()]).collect();
    for row in &rows {
        assert_eq!(row.as_object().unwrap().len(), columns.len());
    }
    let places: Vec<usize> = columns.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "the order of the columns");
    // A record that goes out comes in again.
    let read: Result<Record, _> = serde_json::from_value(without_nulls(a));
    assert_eq!(&read.unwrap(), loaded.records.iter().find(|record| record.key == "a").unwrap());
}

fn without_nulls(row: &Value) -> Value {
    let fields = row.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[test]
fn csv_is_a_records_file_with_the_throughput_in_it() {
    let loaded = loaded();
    let out = tempfile::tempdir().unwrap();
    let store = Store::new(out.path());
    fs::write(store.path(), render_records_csv(&loaded)).unwrap();
    assert_eq!(store.load().unwrap(), loaded);
}

/// A spreadsheet takes them for text, and the harness reads what they were.
#[test]
fn what_looks_like_a_formula_is_the_same_when_it_is_read_again() {
    let records = vec![
        Record { key: "b".into(), dataset: "'=2".into(), model: "it's".into(), ..Record::default() },
        Record { key: "a".into(), dataset: "=1+1".into(), settings: "'@x".into(), ..Record::default() },
    ];
    let other_fields = vec![vec!["'quoted'".into()], vec!["-x".into()]];
    let loaded = Loaded { records, other_columns: vec!["+mine".into()], other_fields, ..Loaded::default() };
    let text = render_records_csv(&loaded);
    assert!(text.contains(",'=1+1,") && text.contains(",'+mine\n") && text.contains(",''=2,"), "{text}");
    assert_eq!(read_again(&text), loaded);
}

/// The records of a folder that has nothing but this `records.csv`.
fn read_again(text: &str) -> Loaded {
    let out = tempfile::tempdir().unwrap();
    let store = Store::new(out.path());
    fs::write(store.path(), text).unwrap();
    let loaded = store.load().unwrap();
    // The same file by itself, and written as the records file of a baseline is.
    assert_eq!(Loaded::parse(&store.path(), text.as_bytes()).records, loaded.records);
    let again = loaded.clone().into_csv();
    assert_eq!(Loaded::parse(&store.path(), &again), loaded);
    loaded
}

proptest! {
    /// Texts of what opens a formula, marks, quotes and separators, in columns of the harness and in others; also recorded
    /// one by one.
    #[test]
    fn hostile_texts_come_back(texts in prop::collection::vec("'{0,3}[=+@-]{0,2}[\"';,|=a1]{0,6}x", 4)) {
        let record = Record {
            key: "a".into(),
            dataset: texts[0].clone(),
            settings: texts[1].clone(),
            ..Record::default()
        };
        let (other_columns, other_fields) = (vec![texts[2].clone()], vec![vec![texts[3].clone()]]);
        let records = vec![record.clone()];
        let loaded = Loaded { records, other_columns, other_fields, ..Loaded::default() };
        prop_assert_eq!(&read_again(&render_records_csv(&loaded)), &loaded);
        let out = tempfile::tempdir().unwrap();
        let store = Store::new(out.path());
        store.upsert(&record).unwrap();
        store.upsert(&Record { key: "b".into(), ..Record::default() }).unwrap();
        let recorded = store.load().unwrap().records;
        prop_assert_eq!(recorded.iter().find(|other| other.key == "a"), Some(&record));
    }
}

#[test]
fn parquet_is_read_back_with_types_and_the_version() {
    let loaded = loaded();
    let reader = SerializedFileReader::new(bytes(&loaded)).unwrap();
    let file = reader.metadata().file_metadata();
    let entry = file.key_value_metadata().unwrap().iter().find(|entry| entry.key == SCHEMA_ENTRY).unwrap();
    assert_eq!(entry.value, Some(records::record::SCHEMA.to_string()));

    let json: Vec<Value> = serde_json::from_str(&render_records_json(&loaded)).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), json.len());
    for (row, json) in rows.iter().zip(&json) {
        let fields: Vec<_> = row.get_column_iter().collect();
        assert_eq!(fields.len(), json.as_object().unwrap().len());
        for (name, field) in fields {
            let value = match field {
                Field::Null => Value::Null,
                Field::Str(text) => text.as_str().into(),
                Field::ULong(number) => (*number).into(),
                Field::Double(number) => (*number).into(),
                other => panic!("{name}: {other:?}"),
            };
            assert_eq!(value, json[name], "{name}");
        }
    }
}

fn bytes(loaded: &Loaded) -> bytes::Bytes {
    render_parquet(loaded).unwrap().into()
}

/// The kind of every column is that of its field in `Record`, as the Rust compiler knows it.
#[test]
fn columns_have_the_types_of_the_records_fields() {
    let reader = SerializedFileReader::new(bytes(&loaded())).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let source = include_str!("../../records/src/record.rs");
    for column in schema.columns().iter().filter(|column| column.name() != "remark") {
        let field = format!("    pub {}: ", column.name());
        let line = source.lines().find(|line| line.starts_with(&field)).unwrap();
        let kind = line[field.len()..].trim_end_matches(',');
        let expected = match kind {
            "String" => (Type::BYTE_ARRAY, Some(LogicalType::String)),
            "u64" | "Option<u64>" | "Schema" => (Type::INT64, Some(LogicalType::integer(64, false))),
            "Option<f64>" => (Type::DOUBLE, None),
            other => panic!("{other}"),
        };
        assert_eq!(
            (column.physical_type(), column.logical_type_ref().cloned()),
            expected,
            "{}",
            column.name()
        );
    }
    assert_eq!(schema.num_columns(), Record::columns().len() + 1);
}

#[test]
fn nothing_recorded_is_exported_as_nothing() {
    let nothing = Loaded::default();
    assert_eq!(render_records_json(&nothing), "[]\n");
    assert_eq!(render_records_csv(&nothing).lines().count(), 1);
    let reader = SerializedFileReader::new(bytes(&nothing)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
}

const SPEC: &str =
    r#"{"suite": "cifar10", "model": "wrn-16-1", "method": "iee", "sparsity": 0.9, "seed": 0}"#;

fn run(out: &Path, key: &str, files: &[(&str, &str)]) {
    let run = out.join("runs").join(key);
    fs::create_dir_all(&run).unwrap();
    files.iter().for_each(|(name, text)| fs::write(run.join(name), text).unwrap());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn every_run_gets_a_file_of_its_own_and_nothing_else_is_touched() {
    let out = tempfile::tempdir().unwrap();
    let metrics = "step,epoch,top1\n10,1,50.5\n20,2,60.5\n";
    run(out.path(), "k1", &[("spec.json", SPEC), ("metrics.csv", metrics)]);
    run(out.path(), "k2", &[("spec.json", SPEC), ("updates.csv", "step,active\n5,90\nsoon,90\n")]);
    run(out.path(), "k3", &[("spec.json", SPEC)]);
    run(out.path(), "k4", &[("metrics.csv", metrics)]);
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("cifar10/wrn-16-1/iee-0.9-seed0-k1/events.out.tfevents.1.other");
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    fs::write(&foreign, "of another program").unwrap();

    let curves = export_curves(out.path(), folder.path()).unwrap();
    let names: Vec<_> = curves.written.iter().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(names, ["cifar10/wrn-16-1/iee-0.9-seed0-k1", "cifar10/wrn-16-1/iee-0.9-seed0-k2"]);
    assert_eq!(curves.without, [out.path().join("runs/k3")]);
    assert_eq!(curves.unfinished, ["runs/k1", "runs/k2"].map(|run| out.path().join(run)));
    let said: Vec<String> = curves.complaints.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("k2/updates.csv:3"), "{said:?}");
    assert!(said[1].contains("k4/spec.json:1: does not say what was trained"), "{said:?}");

    let files = files_below(folder.path());
    let sizes = || files.iter().map(|file| fs::read(file).unwrap().len()).collect::<Vec<_>>();
    let before = sizes();
    assert_eq!(files.len(), 3);
    fs::write(out.path().join("runs/k2/COMMITTED"), "").unwrap();
    // A run that was resumed: its file is replaced.
    run(out.path(), "k1", &[("metrics.csv", &format!("{metrics}30,3,70.5\n"))]);
    let again = export_curves(out.path(), folder.path()).unwrap();
    assert_eq!(again.unfinished, [out.path().join("runs/k1")]);
    assert_eq!(files_below(folder.path()), files);
    let grown: Vec<bool> = sizes().iter().zip(&before).map(|(after, before)| after > before).collect();
    assert_eq!(grown, [true, false, false]);
    assert_eq!(fs::read_to_string(&foreign).unwrap(), "of another program");
}

#[test]
fn a_folder_without_runs_is_an_error_with_the_remedy() {
    let out = tempfile::tempdir().unwrap();
    let error = export_curves(out.path(), out.path()).unwrap_err();
    let (message, cause) = (error.to_string(), std::error::Error::source(&error).unwrap().to_string());
    assert!(message.contains("runs") && message.contains("--out"), "{message}");
    assert!(!message.contains(&cause), "the cause is told once: {message}: {cause}");
}
