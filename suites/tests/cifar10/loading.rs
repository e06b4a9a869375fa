//! The CIFAR-10 loader on arbitrary, damaged and incomplete files.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use suites::cifar10::{Cifar10, Cifar10Error, PIXELS, RECORD, SIDE, SUBFOLDER, fingerprint, to_records};
use suites::resident::ResidentImages;
use tempfile::TempDir;

/// Images of arbitrary content; cheap to make, whatever their number.
fn images(most: usize) -> impl Strategy<Value = ResidentImages> {
    (prop::collection::vec(0..10u8, 1..=most), any::<u8>(), 1..251usize).prop_map(|(labels, first, step)| {
        let pixels = (0..labels.len() * PIXELS).map(|i| first.wrapping_add((i * step % 251) as u8)).collect();
        ResidentImages { side: SIDE, pixels, labels }
    })
}

fn write(dir: &Path, train: &[&[u8]], test: &[u8]) {
    for (k, content) in (1..).zip(train) {
        fs::write(dir.join(format!("data_batch_{k}.bin")), content).unwrap();
    }
    fs::write(dir.join("test_batch.bin"), test).unwrap();
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read(train in prop::collection::vec(images(4), 1..4), test in images(4)) {
        let (dir, below) = (folder(), folder());
        let batches: Vec<_> = train.iter().map(to_records).collect();
        let batches: Vec<_> = batches.iter().map(Vec::as_slice).collect();
        write(dir.path(), &batches, &to_records(&test));
        let data = Cifar10::load(dir.path()).unwrap();
        let all: Vec<u8> = train.iter().flat_map(|images| images.pixels.clone()).collect();
        prop_assert_eq!(&data.train.pixels, &all);
        let all: Vec<u8> = train.iter().flat_map(|images| images.labels.clone()).collect();
        prop_assert_eq!(&data.train.labels, &all);
        prop_assert_eq!(&data.test, &test);
        prop_assert_eq!(&data.dataset, "cifar10-format");

        let identity = fingerprint(dir.path()).unwrap();
        prop_assert_eq!((identity.train, identity.test), (data.train.len(), data.test.len()));
        prop_assert_eq!(&identity.fingerprint, &data.fingerprint);
        prop_assert_eq!(identity.fingerprint.len(), 16);

        fs::create_dir(below.path().join(SUBFOLDER)).unwrap();
        write(&below.path().join(SUBFOLDER), &batches, &to_records(&test));
        prop_assert_eq!(Cifar10::load(below.path()).unwrap(), data);
    }

    #[test]
    fn arbitrary_files_are_read_or_refused_but_never_panic(
        train in prop::collection::vec(0..=255u8, 0..2 * RECORD + 2),
        test in prop::collection::vec(0..=10u8, 0..2 * RECORD + 2),
        length in prop::sample::select(vec![0, 1, RECORD - 1, RECORD, RECORD + 1, 2 * RECORD, usize::MAX]),
    ) {
        let dir = folder();
        let train = &train[..length.min(train.len())];
        write(dir.path(), &[train], &test);
        let loaded = Cifar10::load(dir.path());
        prop_assert_eq!(fingerprint(dir.path()).is_ok(), loaded.is_ok());
        if let Err(error) = loaded {
            let said = error.to_string();
            prop_assert!(said.contains("data_batch_1.bin") || said.contains("test_batch.bin"), "{said}");
            prop_assert!(said.contains("harness data fetch cifar10"), "{said}");
        }
    }

    #[test]
    fn every_damaged_label_is_named(train in images(6), at in any::<prop::sample::Index>(), label in 10..=255u8) {
        let dir = folder();
        let record = at.index(train.len());
        let mut damaged = to_records(&train);
        damaged[record * RECORD] = label;
        let right = to_records(&train);
        write(dir.path(), &[&right, &damaged], &right);
        match Cifar10::load(dir.path()) {
            Err(Cifar10Error::Label { file, record: named, label: found }) => {
                prop_assert_eq!(file, dir.path().join("data_batch_2.bin"));
                prop_assert_eq!((named, found), (record, label));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn any_changed_byte_changes_the_fingerprint(train in images(3), at in any::<prop::sample::Index>()) {
        let dir = folder();
        let mut content = to_records(&train);
        write(dir.path(), &[&content], &content);
        let before = fingerprint(dir.path()).unwrap();
        let at = at.index(content.len());
        content[at] = u8::from(content[at] == 0);
        write(dir.path(), &[&content], &to_records(&train));
        prop_assert_ne!(fingerprint(dir.path()).unwrap().fingerprint, before.fingerprint);
    }
}

#[test]
fn missing_files_are_named() {
    let dir = folder();
    let refusal = |expected: &str| {
        let said = Cifar10::load(dir.path()).unwrap_err().to_string();
        assert!(said.contains(expected) && said.contains("harness data fetch cifar10"), "{said}");
    };
    let record = [0; RECORD];
    refusal("no CIFAR-10 in");
    fs::write(dir.path().join("test_batch.bin"), record).unwrap();
    refusal("data_batch_1.bin is missing");
    fs::write(dir.path().join("data_batch_1.bin"), record).unwrap();
    assert!(Cifar10::load(dir.path()).is_ok());
    fs::write(dir.path().join("data_batch_3.bin"), record).unwrap();
    refusal("data_batch_2.bin is missing");
    fs::write(dir.path().join("data_batch_2.bin"), record).unwrap();
    assert!(Cifar10::load(dir.path()).is_ok());
    fs::remove_file(dir.path().join("test_batch.bin")).unwrap();
    refusal("test_batch.bin is missing");
    assert!(matches!(Cifar10::load(&dir.path().join("nowhere")), Err(Cifar10Error::NotThere { .. })));
}

#[test]
fn a_folder_in_place_of_a_file_is_an_error_that_names_it() {
    let dir = folder();
    write(dir.path(), &[&[0; RECORD]], &[0; RECORD]);
    fs::create_dir(dir.path().join("data_batch_2.bin")).unwrap();
    let said = Cifar10::load(dir.path()).unwrap_err().to_string();
    assert!(said.contains("cannot read") && said.contains("data_batch_2.bin"), "{said}");
}

/// It would fill the memory, as a pipe would wait for ever.
#[cfg(unix)]
#[test]
fn a_device_in_the_place_of_a_file_is_refused_by_name() {
    let dir = folder();
    write(dir.path(), &[&[0; RECORD]], &[0; RECORD]);
    let file = dir.path().join("test_batch.bin");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    let said = Cifar10::load(dir.path()).unwrap_err().to_string();
    assert!(said.contains("test_batch.bin") && said.contains("not a regular file"), "{said}");
}

#[test]
fn sets_that_are_published_beside_it_are_named() {
    let named = |files: &[&str], expected: &str| {
        let dir = folder();
        for file in files {
            fs::create_dir_all(dir.path().join(file).parent().unwrap()).unwrap();
            fs::write(dir.path().join(file), "x").unwrap();
        }
        let said = Cifar10::load(dir.path()).unwrap_err().to_string();
        assert!(
            said.contains(&format!("holds {expected}, but")) && said.contains("data fetch cifar10"),
            "{said}"
        );
    };
    named(
        &["cifar-10-batches-py/data_batch_1", "cifar-10-batches-py/test_batch"],
        "CIFAR-10's Python version",
    );
    named(&["data_batch_1", "test_batch"], "CIFAR-10's Python version");
    named(&["cifar-100-binary/fine_label_names.txt", "cifar-100-binary/train.bin"], "CIFAR-100");
    named(&["meta", "train", "test"], "CIFAR-100's Python version");
}

#[test]
fn a_pointer_in_place_of_a_file_is_named() {
    let dir = folder();
    write(dir.path(), &[b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"], &[0; RECORD]);
    let said = Cifar10::load(dir.path()).unwrap_err().to_string();
    assert!(
        said.contains("data_batch_1.bin is a Git LFS pointer") && said.contains("git lfs pull"),
        "{said}"
    );
}

#[test]
fn batches_that_are_missing_of_the_published_five_are_named() {
    let dir = folder();
    let batch = vec![0; 10_000 * RECORD];
    let notes = |count: usize| {
        write(dir.path(), &vec![&batch[..]; count], &[0; RECORD]);
        fingerprint(dir.path()).unwrap().notes
    };
    assert!(notes(4)[0].starts_with("4 of CIFAR-10's 5 training batches are there"), "{:?}", notes(4));
    assert!(notes(4)[0].contains("without data_batch_5.bin;"));
    assert_eq!(notes(5), [""; 0]);
}
