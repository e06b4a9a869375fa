//! Batches: the same whatever the threads, different in each epoch, and whole in spite of bad files.

use jpeg_encoder::ColorType;
use suites::photographs::{BatchPlace, LoadError, Loader};
use suites::recipe::ImageSides;

use crate::scene::{BYTES, SIDES, Scene, epoch, evaluated, jpeg, loader};

#[test]
fn a_batch_follows_from_seed_epoch_and_number_alone() {
    let train = Scene::generated();
    let train = train.open().train;
    let one = epoch(&loader(&train, 1), 7, 12);
    assert!(epoch(&loader(&train, 3), 7, 12) == one);
    // In another order, and one at a time.
    let places: Vec<BatchPlace> = (0..12).rev().map(|image| BatchPlace { epoch: 7, image }).collect();
    let (mut pixels, mut labels) = (vec![0; 12 * BYTES], vec![0; 12]);
    let again = loader(&train, 2);
    again.training(&places, &mut pixels, &mut labels).unwrap();
    for image in 0..12 {
        assert!(
            pixels.chunks(BYTES).rev().nth(image) == one.0.chunks(BYTES).nth(image),
            "photograph {image}"
        );
        let mut alone = vec![0; BYTES];
        again.training(&places[11 - image..12 - image], &mut alone, &mut [0]).unwrap();
        assert!(one.0.chunks(BYTES).nth(image) == Some(&alone), "photograph {image}");
    }
    assert_eq!(one.1, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);

    let other_epoch = epoch(&loader(&train, 1), 8, 12);
    let other_seed = Loader::new(train.clone(), SIDES, 4, 1, false).unwrap();
    let other_seed = epoch(&other_seed, 7, 12);
    for image in 0..12 {
        let of = |batch: &(Vec<u8>, Vec<i64>)| batch.0[image * BYTES..(image + 1) * BYTES].to_vec();
        assert!(of(&one) != of(&other_epoch) && of(&one) != of(&other_seed), "photograph {image}");
    }
}

#[test]
fn evaluation_goes_on_from_anywhere() {
    let scene = Scene::generated();
    let val = scene.open().val;
    let (all, labels) = evaluated(&val);
    assert_eq!(labels, [0, 0, 1, 1, 2, 2]);
    let (mut pixels, mut some) = (vec![0; 3 * BYTES], [0; 3]);
    loader(&val, 1).evaluation(2, &mut pixels, &mut some).unwrap();
    assert!(pixels == all[2 * BYTES..5 * BYTES] && some == labels[2..5]);
}

#[test]
fn the_next_readable_photograph_replaces_a_bad_one() {
    let good = jpeg(90, 70, ColorType::Rgb, |_| {});
    let scene = Scene::of(&[("1.jpg", &good), ("2.jpg", b"text"), ("3.jpg", b""), ("4.jpg", &good)]);
    scene.write("train/b/1.jpg", &good);
    scene.write("train/b/2.jpg", &good[..99]);
    scene.write("val/b/1.jpg", &good);
    let train = scene.open().train;
    let loader = loader(&train, 2);
    let batch = epoch(&loader, 0, 6);
    assert_eq!(batch.1, [0, 0, 0, 0, 1, 0], "the last is replaced by the first");
    assert_eq!(loader.skipped(), [1, 2, 5]);
    // The third and the second are replaced by the fourth, each with an augmentation of its own.
    let of = |image: usize| &batch.0[image * BYTES..(image + 1) * BYTES];
    assert!(of(1) != of(2) && of(2) != of(3));
    // What is known of an earlier part of the run changes no pixel.
    let resumed = self::loader(&train, 1);
    resumed.note_skipped(&[1, 5, 99]);
    assert_eq!(resumed.skipped(), [1, 5]);
    assert!(epoch(&resumed, 0, 6) == batch);
    assert_eq!(resumed.skipped(), [1, 2, 5]);
}

