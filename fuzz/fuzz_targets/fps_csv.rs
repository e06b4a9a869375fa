//! `fps.csv`, read from its folder.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use records::FpsStore;

fuzz_target!(|bytes: &[u8]| {
    SCRATCH.with(|scratch| {
        scratch.write("fps.csv", bytes);
        if let Ok((rows, _)) = FpsStore::new(scratch.path()).load() {
            assert!(rows.len() <= bytes.len());
        }
    });
});
