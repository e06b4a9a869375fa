//! Files of every way of coding beside what Pillow decodes them to, bit for bit. `pillow/make.py` made both.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;

use flate2::read::GzDecoder;
use md5::{Digest, Md5};
use suites::detection::picture::Picture;

#[test]
fn every_way_of_coding_is_decoded_to_pillows_bytes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/imagenet/pillow");
    let table = fs::read_to_string(format!("{folder}/pillow.csv")).unwrap();
    let mut expected: BTreeMap<&str, &str> =
        table.lines().skip(2).map(|line| line.split_once(',').unwrap()).collect();
    assert!(expected.len() > 450);
    let mut archive =
        tar::Archive::new(GzDecoder::new(File::open(format!("{folder}/cases.tar.gz")).unwrap()));
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("photograph");
    let mut wrong = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        io::copy(&mut entry, &mut File::create(&file).unwrap()).unwrap();
        let seen = match Picture::open(&file) {
            Ok(picture) => {
                let (width, height) = picture.size();
                let sum: String =
                    Md5::digest(picture.pixels()).iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{width},{height},{sum}")
            }
            Err(cause) => cause.to_string(),
        };
        if expected.remove(name.as_str()) != Some(seen.as_str()) {
            wrong.push(format!("{name}: {seen}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ: {wrong:#?}", wrong.len());
    assert!(expected.is_empty(), "not in the archive: {expected:?}");
}
