//! Average precision against evaluations of other programs on the same detections, among them one of all objects
//! of VOC2007 test. The files are in the folder that `HARNESS_VOC_CASES` names; its `map-cases/README.md` says
//! where they are from. Skipped where the variable is not set.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use records::detection::{Detection, EvaluatedSet, Rule, Score, Truth, average_precision};
use serde::Deserialize;
use serde_json::Value;

/// The evaluations that are rules of ours, and others are not.
const RULES: [(&str, Rule); 3] =
    [("voc_devkit", Rule::Voc2007), ("voc_devkit", Rule::Voc2010), ("continuous_gt_smcp", Rule::Smcp)];

#[derive(Deserialize)]
struct Object {
    image: String,
    class: String,
    #[serde(rename = "box")]
    bounds: [f64; 4],
    #[serde(default)]
    difficult: u8,
    #[serde(default)]
    score: f64,
}

#[derive(Deserialize)]
struct Expected {
    per_class: BTreeMap<String, ExpectedClass>,
    map11: Option<f64>,
    map_all: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct ExpectedClass {
    npos: usize,
    tp: usize,
    fp: usize,
    ignored: usize,
    ap11: Option<f64>,
    ap_all: Option<f64>,
}

/// The objects and detections of one case, with numbers for the names of images and classes.
#[derive(Default)]
struct Case {
    images: Vec<String>,
    classes: Vec<String>,
    truths: Vec<Truth>,
    detections: Vec<Detection>,
}

impl Case {
    fn of(truths: Vec<Object>, detections: Vec<Object>) -> Case {
        let mut case = Case::default();
        for Object { image, class, bounds, difficult, .. } in truths {
            let (image, class) = case.numbers(image, class);
            case.truths.push(Truth { image, class, bounds, difficult: difficult == 1 });
        }
        for Object { image, class, bounds, score, .. } in detections {
            let (image, class) = case.numbers(image, class);
            case.detections.push(Detection { image, class, score, bounds });
        }
        case
    }

    fn numbers(&mut self, image: String, class: String) -> (u32, u32) {
        (number(&mut self.images, image), number(&mut self.classes, class))
    }

    fn judged(&self, rule: Rule, overlap: f64) -> Score {
        let set = EvaluatedSet { images: self.images.len() as u32, classes: self.classes.len() as u32 };
        average_precision(&self.truths, &self.detections, set, rule, overlap).unwrap()
    }

    fn assert_judged(&self, what: &str, overlap: f64, expected: &Value) {
        for (name, rule) in RULES {
            let expected = Expected::deserialize(&expected[name]).unwrap();
            let score = self.judged(rule, overlap);
            let what = format!("{what} at {overlap} by {rule}");
            assert_eq!(self.classes.len(), expected.per_class.len(), "{what}");
            for (class, name) in score.classes.iter().zip(&self.classes) {
                let of_class = &expected.per_class[name];
                let counts = [class.objects, class.true_positives, class.false_positives, class.ignored];
                let expected = [of_class.npos, of_class.tp, of_class.fp, of_class.ignored];
                assert_eq!(counts, expected, "{what}: {name}");
                assert_close(class.eleven_points, of_class.ap11, &what);
                assert_close(class.all_points, of_class.ap_all, &what);
            }
            assert_close(score.mean_eleven_points(), expected.map11, &what);
            assert_close(score.mean_all_points(), expected.map_all, &what);
        }
    }
}

fn number(names: &mut Vec<String>, name: String) -> u32 {
    let at = names.iter().position(|known| *known == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    });
    at as u32
}

fn assert_close(value: Option<f64>, expected: Option<f64>, what: &str) {
    let close = value.zip(expected).map_or(value == expected, |(value, is)| (value - is).abs() < 1e-9);
    assert!(close, "{what}: {value:?} where {expected:?} is expected");
}

