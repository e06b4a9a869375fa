//! A batch file of CIFAR-10's binary version.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use suites::cifar10::{Cifar10, to_records};

fuzz_target!(|bytes: &[u8]| {
    SCRATCH.with(|scratch| {
        for number in 1..=5 {
            scratch.write(&format!("data_batch_{number}.bin"), bytes);
        }
        scratch.write("test_batch.bin", bytes);
        if let Ok(data) = Cifar10::load(scratch.path()) {
            assert_eq!(to_records(&data.test), bytes);
        }
    });
});
