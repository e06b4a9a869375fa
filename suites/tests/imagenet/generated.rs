//! The generated set: the same everywhere, real JPEG files of many shapes, whole or not there.

use std::collections::HashSet;
use std::fs;

use suites::imagenet::{MOST_CLASSES, generate, identify, verify};
use suites::{GenerateError, Generated};

use crate::scene::Scene;

#[test]
fn the_set_is_what_was_asked_for() {
    let scene = Scene::empty();
    assert_eq!(generate(&scene.dir, 4, 6, 2, 1).unwrap(), Generated::Written);
    let beside: Vec<_> = fs::read_dir(scene.dir.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing is left beside it");
    let data = scene.open();
    assert_eq!(data.dataset, "imagenet-generated");
    assert_eq!((data.classes.len(), data.train.len(), data.val.len()), (4, 24, 8));
    assert!((0..24).all(|index| data.train.label(index) == index as u32 / 6));
    assert!(verify(&scene.dir, 2, &mut |_| {}).unwrap().bad.is_empty());
    assert_eq!(generate(&scene.dir, 4, 6, 2, 1).unwrap(), Generated::AlreadyThere);

    let files: Vec<Vec<u8>> =
        (0..24).map(|index| fs::read(scene.dir.join(data.train.name(index))).unwrap()).collect();
    // After the marker of the frame: length, precision, height, width, number of components.
    let frame = |file: &[u8], marker: u8| {
        let at = file.windows(2).position(|pair| pair == [0xff, marker])? + 2;
        Some((file[at + 3..at + 7].to_vec(), file[at + 7]))
    };
    assert_eq!(frame(&files[0], 0xc0).unwrap().1, 1, "the first is grey");
    assert_eq!(frame(&files[1], 0xc2).unwrap().1, 3, "the second is progressive");
    let shapes: HashSet<_> = files[2..].iter().map(|file| frame(file, 0xc0).unwrap()).collect();
    assert!(shapes.len() > 15, "{} shapes", shapes.len());
}

/// The bytes are part of the promise: a changed image needs another version in the marker and here.
#[test]
fn the_bytes_follow_from_the_seed() {
    let scene = Scene::empty();
    let generated = |seed| {
        generate(&scene.dir, 3, 4, 1, seed).unwrap();
        let data = scene.open();
        let content = |index| fs::read(scene.dir.join(data.train.name(index))).unwrap();
        let hash = blake3::hash(&(0..12).flat_map(content).collect::<Vec<u8>>());
        (data.fingerprint, hash.to_hex()[..16].to_owned())
    };
    let expected = ("f7ac295c53f41516".to_owned(), "46e5a08315f00007".to_owned());
    assert_eq!(generated(0), expected);
    assert_ne!(generated(1), expected);
    assert_eq!(generated(0), expected);
}

#[test]
fn a_changed_set_is_no_longer_called_generated_and_is_mended() {
    let scene = Scene::generated();
    let whole = identify(&scene.dir).unwrap();
    let first = scene.dir.join(scene.open().train.name(0));
    let content = fs::read(&first).unwrap();
    fs::remove_file(&first).unwrap();
    assert_eq!(identify(&scene.dir).unwrap().dataset, "image-folder-3");
    assert_eq!(generate(&scene.dir, 3, 4, 2, 5).unwrap(), Generated::Written);
    assert_eq!(identify(&scene.dir).unwrap(), whole);
    assert_eq!(fs::read(&first).unwrap(), content);
    // The same size and another content.
    let mut changed = content.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&first, changed).unwrap();
    assert_eq!(identify(&scene.dir).unwrap(), whole, "contents are not read");
    assert_eq!(generate(&scene.dir, 3, 4, 2, 5).unwrap(), Generated::Written);
    assert_eq!(fs::read(&first).unwrap(), content);
}

#[test]
fn only_generated_folders_are_replaced() {
    for foreign in ["thesis.tex", "train/class-000/mine.JPEG", "train/n01440764/1.JPEG"] {
        let scene = Scene::generated();
        scene.write(foreign, b"years of work");
        let error = generate(&scene.dir, 2, 2, 2, 1).unwrap_err();
        assert!(
            matches!(&error, GenerateError::Occupied { found, .. } if foreign.starts_with(found)),
            "{error}"
        );
        let old = scene.dir.join("train/class-002/00003.JPEG");
        assert!(old.exists() && scene.dir.join(foreign).exists(), "the folder is untouched");
    }
    let scene = Scene::generated();
    fs::remove_file(scene.dir.join("GENERATED.txt")).unwrap();
    assert!(matches!(generate(&scene.dir, 2, 2, 2, 1), Err(GenerateError::Occupied { .. })));
}

#[test]
fn impossible_numbers_are_refused() {
    let scene = Scene::empty();
    for (classes, train, val) in [(0, 1, 1), (MOST_CLASSES + 1, 1, 1), (1, 0, 1), (1, 1, 0)] {
        assert!(matches!(generate(&scene.dir, classes, train, val, 0), Err(GenerateError::Counts { .. })));
    }
}
