//! Augmented batches: reproducible, different in every epoch, and with the objects that may be learnt.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use suites::detection::{DetectionLoader, Object, Reading};
use suites::photographs::BatchPlace;

use crate::scene::{AUGMENTED, BYTES, Scene, epoch, evaluated, object, png};

const PHOTOGRAPHS: usize = 12;

/// Photographs of different sizes with up to three objects, one of them difficult.
fn scene() -> Scene {
    let mut scene = Scene::empty();
    for number in 0..PHOTOGRAPHS as u32 {
        let size = (60 + 9 * number, 150 - 7 * number);
        let objects = [
            object(0, [5.0, 5.0, 50.0, 60.0]),
            object(1, [30.0, 20.0, 55.0, 45.0]),
            Object { difficult: true, ..object(2, [1.0, 1.0, 30.0, 30.0]) },
        ];
        scene.paint(size, &objects[..number as usize % 4]);
    }
    scene
}

#[test]
fn a_batch_follows_from_seed_epoch_and_number_alone() {
    let scene = scene();
    let one = epoch(&scene.loader(AUGMENTED, 1), 7);
    assert!(epoch(&scene.loader(AUGMENTED, 3), 7) == one);
    // In another order, and one at a time.
    let loader = scene.loader(AUGMENTED, 2);
    let row = 6 * loader.rows();
    let places: Vec<BatchPlace> =
        (0..PHOTOGRAPHS as u32).rev().map(|image| BatchPlace { epoch: 7, image }).collect();
    let (mut pixels, mut targets) = (vec![0; PHOTOGRAPHS * BYTES], vec![0.0; PHOTOGRAPHS * row]);
    loader.training(&places, &mut pixels, &mut targets).unwrap();
    let (one_pixels, one_targets) = (one.0.as_slice(), one.1.as_flattened());
    for (image, place) in places.iter().rev().enumerate() {
        let (mut alone, mut rows) = (vec![0; BYTES], vec![0.0; row]);
        loader.training(&[*place], &mut alone, &mut rows).unwrap();
        assert!(alone == one_pixels[image * BYTES..][..BYTES], "photograph {image}");
        assert!(rows == one_targets[image * row..][..row], "photograph {image}");
        assert!(pixels.chunks(BYTES).rev().nth(image) == Some(&alone), "photograph {image}");
        assert!(targets.chunks(row).rev().nth(image) == Some(&rows), "photograph {image}");
    }

    let other_epoch = epoch(&loader, 8).0;
    let other_seed = DetectionLoader::new(scene.photographs(), AUGMENTED, 4, 1, false).unwrap();
    let other_seed = epoch(&other_seed, 7).0;
    for image in 0..PHOTOGRAPHS {
        let of = |pixels: &[u8]| pixels[image * BYTES..][..BYTES].to_vec();
        assert!(of(one_pixels) != of(&other_epoch) && of(one_pixels) != of(&other_seed), "{image}");
    }
}

#[test]
fn evaluations_are_not_augmented() {
    let scene = scene();
    let resized = scene.loader(Reading { augment: false, ..AUGMENTED }, 1);
    assert!(evaluated(&scene.loader(AUGMENTED, 1)) == epoch(&resized, 0));
}

#[test]
fn targets_are_whole_and_classes_those_of_the_photograph() {
    let scene = scene();
    let loader = scene.loader(AUGMENTED, 2);
    assert_eq!(loader.rows(), 3);
    for number in 0..100 {
        for (image, rows) in epoch(&loader, number).1.chunks(3).enumerate() {
            let objects = rows.iter().filter(|row| row[0] >= 0.0).count();
            // Something is always left of a photograph with objects, and no class comes twice.
            assert_eq!(objects > 0, image % 4 > 0, "{rows:?}");
            for [class, left, top, right, bottom, difficult] in &rows[..objects] {
                assert!((*class as usize) < image % 4, "{rows:?} in {image}");
                assert_eq!(*difficult, f32::from(u8::from(*class == 2.0)));
                assert!(0.0 <= *left && left < right && *right <= 1.0, "{rows:?}");
                assert!(0.0 <= *top && top < bottom && *bottom <= 1.0, "{rows:?}");
            }
            assert!(rows[..objects].windows(2).all(|pair| pair[0][0] < pair[1][0]), "{rows:?}");
            assert!(rows[objects..].iter().all(|row| *row == [-1.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
        }
    }
}

/// The crop does not look at objects that are left out: where there is no other, any window will do.
#[test]
fn difficult_objects_are_left_out_before_the_crop() {
    let mut scene = Scene::empty();
    scene.paint((100, 100), &[Object { difficult: true, ..object(2, [1.0, 1.0, 3.0, 3.0]) }]);
    scene.paint((100, 100), &[]);
    let loader = scene.loader(Reading { difficult: false, ..AUGMENTED }, 1);
    let kept = scene.loader(AUGMENTED, 1);
    let mut without = 0;
    for number in 0..50 {
        let (pixels, targets) = epoch(&loader, number);
        assert!(targets.iter().all(|row| row[0] == -1.0));
        without += usize::from(pixels[..BYTES] != epoch(&kept, number).0[..BYTES]);
    }
    // With the object nearly every window has to hold the first corner.
    assert!(without > 25, "{without}");
}

/// A JPEG is decoded only as far as it is seen, with the same result as its pixels in a PNG, which is always
/// decoded whole.
#[test]
fn rows_that_are_not_seen_need_not_be_decoded() {
    const LENGTH: u32 = 200;
    let pixel = |x: u32, y: u32| [x + y / 3, 255 - y, (x * y / 64) % 256].map(|value| value as u8);
    let pixels: Vec<u8> = (0..LENGTH * LENGTH).flat_map(|i| pixel(i % LENGTH, i / LENGTH)).collect();
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, LENGTH as u16, LENGTH as u16, ColorType::Rgb).unwrap();
    let size = (LENGTH, LENGTH);
    let mut of_jpeg = Scene::empty();
    of_jpeg.write(&jpeg, size, &[]);
    // Resized to its own size, a photograph stays as it is.
    let whole = of_jpeg.loader(Reading { side: LENGTH as usize, ..AUGMENTED }, 1);
    let mut decoded = vec![0; pixels.len()];
    whole.evaluation(0, &mut decoded, &mut [0.0; 6]).unwrap();
    let mut of_png = Scene::empty();
    of_png.write(&png(&decoded, size), size, &[]);
    let (of_jpeg, of_png) = (of_jpeg.loader(AUGMENTED, 1), of_png.loader(AUGMENTED, 1));
    for number in 0..60 {
        assert!(epoch(&of_jpeg, number) == epoch(&of_png, number), "epoch {number}");
    }
}
