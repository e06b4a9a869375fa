//! A photograph: its size by its header, and its pixels. A decoder's panic that the harness turns into an error does not
//! end the run; only one that reaches this target does.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use suites::detection::picture::Picture;
use suites::photographs::size;

fuzz_target!(init: std::panic::set_hook(Box::new(|panic| eprintln!("caught: {panic}"))), |bytes: &[u8]| {
    SCRATCH.with(|scratch| {
        let file = scratch.write("photograph", bytes);
        // A few bytes can ask for 180 million pixels, which take seconds and are the business of another test; a million
        // take as long as a hundred small photographs.
        match size(&file) {
            Ok((width, height)) if u64::from(width) * u64::from(height) < 1 << 16 => {}
            _ => return,
        }
        if let Ok(picture) = Picture::open(&file) {
            let (width, height) = picture.size();
            assert_eq!(picture.pixels().len(), 3 * width as usize * height as usize);
        }
    });
});
