//! A trial whose batch norms see the whole batch is the one that a single process trains, for any number of processes: the
//! same structure, and weights and statistics that differ by the order of sums.

#![cfg(target_os = "linux")]

mod common;

use common::Bench;
use common::ranks::{compiled, together};
use records::RunDirectory;
use safetensors::SafeTensors;
use sparsity::Value;
use std::fs;
use trial::TrialSpec;

/// The most by which a value may differ, as a share of the largest of its tensor. Most differ by a millionth; where rounding
/// takes an activation to the other side of zero, the shifts of a batch norm, which are small, differ by a thousandth.
const TOLERANCE: f32 = 5e-3;

fn by_batch(mut spec: TrialSpec) -> TrialSpec {
    spec.recipe.insert("batch_norm".into(), Value::Word("batch".into()));
    spec.recipe.insert("micro_batch".into(), Value::Int(0));
    spec
}

/// The tensors of the weights file by name.
fn tensors(run: &RunDirectory) -> Vec<(String, Vec<f32>)> {
    let bytes = fs::read(run.file("weights.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let numbers = |data: &[u8]| {
        data.chunks_exact(4).map(|bytes| f32::from_le_bytes(std::array::from_fn(|i| bytes[i]))).collect()
    };
    let mut all: Vec<_> =
        file.tensors().into_iter().map(|(name, view)| (name, numbers(view.data()))).collect();
    all.sort_by(|left: &(String, Vec<f32>), right| left.0.cmp(&right.0));
    all
}

fn expect_close(alone: &RunDirectory, run: &RunDirectory, what: &str) {
    let read = |run: &RunDirectory, name: &str| fs::read(run.file(name)).unwrap();
    for name in ["mask.bits", "layers.csv"] {
        assert!(read(alone, name) == read(run, name), "{what}: {name} differs");
    }
    let (expected, found) = (tensors(alone), tensors(run));
    assert_eq!(expected.len(), found.len());
    let mut worst = (0.0, "");
    for ((name, expected), (_, found)) in expected.iter().zip(&found) {
        let largest =
            expected.iter().fold(0.0f32, |most, value| most.max(value.abs())).max(f32::MIN_POSITIVE);
        let pairs = expected.iter().zip(found);
        let difference = pairs.fold(0.0f32, |most, (left, right)| most.max((left - right).abs())) / largest;
        assert!(difference.is_finite(), "{what}: {name}");
        if difference > worst.0 {
            worst = (difference, name);
        }
    }
    assert!(worst.0 <= TOLERANCE, "{what}: {worst:?}");
    assert!(expected.iter().any(|(name, _)| name.ends_with("running_var")));
}

fn is_close(bench: &Bench, name: &str, spec: &TrialSpec, counts: &[usize]) {
    let spec = by_batch(spec.clone());
    let alone = bench.train(&format!("{name}-alone"), &spec);
    for count in counts {
        let name = format!("{name}-{count}");
        let run = together(bench, &name, &spec, *count);
        expect_close(&alone, &run, &name);
    }
}

/// With dropout, which these networks have, momentum, and changes of the structure by every kind of score.
#[test]
fn several_ranks_train_what_one_does() {
    let bench = Bench::new();
    let calm = |mut spec: TrialSpec| {
        // At the usual rate, differences of rounding grow a thousandfold in these few steps, and batch norms of smaller images
        // see too few values.
        spec.recipe.insert("learning_rate".into(), Value::Float(0.003));
        spec.recipe.insert("image_size".into(), Value::Word("32".into()));
        spec
    };
    let by = |method: &str, criterion: &str| {
        let mut spec = bench.spec(method);
        spec.settings.insert("criterion".into(), Value::Word(criterion.into()));
        spec
    };
    for (name, spec, counts) in [
        ("dense", bench.spec("dense"), &[2][..]),
        ("snip", bench.spec("snip"), &[2]),
        ("grasp", bench.spec("grasp"), &[2]),
        ("rigl", bench.spec("rigl"), &[2, 4]),
        ("iee", bench.spec("iee"), &[2, 4]),
        ("iee-grasp", by("iee", "grasp"), &[2]),
    ] {
        if compiled() {
            is_close(&bench, name, &calm(spec), counts);
        }
    }
}

#[test]
fn photographs_are_shared_too() {
    if compiled() {
        let bench = Bench::photographs();
        is_close(&bench, "iee", &bench.spec("iee"), &[2]);
    }
}
