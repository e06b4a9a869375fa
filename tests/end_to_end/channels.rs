//! Networks without some of their channels: pruned, timed, exported, and refused.

use crate::{expect, folder, harness, records, suite};

/// HALP waits for the dense network, its channels are really gone, and what is left is measured beside it.
#[test]
fn channels_are_pruned_from_the_dense_network_and_timed() {
    let folder = folder();
    let halp = ["--method", "halp", "--latency-target", "0.5", "--set", "prune_interval=1", "--jobs", "2"];
    let (_, err) = expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    assert!(err.contains("measuring"), "{err}");
    let records = records(folder.path());
    let of = |method: &str| records.iter().find(|record| record.method == method).unwrap();
    let (dense, halp_record) = (of("dense"), of("halp"));
    assert_eq!((records.len(), &halp_record.pretrained), (2, &dense.key));
    let share = halp_record.latency_ms.unwrap() / halp_record.latency_dense_ms.unwrap();
    assert!(share <= 0.5 && halp_record.macs < dense.macs, "{share}");
    let cost = halp_record.train_cost_ratio.unwrap();
    assert!(cost > 1.5 && cost < 2.0, "pretraining counts: {cost}");
    assert!(halp_record.fps.is_some() && halp_record.fps_relative.is_some() && dense.fps.is_some());
    let run = folder.path().join("runs/runs").join(&halp_record.key);
    assert!(run.join("channels.csv").exists());
    let small = run.join("compact.safetensors").metadata().unwrap().len();
    assert!(small < run.join("weights.safetensors").metadata().unwrap().len());
    // Everything is there, and the run can be measured by its key.
    let (_, err) = expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    assert!(!err.contains("measuring"), "{err}");
    let fps = ["fps", &halp_record.key, "--seconds", "0.05", "--batch", "2", "--device", "cpu"];
    let (out, _) = expect(&harness(folder.path(), &fps).output().unwrap(), 0);
    assert!(out.contains("dense"), "{out}");
}

/// The network of a run goes to other programs and back.
#[test]
fn networks_are_exported_with_what_is_to_be_known_of_them() {
    let folder = folder();
    let halp = ["--method", "halp", "--latency-target", "0.5", "--set", "prune_interval=1", "--jobs", "2"];
    expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    let records = records(folder.path());
    let of = |method: &str| records.iter().find(|record| record.method == method).unwrap();
    let (dense, pruned) = (&of("dense").key, &of("halp").key);
    let export = |key: &str, format: &str, to: &str, more: &[&str]| {
        let given = ["export", key, "--format", format, "--to", to];
        harness(folder.path(), &[&given, more].concat()).output().unwrap()
    };
    for format in ["onnx", "torch", "safetensors"] {
        let (_, err) = expect(&export(pruned, format, format, &["--data", "data"]), 0);
        assert!(err.contains("the compact network") && !err.contains("left out"), "{err}");
        let bytes = std::fs::read(folder.path().join(format)).unwrap();
        // Texts are as they are in all three.
        for words in ["\"halp\"", "normalisation", "sparsity", "\"wrn-"] {
            let quoted = words.trim_matches('"');
            assert!(bytes.windows(quoted.len()).any(|part| part == quoted.as_bytes()), "{format}: {words}");
        }
    }
    let small = folder.path().join("safetensors").metadata().unwrap().len();
    let (_, err) = expect(&export(pruned, "safetensors", "whole", &["--network", "masked"]), 0);
    assert!(err.contains("the masked network"), "{err}");
    assert!(small < folder.path().join("whole").metadata().unwrap().len());
    // It is a compact network like that of the run, and weights like any other.
    let fps = ["fps", "safetensors", "--seconds", "0.05", "--batch", "2", "--device", "cpu"];
    expect(&harness(folder.path(), &fps).output().unwrap(), 0);
    expect(&export(dense, "torch", "dense.pth", &[]), 0);
    let start = ["--method", "dense", "--init", "dense.pth", "--dry-run"];
    expect(&suite(folder.path(), &start).output().unwrap(), 0);

    for (key, more, words) in [
        (dense.as_str(), &["--network", "compact"][..], "no channels were pruned"),
        ("0123", &[], "neither the directory nor the key"),
    ] {
        let (_, err) = expect(&export(key, "onnx", "none", more), 2);
        assert!(err.contains(words) && !folder.path().join("none").exists(), "{err}");
    }
    let (_, err) = expect(&export(dense, "onnx", "named", &["--data", "nowhere"]), 0);
    assert!(err.contains("names of the classes are left out") && err.contains("--data"), "{err}");
}

/// Where the dense network fails, those that start from it fail too and say why; others continue.
#[test]
fn what_starts_from_a_failed_network_fails_with_it() {
    let folder = folder();
    let methods = ["--method", "halp,iee", "--latency-target", "0.5", "--set", "prune_interval=1"];
    let short = ["--set", "importance_steps=1", "--set", "recovery_steps=1", "--set", "exploration_steps=1"];
    let broken = ["--set", "learning_rate=100", "--set", "weight_decay=1", "--set", "epochs=20"];
    let output = suite(folder.path(), &[&methods[..], &short, &broken].concat()).output().unwrap();
    let (_, err) = expect(&output, 3);
    assert!(err.contains("starts from the weights of trial"), "{err}");
}

#[test]
fn what_cannot_be_pruned_to_is_refused() {
    let folder = folder();
    for (more, word) in [
        (&["--method", "iee", "--latency-target", "0.001"][..], "smallest structure"),
        (&["--method", "rigl", "--latency-target", "0.5"], "does not prune channels"),
        (&["--method", "halp"], "--latency-target"),
        (&["--method", "iee", "--latency-target", "0.5", "--criterion", "snip"], "taylor-weights"),
        (&["--method", "iee", "--latency-target", "0.5", "--lut", "none.csv"], "--lut"),
        (&["--method", "iee", "--lut", "macs"], "--latency-target"),
        (&["--method", "iee", "--latency-target", "0.5", "--pretrained", "none.safetensors"], "--pretrained"),
        (&["--method", "iee", "--latency-target", "1.5"], "(0, 1]"),
    ] {
        let (_, err) = expect(&suite(folder.path(), more).output().unwrap(), 2);
        assert!(err.contains(word), "{more:?}: {err}");
        assert!(!folder.path().join("runs/runs").exists(), "{more:?}");
    }
}
