//! Data sets: generated, verified, described.

use crate::{err, folder, harness, out};

#[test]
fn generated_data_are_verified_described_and_known_when_damaged() {
    let folder = folder();
    let draw =
        ["data", "generate", "cifar10", "--train", "20", "--test", "10", "--seed", "7", "--data", "set"];
    let output = harness(folder.path(), &draw);
    assert!(out(&output).contains("set: written"), "{}", err(&output));
    assert!(out(&harness(folder.path(), &draw)).contains("already there"));
    let verify = || harness(folder.path(), &["data", "verify", "cifar10", "--data", "set"]);
    assert_eq!(verify().status.code(), Some(0));
    assert!(out(&verify()).lines().all(|line| line.ends_with(": ok")));
    let info = out(&harness(folder.path(), &["data", "info", "cifar10", "--data", "set"]));
    assert!(info.contains("cifar10-generated") && info.contains("20") && info.contains("10"), "{info}");
    // Any profile takes them, if they are named.
    let lite = ["suite", "cifar10", "--profile", "lite", "--method", "static", "--data", "set", "--dry-run"];
    assert!(out(&harness(folder.path(), &lite)).contains("20 training and 10 test images"));

    let batch = folder.path().join("set/test_batch.bin");
    let mut bytes = std::fs::read(&batch).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&batch, bytes).unwrap();
    assert_eq!(verify().status.code(), Some(1));
    assert!(out(&verify()).contains("test_batch.bin: damaged"), "{}", out(&verify()));
    // Given by --data it is trained on as it is, which is said.
    let plan = out(&harness(folder.path(), &lite));
    assert!(
        plan.contains("does not fit its own checksums, or they cannot be read: set/test_batch.bin: damaged"),
        "{plan}"
    );
}

/// A pipe to which nobody writes, in the place of a batch.
#[test]
fn a_batch_that_would_never_end_is_named() {
    let folder = folder();
    let data = |action| harness(folder.path(), &["data", action, "cifar10", "--data", "data"]);
    assert_eq!(data("generate").status.code(), Some(0));
    let batch = folder.path().join("data/test_batch.bin");
    std::fs::remove_file(&batch).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&batch).status().unwrap().success());
    let output = data("verify");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let said = out(&output);
    assert!(said.contains("test_batch.bin") && said.contains("not a regular file"), "{said}");
}

#[test]
fn a_set_with_objects_is_described_by_class_and_its_faults_are_listed() {
    let folder = folder();
    let numbers = ["--classes", "2", "--train", "12", "--test", "6"];
    let draw = [&["data", "generate", "voc", "--data", "set"], &numbers[..]].concat();
    let output = harness(folder.path(), &draw);
    assert!(
        out(&output).contains("set: written") && out(&output).contains("voc-generated"),
        "{}",
        err(&output)
    );
    let said = |arguments: &[&str], code: i32| {
        let output = harness(folder.path(), &[arguments, &["--data", "set"]].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}{}", out(&output), err(&output));
        out(&output) + &err(&output)
    };
    let info = said(&["data", "info", "voc"], 0);
    assert!(info.contains("training on VOC2007/trainval, testing on VOC2007/test"), "{info}");
    assert!(info.lines().any(|line| line.starts_with("square ")), "{info}");
    let dogs = said(&["data", "info", "voc", "--set", "classes=square,dog"], 0);
    assert!(dogs.contains("note: 1 class has no object in the training images: dog"), "{dogs}");
    assert!(dogs.contains("left out of the test images: disc"), "{dogs}");
    assert!(said(&["data", "verify", "voc"], 0).contains("18 images in the lists"));
    // Any profile takes them, and says what is to be known of them.
    let plan = [
        "suite",
        "voc",
        "--profile",
        "lite",
        "--method",
        "dense",
        "--set",
        "classes=square,dog",
        "--dry-run",
    ];
    let plan = said(&plan, 0);
    assert!(
        plan.contains("2 classes, 12 training and 6 test images") && plan.contains("no object in"),
        "{plan}"
    );

    let annotation = folder.path().join("set/VOCdevkit/VOC2007/Annotations/000001.xml");
    let empty = "<object><name>disc</name><bndbox><xmin>9</xmin><ymin>1</ymin><xmax>9</xmax><ymax>5</ymax></bndbox></object>";
    let text = std::fs::read_to_string(&annotation).unwrap();
    std::fs::write(&annotation, text.replace("</annotation>", &format!("{empty}</annotation>"))).unwrap();
    let plan = ["suite", "voc", "--profile", "lite", "--method", "dense", "--dry-run"];
    let plan = [&plan[..], &["--set", "classes=square,disc"]].concat();
    assert!(said(&plan, 0).contains("1 object of the training images cannot be used and is left out"));
    let strict = said(&[&plan[..], &["--strict"]].concat(), 2);
    assert!(strict.contains("its box is empty") && strict.contains("without --strict"), "{strict}");
    std::fs::write(&annotation, text).unwrap();

    let photograph = folder.path().join("set/VOCdevkit/VOC2007/JPEGImages/000002.jpg");
    std::fs::remove_file(&photograph).unwrap();
    let faults = said(&["data", "verify", "voc"], 1);
    assert!(faults.contains("trainval.txt:2: the image `000002` is not in"), "{faults}");
    assert!(faults.contains("error: 2 faults found"), "its annotation is alone, too: {faults}");
    assert!(said(&["data", "info", "voc"], 2).contains("trainval.txt:2: the image `000002` is not in"));
    let refused = said(&["suite", "voc", "--profile", "lite", "--method", "dense"], 2);
    assert!(refused.contains("restore the file or remove the line"), "{refused}");
    assert!(!folder.path().join("runs").exists());
}
