//! A latency table as the harness writes it: what is read is written such that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sparsity::LatencyTable;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("table.csv");
    let _ = LatencyTable::parse_partial(path, bytes);
    if let Ok(table) = LatencyTable::parse(path, bytes) {
        let text = table.to_text();
        let again = LatencyTable::parse(path, text.as_bytes()).expect("what is written can be read");
        assert_eq!(again.to_text(), text);
    }
});
