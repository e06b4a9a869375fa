//! An annotation in VOC's format, read with its data set.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use suites::voc::SUITE;

/// A photograph of 8 x 8 pixels.
const PHOTOGRAPH: &[u8] = include_bytes!("../corpus/photograph/8x8.jpg");

fuzz_target!(|bytes: &[u8]| {
    SCRATCH.with(|scratch| {
        let write = |name: &str, content: &[u8]| scratch.write(&format!("VOCdevkit/VOC2007/{name}"), content);
        for (id, list) in [("000001", "trainval"), ("000002", "test")] {
            write(&format!("JPEGImages/{id}.jpg"), PHOTOGRAPH);
            write(&format!("Annotations/{id}.xml"), bytes);
            write(&format!("ImageSets/Main/{list}.txt"), format!("{id}\n").as_bytes());
        }
        let _ = SUITE.data.identify(scratch.path(), &SUITE.default_settings());
    });
});
