//! The tables of a run directory; the first byte says which.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use records::RunDirectory;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    SCRATCH.with(|scratch| {
        let run = RunDirectory::at(scratch.path());
        let write = |name| scratch.write(name, bytes);
        let rows = match which % 6 {
            0 => (write("metrics.csv"), run.evaluations().rows.len()).1,
            1 => (write("updates.csv"), run.updates().rows.len()).1,
            2 => (write("layers.csv"), run.layers().rows.len()).1,
            3 => (write("channels.csv"), run.channels().rows.len()).1,
            4 => (write("classes.csv"), run.classes().rows.len()).1,
            _ => (write("precision_recall.csv"), run.precision_recall().rows.len()).1,
        };
        assert!(rows <= bytes.len());
    });
});
