//! Jobs of measuring, by the worker as a process.

mod random_network;

use engine::{compacted, save_compact};
use random_network::{kept, network, random};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use trial::Event;
use trial::protocol::{FpsAnswer, Protocol};

fn worker(job: &Value, folder: &Path) -> (Output, Vec<Event>) {
    let file = folder.join("job.json");
    std::fs::write(&file, job.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_harness-worker")).arg(file).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let events = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output, events)
}

fn job(networks: Value) -> Value {
    json!({
        "job": "fps", "networks": networks, "device": "cpu", "threads": 1, "batches": [2],
        "precisions": ["fp32"], "protocols": ["stable"], "seconds": 0.05, "fold": true,
        "round_to": null, "dense": true, "cuda_graphs": true,
    })
}

fn wrn() -> Value {
    json!({ "name": "wrn", "source": { "model": { "name": "wrn-10-1", "classes": 10, "side": 32, "seed": 1 } } })
}

#[track_caller]
fn answer(job: &Value, folder: &Path) -> FpsAnswer {
    let (output, mut events) = worker(job, folder);
    assert_eq!(output.status.code(), Some(0), "{events:?}");
    let Some(Event::Fps(answer)) = events.pop() else { panic!("{events:?}") };
    assert!(events.iter().all(|event| matches!(event, Event::Measuring { .. })), "{events:?}");
    answer
}

#[test]
fn a_compact_network_is_timed_beside_the_dense_one_that_its_file_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compact.safetensors");
    let network = network("wrn-16-2", 32);
    let groups = network.channel_groups().unwrap();
    let (small, values) = compacted(&network, &groups, &kept(&groups, 0.2, 1), &random(&network, 1));
    let provenance = |model: &str| BTreeMap::from([("model".to_string(), model.to_string())]);
    save_compact(&small, &values, &provenance("wrn-16-2"), &path).unwrap();

    let compact = json!({ "name": "compact", "source": { "checkpoint": path } });
    let mut asked = job(json!([compact, wrn()]));
    asked["protocols"] = json!(["stable", "halp"]);
    let answered = answer(&asked, folder.path());
    let names: Vec<_> =
        answered.networks.iter().map(|network| (network.name.as_str(), network.dense)).collect();
    assert_eq!(names, [("compact", Some(2)), ("wrn", None), ("wrn-16-2 (dense)", None)]);
    assert_eq!(answered.networks[2].macs, network.macs());
    assert_eq!(answered.networks[0].parameters, small.parameters());
    assert_eq!(answered.measurements.len(), 6);
    assert!(answered.timer_ns > 0.0 && !answered.device.is_empty());
    for (index, measured) in answered.measurements.iter().enumerate() {
        let protocol = if index < 3 { Protocol::Stable } else { Protocol::Halp };
        assert_eq!((measured.network, measured.protocol, measured.batch), (index % 3, protocol, 2));
        assert!((measured.fps * measured.milliseconds / 2e3 - 1.0).abs() < 1e-9);
        assert_eq!(measured.interval.is_some(), protocol == Protocol::Stable);
        assert!(measured.interval.is_none_or(|(low, high)| low <= measured.fps && measured.fps <= high));
        let passes = if protocol == Protocol::Halp { 30 } else { 6 };
        assert!(measured.forwards >= passes);
        assert_eq!(measured.relative_to_dense.is_some(), measured.network == 0);
        assert_eq!(measured.per_reference.is_some(), protocol == Protocol::Stable);
        assert!(measured.per_reference.is_none_or(|images| images > 0.0));
    }

    // Without the dense one, and where its name means nothing here.
    asked = job(json!([compact]));
    asked["dense"] = json!(false);
    assert_eq!(answer(&asked, folder.path()).networks.len(), 1);
    save_compact(&small, &values, &provenance("a model of tomorrow"), &path).unwrap();
    asked["dense"] = json!(true);
    asked["round_to"] = json!(8);
    let alone = answer(&asked, folder.path());
    assert_eq!((alone.networks.len(), alone.measurements[0].relative_to_dense), (1, None));
}

#[test]
fn what_is_wrong_is_named_with_exit_code_two() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |job: &Value, words: &str| {
        let (output, mut events) = worker(job, folder.path());
        assert_eq!(output.status.code(), Some(2), "{events:?}");
        let Some(Event::Failed { message }) = events.pop() else { panic!("{events:?}") };
        assert!(message.contains(words), "{words}: {message}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    };
    refused(&json!({ "job": "paint" }), "is not a job");
    refused(&job(json!([])), "no network");
    refused(&job(json!([{ "name": "x", "source": { "checkpoint": "/nowhere" } }])), "/nowhere");
    refused(&job(json!([{ "name": "x", "source": { "run": "/nowhere" } }])), "/nowhere/spec.json");
    let model = json!({ "model": { "name": "wrn-11-1", "classes": 10, "side": 32, "seed": 1 } });
    refused(&job(json!([{ "name": "x", "source": model }])), "6n + 4");
    let mut elsewhere = job(json!([wrn()]));
    elsewhere["device"] = json!("cuda:99");
    refused(&elsewhere, "cuda:99 is not available");
    let absent = Command::new(env!("CARGO_BIN_EXE_harness-worker")).arg("/nowhere").output().unwrap();
    assert_eq!(absent.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&absent.stdout).contains("/nowhere"));
}