#[test]
fn evaluation_passes_over_a_bad_photograph_but_not_over_all() {
    let scene = Scene::of(&[("1.jpg", b"text"), ("2.jpg", &jpeg(90, 70, ColorType::Rgb, |_| {}))]);
    let val = scene.open().val;
    let (pixels, labels) = evaluated(&val);
    assert_eq!(labels, [-1, 0]);
    assert!(pixels[..BYTES].iter().all(|&byte| byte == 128));
    scene.write("val/a/2.jpg", b"");
    let (loader, mut pixels) = (loader(&val, 1), vec![0; 2 * BYTES]);
    let error = loader.evaluation(0, &mut pixels, &mut [0; 2]).unwrap_err();
    assert!(matches!(error, LoadError::Nothing { count: 2, .. }), "{error}");
    assert_eq!(loader.skipped(), [0, 1]);
}

#[test]
fn strictness_makes_a_bad_photograph_an_error_that_names_it() {
    let good = jpeg(90, 70, ColorType::Rgb, |_| {});
    let scene = Scene::of(&[("1.jpg", &good), ("2.jpg", b"text"), ("3.jpg", b"text")]);
    let strict = Loader::new(scene.open().train, SIDES, 0, 2, true).unwrap();
    let places: Vec<BatchPlace> = (0..3).map(|image| BatchPlace { epoch: 0, image }).collect();
    let error = strict.training(&places, &mut vec![0; 3 * BYTES], &mut [0; 3]).unwrap_err();
    assert!(matches!(&error, LoadError::Unreadable { name, .. } if name == "train/a/2.jpg"), "{error}");
    strict.training(&places[..1], &mut [0; BYTES], &mut [0]).unwrap();
    strict.note_skipped(&[1]);
    assert!(strict.training(&places[1..2], &mut [0; BYTES], &mut [0]).is_err(), "nothing is passed over");
}

#[test]
fn a_class_without_a_readable_photograph_is_an_error() {
    let good = jpeg(90, 70, ColorType::Rgb, |_| {});
    let scene = Scene::of(&[("1.jpg", b"text"), ("2.jpg", b"text")]);
    scene.write("train/b/1.jpg", &good);
    scene.write("val/b/1.jpg", &good);
    let loader = loader(&scene.open().train, 1);
    let error = loader.training(&[BatchPlace { epoch: 0, image: 0 }], &mut [0; BYTES], &mut [0]).unwrap_err();
    assert!(matches!(&error, LoadError::Class { count: 2, .. }), "{error}");
    assert!(error.to_string().contains("harness data verify imagenet"));
    // Were all of them known before, there would be nothing to try.
    loader.note_skipped(&[0, 1, 2]);
    let error = loader.training(&[BatchPlace { epoch: 0, image: 0 }], &mut [0; BYTES], &mut [0]).unwrap_err();
    assert!(matches!(error, LoadError::Nothing { count: 3, .. }), "{error}");
}

#[test]
fn a_class_without_a_readable_photograph_is_an_error_in_evaluation_too() {
    let scene = Scene::of(&[("1.jpg", &jpeg(90, 70, ColorType::Rgb, |_| {}))]);
    scene.write("train/b/1.jpg", b"text");
    scene.write("val/b/1.jpg", b"text");
    scene.write("val/b/2.jpg", b"");
    let loader = loader(&scene.open().val, 2);
    let error = loader.evaluation(0, &mut vec![0; 3 * BYTES], &mut [0; 3]).unwrap_err();
    assert!(
        matches!(&error, LoadError::Class { count: 2, name, .. } if name.starts_with("val/b/")),
        "{error}"
    );
}

#[test]
fn impossible_sizes_are_refused() {
    let scene = Scene::generated();
    for (crop, resize) in [(0, 10), (11, 10)] {
        let error = Loader::new(scene.open().val, ImageSides { crop, resize }, 0, 1, false).err().unwrap();
        assert!(matches!(error, LoadError::Sides { .. }), "{error}");
    }
}
