//! The loader on arbitrary, damaged, incomplete and other files.

use proptest::prelude::*;
use std::fs;
use std::path::Path;
use suites::cifar10::{FileState, PIXELS, SIDE};
use suites::cifar100::{Cifar100, RECORD, SUITE, fingerprint, generate, to_images, to_records, verify};
use suites::resident::ResidentImages;

fn images(most: usize) -> impl Strategy<Value = ResidentImages> {
    (prop::collection::vec(0..100u8, 1..=most), any::<u8>(), 1..251usize).prop_map(|(labels, first, step)| {
        let pixels = (0..labels.len() * PIXELS).map(|i| first.wrapping_add((i * step % 251) as u8)).collect();
        ResidentImages { side: SIDE, pixels, labels }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In the folder itself and in that of the archive, and whatever the superclasses.
    #[test]
    fn what_was_written_is_read(train in images(5), test in images(3), superclass in 0..20u8) {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("cifar-100-binary");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("train.bin"), to_records(&train, |_| superclass)).unwrap();
        fs::write(inner.join("test.bin"), to_records(&test, |_| 0)).unwrap();
        let [outer, inner] = [dir.path(), &inner].map(|dir| Cifar100::load(dir).unwrap());
        prop_assert_eq!(&outer, &inner);
        prop_assert_eq!(&outer.identity, &fingerprint(dir.path()).unwrap());
        prop_assert_eq!(outer.identity.dataset, "cifar100-format");
        prop_assert_eq!((outer.train, outer.test), (train, test));
    }

    /// What is not whole records with labels that there are is refused, and nothing panics.
    #[test]
    fn no_content_panics(content in prop::collection::vec(any::<u8>(), 0..2 * RECORD + 2)) {
        let whole = content.len().is_multiple_of(RECORD) && !content.is_empty();
        let labelled = content.chunks(RECORD).all(|record| record[0] < 20 && record.get(1).is_none_or(|&l| l < 100));
        prop_assert_eq!(to_images(Path::new("train.bin"), content).is_ok(), whole && labelled);
    }
}

#[test]
fn damage_is_named_with_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let message = || Cifar100::load(&dir).unwrap_err().to_string();
    assert!(
        message().contains("no CIFAR-100 in") && message().contains("data fetch cifar100"),
        "{}",
        message()
    );
    generate(&dir, 100, 100, 0).unwrap();
    let file = dir.join("train.bin");
    let whole = fs::read(&file).unwrap();
    let mut wrong = whole.clone();
    wrong[3 * RECORD + 1] = 100;
    for (content, words) in [
        (vec![], "train.bin is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "train.bin is a Git LFS pointer"),
        (whole[1..].to_vec(), "3073 are left over"),
        (vec![0; 4 * 3073], "as CIFAR-10 has them"),
        (wrong, "record 3 (counted from 0) has the labels"),
    ] {
        fs::write(&file, content).unwrap();
        assert!(
            message().contains(words) && message().contains("harness data fetch cifar100"),
            "{}",
            message()
        );
    }
    fs::remove_file(dir.join("test.bin")).unwrap();
    assert!(message().contains("test.bin is missing"), "{}", message());
}

/// CIFAR-10's files, and those that Python reads, are named for what they are.
#[test]
fn other_sets_are_named() {
    for (file, words) in [
        ("data_batch_1.bin", "holds CIFAR-10,"),
        ("cifar-10-batches-bin/data_batch_1.bin", "holds CIFAR-10,"),
        ("cifar-100-python/train", "CIFAR-100's Python version"),
        ("train", "CIFAR-100's Python version"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let message = Cifar100::load(folder.path()).unwrap_err().to_string();
        assert!(message.contains(words) && message.contains("data fetch cifar100"), "{message}");
    }
}

/// As the publisher's archive has them, with an empty line at the end.
#[test]
fn classes_have_the_names_in_the_file_beside_the_images() {
    let folder = tempfile::tempdir().unwrap();
    let names = || SUITE.data.class_names(folder.path(), &SUITE.default_settings());
    let inner = folder.path().join("cifar-100-binary");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("train.bin"), [0; RECORD]).unwrap();
    let message = names().unwrap_err().to_string();
    assert!(message.contains("fine_label_names.txt is missing; `harness data verify cifar100`"), "{message}");
    fs::write(inner.join("fine_label_names.txt"), "apple\naquarium_fish\n\n").unwrap();
    assert_eq!(names().unwrap(), ["apple", "aquarium_fish"]);
}

/// A place that cannot be looked at is not an empty one.
#[cfg(unix)]
#[test]
fn a_failing_disk_is_no_missing_file() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("cifar-100-binary");
    fs::create_dir(&inner).unwrap();
    let circle = inner.join("train.bin");
    std::os::unix::fs::symlink(&circle, &circle).unwrap();
    let message = Cifar100::load(folder.path()).unwrap_err().to_string();
    assert!(message.starts_with("cannot look at") && message.contains("train.bin"), "{message}");
    let reports = verify(folder.path());
    assert!(matches!(reports[0].state, FileState::Unreadable { .. }), "{reports:?}");
}
