//! What is refused, by file and line and with what to do, and that a check finds all of it.

use crate::scene::{Scene, jpeg, object};

/// That a message has these parts, and says where it is and what to do.
fn has(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn a_folder_that_is_no_devkit_is_refused() {
    let scene = Scene::new();
    has(&scene.refused(&[]), &["no data set in VOC's format in", "ImageSets/Main", "harness data fetch voc"]);
    scene.list("VOC2007", "train", "000001\n");
    has(
        &scene.refused(&[]),
        &["has neither trainval and test nor train and val; its lists are train:", "--set train_list=NAME"],
    );
}

#[test]
fn a_list_that_is_missing_empty_or_of_something_else_is_refused() {
    let scene = Scene::small();
    has(
        &scene.refused(&[("test_list", "val")]),
        &["there is no list", "VOC2007/ImageSets/Main/val.txt; those of its folder are test, trainval:"],
    );
    has(
        &scene.refused(&[("train_list", "VOC2028/train")]),
        &["VOC2028/ImageSets/Main/train.txt; those of its folder are none"],
    );
    scene.list("VOC2007", "trainval", "\n\n");
    has(&scene.refused(&[]), &["trainval.txt names no image"]);
    for bad in ["../000001", "/etc/passwd", "a\\b", ".."] {
        scene.list("VOC2007", "trainval", &format!("000001\n{bad}\n"));
        has(&scene.refused(&[]), &["trainval.txt:2: `", "is not the name of an image"]);
    }
    scene.list("VOC2007", "trainval", "000001\n000002\n000001\n");
    has(&scene.refused(&[]), &["trainval.txt:3: `000001` is named a second time, after", "trainval.txt:1"]);
    scene.write("VOC2007/ImageSets/Main/trainval.txt", b"000001\n\xff\n");
    has(&scene.refused(&[]), &["trainval.txt is not UTF-8 text; save it as UTF-8"]);
}

#[test]
fn an_image_or_annotation_that_is_missing_is_named_with_the_line_of_its_list() {
    let scene = Scene::small();
    scene.list("VOC2007", "trainval", "000001\n000009\n000002\n");
    has(
        &scene.refused(&[]),
        &[
            "trainval.txt:2: the image `000009` is not in",
            "VOC2007/JPEGImages",
            "restore the file or remove the line",
        ],
    );
    scene.write("VOC2007/JPEGImages/000009.jpg", jpeg((20, 20)));
    has(
        &scene.refused(&[]),
        &["trainval.txt:2: `000009` has no annotation", "Annotations/000009.xml; restore the file"],
    );
    scene.annotate("VOC2007", "000009", &[]);
    assert!(scene.identify(&[]).is_ok());
    scene.write("VOC2007/JPEGImages/000009.png", crate::scene::png((20, 20)));
    has(&scene.refused(&[]), &["trainval.txt:2: `000009` may be any of 000009.jpg, 000009.png"]);
}

#[test]
fn a_file_that_is_no_image_or_annotation_is_refused() {
    let scene = Scene::small();
    scene.write("VOC2007/JPEGImages/000002.jpg", "GIF89a");
    has(
        &scene.refused(&[]),
        &["trainval.txt:2:", "000002.jpg cannot be read: it is neither JPEG nor PNG but seems to be a GIF"],
    );
    scene.write("VOC2007/JPEGImages/000002.jpg", "");
    has(&scene.refused(&[]), &["000002.jpg cannot be read: the file is empty"]);
    scene.write("VOC2007/JPEGImages/000002.jpg", jpeg((20, 20)));
    scene.write("VOC2007/Annotations/000002.xml", "<?xml version=\"1.0\"?>\n<catalog/>");
    has(&scene.refused(&[]), &["000002.xml:2: its root is `catalog` and not `annotation`"]);
    scene.write("VOC2007/Annotations/000002.xml", "<annotation>\n<object>\n");
    has(&scene.refused(&[]), &["000002.xml:2: it is not well-formed XML"]);
}

#[test]
fn a_set_without_objects_is_refused() {
    let scene = Scene::small();
    scene.annotate("VOC2007", "000003", &[]);
    has(
        &scene.refused(&[]),
        &["VOC2007/test: no image has an object of the classes aeroplane,", "harness data verify voc"],
    );
    scene.annotate("VOC2007", "000003", &[crate::scene::marked("dog", [1, 1, 9, 9], true)]);
    has(&scene.refused(&[]), &["all objects are marked as difficult"]);
}

#[test]
fn no_image_of_the_test_set_is_trained_on_under_any_name() {
    let scene = Scene::small();
    scene.list("VOC2007", "train", "000001\n000003\n");
    has(
        &scene.refused(&[("train_list", "train")]),
        &["train.txt:2: the image `000003` belongs to the test set", "test.txt:1 names it `000003`"],
    );

    // VOC2012 calls it by another name, and its lists may be anybody's.
    for name in ["2008_000001", "2007_000003", "2007_000004"] {
        scene.image("VOC2012", name, &[object("dog", [2, 3, 30, 25])]);
    }
    scene.list("VOC2012", "trainval", "2008_000001\n2007_000004\n2007_000003\n");
    let refusal = scene.refused(&[]);
    has(
        &refusal,
        &[
            "VOC2012/ImageSets/Main/trainval.txt:3: the image `2007_000003` belongs to the test set",
            "test.txt:1 names it `000003`",
        ],
    );
    has(&refusal, &["remove the line"]);
    // The published test list holds for other tests, too.
    has(
        &scene.refused(&[("train_list", "VOC2012/trainval"), ("test_list", "VOC2007/trainval")]),
        &["`2007_000003` belongs to the test set"],
    );
    let verified = scene.verify(&[]);
    has(&verified.report, &["`2007_000003` belongs to the test set"]);
    scene.list("VOC2012", "trainval", "2008_000001\n2007_000004\n");
    assert_eq!(scene.identify(&[]).unwrap().train, 4);
    assert!(scene.verify(&[]).report.lines().all(|line| !line.contains("belongs to the test set")));
}

#[test]
fn a_check_lists_every_fault() {
    let scene = Scene::small();
    assert_eq!(scene.verify(&[]).fault, None);
    let whole = jpeg((60, 40));
    scene.list("VOC2007", "trainval", "000001\n000002\n000004\n000005\n000006\n");
    scene.image("VOC2007", "000004", &[object("dog", [5, 5, 5, 9]), object("dog", [1, 1, 5, 9])]);
    // Its header is whole, its rows are not.
    scene.write("VOC2007/JPEGImages/000001.jpg", &whole[..whole.len() - 30]);
    scene.write("VOC2007/Annotations/000005.xml", "<annotation>");
    scene.write("VOC2007/JPEGImages/000005.jpg", &whole);
    scene.annotate("VOC2007", "000009", &[object("dog", [5, 5, 9, 9])]);
    scene.write(
        "VOC2007/Annotations/000003.xml",
        format!(
            "<annotation><size><width>61</width><height>40</height></size>{}</annotation>",
            object("dog", [1, 1, 9, 9])
        ),
    );
    let verified = scene.verify(&[]);
    has(
        &verified.report,
        &[
            "trainval.txt:5: the image `000006` is not in",
            "000005.xml:1: it is not well-formed XML",
            "000004.xml:2: object 1 (`dog`): its box is empty",
            "000009.xml: its photograph is missing",
            "000001.jpg: the file is truncated; restore it",
            "note: ",
            "000003.xml says 61 x 40 pixels, its photograph has 60 x 40",
        ],
    );
    assert!(verified.fault.unwrap().starts_with("5 faults found"));
    // A training is refused for two of them, and the message says how to see the rest.
    has(&scene.refused(&[]), &["000005.xml:1", "1 more fault is listed by `harness data verify voc --data"]);
}

#[test]
fn a_check_reads_every_list_to_its_end() {
    let scene = Scene::small();
    scene.list("VOC2007", "trainval", "000001\n../a\n000002\n000001\n000009\n");
    let missing = [("test_list", "VOC2007/test,VOC2007/more")];
    let verified = scene.verify(&missing);
    has(
        &verified.report,
        &[
            "trainval.txt:2: `../a` is not the name of an image",
            "trainval.txt:4: `000001` is named a second time, after",
            "trainval.txt:5: the image `000009` is not in",
            "there is no list",
            "more.txt; those of its folder are test, trainval",
        ],
    );
    assert!(verified.fault.unwrap().starts_with("4 faults found"));
    has(&scene.refused(&missing), &["trainval.txt:2: `../a`", "; 3 more faults are listed by"]);
}

/// Whoever opens a pipe waits for somebody who writes to it.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_and_not_waited_for() {
    for (file, parts) in [
        ("JPEGImages/000002.jpg", ["trainval.txt:2:", "000002.jpg"]),
        ("Annotations/000002.xml", ["cannot read", "000002.xml"]),
        ("ImageSets/Main/trainval.txt", ["cannot read", "trainval.txt"]),
    ] {
        let scene = Scene::small();
        let path = scene.path("VOC2007").join(file);
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        has(&scene.refused(&[]), &[parts[0], parts[1], "not a regular file"]);
        has(&scene.verify(&[]).report, &[parts[1], "not a regular file"]);
    }
}

#[test]
fn objects_that_cannot_be_used_are_named_one_by_one() {
    let scene = Scene::small();
    assert_eq!(scene.identify(&[]).unwrap().unusable, [""; 0]);
    scene.annotate("VOC2007", "000003", &[object("dog", [5, 5, 5, 9]), object("dog", [1, 1, 5, 9])]);
    let unusable = scene.identify(&[]).unwrap().unusable;
    assert_eq!(unusable.len(), 1);
    has(&unusable[0], &["000003.xml:2: object 1 (`dog`): its box is empty"]);
}
