//! Annotation files that people have, each with what is to become of it. They are not in this repository:
//! `HARNESS_VOC_CASES` names a folder that has them under `odd-annotations`, with `expected.json`, and real
//! photographs under `real`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use suites::detection::Object;
use suites::voc::CLASSES;

use crate::scene::{Scene, open, png};

/// The folder of cases; none, and a line that says so, where it is not named.
fn cases() -> Option<PathBuf> {
    let folder = std::env::var_os("HARNESS_VOC_CASES").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: HARNESS_VOC_CASES does not name a folder of cases");
    }
    folder
}

/// The number between two tags, the first time.
fn number(text: &str, tag: &str) -> Option<u32> {
    let rest = text.split_once(&format!("<{tag}>"))?.1;
    rest.split_once('<')?.0.trim().parse().ok()
}

/// A devkit whose only training image has the annotation `file`, and a photograph of the size that it says.
fn devkit(file: &Path) -> Scene {
    let scene = Scene::small();
    let content = fs::read(file).unwrap();
    let text = String::from_utf8_lossy(&content);
    let size = (number(&text, "width").unwrap_or(500), number(&text, "height").unwrap_or(375));
    scene.write("VOC2007/JPEGImages/odd.png", png(size));
    scene.write("VOC2007/Annotations/odd.xml", content);
    // The first image has an object, so that the set is not refused for want of any.
    scene.list("VOC2007", "trainval", "odd\n000001\n");
    scene
}

#[test]
fn every_odd_file_has_its_outcome() {
    let Some(folder) = cases().map(|cases| cases.join("odd-annotations")) else { return };
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let files = expected["files"].as_object().unwrap();
    assert_eq!(files.len(), 16);
    for (name, wanted) in files {
        let scene = devkit(&folder.join(name));
        let verdict = wanted["verdict"].as_str().unwrap();
        if verdict == "reject-file" {
            assert!(scene.refused(&[]).contains("odd.xml:"), "{name}");
            continue;
        }
        if verdict == "ignore-file" {
            let scene = Scene::small();
            fs::copy(folder.join(name), scene.path("VOC2007/Annotations").join(name)).unwrap();
            assert_eq!(scene.verify(&[]).fault, None, "{name}");
            continue;
        }
        let text = fs::read_to_string(folder.join(name)).unwrap();
        // Where a class is meant to be unknown the classes are those of PASCAL VOC, else those of the file.
        let mut classes: BTreeSet<&str> =
            text.split("<name>").skip(1).filter_map(|rest| Some(rest.split_once('<')?.0.trim())).collect();
        classes.insert("dog");
        let others = name.starts_with("23_");
        let classes = if others { CLASSES.join(",") } else { Vec::from_iter(classes).join(",") };
        let set = [("classes", classes.as_str())];
        let [train, _] = scene.open(&set);
        let row = |object: &Object| {
            let bounds = object.bounds;
            let class = train.classes[object.class as usize].clone();
            serde_json::json!([
                class,
                bounds.xmin,
                bounds.ymin,
                bounds.xmax,
                bounds.ymax,
                f64::from(u8::from(object.difficult))
            ])
        };
        let found: Vec<serde_json::Value> = train.photographs[0].objects.iter().map(row).collect();
        let kept = match wanted["kept"].as_array() {
            Some(rows) => rows.iter().map(as_numbers).collect(),
            None => {
                assert_eq!(found.len(), if name.starts_with("08_") { 6 } else { 3 }, "{name}");
                found.clone()
            }
        };
        assert_eq!(found, kept, "{name}");
        let notes = scene.identify(&set).unwrap().notes.join("\n");
        let rejected = wanted["rejected_objects"].as_u64().unwrap();
        let said = match (others, rejected) {
            (_, 0) => String::new(),
            (true, count) => format!("{count} objects of other classes are left out of the training images"),
            (false, 1) => "1 object of the training images cannot be used".into(),
            (false, count) => format!("{count} objects of the training images cannot be used"),
        };
        assert!(notes.contains(&said), "{name}: {notes}");
        assert!(rejected > 0 || !notes.contains("left out"), "{name}: {notes}");
    }
}

/// The row with all numbers as fractions, since whole ones are written without.
fn as_numbers(row: &serde_json::Value) -> serde_json::Value {
    let cell = |cell: &serde_json::Value| cell.as_f64().map_or(cell.clone(), serde_json::Value::from);
    row.as_array().unwrap().iter().map(cell).collect()
}

/// 263 genuine photographs, 450 and 23 objects in two lists.
#[test]
fn real_photographs_are_read() {
    let Some(folder) = cases().map(|cases| cases.join("real")) else { return };
    let [train, test] = open(folder, &[]);
    let count =
        |objects: &[Object]| (objects.len(), objects.iter().filter(|object| object.difficult).count());
    let all = |photographs: &suites::detection::AnnotatedPhotographs| {
        photographs
            .photographs
            .iter()
            .map(|photograph| count(&photograph.objects))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    assert_eq!((train.len(), test.len()), (256, 7));
    assert_eq!((all(&train), all(&test)), ((450, 20), (23, 4)));
    let first = &train.photographs[0];
    assert_eq!((first.name.as_str(), first.size.0), ("2007_001587", 500));
    let bounds = suites::detection::Bounds { xmin: 204.0, ymin: 249.0, xmax: 274.0, ymax: 325.0 };
    assert_eq!(
        (train.classes[first.objects[0].class as usize].as_str(), first.objects[0].bounds),
        ("bicycle", bounds)
    );
}