/// The text of a file of the cases; none where they are not there.
fn text(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("HARNESS_VOC_CASES") else {
        println!("skipped: HARNESS_VOC_CASES does not name a folder of cases");
        return None;
    };
    Some(fs::read_to_string(PathBuf::from(folder).join("map-cases").join(name)).unwrap())
}

fn json(name: &str) -> Option<Value> {
    Some(serde_json::from_str(&text(name)?).unwrap())
}

fn objects(list: &Value) -> Vec<Object> {
    Vec::deserialize(list).unwrap()
}

#[test]
fn cases_by_hand() {
    let Some(file) = json("micro.json") else { return };
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let data = Case::of(objects(&case["ground_truth"]), objects(&case["detections"]));
        let name = case["name"].as_str().unwrap();
        data.assert_judged(name, case["iou"].as_f64().unwrap(), &case["expected_computed"]);
    }
    assert_eq!(cases.len(), 18);
}

#[test]
fn seven_photographs() {
    let Some(file) = json("padilla_toy_7images.json") else { return };
    let data = Case::of(objects(&file["ground_truth"]), objects(&file["detections"]));
    let expected = file["expected_computed"].as_object().unwrap();
    for (at, expected) in expected {
        data.assert_judged("seven photographs", at["iou=".len()..].parse().unwrap(), expected);
    }
    assert_eq!(expected.len(), 4);
}

#[test]
fn all_of_voc2007_test() {
    let Some(file) = json("voc07_full_expected.json") else { return };
    let rows = |name: &str| text(name).unwrap();
    let read = |name: &str, number_of_score: Option<usize>| -> Vec<Object> {
        let text = rows(name);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let first = if number_of_score.is_some() { 3 } else { 2 };
        let object = |row: csv::StringRecord| {
            let number = |at: usize| row[at].parse::<f64>().unwrap();
            Object {
                image: row[0].into(),
                class: row[1].into(),
                bounds: std::array::from_fn(|edge| number(first + edge)),
                difficult: if number_of_score.is_some() { 0 } else { number(6) as u8 },
                score: number_of_score.map_or(0.0, number),
            }
        };
        reader.records().map(|row| object(row.unwrap())).collect()
    };
    let data = Case::of(read("voc07_full_gt.csv", None), read("voc07_full_detections.csv", Some(2)));
    assert_eq!((data.truths.len(), data.detections.len()), (14_976, 23_865));
    for (at, expected) in file["expected_computed"].as_object().unwrap() {
        data.assert_judged("VOC2007 test", at["iou=".len()..].parse().unwrap(), expected);
    }
}

/// The curves in the tests of chainercv.
#[test]
fn curves_of_chainercv() {
    let Some(file) = json("chainercv.json") else { return };
    let numbers = |list: &Value| -> Vec<f64> {
        list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    for case in file["cases"].as_array().unwrap() {
        let of = |lists: &Value| -> Vec<Object> {
            let per_image = lists.as_array().unwrap().iter().enumerate();
            let objects = per_image.flat_map(|(image, list)| {
                list.as_array().unwrap().iter().map(move |it| Object {
                    image: image.to_string(),
                    class: it["label"].to_string(),
                    bounds: <[f64; 4]>::deserialize(&it["box_xyxy"]).unwrap(),
                    difficult: u8::from(it["difficult"] == Value::Bool(true)),
                    score: it["score"].as_f64().unwrap_or_default(),
                })
            });
            objects.collect()
        };
        let data = Case::of(of(&case["ground_truth"]), of(&case["predictions"]));
        let score = data.judged(Rule::Voc2007, case["iou"].as_f64().unwrap());
        for (class, name) in score.classes.iter().zip(&data.classes) {
            let expected = [&case["expected_precision"][name], &case["expected_recall"][name]].map(numbers);
            let precision: Vec<f64> = class.curve.iter().map(|point| point.precision).collect();
            let recall: Vec<f64> = class.curve.iter().map(|point| point.recall).collect();
            assert_eq!([precision, recall], expected, "{}: class {name}", case["name"]);
        }
    }
}
