//! `record.json` and `selfcheck.json`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use records::{Record, SelfCheck};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = serde_json::from_slice::<Record>(bytes) {
        let text = serde_json::to_string(&record).expect("a record has a JSON form");
        let again: Record = serde_json::from_str(&text).expect("what is written can be read");
        assert_eq!(serde_json::to_string(&again).expect("as before"), text);
    }
    let _ = serde_json::from_slice::<SelfCheck>(bytes);
});
