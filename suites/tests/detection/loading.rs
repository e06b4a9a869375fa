//! Batches without augmentation: whole photographs, their objects, and what becomes of bad files.

use std::fs;

use suites::detection::{AnnotatedPhotographs, DetectionLoader, Object, Reading};
use suites::photographs::{BatchPlace, LoadError};

use crate::scene::{BYTES, RESIZED, SIDE, Scene, epoch, evaluated, object};

const NONE: [f32; 6] = [-1.0, 0.0, 0.0, 0.0, 0.0, 0.0];

/// Three photographs: two objects, none, one difficult object.
fn scene() -> Scene {
    let mut scene = Scene::empty();
    let difficult = Object { difficult: true, ..object(0, [1.0, 1.0, 20.0, 80.0]) };
    scene.paint((100, 80), &[object(1, [11.0, 21.0, 60.0, 40.0]), object(2, [76.0, 1.0, 100.0, 80.0])]);
    scene.paint((80, 120), &[]);
    scene.paint((80, 80), &[difficult]);
    scene
}

#[test]
fn targets_are_fractions_of_the_image() {
    let scene = scene();
    let loader = scene.loader(RESIZED, 1);
    assert_eq!(loader.rows(), 2);
    let expected = [
        [1.0, 0.1, 0.25, 0.6, 0.5, 0.0],
        [2.0, 0.75, 0.0, 1.0, 1.0, 0.0],
        NONE,
        NONE,
        [0.0, 0.0, 0.0, 0.25, 1.0, 1.0],
        NONE,
    ];
    let (pixels, targets) = epoch(&loader, 0);
    assert_eq!(targets, expected);
    let evaluation = evaluated(&loader);
    assert!(evaluation == (pixels.clone(), targets), "without augmentation both see the same");
    // Where the targets say, the rectangle's grey is found; edges are blurred.
    let at = |image: usize, x: usize, y: usize| &pixels[image * BYTES + 3 * (y * SIDE + x)..][..3];
    assert_eq!((at(0, 5, 11), at(0, 22, 18)), (&[30; 3][..], &[30; 3][..]));
    assert_eq!((at(0, 31, 0), at(0, 39, 39)), (&[50; 3][..], &[50; 3][..]));
    assert_ne!(at(0, 2, 11), &[30; 3]);
    assert_eq!(at(2, 8, 39), &[10; 3]);
}

#[test]
fn difficult_objects_can_be_left_out_of_a_training_only() {
    let scene = scene();
    let loader = scene.loader(Reading { difficult: false, ..RESIZED }, 1);
    assert_eq!(epoch(&loader, 0).1[4], NONE);
    assert_eq!(evaluated(&loader).1[4], [0.0, 0.0, 0.0, 0.25, 1.0, 1.0]);
}

#[test]
fn what_sticks_out_is_cut_off_and_what_is_outside_is_dropped() {
    let mut scene = Scene::empty();
    scene.paint((50, 50), &[object(1, [60.0, 1.0, 70.0, 9.0]), object(2, [41.0, -9.0, 90.0, 25.0])]);
    let (_, targets) = evaluated(&scene.loader(RESIZED, 1));
    assert_eq!(targets, [[2.0, 0.8, 0.0, 1.0, 0.5, 0.0], NONE]);
}

#[test]
fn the_next_readable_photograph_replaces_a_bad_one_with_its_own_objects() {
    let mut scene = scene();
    fs::write(scene.file(1), b"text").unwrap();
    scene.write(b"", (9, 9), &[object(2, [1.0, 1.0, 5.0, 5.0])]);
    let loader = scene.loader(RESIZED, 2);
    let (pixels, targets) = epoch(&loader, 0);
    assert_eq!(targets[2..4], [[0.0, 0.0, 0.0, 0.25, 1.0, 1.0], NONE], "by the third");
    assert_eq!(targets[6..8], targets[0..2], "by the first");
    assert!(pixels[BYTES..2 * BYTES] == pixels[2 * BYTES..3 * BYTES]);
    assert_eq!(loader.skipped(), [1, 3]);
    let resumed = scene.loader(RESIZED, 1);
    resumed.note_skipped(&[3, 77]);
    assert!(epoch(&resumed, 0) == (pixels, targets));
    assert_eq!(resumed.skipped(), [1, 3]);
}

