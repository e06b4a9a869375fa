//! Tables of other programs.

use super::*;
use network::models::model;

fn import(json: &str) -> Result<LatencyTable, TableError> {
    LatencyTable::import(Path::new("lut.json"), json.as_bytes(), LatencyAbout { batch: 1, ..about() })
}

#[test]
fn microseconds_by_key_are_taken_over() {
    let table = import(r#"{"128_256_64_56_3_1_1": 4948, "128_32_32_112_3_2_32": 20.5}"#).unwrap();
    assert_eq!(table.about, LatencyAbout { batch: 128, ..about() });
    let ordinary = ConvShape::new(256, 64, 56, Window::new(3, 1), 1);
    let depthwise = ConvShape::new(32, 32, 112, Window::new(3, 2), 32);
    let imported = |milliseconds| LatencyEntry {
        milliseconds,
        spread: 0.0,
        repeats: 0,
        origin: LatencyOrigin::Imported,
        note: String::new(),
    };
    let expected = [(depthwise, imported(0.0205)), (ordinary, imported(4.948))];
    assert_eq!(table.entries.into_iter().collect::<Vec<_>>(), expected);
}

/// HALP's times are milliseconds and end with the groups, MDP's keys end before them. 4.948 ms for 64 to 64 channels at 56
/// pixels are 6e12 multiply-accumulates a second; microseconds would be 6e15.
#[test]
fn the_unit_and_the_keys_are_those_of_the_program() {
    let import = |unit, json: &str| {
        let about = LatencyAbout { batch: 1, ..about() };
        LatencyTable::import_in(unit, Path::new("lut.json"), json.as_bytes(), about)
    };
    let shape = ConvShape::new(64, 64, 56, Window::new(3, 1), 1);
    for json in ["{\"256_64_64_56_3_1_1\": 4.948}", "\u{feff}{\"256_64_64_56_3_1\": 4.948}\r\n"] {
        let table = import(LatencyUnit::Milliseconds, json).unwrap();
        assert_eq!(table.entries[&shape].milliseconds, 4.948);
        let message = import(LatencyUnit::Microseconds, json).unwrap_err().to_string();
        assert!(message.contains("6.0e15") && message.contains("--unit ms"), "{message}");
    }
}

#[test]
fn what_cannot_be_taken_over_is_named() {
    for (json, words) in [
        ("", "EOF"),
        ("[1]", "an object of latencies"),
        ("{}", "holds no entry"),
        (r#"{"1_2_3_4_5_6_1": 1} x"#, "trailing"),
        (r#"{"1_2_3_4_5": 1}"#, "entry `1_2_3_4_5`: the key is not seven"),
        (r#"{"1_2_3_4_5_6_x": 1}"#, "entry `1_2_3_4_5_6_x`: the key is not seven"),
        (r#"{"1_2_3_4_5_0_1": 1}"#, "entry `1_2_3_4_5_0_1`: `stride` is 0"),
        (r#"{"0_2_3_4_5_6_1": 1}"#, "entry `0_2_3_4_5_6_1`: the batch is 0"),
        (r#"{"1_2_3_4_5_6_2": 1}"#, "2 groups of 2 inputs and 3 outputs"),
        (r#"{"1_2_3_4_5_6_1": "1"}"#, "\"1\" is not a number"),
        (r#"{"1_2_3_4_5_6_1": null}"#, "null is not a number"),
        (r#"{"1_2_3_4_5_6_1": 0}"#, "latency of 0"),
        (r#"{"1_2_3_4_5_6_1": -3}"#, "latency of -0.003"),
        (r#"{"1_2_3_4_5_6_1": 1, "8_2_3_4_5_6_1": 1}"#, "batch 8, but others have batch 1"),
        (r#"{"1_2_3_4_5_6_1": 1, "1_2_3_4_5_6_1": 2}"#, "listed twice"),
        (r#"{"1_2_3_4_5_6_1": 1, "1_02_3_4_5_6_1": 2}"#, "listed twice"),
    ] {
        let message = import(json).unwrap_err().to_string();
        assert!(message.starts_with("cannot import lut.json: ") && message.contains(words), "{message}");
    }
}

/// The table of a TITAN V in HALP's line of work, if it is here: the dense ResNet-50 adds up to the
/// capacities of its published knapsacks.
#[test]
fn the_titan_v_table_is_as_published() {
    let Some(path) = std::env::var_os("HARNESS_TITANV_LUT") else {
        eprintln!("HARNESS_TITANV_LUT names no table, so this test checks nothing");
        return;
    };
    let content = std::fs::read(&path).unwrap();
    let table = LatencyTable::import(Path::new(&path), &content, about()).unwrap();
    assert_eq!((table.entries.len(), table.about.batch), (1241, 256));
    let network = model("resnet50", 1000, 224).unwrap();
    let groups = network.channel_groups().unwrap();
    let latency = Latency::Table(table);
    let convolutions = network.convolutions(&groups, &groups.counts());
    assert_eq!(convolutions.len(), 53);
    let dense: f64 = convolutions.iter().map(|(_, shape)| latency.milliseconds(shape).unwrap()).sum();
    assert!((dense - 304.74).abs() < 0.01, "{dense}");
}
