//! Packs: what goes in comes out, an interruption leaves no trace, and damage is found.

use std::fs::{self, OpenOptions};
use std::path::Path;

use jpeg_encoder::ColorType;
use suites::Progress;
use suites::imagenet::{ImageFolderError, ImageNet, PackError, PackFault, identify, pack, verify};
use suites::photographs::{BatchPlace, LoadError, Loader};

use crate::scene::{BYTES, SIDES, Scene, difference, epoch, evaluated, jpeg, loader};

const FILES: [&str; 5] = ["pack.toml", "train.index", "train.pack", "val.index", "val.pack"];

fn contents(pack: &Path) -> Vec<Vec<u8>> {
    FILES.iter().map(|name| fs::read(pack.join(name)).unwrap()).collect()
}

fn open_error(dir: &Path) -> String {
    ImageNet::open(dir).err().unwrap().to_string()
}

#[test]
fn what_goes_in_comes_out() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    let mut reported = Vec::new();
    let packed = pack(&scene.dir, &into, 64, 2, &mut |progress| reported.push(progress)).unwrap();
    assert_eq!((packed.train, packed.test, packed.unreadable.len()), (12, 6, 0));
    assert_eq!(reported.last(), Some(&Progress::Photographs { done: 18, total: 18, unreadable: 0 }));
    let (data, packed_data) = (scene.open(), ImageNet::open(&into).unwrap());
    assert_eq!(packed_data.dataset, "imagenet-generated-packed-64");
    assert_ne!(packed_data.fingerprint, data.fingerprint);
    assert_eq!(packed_data.classes, data.classes);
    assert_eq!(packed_data.train.name(5), "train/class-001/#5");
    // 64 is the shorter side of evaluation, so packing has done nothing but what evaluation does.
    let ((ours, labels), (theirs, expected)) = (evaluated(&packed_data.val), evaluated(&data.val));
    assert_eq!(labels, expected);
    let (mean, most) = difference(&ours, &theirs);
    assert!(mean < 0.1 && most <= 1, "mean {mean}, greatest {most}");
    let (_, labels) = epoch(&loader(&packed_data.train, 2), 0, 12);
    assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    assert!(verify(&into, 2, &mut |_| {}).unwrap().bad.is_empty());

    let before = contents(&into);
    assert_eq!(pack(&scene.dir, &into, 64, 1, &mut |_| panic!("nothing is to be done")).unwrap(), packed);
    assert!(contents(&into) == before);
    let other = scene.beside("other");
    pack(&scene.dir, &other, 64, 1, &mut |_| {}).unwrap();
    assert!(contents(&other) == before, "whatever the number of threads");
}

#[test]
fn photographs_are_never_enlarged() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    pack(&scene.dir, &into, 500, 2, &mut |_| {}).unwrap();
    let packed = ImageNet::open(&into).unwrap();
    let data = scene.open();
    assert!(evaluated(&packed.val) == evaluated(&data.val));
    assert!(epoch(&loader(&packed.train, 2), 3, 12) == epoch(&loader(&data.train, 2), 3, 12));
}

/// Makes a finished pack one that was interrupted while the training images were written.
fn interrupt(into: &Path, index: u64, data: u64) {
    fs::rename(into.join("pack.toml"), into.join("unfinished.toml")).unwrap();
    let cut = |name: &str, length: u64| {
        OpenOptions::new().write(true).open(into.join(name)).unwrap().set_len(length).unwrap();
    };
    cut("train.index", index);
    cut("train.pack", data);
    fs::remove_file(into.join("val.index")).unwrap();
    fs::remove_file(into.join("val.pack")).unwrap();
}

#[test]
fn an_interrupted_pack_is_continued_to_the_same_bytes() {
    let scene = Scene::generated();
    // Left out: one in the middle, one at the end.
    scene.write("train/class-000/00002.JPEG", b"text");
    scene.write("train/class-002/00003.JPEG", b"");
    let into = scene.beside("pack");
    let packed = pack(&scene.dir, &into, 40, 2, &mut |_| {}).unwrap();
    assert_eq!((packed.train, packed.unreadable.len()), (10, 2));
    assert!(packed.unreadable[0].starts_with("train/class-000/00002.JPEG: it is neither JPEG nor PNG"));
    let whole = contents(&into);
    let bytes = whole[2].len() as u64;
    // Whole records and pixels; a torn record and more pixels; pixels without a record; nothing.
    for (index, data) in [(64 * 10, bytes), (64 * 4 + 17, bytes - 5), (64 * 6, bytes), (0, 1), (0, 0)] {
        interrupt(&into, index, data);
        let said = open_error(&into);
        assert!(said.contains("is not finished") && said.contains("to resume"), "{said}");
        assert_eq!(pack(&scene.dir, &into, 40, 2, &mut |_| {}).unwrap(), packed);
        assert!(contents(&into) == whole, "after {index} bytes of the index and {data} of the pixels");
        assert!(!into.join("unfinished.toml").exists());
    }
    // What a power failure may leave: the length is there and the content is not.
    interrupt(&into, 64 * 3, bytes);
    let index = OpenOptions::new().write(true).open(into.join("train.index")).unwrap();
    index.set_len(64 * 8).unwrap();
    assert_eq!(pack(&scene.dir, &into, 40, 2, &mut |_| {}).unwrap(), packed);
    assert!(contents(&into) == whole);
}

