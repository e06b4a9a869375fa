//! What is exported, read by the programs that it is for: pyarrow and TensorBoard in Python. Skipped where
//! `HARNESS_PYTHON` names no Python that has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use records::record::SCHEMA;
use records::{Record, RunDirectory, Store};
use results::export::{SCHEMA_ENTRY, export_curves, render_parquet, render_records_json};
use serde_json::Value;

/// A Python that has a module; none says that the test is skipped.
fn python(module: &str) -> Option<String> {
    let python = std::env::var("HARNESS_PYTHON").ok().filter(|path| !path.is_empty());
    let has = |python: &String| {
        let imports = Command::new(python).args(["-c", &format!("import {module}")]).output();
        imports.is_ok_and(|output| output.status.success())
    };
    let found = python.filter(has);
    if found.is_none() {
        println!("skipped: HARNESS_PYTHON names no Python with {module}");
    }
    found
}

/// The JSON that a program prints, given its arguments.
fn run(python: &str, program: &str, arguments: &[&Path]) -> Value {
    let output = Command::new(python).args(["-c", program]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name)
}

const READ_PARQUET: &str = r#"
import json, sys
import pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
kinds = {field.name: str(field.type) for field in table.schema}
metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
print(json.dumps({"rows": table.to_pylist(), "kinds": kinds, "metadata": metadata}))
"#;

#[test]
fn pyarrow_reads_the_records() {
    let Some(python) = python("pyarrow.parquet") else { return };
    let loaded = Store::new(&recorded("imagenet-lite-cpu-channels")).load().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("records.parquet");
    fs::write(&file, render_parquet(&loaded).unwrap()).unwrap();
    let read = run(&python, READ_PARQUET, &[&file]);
    let json: Value = serde_json::from_str(&render_records_json(&loaded)).unwrap();
    assert_eq!(read["rows"], json);
    assert!(json.as_array().unwrap().len() >= 5);
    let kind = |name: &str| read["kinds"][name].as_str().unwrap().to_string();
    assert_eq!(
        [kind("top1"), kind("seed"), kind("steps"), kind("method")],
        ["double", "uint64", "uint64", "string"]
    );
    assert_eq!(read["kinds"].as_object().unwrap().len(), Record::columns().len());
    assert_eq!(read["metadata"][SCHEMA_ENTRY], SCHEMA.to_string());
}

const READ_EVENTS: &str = r#"
import json, os, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
multiplexer = EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
answer = {}
for run in multiplexer.Runs():
    events = EventAccumulator(os.path.join(sys.argv[1], run))
    events.Reload()
    tags = events.Tags()
    answer[run] = {
        "scalars": {tag: [[e.wall_time, e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
        "texts": {tag: events.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in tags["tensors"]},
        "plugin": {tag: events.SummaryMetadata(tag).plugin_data.plugin_name for tag in tags["tensors"]},
        "version": events.file_version,
    }
print(json.dumps(answer))
"#;

#[test]
fn tensorboard_reads_the_curves() {
    let Some(python) = python("tensorboard.backend.event_processing.event_multiplexer") else { return };
    for name in ["cifar10-pilot-cpu", "imagenet-lite-cpu-channels"] {
        let (out, folder) = (recorded(name), tempfile::tempdir().unwrap());
        let curves = export_curves(&out, folder.path()).unwrap();
        assert_eq!(curves.complaints, []);
        let read = run(&python, READ_EVENTS, &[folder.path()]);
        assert_eq!(read.as_object().unwrap().len(), curves.written.len());
        for name in &curves.written {
            let name = name.to_str().unwrap();
            same_as_run(&read[name], &RunDirectory::of(&out, name.rsplit('-').next().unwrap()), name);
        }
    }
}

/// A curve as TensorBoard has it: steps and values in single precision.
type Curve = Vec<(u64, f32)>;

fn curve(events: &Value) -> Curve {
    let points = events.as_array().map(Vec::as_slice).unwrap_or_default();
    points.iter().map(|event| (event[1].as_u64().unwrap(), event[2].as_f64().unwrap() as f32)).collect()
}

fn same_as_run(read: &Value, run: &RunDirectory, name: &str) {
    let (evaluations, changes) = (run.evaluations().rows, run.updates().rows);
    let scalars = &read["scalars"];
    let expected = |points: Vec<(u64, Option<f64>)>| -> Curve {
        points.into_iter().filter_map(|(step, value)| Some((step, value? as f32))).collect()
    };
    let top1 = evaluations.iter().map(|row| (row.step, row.top1)).collect();
    assert_eq!(curve(&scalars["evaluation/top1"]), expected(top1), "{name}");
    let loss = evaluations.iter().map(|row| (row.step, row.val_loss)).collect();
    assert_eq!(curve(&scalars["evaluation/val_loss"]), expected(loss), "{name}");
    let iou = changes.iter().map(|row| (row.step, row.iou_previous)).collect();
    assert_eq!(curve(&scalars["structure/iou_previous"]), expected(iou), "{name}");
    let active = changes.iter().map(|row| (row.step, Some(row.active as f64))).collect();
    assert_eq!(curve(&scalars["structure/active"]), expected(active), "{name}");
    assert!(!evaluations.is_empty());

    let modified = fs::metadata(run.file("metrics.csv")).unwrap().modified().unwrap();
    let time = scalars["evaluation/top1"][0][0].as_f64().unwrap();
    assert!(time >= modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64() - 1e-3);
    assert_eq!(read["version"], 2.0);
    assert_eq!(read["plugin"]["spec"], "text");
    assert!(read["texts"]["spec"].as_str().unwrap().contains(run.spec().unwrap().unwrap().trim_end()));
}
