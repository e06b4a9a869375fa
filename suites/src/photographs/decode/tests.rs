//! Windows beside whole photographs, of files of every way of coding.

use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use proptest::prelude::*;

use super::libjpeg::Decompressor;
use super::{Encoded, Region, Unreadable};

/// The files of which `tests/imagenet/pillow.rs` holds what Pillow makes of them.
fn cases() -> Vec<(String, Vec<u8>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/imagenet/pillow/cases.tar.gz");
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).unwrap()));
    let case = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().display().to_string(), content)
    };
    archive.entries().unwrap().map(case).collect()
}

/// A window's pixels out of what was decoded.
fn cut(region: Region, pixels: &[u8], [left, top, width, height]: [u32; 4]) -> Vec<u8> {
    assert_eq!(pixels.len(), 3 * (region.width * region.height) as usize);
    let rows = pixels.chunks(3 * region.width as usize);
    let rows = rows.skip((top - region.top) as usize).take(height as usize);
    let (start, length) = (3 * (left - region.left) as usize, 3 * width as usize);
    rows.flat_map(|row| row[start..start + length].to_vec()).collect()
}

#[test]
fn windows_are_parts_of_the_photograph() {
    for (name, file) in cases() {
        let encoded = Encoded::open(&file).unwrap();
        let (width, height) = encoded.size();
        let all = [0, 0, width, height];
        let mut whole = Vec::new();
        let region = encoded.window(all, &mut whole).unwrap();
        assert_eq!(region, Region { left: 0, top: 0, width, height }, "{name}");
        let mut pixels = vec![7; 3];
        for number in 0..60 {
            let (left, top) = (number * 7 % width, number * 11 % height);
            let (wide, high) = (1 + number * 5 % (width - left), 1 + number * 13 % (height - top));
            let window = [left, top, wide, high];
            let region = Encoded::open(&file).unwrap().window(window, &mut pixels).unwrap();
            let parts = cut(region, &pixels, window)
                == cut(Region { left: 0, top: 0, width, height }, &whole, window);
            assert!(parts, "{name}: {window:?}");
        }
    }
}

/// `JERR_NO_SOI` in libjpeg-turbo's jerror.h, with the first two bytes of the file.
#[test]
fn errors_of_the_library_come_in_its_own_words() {
    let Some(Unreadable::Damaged(words)) = Decompressor::open(b"GIF89a").err() else {
        panic!("it is damaged")
    };
    assert_eq!(words, "Not a JPEG file: starts with 0x47 0x49");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn damaged_files_are_decoded_or_refused(
        file in proptest::sample::select(cases()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
        window in [0..70u32, 0..70u32, 1..70u32, 1..70u32],
    ) {
        let (_, mut file) = file;
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        let Ok(encoded) = Encoded::open(&file) else { return Ok(()) };
        let (width, height) = encoded.size();
        if encoded.held([0, 0, width, height]) > 1 << 24 {
            return Ok(());
        }
        let (left, top) = (window[0] % width, window[1] % height);
        let window = [left, top, window[2].min(width - left), window[3].min(height - top)];
        let mut pixels = Vec::new();
        if let Ok(region) = encoded.window(window, &mut pixels) {
            prop_assert_eq!(pixels.len(), 3 * region.width as usize * region.height as usize);
        }
    }
}
