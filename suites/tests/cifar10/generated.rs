//! The generated set: the same everywhere, balanced, whole or not there, and checked by its own list.

use std::fs;
use std::path::Path;

use suites::cifar10::{Cifar10, FileReport, FileState, RECORD, SUITE, fingerprint, generate, verify};
use suites::{GenerateError, Generated};

fn fresh() -> (tempfile::TempDir, std::path::PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    (parent, dir)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_set_is_what_was_asked_for() {
    let (parent, dir) = fresh();
    assert_eq!(generate(&dir, 103, 20, 1).unwrap(), Generated::Written);
    assert_eq!(names(parent.path()), ["data"], "nothing is left beside it");
    let data = Cifar10::load(&dir).unwrap();
    assert_eq!(data.dataset, "cifar10-generated");
    assert_eq!((data.train.len(), data.test.len()), (103, 20));
    for class in 0..10 {
        let count = |labels: &[u8]| labels.iter().filter(|&&label| label == class).count();
        assert!((10..=11).contains(&count(&data.train.labels)));
        assert_eq!(count(&data.test.labels), 2);
    }
    for k in 1..=5 {
        let size = fs::metadata(dir.join(format!("data_batch_{k}.bin"))).unwrap().len() as usize;
        assert!((20..=21).contains(&(size / RECORD)) && size.is_multiple_of(RECORD));
    }
    assert!(verify(&dir).iter().all(FileReport::is_ok));
    // As a process leaves it that was killed right after the folder had got its name.
    let killed = parent.path().join(".harness-unfinished-a");
    fs::create_dir(&killed).unwrap();
    let lock = "A folder that the harness is writing, for the name in the next line.\ndata";
    fs::write(killed.join("harness.lock"), lock).unwrap();
    assert_eq!(generate(&dir, 103, 20, 1).unwrap(), Generated::AlreadyThere);
    assert_eq!(names(parent.path()), ["data"]);
}

/// The bytes are part of the promise: a changed image needs another version in the marker and here.
#[test]
fn the_bytes_follow_from_the_seed() {
    let (_parent, dir) = fresh();
    let generated = |seed| {
        generate(&dir, 50, 10, seed).unwrap();
        fingerprint(&dir).unwrap().fingerprint
    };
    assert_eq!(generated(0), "90cb9e885374f05a");
    assert_eq!(generated(1), "c02600f491a20ce0");
    assert_eq!(generated(0), "90cb9e885374f05a");
}

#[test]
fn damage_is_found_and_mended() {
    let (_parent, dir) = fresh();
    generate(&dir, 10, 10, 0).unwrap();
    let whole = fingerprint(&dir).unwrap();
    let file = dir.join("data_batch_2.bin");
    let mut content = fs::read(&file).unwrap();
    content[100] ^= 1;
    fs::write(&file, content).unwrap();
    fs::remove_file(dir.join("test_batch.bin")).unwrap();
    fs::write(dir.join("data_batch_6.bin"), [0; RECORD]).unwrap();
    let wrong: Vec<_> = verify(&dir).into_iter().filter(|report| !report.is_ok()).collect();
    assert!(matches!(wrong[0].state, FileState::Damaged { .. }) && wrong[0].file == file);
    assert_eq!(wrong[1], FileReport { file: dir.join("test_batch.bin"), state: FileState::Missing });
    assert_eq!(wrong[2], FileReport { file: dir.join("data_batch_6.bin"), state: FileState::Unexpected });
    assert_eq!(wrong.len(), 3);
    let remedy = SUITE.data.verify(&dir, &SUITE.default_settings(), &mut |_| {}).unwrap().fault.unwrap();
    assert!(remedy.contains("data generate cifar10 --data ") && !remedy.contains("data fetch"), "{remedy}");
    fs::remove_file(dir.join("data_batch_6.bin")).unwrap();
    assert_eq!(generate(&dir, 10, 10, 0).unwrap(), Generated::Written);
    assert_eq!(fingerprint(&dir).unwrap(), whole);
    // Whole records with labels of the ten classes: nothing but the checksum says that it was changed.
    let identify = || SUITE.data.identify(&dir, &SUITE.default_settings()).unwrap();
    assert_eq!(identify().notes, [""; 0]);
    let mut content = fs::read(&file).unwrap();
    content[100] ^= 1;
    fs::write(&file, content).unwrap();
    let changed = identify();
    assert!(changed.fingerprint != whole.fingerprint && changed.notes.len() == 1, "{changed:?}");
    assert!(changed.notes[0].contains("data_batch_2.bin: damaged"), "{}", changed.notes[0]);
    fs::remove_file(dir.join("MD5SUMS")).unwrap();
    assert_eq!(verify(&dir)[0].state, FileState::Missing);
}

#[test]
fn only_generated_folders_are_replaced() {
    let (_parent, dir) = fresh();
    fs::create_dir(&dir).unwrap();
    assert_eq!(generate(&dir, 10, 10, 0).unwrap(), Generated::Written, "an empty folder is no loss");
    fs::write(dir.join("thesis.tex"), "years of work").unwrap();
    let error = generate(&dir, 10, 10, 1).unwrap_err();
    assert!(matches!(&error, GenerateError::Occupied { found, .. } if found == "thesis.tex"), "{error}");
    assert!(verify(&dir).iter().all(FileReport::is_ok), "the folder is untouched");
    fs::remove_file(dir.join("thesis.tex")).unwrap();
    fs::remove_file(dir.join("GENERATED.txt")).unwrap();
    assert!(matches!(generate(&dir, 10, 10, 1), Err(GenerateError::Occupied { .. })));
    assert!(matches!(generate(&dir, 0, 10, 1), Err(GenerateError::Counts { .. })));
}

#[test]
fn a_folder_without_marker_is_compared_with_the_published_files() {
    let (_parent, dir) = fresh();
    generate(&dir, 10, 10, 0).unwrap();
    fs::remove_file(dir.join("GENERATED.txt")).unwrap();
    let reports = verify(&dir);
    assert_eq!(reports.len(), 6);
    assert!(reports.iter().all(|report| matches!(report.state, FileState::Damaged { .. })));
    assert_eq!(fingerprint(&dir).unwrap().dataset, "cifar10-format");
}