#[test]
fn an_evaluation_marks_a_bad_photograph() {
    let scene = scene();
    fs::write(scene.file(0), b"text").unwrap();
    let loader = scene.loader(RESIZED, 2);
    let (pixels, targets) = evaluated(&loader);
    assert!(pixels[..BYTES].iter().all(|&byte| byte == 128));
    assert_eq!(targets[..2], [[-2.0, 0.0, 0.0, 0.0, 0.0, 0.0], NONE]);
    assert_eq!(targets[4], [0.0, 0.0, 0.0, 0.25, 1.0, 1.0]);
    assert_eq!(loader.skipped(), [0]);
    let (mut pixels, mut last) = (vec![0; BYTES], [0.0; 12]);
    loader.evaluation(2, &mut pixels, &mut last).unwrap();
    assert_eq!(last[..], targets[4..].as_flattened()[..]);
}

#[test]
fn strict_names_the_file_and_so_does_a_file_that_is_missing() {
    let scene = scene();
    fs::write(scene.file(1), b"text").unwrap();
    let strict = DetectionLoader::new(scene.photographs(), RESIZED, 3, 1, true).unwrap();
    let places = [BatchPlace { epoch: 0, image: 1 }];
    let (mut pixels, mut targets) = (vec![0; BYTES], [0.0; 12]);
    let error = strict.training(&places, &mut pixels, &mut targets).unwrap_err().to_string();
    assert!(error.contains("000002.jpg") && error.contains("--strict"), "{error}");
    // Not even without `strict`: the disk fails, or the set was moved while it is in use.
    fs::remove_file(scene.file(1)).unwrap();
    let error = scene.loader(RESIZED, 1).training(&places, &mut pixels, &mut targets).unwrap_err();
    assert!(matches!(error, LoadError::Gone { .. }), "{error}");
    assert!(error.to_string().contains("000002.jpg"), "{error}");
}

#[test]
fn a_file_of_another_size_than_its_objects_were_read_for_is_not_used() {
    let mut scene = scene();
    let bytes = fs::read(scene.file(0)).unwrap();
    scene.write(&bytes, (80, 100), &[object(1, [1.0, 1.0, 80.0, 100.0])]);
    let strict = DetectionLoader::new(scene.photographs(), RESIZED, 3, 1, true).unwrap();
    let error = strict.evaluation(3, &mut vec![0; BYTES], &mut [0.0; 12]).unwrap_err().to_string();
    assert!(error.contains("100 x 80") && error.contains("80 x 100"), "{error}");
}

#[test]
fn nothing_to_read_is_an_error() {
    let empty = AnnotatedPhotographs { photographs: [].into(), ..scene().photographs() };
    assert!(matches!(DetectionLoader::new(empty, RESIZED, 0, 1, false), Err(LoadError::Empty)));
    let mut scene = Scene::empty();
    scene.write(b"text", (9, 9), &[]);
    scene.write(b"", (9, 9), &[]);
    let loader = scene.loader(RESIZED, 2);
    let (mut pixels, mut targets) = (vec![0; 2 * BYTES], [0.0; 12]);
    let error = loader.evaluation(0, &mut pixels, &mut targets).unwrap_err();
    assert!(matches!(error, LoadError::Nothing { count: 2, .. }), "{error}");
    let places = [BatchPlace { epoch: 0, image: 1 }];
    let error = loader.training(&places, &mut pixels[..BYTES], &mut targets[..6]).unwrap_err();
    assert!(matches!(error, LoadError::Nothing { count: 2, .. }), "{error}");
}
