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
    for name in ["train/readme.txt", "train/a/.x.jpg", "train/a/list.csv", "val/.DS_Store"] {
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
    let said = refusal(&with(&["train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg"]));
    assert!(said.contains("classes: only in train b; both need the same"), "{said}");
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
    assert!(broken.contains("it is not a file"), "{broken}");
}

#[test]
fn names_that_are_no_text_are_left_out_and_counted() {
    let scene = with(&["train/a/1.jpg", "val/a/1.jpg"]);
    let name = std::ffi::OsString::from_vec(b"\xff.jpg".to_vec());
    if fs::write(scene.dir.join("train/a").join(name), b"x").is_err() {
        eprintln!("skipped: this file system takes no such names");
        return;
    }
    let data = scene.open();
    assert_eq!(data.train.len(), 1);
    assert!(
        data.notes[0].starts_with("files and folders whose names are not UTF-8 are left out: 1, such as")
    );
}

/// The expected order is what torchvision 0.26's `ImageFolder(train).samples` has.
#[test]
fn folders_in_class_folders_are_walked_as_torchvision_walks_them() {
    let scene = with(&[
        "train/a/images/b.jpg",
        "train/a/images/a.jpg",
        "train/a/images-2/c.jpg",
        "train/a/images/deeper/0.jpg",
        "train/a/z.jpg",
        "train/a/a_boxes.txt",
        "train/a/more.jpg/deep.png",
        "val/a/1.jpg",
    ]);
    std::os::unix::fs::symlink("images", scene.dir.join("train/a/linked")).unwrap();
    let data = scene.open();
    let names: Vec<String> = (0..data.train.len()).map(|index| data.train.name(index)).collect();
    let walked = [
        "train/a/z.jpg",
        "train/a/images/a.jpg",
        "train/a/images/b.jpg",
        "train/a/images-2/c.jpg",
        "train/a/images/deeper/0.jpg",
        "train/a/linked/a.jpg",
        "train/a/linked/b.jpg",
        "train/a/linked/deeper/0.jpg",
        "train/a/more.jpg/deep.png",
    ];
    assert_eq!(names, walked);
    std::os::unix::fs::symlink("..", scene.dir.join("train/a/images/back")).unwrap();
    let said = refusal(&scene);
    assert!(said.contains("if a link in it leads back, remove it"), "{said}");
}

#[test]
fn what_looks_like_an_image_is_not_left_out_in_silence() {
    let scene = with(&[
        "train/a/1.jpg",
        "train/a/2.webp",
        "train/a/3.WEBP",
        "train/a/4.tiff",
        "train/a/5.gif",
        "train/a/.6.jpg",
        "train/a/._1.jpg",
        "train/7.jpg",
        "val/a/1.jpg",
    ]);
    let data = scene.open();
    assert_eq!(data.train.len(), 4);
    assert!(data.notes[0].contains("counted but cannot be read: 1 .tiff, 2 .webp;"), "{:?}", data.notes);
    assert!(data.notes[1].contains("left out, as in torchvision: 1 .gif;"), "{:?}", data.notes);
    assert!(data.notes[2].contains("1 photographs in train itself"), "{:?}", data.notes);
    assert!(data.notes[3].contains("1 photographs whose names begin with a dot"), "{:?}", data.notes);
    assert_eq!(identify(&scene.dir).unwrap().notes, data.notes);
}

/// As where a disk is not mounted: the other classes can be used, and what is missing is said.
#[test]
fn a_class_that_is_a_link_to_nowhere_is_said() {
    let scene = with(&["train/a/1.jpg", "val/a/1.jpg"]);
    for name in ["train/b", "val/b", "val/a/more"] {
        std::os::unix::fs::symlink("/nowhere", scene.dir.join(name)).unwrap();
    }
    let data = scene.open();
    assert_eq!((data.classes.len(), data.notes.len()), (1, 1));
    let said = format!("3 broken links in place of folders of photographs, such as {}", scene.dir.display());
    assert!(data.notes[0].starts_with(&format!("{said}/train/b: ")), "{:?}", data.notes);
    assert_eq!(verify(&scene.dir, 1, &mut |_| {}).unwrap().notes, data.notes);
}

/// The command that a message ends with, run, makes a set that opens.
fn mended(scene: &Scene) -> ImageNet {
    let said = refusal(scene);
    let (_, command) = said.split_once("\n  ").unwrap_or_else(|| panic!("{said}"));
    let output = std::process::Command::new("bash").args(["-c", command]).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    scene.open()
}

#[test]
fn layouts_of_published_sets_come_with_the_command_that_mends_them() {
    let tiny = with(&[
        "train/n01/images/n01_0.JPEG",
        "train/n02/images/n02_0.JPEG",
        "val/images/val_0.JPEG",
        "val/images/val_1.JPEG",
    ]);
    tiny.write(
        "val/val_annotations.txt",
        b"val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n",
    );
    let data = mended(&tiny);
    assert_eq!(
        (data.val.name(0), data.val.name(1)),
        ("val/n01/val_1.JPEG".into(), "val/n02/val_0.JPEG".into())
    );

    let kaggle = with(&[
        "ILSVRC/Data/CLS-LOC/train/n01/n01_0.JPEG",
        "ILSVRC/Data/CLS-LOC/train/n02/n02_0.JPEG",
        "ILSVRC/Data/CLS-LOC/val/ILSVRC2012_val_00000001.JPEG",
        "ILSVRC/Data/CLS-LOC/val/ILSVRC2012_val_00000002.JPEG",
    ]);
    let list = "ImageId,PredictionString\nILSVRC2012_val_00000001,n02 85 1 499 272 \n\
                ILSVRC2012_val_00000002,n01 131 0 499 254 n01 1 2 3 4 \n";
    kaggle.write("LOC_val_solution.csv", list.as_bytes());
    let said = refusal(&kaggle);
    assert!(said.contains("this one has them in") && said.ends_with("CLS-LOC: name that"), "{said}");
    let mut inner = kaggle;
    inner.dir.push("ILSVRC/Data/CLS-LOC");
    assert_eq!(mended(&inner).val.name(1), "val/n02/ILSVRC2012_val_00000001.JPEG");
}

#[test]
fn classes_that_look_the_same_are_explained() {
    let said = refusal(&with(&["train/caf\u{e9}/1.jpg", "val/cafe\u{301}/1.jpg"]));
    assert!(
        said.contains(
            "in train its letters with accents are one character, in val a letter and an accent (NFD)"
        ),
        "{said}"
    );
}

#[test]
fn imagenet_is_known_by_its_numbers_only() {
    let data = with(&["train/n01440764/1.JPEG", "val/n01440764/1.JPEG"]).open();
    assert_eq!(data.dataset, "image-folder-1");
}
