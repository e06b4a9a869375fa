//! The generated set: the same everywhere, balanced, and checked by its own list.

use std::fs;
use suites::cifar10::{FileReport, FileState};
use suites::cifar100::{Cifar100, RECORD, SUITE, fingerprint, generate, verify};
use suites::{GenerateError, Generated};

#[test]
fn the_set_is_what_was_asked_for() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    assert_eq!(generate(&dir, 250, 100, 1).unwrap(), Generated::Written);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1, "nothing is left beside it");
    let set = Cifar100::load(&dir).unwrap();
    assert_eq!((set.identity.dataset.as_str(), set.identity.classes), ("cifar100-generated", 100));
    for class in 0..100 {
        let count = |labels: &[u8]| labels.iter().filter(|&&label| label == class).count();
        assert!((2..=3).contains(&count(&set.train.labels)) && count(&set.test.labels) == 1);
    }
    let content = fs::read(dir.join("train.bin")).unwrap();
    assert_eq!(content.len(), 250 * RECORD);
    // Every superclass has five classes.
    assert!(content.chunks_exact(RECORD).all(|record| record[0] == record[1] / 5));
    assert!(verify(&dir).iter().all(FileReport::is_ok));
    assert_eq!(generate(&dir, 250, 100, 1).unwrap(), Generated::AlreadyThere);
    let names = fs::read_to_string(dir.join("fine_label_names.txt")).unwrap();
    assert_eq!(names.lines().count(), 100);
    assert_eq!(names.lines().nth(23), Some("triangle over ring"));
    assert!(names.lines().eq(SUITE.data.class_names(&dir, &SUITE.default_settings()).unwrap()));
}

/// The bytes are part of the promise: a changed image needs another version in the marker and here.
#[test]
fn the_bytes_follow_from_the_seed() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    let generated = |seed| {
        generate(&dir, 100, 100, seed).unwrap();
        fingerprint(&dir).unwrap().fingerprint
    };
    let first = generated(0);
    assert_ne!(generated(1), first);
    assert_eq!(generated(0), first);
    assert_eq!(first, "926cfd01e89fb336");
}

#[test]
fn damage_is_found_and_other_folders_are_left_alone() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    generate(&dir, 100, 100, 0).unwrap();
    let file = dir.join("train.bin");
    let mut content = fs::read(&file).unwrap();
    content[100] ^= 1;
    fs::write(&file, content).unwrap();
    let wrong: Vec<_> = verify(&dir).into_iter().filter(|report| !report.is_ok()).collect();
    assert!(wrong.len() == 1 && matches!(wrong[0].state, FileState::Damaged { .. }), "{wrong:?}");
    let fault = SUITE.data.verify(&dir, &SUITE.default_settings(), &mut |_| {}).unwrap().fault.unwrap();
    assert!(fault.contains("1 of 3 files"), "{fault}");
    assert!(fault.contains("data generate cifar100 --data ") && !fault.contains("data fetch"), "{fault}");
    // Whole records with labels of the classes: nothing but the checksum says that it was changed.
    let notes = || SUITE.data.identify(&dir, &SUITE.default_settings()).unwrap().notes;
    assert!(notes().len() == 1 && notes()[0].contains("train.bin: damaged"), "{:?}", notes());
    assert_eq!(generate(&dir, 100, 100, 0).unwrap(), Generated::Written);
    assert_eq!(notes(), [""; 0]);
    let names = fs::read_to_string(dir.join("fine_label_names.txt")).unwrap();
    fs::write(dir.join("fine_label_names.txt"), names.replacen("disc", "disk", 1)).unwrap();
    assert!(notes()[0].contains("fine_label_names.txt: damaged"), "{:?}", notes());
    assert_eq!(generate(&dir, 100, 100, 0).unwrap(), Generated::Written);
    fs::remove_file(dir.join("MD5SUMS")).unwrap();
    assert!(verify(&dir).iter().all(|report| !report.is_ok()), "a lost list proves nothing");
    fs::write(dir.join("thesis.tex"), "years of work").unwrap();
    let error = generate(&dir, 100, 100, 1).unwrap_err();
    assert!(matches!(&error, GenerateError::Occupied { found, .. } if found == "thesis.tex"), "{error}");
    assert!(matches!(generate(&dir, 0, 1, 0), Err(GenerateError::Counts { .. })));
}
