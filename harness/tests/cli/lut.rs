//! `harness lut` without a device: what it refuses, imports and shows.

use crate::{err, folder, harness, is_empty, out};
use std::fs;
use tempfile::TempDir;

/// The structures of wrn-10-1 on images of so many pixels a side.
fn space(side: usize) -> sparsity::ChannelSpace {
    let network = network::models::model("wrn-10-1", 10, side).unwrap();
    let options = sparsity::ChannelOptions {
        block: 8,
        accounting: sparsity::Accounting::Outputs,
        keep_stem: true,
        scope: sparsity::LatencyScope::Network,
    };
    sparsity::ChannelSpace::new(&network, sparsity::Latency::Macs { batch: 2 }, options).unwrap()
}

/// A table of the convolutions of wrn-10-1 on 8 x 8 pixels, 1 microsecond a thousand multiply-accumulates
/// of a batch of 2.
fn table(folder: &TempDir, keep: impl Fn(usize, usize) -> bool) {
    let shapes = space(8).shapes().into_iter().filter(|shape| keep(shape.inputs, shape.outputs));
    let entries: Vec<String> = shapes
        .map(|s| {
            let key = [2, s.inputs, s.outputs, s.side, s.kernel, s.stride, s.groups].map(|n| n.to_string());
            format!("\"{}\": {}", key.join("_"), s.macs() as f64 * 2.0 / 1e3)
        })
        .collect();
    fs::write(folder.path().join("lut.json"), format!("{{{}}}", entries.join(", "))).unwrap();
}

fn lut(folder: &TempDir, arguments: &[&str]) -> std::process::Output {
    harness(folder.path(), &[&["lut"], arguments].concat())
}

const IMPORT: [&str; 8] =
    ["import", "lut.json", "--device", "a device", "--model", "wrn-10-1", "--into", "tables/t.csv"];

#[test]
fn what_is_wrong_is_said_with_code_2_and_nothing_is_written() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&[], "build"),
        (&["build"], "--model"),
        (&["build", "--model", "resnet51"], "families"),
        (&["build", "--model", "wrn-10-1", "--side", "1"], "least"),
        (&["build", "--model", "wrn-10-1", "--step", "0"], "--step"),
        (&["build", "--model", "wrn-10-1", "--batch", "0"], "--batch"),
        (&["build", "--model", "wrn-10-1", "--seconds", "0"], "0.001 to 3600"),
        (&["build", "--model", "wrn-10-1", "--precision", "fp33"], "bf16"),
        (&["build", "--model", "wrn-10-1", "--device", "gpu"], "cuda:0"),
        (&["build", "--model", "wrn-10-1", "--time-budget", "9"], "1h30m"),
        (&["verify", "nowhere.csv"], "cannot read the latency table nowhere.csv"),
        (&["verify", "nowhere.csv", "--sample", "0"], "--sample"),
        (&["verify", "nowhere.csv", "--tolerance", "0"], "above 0"),
        (&["show", "nowhere.csv"], "cannot read the latency table nowhere.csv"),
        (&["import", "nowhere.json", "--device", "d", "--into", "t.csv"], "cannot read nowhere.json"),
        (&["import", "nowhere.json", "--device", " ", "--into", "t.csv"], "a name on one line"),
        (&["import", "nowhere.json", "--device", "d", "--into", "t.csv", "--interpolate"], "--model"),
    ];
    for (arguments, words) in cases {
        let output = lut(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{arguments:?}");
        assert!(is_empty(&folder), "{arguments:?}");
    }
}

#[test]
fn damaged_tables_are_refused_with_the_line_and_left_alone() {
    let folder = folder();
    for (content, words) in [
        ("", "t.csv:1: this is not a latency table"),
        ("notes of my own\n", "t.csv:1: this is not a latency table"),
        ("# latency table, version 9\n", "version `9`"),
        ("# latency table, version 1\n# device: d\n", "lacks the line"),
    ] {
        fs::write(folder.path().join("t.csv"), content).unwrap();
        for arguments in [&["show", "t.csv"][..], &["verify", "t.csv"]] {
            let output = lut(&folder, arguments);
            assert_eq!(output.status.code(), Some(2), "{content:?}: {}", err(&output));
            assert!(err(&output).contains(words), "{content:?}: {}", err(&output));
        }
        assert_eq!(fs::read_to_string(folder.path().join("t.csv")).unwrap(), content);
    }
    for (json, words) in [("[]", "lut.json"), ("{}", "no entry"), ("{\"1_2\": 3}", "1_2")] {
        fs::write(folder.path().join("lut.json"), json).unwrap();
        let output = lut(&folder, &IMPORT);
        assert_eq!(output.status.code(), Some(2), "{json}: {}", err(&output));
        assert!(err(&output).contains(words), "{json}: {}", err(&output));
        assert!(!folder.path().join("tables").exists());
    }
}

