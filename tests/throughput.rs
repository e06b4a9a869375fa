//! `harness fps` with its real worker: models, a trained run, and what is refused.

mod common;

use common::{command, expect};
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn harness(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// Measures on one thread for moments, which is enough to see that it is done.
fn fps(folder: &TempDir, arguments: &[&str]) -> Output {
    let short = ["fps", "--device", "cpu", "--threads", "1", "--seconds", "0.05"];
    harness(folder.path(), &[&short, arguments].concat())
}

fn measurements(folder: &TempDir) -> Vec<records::FpsRow> {
    let (rows, complaints) = records::FpsStore::new(&folder.path().join("runs")).load().unwrap();
    assert!(complaints.is_empty(), "{complaints:?}");
    rows
}

#[test]
fn models_are_timed_side_by_side_and_nothing_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--batch", "2", "--protocol", "halp,stable", "--precision", "fp32"];
    let (out, err) = expect(&fps(&folder, &[&["wrn-10-1", "wrn-16-1"], &more[..]].concat()), 0);
    let lines =
        |words: &[&str]| out.lines().filter(|line| words.iter().all(|word| line.contains(word))).count();
    for network in ["wrn-10-1", "wrn-16-1"] {
        for (protocol, layout) in [("stable", "channels-last"), ("halp", "nchw")] {
            assert_eq!(lines(&[network, protocol, "2", "fp32", layout, "VALID"]), 1, "{out}");
        }
    }
    assert!(out.contains("the timer is precise to") && out.contains("NVIDIA GPUs only"), "{out}");
    assert!(err.contains("measuring 2 of 2: stable, batch 2, fp32"), "{err}");
    assert!(folder.path().read_dir().unwrap().next().is_none());
}

#[test]
fn a_run_is_timed_beside_its_dense_network_and_recorded_under_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let generate = ["data", "generate", "cifar10", "--data", "data", "--train", "32", "--test", "16"];
    expect(&harness(folder.path(), &generate), 0);
    let suite = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--threads", "1", "-q"];
    let train = ["--method", "small-dense,dense", "--set", "epochs=1", "--set", "batch_size=16"];
    expect(
        &harness(
            folder.path(),
            &[&suite[..], &train, &["--model", "wrn-10-1", "--sparsity", "0.8"]].concat(),
        ),
        0,
    );
    let records = records::Store::new(&folder.path().join("runs")).load().unwrap().records;
    let key = |method: &str| records.iter().find(|record| record.method == method).unwrap().key.clone();
    let (small, dense) = (key("small-dense"), key("dense"));

    let (out, err) = expect(&fps(&folder, &[&small, "--batch", "4"]), 0);
    assert!(
        out.contains(&format!("{small} (small-dense, wrn-10-1)")) && out.contains("wrn-10-1 (dense)"),
        "{out}"
    );
    assert!(err.contains("1 measurements of runs are in fps.csv"), "{err}");
    let rows = measurements(&folder);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.key.as_str(), row.protocol.as_str(), row.batch), (small.as_str(), "stable", 4));
    assert_eq!((row.precision.as_str(), row.threads, row.valid), ("fp32", 1, row.reason.is_empty()));
    let (low, fps_, high) = (row.fps_low.unwrap(), row.fps.unwrap(), row.fps_high.unwrap());
    assert!(0.0 < low && low <= fps_ && fps_ <= high, "{row:?}");
    assert!((row.milliseconds.unwrap() * fps_ / 4.0 - 1e3).abs() < 1e-6, "{row:?}");
    assert!(row.relative_to_dense.unwrap() > 0.0 && row.timer_ns.unwrap() > 0.0);
    assert!((row.sm_clock_mhz, row.power_w, row.temperature_c) == (None, None, None));
    assert!(row.measured_at.starts_with("20") && row.measured_at.ends_with('Z'), "{row:?}");

    // The trained dense network takes the place of one with random weights.
    let runs = format!("runs/runs/{small}");
    let (out, _) = expect(&fps(&folder, &[&runs, &dense, "--batch", "4,1"]), 0);
    assert!(!out.contains("wrn-10-1 (dense)"), "{out}");
    let rows = measurements(&folder);
    assert_eq!(rows.len(), 4, "the first was measured anew");
    assert!(rows.iter().filter(|row| row.key == dense).all(|row| row.relative_to_dense == Some(1.0)));

    // What is measured otherwise than tables show it is not recorded.
    expect(&fps(&folder, &[&dense, "--batch", "8", "--no-fold"]), 0);
    assert_eq!(measurements(&folder).len(), 4);

    let (_, err) = expect(&fps(&folder, &[&format!("runs/runs/{small}/weights.safetensors")]), 2);
    assert!(err.contains("does not hold a compact network"), "{err}");
}

#[test]
fn what_only_the_worker_can_see_is_refused_with_cause_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("compact.safetensors");
    std::fs::write(&file, "no tensors at all").unwrap();
    let (out, err) = expect(&fps(&folder, &["compact.safetensors"]), 2);
    assert!(out.is_empty() && err.contains("compact.safetensors is not a safetensors file"), "{err}");
    let (_, err) = expect(&fps(&folder, &["wrn-10-1", "--precision", "tf32"]), 2);
    assert!(err.contains("CUDA devices"), "{err}");
    let (_, err) = expect(&harness(folder.path(), &["fps", "wrn-10-1", "--device", "cuda:99"]), 2);
    assert!(err.contains("cuda:99 is not available") && err.contains("--device cpu"), "{err}");
}