#[test]
fn damage_is_found() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    pack(&scene.dir, &into, 64, 2, &mut |_| {}).unwrap();
    let whole = contents(&into);
    let damage = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = whole[FILES.iter().position(|file| *file == name).unwrap()].clone();
        change(&mut content);
        fs::write(into.join(name), content).unwrap();
    };
    let mend =
        || FILES.iter().zip(&whole).for_each(|(name, content)| fs::write(into.join(name), content).unwrap());

    damage("val.pack", &|content| content[1000] ^= 1);
    let verified = verify(&into, 2, &mut |_| {}).unwrap();
    assert_eq!((verified.checked, verified.bad.len()), (18, 1));
    assert!(verified.bad[0].to_string().starts_with("val/class-000/#0: checksum mismatch"));
    mend();
    damage("train.index", &|content| content[70] ^= 1);
    assert!(open_error(&into).contains("train.index is damaged"), "{}", open_error(&into));
    mend();
    damage("train.pack", &|content| content.truncate(99));
    assert!(open_error(&into).contains("it has 99 bytes and should have"), "{}", open_error(&into));
    mend();
    damage("pack.toml", &|content| content.truncate(60));
    assert!(open_error(&into).contains("pack.toml is damaged"), "{}", open_error(&into));
    mend();
    damage("pack.toml", &|content| {
        *content =
            String::from_utf8(content.clone()).unwrap().replace("version = 1", "version = 2").into_bytes();
    });
    assert!(
        open_error(&into).contains("of version 2, and this program reads version 1"),
        "{}",
        open_error(&into)
    );
    mend();
    fs::remove_file(into.join("val.pack")).unwrap();
    assert!(open_error(&into).contains("cannot read") && open_error(&into).contains("val.pack"));
    mend();
    assert!(identify(&into).is_ok());
}

#[test]
fn a_pack_keeps_to_its_own_folder_and_source() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    let packed = |side| pack(&scene.dir, &into, side, 1, &mut |_| {});
    assert!(matches!(packed(0), Err(PackError::Side)));
    packed(64).unwrap();
    let error = packed(65).unwrap_err();
    assert!(matches!(&error, PackError::Occupied { found, .. } if found.contains("with side 64")), "{error}");
    interrupt(&into, 64, 0);
    assert!(matches!(packed(65), Err(PackError::Occupied { .. })));
    scene.write("train/class-000/more.JPEG", b"x");
    assert!(matches!(packed(64), Err(PackError::Occupied { .. })), "the source has changed");
    let error = pack(&into, &scene.beside("again"), 64, 1, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PackError::Repacked { .. }), "{error}");
    let error = pack(&scene.dir, &scene.dir, 64, 1, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PackError::Occupied { .. }), "{error}");
    let unfinished = ImageNet::open(&into).err().unwrap();
    assert!(matches!(unfinished, ImageFolderError::Pack(PackFault::Unfinished { .. })), "{unfinished}");
}

#[test]
fn two_at_once_do_not_write_the_same_pack() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    fs::create_dir(&into).unwrap();
    let folder = fs::File::open(&into).unwrap();
    folder.lock().unwrap();
    assert!(matches!(pack(&scene.dir, &into, 64, 1, &mut |_| {}), Err(PackError::Busy { .. })));
}

#[test]
fn a_split_may_lose_all_its_photographs() {
    let scene = Scene::of(&[("1.jpg", b"text")]);
    scene.write("train/a/2.jpg", &jpeg(20, 30, ColorType::Rgb, |_| {}));
    let into = scene.beside("pack");
    let packed = pack(&scene.dir, &into, 16, 1, &mut |_| {}).unwrap();
    assert_eq!((packed.train, packed.test, packed.bytes), (1, 0, 16 * 24 * 3));
    let data = ImageNet::open(&into).unwrap();
    assert!(data.val.is_empty() && data.train.len() == 1);
}

