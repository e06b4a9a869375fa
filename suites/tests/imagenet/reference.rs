//! The pixels beside torchvision's, where the variable HARNESS_PYTHON names a Python with Pillow 13:
//! `HARNESS_PYTHON=... cargo test --release -p suites --test imagenet reference -- --nocapture`.
//! HARNESS_PHOTOS may name a folder of real photographs. Without the variables these tests say that
//! they were skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use suites::imagenet::ImageNet;
use suites::photographs::Loader;
use suites::recipe::ImageSides;

use crate::scene::{Scene, difference, linked};

const SIDES: ImageSides = ImageSides { crop: 224, resize: 256 };
const BYTES: usize = 224 * 224 * 3;

/// A Python that can import Pillow 13; versions before it resize in another order.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("HARNESS_PYTHON").map(PathBuf::from)?;
    let check = "import PIL; assert int(PIL.__version__.split('.')[0]) >= 13";
    let status = Command::new(&python).args(["-c", check]).output().ok()?.status;
    status.success().then_some(python)
}

/// Says why a test does nothing.
fn skipped<T>(value: Option<T>, lacking: &str) -> Option<T> {
    if value.is_none() {
        eprintln!("skipped: {lacking}");
    }
    value
}

fn run(python: &Path, arguments: &[&str]) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/imagenet/reference.py");
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// For each photograph of the class, its name and the mean and the greatest difference.
fn compare(python: &Path, scene: &Scene) -> Vec<(String, f64, u8)> {
    let folder = scene.dir.join("val/a");
    let theirs = run(python, &["evaluate", folder.to_str().unwrap(), "256", "224"]);
    let data = ImageNet::open(&scene.dir).unwrap();
    let mut ours = vec![0; data.val.len() * BYTES];
    let mut labels = vec![0; data.val.len()];
    let loader = Loader::new(data.val.clone(), SIDES, 0, 2, true).unwrap();
    loader.evaluation(0, &mut ours, &mut labels).unwrap();
    assert_eq!(theirs.len(), ours.len());
    let pairs = ours.chunks(BYTES).zip(theirs.chunks(BYTES)).enumerate();
    let compare = |(index, (ours, theirs))| {
        let (mean, most) = difference(ours, theirs);
        (data.val.name(index), mean, most)
    };
    pairs.map(compare).collect()
}

#[test]
fn files_of_every_kind_are_as_pillow_decodes_them() {
    let Some(python) = skipped(python(), "HARNESS_PYTHON names no Python with Pillow 13") else { return };
    let scene = Scene::of(&[]);
    fs::create_dir_all(scene.dir.join("val/a")).unwrap();
    run(&python, &["make", scene.dir.join("val/a").to_str().unwrap()]);
    fs::create_dir_all(scene.dir.join("train/a")).unwrap();
    fs::copy(scene.dir.join("val/a/grey.JPEG"), scene.dir.join("train/a/grey.JPEG")).unwrap();
    let compared = compare(&python, &scene);
    assert_eq!(compared.len(), 19);
    for (name, mean, most) in compared {
        assert_eq!(most, 0, "{name}: mean {mean:.3}, greatest {most}");
    }
}

#[test]
fn real_photographs_are_as_torchvision_sees_them() {
    let photos = std::env::var_os("HARNESS_PHOTOS").map(PathBuf::from);
    let Some(python) = skipped(python(), "HARNESS_PYTHON names no Python with Pillow 13") else { return };
    let Some(photos) = skipped(photos, "HARNESS_PHOTOS names no folder of photographs") else { return };
    let compared = compare(&python, &linked(&photos));
    for (name, mean, most) in &compared {
        assert_eq!(*most, 0, "{name}: mean {mean:.3}, greatest {most}");
    }
    println!("{} photographs are Pillow's, bit for bit", compared.len());
}
