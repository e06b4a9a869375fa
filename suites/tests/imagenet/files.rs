//! What is decoded, and what is refused with its reason.

use jpeg_encoder::{ColorType, SamplingFactor};
use png::{BitDepth, ColorType as PngColours};
use proptest::prelude::*;
use suites::Progress;
use suites::imagenet::verify;
use suites::photographs::{BatchPlace, LoadError, Loader};

use crate::scene::{BYTES, SIDES, Scene, difference, encoded, evaluated, jpeg, loader};

/// The pixels of a readable file under the transform of evaluation.
fn pixels(content: &[u8]) -> Vec<u8> {
    let (pixels, labels) = evaluated(&Scene::of(&[("x.JPEG", content)]).open().val);
    assert_eq!(labels, [0]);
    pixels
}

/// Why a file is unreadable.
fn refusal(content: &[u8]) -> String {
    let scene = Scene::of(&[("x.JPEG", content)]);
    let strict = Loader::new(scene.open().val, SIDES, 0, 1, true).unwrap();
    let error = strict.evaluation(0, &mut [0; BYTES], &mut [0]).unwrap_err();
    let LoadError::Unreadable { name, cause } = &error else { panic!("{error}") };
    assert_eq!(name, "val/a/x.JPEG");
    let said = error.to_string();
    assert!(said.contains("replace or remove the file, or run without --strict"), "{said}");
    cause.to_string()
}

fn middle(pixels: &[u8]) -> [u8; 3] {
    let at = 3 * (28 * 56 + 28);
    pixels[at..at + 3].try_into().unwrap()
}

fn png(colours: PngColours, depth: BitDepth, samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 64, 64);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(&samples.repeat(64 * 64)).unwrap();
    file
}

#[test]
fn ways_of_coding_do_not_change_the_picture() {
    let plain = pixels(&jpeg(150, 100, ColorType::Rgb, |_| {}));
    let ways = [
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_progressive(true)),
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_restart_interval(3)),
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_optimized_huffman_tables(true)),
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_sampling_factor(SamplingFactor::F_2_2)),
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_sampling_factor(SamplingFactor::F_2_1)),
        jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_sampling_factor(SamplingFactor::F_1_2)),
    ];
    for (way, file) in ways.iter().enumerate() {
        let (mean, most) = difference(&plain, &pixels(file));
        assert!(mean < 1.0 && most <= 4, "{way}: mean {mean}, greatest {most}");
    }
}

