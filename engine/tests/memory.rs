//! What a training is estimated to need of memory, beside what it takes of the host.
//!
//! The only test of its file: the peak is that of the whole process. glibc on Linux, as the harness.

use engine::{Forward, RunError, Source, Structure, Trainer, initial_weights};
use sparsity::{Distribution, Value};
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use tch::{Device, Kind, Tensor};
use trial::{Target, TrainingMemory, TrialSpec};

/// Batches that are always the same.
struct Constant(Tensor, Tensor);

impl Source for Constant {
    fn load(&mut self, _: u64, _: u64) -> Result<(), RunError> {
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.0.shallow_clone(), self.1.shallow_clone())
    }
}

fn spec(model: &str, method: &str, side: i64, batch: i64) -> TrialSpec {
    let int = |key: &str, value| (key.to_string(), Value::Int(value));
    let mut recipe = BTreeMap::from([
        int("batch_size", batch),
        int("micro_batch", batch),
        int("image_size", side),
        int("resize", side),
    ]);
    recipe.insert("precision".into(), Value::Word("fp32".into()));
    TrialSpec {
        suite: "imagenet".into(),
        dataset: "none".into(),
        data_fingerprint: "0".into(),
        classes: Some(10),
        model: model.into(),
        initial_weights: None,
        pretraining_cost: None,
        method: method.into(),
        target: match method {
            "dense" => Target::Dense,
            _ => Target::Weights { distribution: Distribution::Erk, sparsity: 0.9 },
        },
        seed: 0,
        threads: NonZeroUsize::MIN,
        profile: "smoke".into(),
        recipe,
        settings: BTreeMap::new(),
        method_revision: 0,
        profile_revision: 0,
    }
}

/// A line of this process's status, in bytes.
fn status(name: &str) -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    1024.0 * line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse::<f64>().unwrap()
}

/// Bytes that the first two steps take beyond what the process had before, and what they are estimated to take.
fn taken(model: &str, method: &str, side: i64, batch: i64) -> (f64, f64) {
    let resolved = spec(model, method, side, batch).resolve().unwrap();
    let method = resolved.method(1000);
    let estimate = TrainingMemory::of(&resolved, &*method, 2, true).total() as f64;
    let before = status("VmRSS");
    // Forgets the peak of what ran before.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let mut parameters = initial_weights(&resolved.network, 1, Device::Cpu);
    let structure = Structure::initial(&*method, &resolved.budget, 1, &mut parameters);
    let images = Tensor::randn([batch, side, side, 3], (Kind::Float, Device::Cpu)).permute([0, 3, 1, 2]);
    let source = Constant(images, Tensor::zeros([batch], (Kind::Int64, Device::Cpu)));
    let forward = Forward::new(&resolved.network);
    let mut trainer = Trainer::new(forward, parameters, structure, Box::new(source), &resolved.recipe, false);
    for step in 0..2 {
        trainer.step(&method.plan(step), step, 0.1, step).unwrap();
    }
    (status("VmHWM") - before, estimate)
}

/// Has the C library give back every large block at once, so that the peak is what tensors take, without what an
/// allocator keeps for later: with its usual thresholds the same steps take up to 44 % more.
fn map_large_blocks() {
    for name in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: mallopt takes integers only, and glibc guards its settings with a lock.
        assert_eq!(unsafe { libc::mallopt(name, 1 << 16) }, 1);
    }
}

#[test]
fn the_estimate_is_what_steps_take() {
    map_large_blocks();
    // libtorch makes its own room in its first step.
    taken("wrn-10-1", "dense", 32, 2);
    let mut wrong = Vec::new();
    for (model, method, side, batch) in [
        ("wrn-22-2", "dense", 32, 64),
        ("resnet50-0.5", "dense", 128, 16),
        ("mobilenet-v1", "dense", 128, 24),
        ("mobilenet-v2", "dense", 128, 16),
        ("vgg16-bn-0.25", "dense", 128, 16),
        // Its gradient is differentiated as well.
        ("wrn-22-2", "grasp", 32, 64),
        ("resnet50-0.5", "grasp", 128, 16),
        ("mobilenet-v1", "grasp", 128, 24),
    ] {
        let (taken, estimate) = taken(model, method, side, batch);
        let ratio = taken / estimate;
        let (taken, estimate) = (taken / 1e6, estimate / 1e6);
        println!("{model}, {method}: {taken:.0} MB taken, {estimate:.0} MB estimated: {ratio:.3}");
        if !(0.9..1.1).contains(&ratio) {
            wrong.push(format!("{model}, {method}: {ratio:.3}"));
        }
    }
    assert!(wrong.is_empty(), "taken by estimated: {wrong:?}");
}
