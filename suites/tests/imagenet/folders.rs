//! Folders as they are found, and what is said of those that are no set.

use std::fs;
use std::os::unix::ffi::OsStringExt;

use suites::imagenet::{ImageFolderError, ImageNet, identify, verify};

use crate::scene::Scene;

fn refusal(scene: &Scene) -> String {
    let error = ImageNet::open(&scene.dir).err().unwrap();
    assert_eq!(identify(&scene.dir).unwrap_err().to_string(), error.to_string());
    error.to_string()
}

/// A set with these files, each of one byte.
fn with(files: &[&str]) -> Scene {
    let scene = Scene::empty();
    files.iter().for_each(|name| scene.write(name, b"x"));
    scene
}

#[test]
fn classes_and_files_are_sorted_by_name() {
    let files = ["train/b/2.jpg", "train/b/10.JPEG", "train/a/x.PNG", "val/b/v.jpeg", "val/a/v.JPG"];
    let scene = with(&files);
    // None of these is a photograph of a class.
    for name in [
        "train/readme.txt",
        "train/a/.x.jpg",
        "train/a/list.csv",
        "val/.DS_Store",
        "train/a/more.jpg/deep.jpg",
    ] {
        scene.write(name, b"x");
    }
    let data = scene.open();
    assert_eq!(data.classes, ["a", "b"]);
    let names: Vec<String> = (0..data.train.len()).map(|index| data.train.name(index)).collect();
    assert_eq!(names, ["train/a/x.PNG", "train/b/10.JPEG", "train/b/2.jpg"]);
    assert_eq!([0, 1, 2].map(|index| data.train.label(index)), [0, 1, 1]);
    assert_eq!((data.val.len(), data.val.name(1)), (2, "val/b/v.jpeg".to_owned()));
    assert_eq!(data.dataset, "image-folder-2");

    let identity = identify(&scene.dir).unwrap();
    assert_eq!((identity.dataset, identity.fingerprint), (data.dataset, data.fingerprint));
    assert_eq!((identity.classes, identity.train, identity.test), (2, 3, 2));
}

#[test]
fn the_fingerprint_is_of_names_and_sizes() {
    let files = ["train/a/1.jpg", "val/a/1.jpg"];
    let fingerprint = |scene: &Scene| scene.open().fingerprint;
    let scene = with(&files);
    let before = fingerprint(&scene);
    assert_eq!(before.len(), 16);
    assert_eq!(fingerprint(&with(&["val/a/1.jpg", "train/a/1.jpg"])), before, "wherever it lies");
    scene.write("val/a/1.jpg", b"y");
    assert_eq!(fingerprint(&scene), before, "contents are not read");
    scene.write("val/a/1.jpg", b"yy");
    let longer = fingerprint(&scene);
    assert_ne!(longer, before);
    scene.write("train/a/2.jpg", b"");
    assert_ne!(fingerprint(&scene), longer);
    assert_ne!(fingerprint(&with(&["train/b/1.jpg", "val/b/1.jpg"])), before);
}

#[test]
fn what_is_missing_is_named() {
    let scene = Scene::empty();
    assert!(refusal(&scene).contains("no folder train in"), "{}", refusal(&scene));
    scene.write("train/a/1.jpg", b"x");
    assert!(refusal(&scene).contains("no folder val in"));
    fs::create_dir(scene.dir.join("val")).unwrap();
    assert!(refusal(&scene).contains("no class folders in"));
    scene.write("val/ILSVRC2012_val_00000001.JPEG", b"x");
    let said = refusal(&scene);
    assert!(said.contains("1 photographs that are not in class folders"), "{said}");
    assert!(said.contains("valprep.sh"), "{said}");
    fs::create_dir(scene.dir.join("val/a")).unwrap();
    let said = refusal(&scene);
    assert!(said.contains("val/a contains no photograph (a file that ends in .jpg, .jpeg, .png"), "{said}");
    scene.write("val/a/1.jpg", b"x");
    assert_eq!(scene.open().classes, ["a"]);

    let error = ImageNet::open(&scene.beside("nowhere")).err().unwrap();
    assert!(matches!(&error, ImageFolderError::NotThere { .. }), "{error}");
    assert!(error.to_string().contains("harness data generate imagenet"));
}

#[test]
fn classes_that_differ_are_named() {
    let scene = with(&[
        "train/a/1.jpg",
        "train/b/1.jpg",
        "val/a/1.jpg",
        "val/c/1.jpg",
        "val/d/1.jpg",
        "val/e/1.jpg",
        "val/f/1.jpg",
    ]);
    let said = refusal(&scene);
    assert!(said.contains("only in train b, only in val c, d, e and 1 more"), "{said}");
}

#[test]
fn a_link_to_a_folder_is_followed_and_a_broken_one_named() {
    let scene = with(&["elsewhere/1.jpg", "val/a/1.jpg"]);
    fs::create_dir(scene.dir.join("train")).unwrap();
    std::os::unix::fs::symlink(scene.dir.join("elsewhere"), scene.dir.join("train/a")).unwrap();
    assert_eq!(scene.open().train.len(), 1);
    std::os::unix::fs::symlink("nothing", scene.dir.join("elsewhere/2.jpg")).unwrap();
    // One photograph that cannot be read does not keep the others from being checked.
    assert_eq!(scene.open().train.len(), 2);
    let bad = verify(&scene.dir, 1, &mut |_| {}).unwrap().bad;
    let broken = bad.iter().find(|photograph| photograph.name == "train/a/2.jpg").unwrap().to_string();
    assert!(broken.contains("cannot read") && broken.contains("No such file"), "{broken}");
}

#[test]
fn a_name_that_is_no_text_is_an_error() {
    let scene = with(&["train/a/1.jpg", "val/a/1.jpg"]);
    let name = std::ffi::OsString::from_vec(b"\xff.jpg".to_vec());
    if fs::write(scene.dir.join("train/a").join(name), b"x").is_err() {
        eprintln!("skipped: this file system takes no such names");
        return;
    }
    assert!(refusal(&scene).contains("not UTF-8; rename it"));
}

#[test]
fn imagenet_is_known_by_its_numbers_only() {
    let data = with(&["train/n01440764/1.JPEG", "val/n01440764/1.JPEG"]).open();
    assert_eq!(data.dataset, "image-folder-1");
}
