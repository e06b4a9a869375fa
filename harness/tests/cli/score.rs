//! Scores of detections on a small data set, worked out by hand.

use crate::{err, folder, harness, out};
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// An object: class, difficult, box.
type Object = (&'static str, u8, [u32; 4]);

/// What is in the three photographs for evaluation.
const OBJECTS: [(&str, &[Object]); 3] = [
    ("000005", &[("disc", 0, [1, 1, 10, 10]), ("disc", 1, [31, 31, 40, 40])]),
    ("000006", &[("disc", 0, [1, 1, 10, 10]), ("square", 0, [21, 21, 30, 30])]),
    ("000007", &[]),
];

/// The first finds its object, the second a difficult one, the third nothing, and the last overlaps its object by
/// exactly one half.
const DISCS: &str =
    "000005 0.9 1 1 10 10\n000005 0.85 31 31 40 40\n000007 0.8 1 1 10 10\n000006 0.7 1 1 10 5\n";

/// Precision is 1 at a recall of 1/2, and 2/3 at 1: (6 + 5 * 2/3) / 11 and (1 + 2/3) / 2.
const CSV: &str = "class,objects,detections,ap_11_points,ap_all_points,rule\n\
    disc,2,4,84.848485,83.333333,voc2007\nsquare,1,0,0,0,voc2007\nmean,3,4,42.424242,41.666667,voc2007\n";

/// A folder with the data set `set`, which has the images for evaluation only.
fn with_set() -> TempDir {
    let folder = folder();
    let draw = ["data", "generate", "voc", "--train", "4", "--test", "3", "--classes", "2", "--data", "set"];
    let output = harness(folder.path(), &draw);
    assert!(output.status.success(), "{}", err(&output));
    let set = folder.path().join("set/VOCdevkit/VOC2007");
    for (name, objects) in OBJECTS {
        let objects: String = objects.iter().map(object).collect();
        let text = format!("<annotation>\n{objects}</annotation>\n");
        fs::write(set.join(format!("Annotations/{name}.xml")), text).unwrap();
    }
    fs::remove_file(set.join("ImageSets/Main/trainval.txt")).unwrap();
    folder
}

fn object((class, difficult, [xmin, ymin, xmax, ymax]): &Object) -> String {
    format!(
        "<object><name>{class}</name><difficult>{difficult}</difficult><bndbox><xmin>{xmin}</xmin>\
         <ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>\n"
    )
}

fn score(folder: &Path, more: &[&str]) -> Output {
    harness(folder, &[&["score", "voc", "--data", "set"], more].concat())
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let file = folder.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The devkit's text as JSON.
fn json(text: &str, class: &str) -> String {
    let object = |line: &str| {
        let f: Vec<&str> = line.split(' ').collect();
        let [image, score, bounds] = [f[0], f[1], &f[2..].join(", ")];
        format!(r#"{{"image": "{image}", "class": "{class}", "score": {score}, "box": [{bounds}]}}"#)
    };
    format!("[{}]", text.lines().map(object).collect::<Vec<_>>().join(",\n"))
}

#[test]
fn a_file_a_folder_and_json_give_the_score_that_is_worked_out_by_hand() {
    let folder = with_set();
    write(&folder, "disc.txt", DISCS);
    write(&folder, "Main/comp3_det_test_disc.txt", DISCS);
    write(&folder, "all.json", &json(DISCS, "disc"));
    for detections in ["disc.txt", "Main", "all.json"] {
        let output = score(folder.path(), &[detections, "--format", "csv"]);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), CSV), "{}", err(&output));
    }
    let text = out(&score(folder.path(), &["disc.txt"]));
    for words in [
        "mAP 42.42 % by the rule voc2007\n",
        "3 photographs with 3 objects to find, and 1 difficult one",
        "1 test image has no object",
        "Without a file, so that their average precision is 0: square",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert!(!out(&score(folder.path(), &["all.json"])).contains("Without a file"));
}

#[test]
fn the_rule_and_the_classes_can_be_chosen() {
    let folder = with_set();
    write(&folder, "disc.txt", DISCS);
    write(&folder, "square.txt", "");
    let of = |more: &[&str]| out(&score(folder.path(), &[&["disc.txt", "square.txt"], more].concat()));
    assert!(of(&["--rule", "voc2010"]).contains("mAP 41.67 % by the rule voc2010"));
    // Half an object is no match by SMCP's rule: 6 / 11.
    assert!(of(&["--rule", "smcp", "--format", "csv"]).contains("disc,2,4,54.545455,50,smcp\n"));
    assert!(of(&["--set", "metric_rule=smcp"]).contains("mAP 27.27 % by the rule smcp"));
    let three = of(&["--set", "classes=disc,square,cat", "--format", "md"]);
    assert!(three.starts_with("## mAP 42.42 %") && three.contains("no object to find: cat"), "{three}");
    assert!(!three.contains("Without a file"), "{three}");
}

#[test]
fn what_cannot_be_scored_is_said_by_file_and_line() {
    let folder = with_set();
    write(&folder, "disc.txt", "000005 0.9 1 1 10 10\n000004 0.9 1 1 10 10\n000005 0.9 10 1 1 10\n");
    write(&folder, "cat.txt", "");
    write(&folder, "comp4_det_test_disc.txt", "");
    write(&folder, "all.json", "[\n{\"image\": \"000005\"}]");
    write(&folder, "empty/notes.md", "");
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["disc.txt"],
            &["disc.txt:2: `000004` is none of the 3 photographs", "disc.txt:3: the box 10 1 1 10"],
        ),
        (&["cat.txt"], &["cat.txt:1: `cat` is none of the classes of the set, which are disc, square"]),
        (
            &["disc.txt", "comp4_det_test_disc.txt"],
            &["comp4_det_test_disc.txt:1: the class has another file"],
        ),
        (&["all.json"], &["all.json:2: missing field `class`"]),
        (&["all.json", "disc.txt"], &["one file; name it alone"]),
        (&["empty"], &["empty holds no text files"]),
        (&["none.txt"], &["there is no file or folder none.txt"]),
        (&["disc.txt", "--data", "nowhere"], &["cannot be used multiple times"]),
        (&["disc.txt", "--set", "test_list=val"], &["val.txt"]),
    ];
    for (arguments, words) in cases {
        let output = score(folder.path(), arguments);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{arguments:?}");
        for words in *words {
            assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        }
    }
    let elsewhere = harness(folder.path(), &["score", "cifar10", "disc.txt"]);
    assert!(
        err(&elsewhere).contains("has no objects to detect; name one that has: voc"),
        "{}",
        err(&elsewhere)
    );
}