#[test]
fn grey_is_replicated() {
    let grey = pixels(&jpeg(150, 100, ColorType::Luma, |_| {}));
    assert!(grey.chunks(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    // The gradient grows from left to right.
    assert!(grey[..168].chunks(3).is_sorted() && grey[0] + 30 < grey[165]);
}

/// Adobe's CMYK is stored inverted: what is stored as c, m, y, k looks c k / 255, m k / 255, y k / 255.
#[test]
fn cmyk_and_ycck_become_the_colours_that_are_seen() {
    let stored = [200, 100, 50, 128].repeat(64 * 64);
    for colours in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        // The encoder takes ink, and stores it inverted.
        let ink: Vec<u8> = stored.iter().map(|value| 255 - value).collect();
        let seen = middle(&pixels(&encoded(&ink, 64, 64, colours, |_| {})));
        let (_, most) = difference(&seen, &[100, 50, 25]);
        assert!(most <= 2, "{colours:?}: {seen:?}");
    }
}

#[test]
fn an_orientation_in_the_exif_data_is_not_applied() {
    let plain = jpeg(150, 100, ColorType::Rgb, |_| {});
    let turned = jpeg(150, 100, ColorType::Rgb, |encoder| {
        // One entry, orientation (0x112), a short: 6, a quarter turn.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        encoder.add_exif_metadata(exif).unwrap();
    });
    assert_ne!(plain, turned);
    assert!(pixels(&plain) == pixels(&turned));
}

#[test]
fn png_is_known_by_its_content_and_loses_its_transparency() {
    for (colours, depth, samples, seen) in [
        (PngColours::Rgb, BitDepth::Eight, &[10, 20, 30][..], [10, 20, 30]),
        (PngColours::Rgba, BitDepth::Eight, &[10, 20, 30, 0], [10, 20, 30]),
        (PngColours::Grayscale, BitDepth::Eight, &[77], [77; 3]),
        (PngColours::GrayscaleAlpha, BitDepth::Eight, &[77, 5], [77; 3]),
        (PngColours::Rgb, BitDepth::Sixteen, &[10, 99, 20, 99, 30, 99], [10, 20, 30]),
        (PngColours::Grayscale, BitDepth::Sixteen, &[0, 99], [99; 3]),
        (PngColours::Grayscale, BitDepth::Sixteen, &[1, 0], [255; 3]),
    ] {
        assert_eq!(middle(&pixels(&png(colours, depth, samples))), seen, "{colours:?} {depth:?}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    let whole = jpeg(150, 100, ColorType::Rgb, |_| {});
    let progressive = jpeg(150, 100, ColorType::Rgb, |encoder| encoder.set_progressive(true));
    for file in [&whole, &progressive] {
        for length in [3, 20, 200, file.len() / 2, file.len() - 2, file.len() - 1] {
            assert_eq!(refusal(&file[..length]), "the file is truncated", "{length} bytes");
        }
    }
    let whole = png(PngColours::Rgb, BitDepth::Eight, &[1, 2, 3]);
    assert_eq!(refusal(&whole[..whole.len() / 2]), "the file is truncated");
    assert_eq!(refusal(b""), "the file is empty");
    assert!(refusal(b"<!doctype html>").contains("seems to be a web page"));
    assert!(refusal(b"not a photograph").contains("seems to be text"));
    assert_eq!(refusal(b"\xff\xd8\xff\xd9"), "it cannot be decoded: it has no picture");
}

#[test]
fn a_file_may_claim_only_so_many_pixels() {
    let mut huge = jpeg(16, 16, ColorType::Rgb, |_| {});
    let frame = huge.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].fill(0xff);
    assert!(refusal(&huge).contains("65535 x 65535 pixels"), "{}", refusal(&huge));
    huge[frame + 5..frame + 9].fill(0);
    assert!(refusal(&huge).contains("cannot be decoded"), "{}", refusal(&huge));
}

#[test]
fn bytes_after_the_end_do_no_harm() {
    let file = jpeg(150, 100, ColorType::Rgb, |_| {});
    assert!(pixels(&file) == pixels(&[&file[..], b"and more"].concat()));
}

#[test]
fn verifying_lists_the_bad_files_with_their_reasons() {
    let good = jpeg(70, 70, ColorType::Rgb, |_| {});
    let scene = Scene::of(&[("1.JPEG", &good), ("2.JPEG", &good[..300]), ("3.png", b"text")]);
    let mut last = None;
    let verified = verify(&scene.dir, 2, &mut |progress| last = Some(progress)).unwrap();
    let bad: Vec<String> = verified.bad.iter().map(ToString::to_string).collect();
    assert_eq!(verified.checked, 6);
    assert_eq!(bad[0], "train/a/2.JPEG: the file is truncated");
    assert_eq!(bad[1], "train/a/3.png: it is neither JPEG nor PNG but seems to be text");
    assert_eq!(bad[2], "val/a/2.JPEG: the file is truncated");
    assert_eq!(bad.len(), 4);
    assert_eq!(last, Some(Progress::Photographs { done: 6, total: 6, unreadable: 4 }));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_listed_and_the_others_are_checked() {
    use std::os::unix::{fs::symlink, net::UnixListener};

    let scene = Scene::of(&[("1.JPEG", &jpeg(70, 70, ColorType::Rgb, |_| {})), ("2.JPEG", b"text")]);
    let folder = scene.dir.join("val/a");
    symlink("nowhere", folder.join("dangling.JPEG")).unwrap();
    symlink("loop.JPEG", folder.join("loop.JPEG")).unwrap();
    symlink("/dev/zero", folder.join("endless.JPEG")).unwrap();
    symlink("1.JPEG", folder.join("good.JPEG")).unwrap();
    let _socket = UnixListener::bind(folder.join("socket.JPEG")).unwrap();
    let verified = verify(&scene.dir, 2, &mut |_| {}).unwrap();
    assert_eq!(verified.checked, 9);
    let bad: Vec<String> = verified.bad.iter().map(ToString::to_string).collect();
    let [train, text, dangling, endless, r#loop, socket] = &bad[..] else { panic!("{bad:?}") };
    assert!(train.starts_with("train/a/2.JPEG: ") && text.starts_with("val/a/2.JPEG: "), "{bad:?}");
    let others = [("dangling", dangling), ("endless", endless), ("loop", r#loop), ("socket", socket)];
    for (name, said) in others {
        assert!(said.starts_with(&format!("val/a/{name}.JPEG: it is not a file")), "{said}");
    }
    // A training goes on without what is no file, as without a photograph that cannot be decoded.
    let (_, labels) = evaluated(&scene.open().val);
    assert_eq!(labels.iter().filter(|label| **label == 0).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Decoding stops after the last row that the window needs; the photograph's other rows may not matter.
    /// In a file of one colour per band of rows, each window shows its own.
    #[test]
    fn leaving_out_rows_changes_nothing(
        width in 8..90u16, height in 8..200u16, sampling in 0..4usize, grey in any::<bool>(), epoch in 0..9u64,
    ) {
        let sampling = [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_1_2, SamplingFactor::F_2_2][sampling];
        let colours = if grey { ColorType::Luma } else { ColorType::Rgb };
        let set = |progressive| move |encoder: &mut jpeg_encoder::Encoder<&mut Vec<u8>>| {
            encoder.set_sampling_factor(sampling);
            encoder.set_progressive(progressive);
        };
        // A progressive file has to be decoded to its end; its pixels are those of the other.
        let files = [false, true].map(|progressive| {
            let scene = Scene::of(&[("x.JPEG", &jpeg(width, height, colours, set(progressive)))]);
            let mut pixels = vec![0; BYTES];
            loader(&scene.open().train, 1).training(&[BatchPlace { epoch, image: 0 }], &mut pixels, &mut [0]).unwrap();
            pixels
        });
        prop_assert!(files[0] == files[1]);
    }

    #[test]
    fn damaged_files_are_read_or_refused_but_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        progressive in any::<bool>(),
    ) {
        let mut file = jpeg(50, 40, ColorType::Rgb, |encoder| encoder.set_progressive(progressive));
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        let (_, labels) = evaluated(&Scene::of(&[("x.JPEG", &file), ("y.JPEG", &jpeg(50, 40, ColorType::Rgb, |_| {}))]).open().val);
        prop_assert_eq!(labels[1], 0);
    }
}

#[test]
fn a_header_that_promises_too_much_is_refused_before_anything_is_decoded() {
    // A PNG of 12,000 x 12,000 interlaced pixels of 8 bytes, all of which would have to be held, and nothing in it.
    let mut header = b"\0\0\0\x0dIHDR".to_vec();
    header.extend([12_000u32.to_be_bytes(), 12_000u32.to_be_bytes()].concat());
    header.extend([16, 6, 0, 0, 1]);
    let chunk = |name_and_content: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(name_and_content);
        sum.sum().to_be_bytes()
    };
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(&header);
    file.extend(chunk(&header[4..]));
    for name in [b"IDAT", b"IEND"] {
        file.extend([&[0; 4], &name[..], &chunk(name)].concat());
    }
    let mut long = jpeg(40, 30, ColorType::Rgb, |_| {});
    long.resize((1 << 27) + 1, 0);
    let scene = Scene::of(&[("1.png", &file), ("2.jpg", &long)]);
    let said: Vec<String> =
        verify(&scene.dir, 2, &mut |_| {}).unwrap().bad.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("decoding it takes 1584000000 bytes"), "{said:?}");
    assert!(said[1].contains("its file has 134217729 bytes"), "{said:?}");
}
