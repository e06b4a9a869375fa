//! A batch file of CIFAR-10's binary version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use suites::cifar10::{parse, to_records};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(images) = parse(Path::new("test_batch.bin"), bytes.to_vec()) {
        assert_eq!(to_records(&images), bytes);
    }
});
