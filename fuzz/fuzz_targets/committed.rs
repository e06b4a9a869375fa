//! `COMMITTED` over two files: nothing but the marker that was written says that the run is done.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use records::RunDirectory;

fuzz_target!(|bytes: &[u8]| {
    SCRATCH.with(|scratch| {
        scratch.write("spec.json", b"{}");
        scratch.write("metrics.csv", b"step\n");
        scratch.write("COMMITTED", bytes);
        let _ = RunDirectory::at(scratch.path()).is_committed();
    });
});
