//! Latency tables of other programs: JSON, or a Python pickle where the content begins as one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sparsity::{LatencyAbout, LatencyTable};
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let about = LatencyAbout {
        device: "device".into(),
        batch: 1,
        precision: "fp32".into(),
        layout: "nchw".into(),
        model: None,
        origin: "a file".into(),
    };
    let name = if which % 2 == 0 { "table.json" } else { "table.pkl" };
    if let Ok(table) = LatencyTable::import(Path::new(name), bytes, about) {
        assert!(table.entries.len() <= bytes.len());
    }
});