#[test]
fn the_remains_of_a_header_that_was_not_whole_are_no_obstacle() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    // Killed while the first header was written.
    fs::create_dir(&into).unwrap();
    fs::write(into.join("unfinished.tmp"), "format = \"har").unwrap();
    let packed = pack(&scene.dir, &into, 40, 2, &mut |_| {}).unwrap();
    let whole = contents(&into);
    let names = || fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names().len(), FILES.len(), "{:?}", names());
    // Killed while the last one was written, and after it was.
    fs::rename(into.join("pack.toml"), into.join("unfinished.toml")).unwrap();
    fs::write(into.join("pack.tmp"), "").unwrap();
    assert_eq!(pack(&scene.dir, &into, 40, 2, &mut |_| {}).unwrap(), packed);
    assert_eq!(names().len(), FILES.len(), "{:?}", names());
    fs::copy(into.join("pack.toml"), into.join("unfinished.toml")).unwrap();
    assert_eq!(pack(&scene.dir, &into, 40, 2, &mut |_| panic!("it is finished")).unwrap(), packed);
    assert_eq!(names().len(), FILES.len(), "{:?}", names());
    assert!(contents(&into) == whole);
    // What somebody else put there is not touched.
    let other = scene.beside("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("notes.tmp"), "mine").unwrap();
    let refused = pack(&scene.dir, &other, 40, 2, &mut |_| {}).unwrap_err();
    assert!(matches!(refused, PackError::Occupied { .. }), "{refused}");
}

/// Damage is left out like a photograph that cannot be read: also what comes while the pack is open, and where it lies
/// beyond what a window or a crop needs.
#[test]
fn a_damaged_image_is_never_trained_on() {
    let scene = Scene::generated();
    let into = scene.beside("pack");
    pack(&scene.dir, &into, 64, 2, &mut |_| {}).unwrap();
    let data = ImageNet::open(&into).unwrap();
    let (train, val) = (loader(&data.train, 2), loader(&data.val, 2));
    assert_eq!(epoch(&train, 0, 12).1, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    let flip = |name: &str, places: &[usize]| {
        let mut content = fs::read(into.join(name)).unwrap();
        places.iter().for_each(|&place| content[place] ^= 1);
        // In place, so that what is mapped changes.
        let mut file = OpenOptions::new().write(true).open(into.join(name)).unwrap();
        std::io::Write::write_all(&mut file, &content).unwrap();
    };
    let image = |split: &str, number: usize| {
        let index = fs::read(into.join(split).with_extension("index")).unwrap();
        let word = |at: usize| u32::from_le_bytes(*index[64 * number + at..].first_chunk().unwrap()) as usize;
        let offset = u64::from_le_bytes(*index[64 * number..].first_chunk().unwrap()) as usize;
        offset..offset + 3 * word(8) * word(12)
    };
    // One bit: the first of an image, the last of another.
    flip("train.pack", &[image("train", 1).start, image("train", 6).end - 1]);
    flip("val.pack", &[image("val", 4).end - 1]);
    assert_eq!(epoch(&train, 1, 12).1, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    assert_eq!(train.skipped(), [1, 6]);
    let (mut pixels, mut labels) = (vec![0; 6 * BYTES], [0; 6]);
    val.evaluation(0, &mut pixels, &mut labels).unwrap();
    assert_eq!((labels, val.skipped()), ([0, 0, 1, 1, -1, 2], vec![4]));
    assert!(pixels[4 * BYTES..5 * BYTES].iter().all(|&byte| byte == 128));
    let bad = verify(&into, 2, &mut |_| {}).unwrap().bad;
    let bad: Vec<&str> = bad.iter().map(|bad| bad.name.as_str()).collect();
    assert_eq!(bad, ["train/class-000/#1", "train/class-001/#6", "val/class-002/#4"]);

    let strict = Loader::new(data.train.clone(), SIDES, 3, 1, true).unwrap();
    let place = [BatchPlace { epoch: 0, image: 6 }];
    let error = strict.training(&place, &mut vec![0; BYTES], &mut [0]).unwrap_err().to_string();
    assert_eq!(
        error,
        "train/class-001/#6: checksum mismatch: it is not the image that was packed; delete the folder of the pack and \
         pack the set again, or run without --strict to leave it out"
    );
    // Every byte of a class.
    flip("val.pack", &(image("val", 0).start..image("val", 1).end).collect::<Vec<_>>());
    let error = val.evaluation(0, &mut pixels, &mut labels).unwrap_err();
    assert!(matches!(error, LoadError::Class { count: 2, .. }), "{error}");
}
