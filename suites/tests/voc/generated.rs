//! The synthetic set: the same bytes for the same numbers, boxes around their figures, and nobody else's files touched.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use suites::voc::{MARKER_FILE, MOST_CLASSES, SUITE, generate};
use suites::{GenerateError, Generated, SyntheticSet};

use crate::scene::{open, settings};

const SET: SyntheticSet = SyntheticSet { classes: 3, train: 24, test: 8, seed: 5 };

fn fingerprint(dir: &Path) -> (String, String) {
    let identity = SUITE.data.identify(dir, &settings(&[])).unwrap();
    (identity.dataset, identity.fingerprint)
}

#[test]
fn the_same_numbers_give_the_same_set() {
    let temp = tempfile::tempdir().unwrap();
    let (one, two) = (temp.path().join("one"), temp.path().join("two"));
    assert_eq!(generate(&one, &SET).unwrap(), Generated::Written);
    assert_eq!(generate(&two, &SET).unwrap(), Generated::Written);
    let marker = |dir: &Path| fs::read_to_string(dir.join(MARKER_FILE)).unwrap();
    assert_eq!(marker(&one), marker(&two), "it has a hash of all images");
    assert_eq!(fingerprint(&one), ("voc-generated".into(), "9c75a8fc8d153dec".into()), "on every machine");
    assert_eq!(generate(&one, &SET).unwrap(), Generated::AlreadyThere);
    assert_eq!(
        generate(&one, &SyntheticSet { seed: 6, ..SET }).unwrap(),
        Generated::Written,
        "a set gives way to another"
    );
    assert_ne!(marker(&one), marker(&two));
}

#[test]
fn it_has_what_was_asked_for() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("set");
    generate(&dir, &SyntheticSet { classes: MOST_CLASSES, train: 120, test: 30, ..SET }).unwrap();
    let [train, test] = open(dir.clone(), &[]);
    assert_eq!((train.len(), test.len(), train.classes.len()), (120, 30, MOST_CLASSES));
    let mut difficult = 0;
    for photographs in [&train, &test] {
        let classes: BTreeSet<u32> = photographs
            .photographs
            .iter()
            .flat_map(|photograph| &photograph.objects)
            .map(|object| object.class)
            .collect();
        assert_eq!(classes.len(), MOST_CLASSES, "every class is in both");
        for photograph in photographs.photographs.iter() {
            assert!((1..=4).contains(&photograph.objects.len()));
            assert!(!photograph.objects[0].difficult);
            let short = f64::from(photograph.size.0.min(photograph.size.1));
            for object in &photograph.objects {
                difficult += usize::from(object.difficult);
                let [width, height] = [
                    object.bounds.xmax - object.bounds.xmin + 1.0,
                    object.bounds.ymax - object.bounds.ymin + 1.0,
                ];
                let larger = width.max(height) / short;
                assert!((0.15..=0.65).contains(&larger), "{} {object:?}", photograph.name);
            }
        }
    }
    assert!((10..100).contains(&difficult), "{difficult}");
    let verified = SUITE.data.verify(&dir, &settings(&[]), &mut |_| {}).unwrap();
    assert_eq!(verified.fault, None, "{}", verified.report);
}

#[test]
fn a_changed_set_is_not_called_generated() {
    let temp = tempfile::tempdir().unwrap();
    generate(temp.path(), &SET).unwrap();
    let list = temp.path().join("VOCdevkit/VOC2007/ImageSets/Main/test.txt");
    fs::write(&list, "000025\n").unwrap();
    assert_eq!(fingerprint(temp.path()).0, "annotated-folder-3");
}

#[test]
fn other_files_are_left_alone_and_impossible_numbers_refused() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("set");
    generate(&dir, &SET).unwrap();
    for name in ["notes.txt", "VOCdevkit/VOC2012/a", "VOCdevkit/VOC2007/JPEGImages/mine.jpg"] {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "mine").unwrap();
        let error = generate(&dir, &SyntheticSet { seed: 9, ..SET }).unwrap_err();
        assert!(matches!(error, GenerateError::Occupied { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        fs::remove_file(path).unwrap();
        let _ = fs::remove_dir(dir.join("VOCdevkit/VOC2012"));
    }
    for set in [
        SyntheticSet { classes: 0, ..SET },
        SyntheticSet { classes: MOST_CLASSES + 1, ..SET },
        SyntheticSet { train: 0, ..SET },
        SyntheticSet { test: 0, ..SET },
        SyntheticSet { train: 999_999, ..SET },
        SyntheticSet { train: usize::MAX, ..SET },
    ] {
        let error = generate(&temp.path().join("none"), &set).unwrap_err();
        assert!(matches!(error, GenerateError::Counts { .. }), "{error}");
    }
    assert!(!temp.path().join("none").exists());
}
