use super::*;
use suites::detection::AnnotatedPhotograph;

/// Two photographs and two classes, one of which ends like the other.
fn names() -> Names {
    let photograph = |name: &str| AnnotatedPhotograph {
        name: name.into(),
        file: format!("{name}.jpg").into(),
        size: (100, 80),
        objects: Vec::new(),
    };
    let photographs = vec![photograph("000001"), photograph("000002")].into();
    let classes = vec!["light".to_string(), "traffic_light".to_string()].into();
    Names::of(&suites::detection::AnnotatedPhotographs { classes, photographs }).unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn read(files: &[(&str, &str)]) -> Result<Detections, String> {
    let folder = folder(files);
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    let told =
        |error: anyhow::Error| format!("{error:#}").replace(&format!("{}/", folder.path().display()), "");
    Detections::read(&paths, &names()).map_err(told)
}

const TWO: [Detection; 2] = [
    Detection { image: 1, class: 1, score: 0.75, bounds: [-1.5, 2.0, 30.0, 40.25] },
    Detection { image: 0, class: 1, score: 1e-3, bounds: [1.0, 1.0, 1.0, 1.0] },
];

#[test]
fn both_formats_say_the_same() {
    let text = "000002 0.75 -1.5 2 30 40.25\r\n\n 000001\t1e-3 1 1 1 1 \n";
    for name in
        ["traffic_light.txt", "comp3_det_test_traffic_light.txt", "comp4_det_my_val_traffic_light.txt"]
    {
        let read = read(&[(name, text)]).unwrap();
        assert_eq!((read.detections.as_slice(), read.missing), (&TWO[..], vec!["light".to_string()]));
    }
    let json = r#"[
        {"image": "000002", "class": "traffic_light", "score": 0.75, "box": [-1.5, 2, 30, 40.25], "extra": null},
        {"image": "000001", "class": "traffic_light", "score": 0.001, "box": [1, 1, 1, 1]}
    ]"#;
    assert_eq!(read(&[("all.json", json)]), Ok(Detections { detections: TWO.into(), missing: vec![] }));
    assert_eq!(read(&[("none.JSON", " [] ")]), Ok(Detections { detections: vec![], missing: vec![] }));
}

#[test]
fn a_folder_has_the_text_files_in_it() {
    let files = [("light.txt", ""), ("traffic_light.txt", "000001 0.5 1 1 2 2\n"), ("notes.md", "?")];
    let folder = folder(&files);
    let read = Detections::read(&[folder.path().into()], &names()).unwrap();
    assert_eq!((read.detections.len(), read.missing.len()), (1, 0));
    let empty = tempfile::tempdir().unwrap();
    let refusal = Detections::read(&[empty.path().into()], &names()).unwrap_err().to_string();
    assert!(refusal.contains("holds no text files"), "{refusal}");
}

#[test]
fn every_fault_of_a_text_file_is_named_by_its_line() {
    let text = "000001 0.5 1 1 2 2\n000003 0.5 1 1 2 2\n000001 high 1 1 2 2\n000001 0.5 1 1 2\n\
        000001 0.5 1 1 2 2 3\n000001 0.5 9 1 2 2\n000001 NaN 1 1 2 2\n000001 0.5 1 1 inf 2\n000001\n";
    let refusal = read(&[("light.txt", text)]).unwrap_err();
    let expected = "these detections cannot be scored; correct them:
  light.txt:2: `000003` is none of the 2 photographs of the set; write the file's name without its extension
  light.txt:3: `high` is not a number
  light.txt:4: has 5 fields where a detection is `image score xmin ymin xmax ymax`
  light.txt:5: has 7 fields where a detection is `image score xmin ymin xmax ymax`
  light.txt:6: the box 9 1 2 2 has no area; write xmin, ymin, xmax, ymax
  light.txt:7: NaN is not a finite number
  light.txt:8: inf is not a finite number
  light.txt:9: has 1 fields where a detection is `image score xmin ymin xmax ymax`";
    assert_eq!(refusal, expected);
    let many = read(&[("light.txt", &"?\n".repeat(30))]).unwrap_err();
    assert!(many.contains("light.txt:20: ") && many.ends_with("\n  and 10 more"), "{many}");
}

#[test]
fn every_fault_of_a_json_file_is_named_by_its_line() {
    let good = r#"{"image": "000001", "class": "light", "score": 1, "box": [1, 1, 2, 2]}"#;
    let json = format!(
        "[{good},\n{},\n{},\n{{\n\"image\": \"000001\",\n\"class\": 5}},\n{}, {}]",
        good.replace("000001", "1"),
        good.replace("light", "lamp"),
        good.replace("[1, 1, 2, 2]", "[1, 1, 2]"),
        good.replace("[1, 1, 2, 2]", "[1, 5, 2, 2]")
    );
    let refusal = read(&[("a.json", &json)]).unwrap_err();
    let said: Vec<&str> = refusal.lines().skip(1).collect();
    let expected = [
        "a.json:2: `1` is none of the 2 photographs",
        "a.json:3: `lamp` is none of the classes of the set, which are light, traffic_light",
        "a.json:6: invalid type: integer `5`, expected a string; write an array",
        "a.json:7: invalid length 3, expected an array of length 4",
        "a.json:7: the box 1 5 2 2 has no area",
    ];
    assert_eq!(said.len(), expected.len(), "{refusal}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.trim_start().starts_with(expected), "{said} where {expected} is expected");
    }
    for (text, what) in [
        ("", "a.json:1: EOF while parsing"),
        ("[\n{\"image\": \"000001\",\n]", "a.json:3: "),
        ("{}", "a.json:1: invalid type: map, expected a sequence"),
        ("[3]", "a.json:1: invalid type: integer `3`"),
    ] {
        let refusal = read(&[("a.json", text)]).unwrap_err();
        assert!(refusal.contains(what), "{text}: {refusal}");
    }
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let line = "000001 0.5 1 1 2 2\n";
    let twice = read(&[("comp3_det_test_light.txt", line), ("light.txt", line)]).unwrap_err();
    assert!(twice.contains("light.txt:1: the class has another file, comp3_det_test_light.txt"), "{twice}");
    for name in ["lamp.txt", "comp1_cls_test_light.txt", "comp3_det_test_lamp.txt"] {
        let unknown = read(&[(name, line)]).unwrap_err();
        assert!(unknown.contains(&format!("{name}:1: ")) && unknown.contains("CLASS.txt"), "{unknown}");
    }
    let mixed = read(&[("light.txt", line), ("a.json", "[]")]).unwrap_err();
    assert!(mixed.contains("one file; name it alone"), "{mixed}");
    let missing = Detections::read(&["no-such.txt".into()], &names()).unwrap_err();
    assert!(format!("{missing:#}").contains("no-such.txt"), "{missing:#}");
}
