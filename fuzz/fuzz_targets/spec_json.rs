//! `spec.json`: a spec is the same after it was written and read, and resolving it never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trial::TrialSpec;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(spec) = serde_json::from_slice::<TrialSpec>(bytes) {
        let again: TrialSpec = serde_json::from_str(&spec.to_json()).expect("what is written can be read");
        assert_eq!(again.key(), spec.key());
        let _ = spec.resolve();
    }
});