/// The dense network of wrn-10-1 has as many multiply-accumulates as the network says, but for the classifier.
#[test]
fn an_imported_table_is_shown_layer_by_layer() {
    let folder = folder();
    table(&folder, |_, _| true);
    let output = lut(&folder, &IMPORT);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let network = network::models::model("wrn-10-1", 10, 8).unwrap();
    let dense = (network.macs() - 64 * 10) as f64 * 2.0 / 1e6;
    for words in ["a device", "lut.json", "imported", "wrn-10-1, side 8", &format!("{dense:.2} ms")] {
        assert!(out(&output).contains(words), "{words}: {}", out(&output));
    }
    let file = folder.path().join("tables/t.csv");
    let before = fs::read(&file).unwrap();
    let again = lut(&folder, &IMPORT);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("already exists"), "{}", err(&again));
    assert_eq!(fs::read(&file).unwrap(), before);

    let shown = lut(&folder, &["show", "tables/t.csv"]);
    let last = network.layers().into_iter().rev().nth(1).unwrap();
    assert!(out(&shown).contains(&last.name) && out(&shown).contains("Share"), "{}", out(&shown));
    let layer = out(&lut(&folder, &["show", "tables/t.csv", "--layer", &last.name]));
    // A step of 8 channels to 64 of them.
    let outputs: Vec<usize> =
        layer.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(outputs, (1..=8).map(|n| 8 * n).collect::<Vec<_>>(), "{layer}");
    let csv = out(&lut(&folder, &["show", "tables/t.csv", "--csv"]));
    assert!(csv.starts_with("layer,inputs,outputs,") && csv.contains(&last.name), "{csv}");

    let svg = out(&lut(&folder, &["show", "tables/t.csv", "--layer", &last.name, "--svg"]));
    assert!(svg.starts_with("<svg") && svg.matches("<circle").count() == 8, "{svg}");

    for (arguments, words) in [
        (&["show", "tables/t.csv", "--model", "resnet50"][..], "for wrn-10-1 and not for resnet50"),
        (&["show", "tables/t.csv", "--layer", "conv99"], &last.name),
    ] {
        let output = lut(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
    }
}

/// Multiply-accumulates are bilinear in inputs and outputs, so interpolation finds them exactly.
#[test]
fn what_is_missing_is_interpolated_only_when_asked() {
    let folder = folder();
    table(&folder, |inputs, outputs| !(inputs == 24 || outputs == 24));
    let gaps = lut(&folder, &[&IMPORT[..7], &["gaps.csv"]].concat());
    assert_eq!(gaps.status.code(), Some(0), "{}", err(&gaps));
    assert!(!out(&gaps).contains("interpolated"), "{}", out(&gaps));
    let filled = lut(&folder, &[&IMPORT[..], &["--interpolate", "--step", "8"]].concat());
    assert_eq!(filled.status.code(), Some(0), "{}", err(&filled));
    let table = sparsity::LatencyTable::read(&folder.path().join("tables/t.csv")).unwrap();
    let interpolated: Vec<_> = table
        .entries
        .iter()
        .filter(|(_, entry)| entry.origin == sparsity::LatencyOrigin::Interpolated)
        .collect();
    assert!(!interpolated.is_empty());
    for (shape, entry) in &interpolated {
        let expected = shape.macs() as f64 * 2.0 / 1e6;
        assert!((entry.milliseconds / expected - 1.0).abs() < 1e-9, "{shape}");
    }
    assert!(
        err(&filled).contains(&format!("{} are interpolated, and 0", interpolated.len())),
        "{}",
        err(&filled)
    );
    assert!(out(&filled).contains(&format!("{} interpolated", interpolated.len())), "{}", out(&filled));

    // A channel less than the fewest has no neighbours.
    let outside = lut(&folder, &[&IMPORT[..7], &["x.csv", "--interpolate", "--step", "1"]].concat());
    assert_eq!(outside.status.code(), Some(0), "{}", err(&outside));
    let table = sparsity::LatencyTable::read(&folder.path().join("x.csv")).unwrap();
    assert!(table.entries.keys().all(|shape| shape.outputs >= 8));
    assert!(
        err(&outside).contains("remain missing") && !err(&outside).contains("and 0 have"),
        "{}",
        err(&outside)
    );
}

