//! An annotation in VOC's format: every box that comes out has an extent and lies in the photograph.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suites::detection::Bounds;
use suites::voc::marked_objects;

fuzz_target!(|bytes: &[u8]| {
    for (class, Bounds { xmin, ymin, xmax, ymax }) in marked_objects(bytes, (500, 375)).unwrap_or_default() {
        assert!(!class.is_empty());
        assert!(1.0 <= xmin && xmin < xmax && xmax <= 500.0, "{xmin} to {xmax}");
        assert!(1.0 <= ymin && ymin < ymax && ymax <= 375.0, "{ymin} to {ymax}");
    }
});
