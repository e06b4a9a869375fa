//! `records.csv`: what is read is written such that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use records::Loaded;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("records.csv");
    let loaded = Loaded::parse(path, bytes);
    let (records, columns) = (loaded.records.len(), loaded.other_columns.clone());
    let written = loaded.into_csv();
    let again = Loaded::parse(path, &written);
    assert!(again.complaints.is_empty(), "{:?}", again.complaints);
    assert_eq!((again.records.len(), &again.other_columns), (records, &columns));
    assert_eq!(again.into_csv(), written);
});