/// Keys and microseconds of the backbone of a small detector, one for a thousand multiply-accumulates of 64 images.
fn backbone() -> Vec<(String, f64)> {
    let network = network::models::model("ssd64-resnet50-0.25", 20, 64).unwrap();
    let options = sparsity::ChannelOptions {
        block: 0,
        accounting: sparsity::Accounting::Outputs,
        keep_stem: false,
        scope: sparsity::LatencyScope::Backbone,
    };
    let space =
        sparsity::ChannelSpace::new(&network, sparsity::Latency::Macs { batch: 64 }, options).unwrap();
    let entry = |s: network::ConvShape| {
        let key = [64, s.inputs, s.outputs, s.side, s.kernel, s.stride, s.groups].map(|n| n.to_string());
        (key.join("_"), s.macs() as f64 * 64.0 / 1e3)
    };
    space.shapes().into_iter().map(entry).collect()
}

const DETECTOR: [&str; 5] = ["--device", "a device", "--model", "ssd64-resnet50-0.25", "--into"];

/// As JSON and as a pickle of protocol 2, a table of a backbone is the same, and is shown as what it is.
#[test]
fn the_table_of_a_backbone_is_imported_from_json_and_from_a_pickle() {
    let folder = folder();
    let entries = backbone();
    let json: Vec<String> = entries.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
    fs::write(folder.path().join("lut.json"), format!("{{{}}}", json.join(", "))).unwrap();
    let mut pickle = b"\x80\x02}q\x00(".to_vec();
    for (key, value) in &entries {
        pickle.extend([&b"X"[..], &(key.len() as u32).to_le_bytes(), key.as_bytes(), b"q\x01G"].concat());
        pickle.extend(value.to_be_bytes());
    }
    pickle.extend(b"u.");
    fs::write(folder.path().join("lut.pkl"), pickle).unwrap();

    let network = network::models::model("ssd64-resnet50-0.25", 20, 64).unwrap();
    let backbone = network.layers().into_iter().filter(|layer| layer.node <= network.backbone.unwrap());
    let dense = backbone.map(|layer| layer.macs).sum::<u64>() as f64 * 64.0 / 1e6;
    for file in ["lut.json", "lut.pkl"] {
        let output = lut(&folder, &[&["import", file], &DETECTOR[..], &[&format!("{file}.csv")]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        for words in ["side 64, its backbone", &format!("{dense:.2} ms"), "batch          64"] {
            assert!(out(&output).contains(words), "{words}: {}", out(&output));
        }
    }
    let table = |file: &str| sparsity::LatencyTable::read(&folder.path().join(file)).unwrap();
    assert_eq!(table("lut.json.csv").entries, table("lut.pkl.csv").entries);
    let shown = out(&lut(&folder, &["show", "lut.json.csv"]));
    assert!(shown.contains("layer3.5.conv3") && !shown.contains("head"), "{shown}");
}

#[test]
fn tables_that_are_not_the_models_and_pickles_that_are_programs_are_refused() {
    let folder = folder();
    let json: Vec<String> = backbone().iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
    fs::write(folder.path().join("lut.json"), format!("{{{}}}", json.join(", "))).unwrap();
    let other = json[0].replacen("\"64_", "\"32_", 1);
    fs::write(folder.path().join("mixed.json"), format!("{{{}, {other}}}", json.join(", "))).unwrap();
    fs::write(folder.path().join("code.pkl"), b"cos\nsystem\n(S'touch here'\ntR.").unwrap();
    fs::write(folder.path().join("large.pkl"), vec![b'N'; 1 << 27]).unwrap();
    let larger = ["--device", "a device", "--model", "ssd128-resnet50-0.25", "--into", "t.csv"];
    let same = [&DETECTOR[..], &["t.csv"]].concat();
    for (file, arguments, words) in [
        (
            "lut.json",
            &larger[..],
            "images of 64 pixels, the side of its convolution 3->2 7x7 at 64 stride 2, but",
        ),
        ("lut.json", &larger, "reads images of 128 pixels; name the model for 64"),
        ("mixed.json", &same, "batch 32, but others have batch 64"),
        ("code.pkl", &same, "byte 0 of the pickle: the instruction 0x63 names a class or function"),
        ("large.pkl", &same, "it has 128 MB, where 64 MB are the most"),
    ] {
        let output = lut(&folder, &[&["import", file], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{file}: {}", err(&output));
        assert!(err(&output).contains(words), "{file}: {}", err(&output));
        assert!(!folder.path().join("t.csv").exists() && !folder.path().join("here").exists());
    }
    let output = lut(&folder, &["build", "--model", "resnet50", "--backbone"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("has no backbone"), "{}", err(&output));
}

/// A table of wrn-10-1 on images of 16 x 16 pixels, every `nth` entry of which is marked as unreliable.
fn marked(folder: &TempDir, nth: usize) {
    let about = sparsity::LatencyAbout {
        device: "a device".into(),
        batch: 2,
        precision: "fp32".into(),
        layout: "channels-last".into(),
        model: Some("wrn-10-1".into()),
        origin: "a test".into(),
    };
    let columns = sparsity::LatencyColumns::Usual;
    let rows = space(16).shapes().into_iter().enumerate().map(|(at, shape)| {
        let entry = sparsity::LatencyEntry {
            milliseconds: shape.macs() as f64 / 1e6,
            spread: 0.01,
            repeats: 30,
            origin: sparsity::LatencyOrigin::Measured,
            note: if at % nth == 0 { "other processes used the device".into() } else { String::new() },
        };
        entry.row(&shape, columns)
    });
    let text = about.header(columns) + &rows.collect::<String>();
    fs::write(folder.path().join("t.csv"), text).unwrap();
}

#[test]
fn channels_are_not_pruned_by_an_unreliable_table_unless_it_is_asked_for() {
    let folder = folder();
    let suite = ["suite", "cifar10", "--profile", "smoke", "--method", "halp", "--latency-target", "0.6"];
    let plan = |more: &[&str]| {
        harness(folder.path(), &[&suite[..], &["--lut", "t.csv", "--dry-run"], more].concat())
    };
    marked(&folder, 1);
    let output = plan(&[]);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    for words in [
        "latencies that wrn-10-1 can have are marked as unreliable",
        "other processes used the device",
        "harness lut build --model wrn-10-1 --side 16",
        "--set allow_doubtful=true",
    ] {
        assert!(err(&output).contains(words), "{words}: {}", err(&output));
    }
    let allowed = plan(&["--set", "allow_doubtful=true"]);
    assert_eq!(allowed.status.code(), Some(0), "{}", err(&allowed));
    assert!(out(&allowed).contains("allow_doubtful"), "{}", out(&allowed));
    // One in twenty is what any measurement has.
    marked(&folder, 20);
    assert_eq!(plan(&[]).status.code(), Some(0), "{}", err(&plan(&[])));
    let needless = plan(&["--set", "allow_doubtful=true"]);
    assert_eq!(needless.status.code(), Some(2), "{}", out(&needless));
    assert!(err(&needless).contains("is not needed"), "{}", err(&needless));
}

/// The hint is a whole command: the model that is asked for and the side of the images that it is asked for.
#[test]
fn a_missing_table_comes_with_the_command_that_measures_it() {
    let folder = folder();
    fs::create_dir(folder.path().join("data")).unwrap();
    let drawn = ["data", "generate", "cifar10", "--train", "20", "--test", "10", "--data", "data/set"];
    assert_eq!(harness(folder.path(), &drawn).status.code(), Some(0));
    let mut lite =
        vec!["suite", "cifar10", "--profile", "lite", "--method", "halp", "--data", "data/set", "--dry-run"];
    lite.extend(["--latency-target", "0.6", "--set", "image_size=16", "--model", "resnet20"]);
    let output = harness(folder.path(), &lite);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(err(&output).contains("`harness lut build --model resnet20 --side 16`"), "{}", err(&output));
}
