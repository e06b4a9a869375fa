//! What training costs: a step of each kind, a change of the structure, a
//! checkpoint, a batch. WRN-22-2, batch 128, at 90 % ERK sparsity.
//!
//! `HARNESS_THREADS` sets the number of threads, all cores without it;
//! `HARNESS_DEVICE=cuda:0` runs on a GPU, where every measurement ends with a
//! look at a value of the device.

use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Batches, Forward, Resident, ResidentBatches, Structure, Trainer, initial_weights};
use sparsity::{Amount, Distribution, Dormant, Edit, Population, Scope, StepPlan, Update, random_mask};
use std::hint::black_box;
use std::time::Duration;
use suites::cifar10::Images;
use suites::recipe::{Precision, Recipe, cifar10};
use tch::{Device, Kind, Tensor};

const BATCH: u64 = 128;
const IMAGES: usize = 1280;

fn device() -> Device {
    match std::env::var("HARNESS_DEVICE").ok().and_then(|name| name.strip_prefix("cuda:")?.parse().ok()) {
        Some(index) => Device::Cuda(index),
        None => Device::Cpu,
    }
}

fn recipe() -> Recipe {
    let settings = sparsity::Settings::resolve(cifar10::specs(), &[]).expect("the defaults are allowed");
    let recipe = cifar10::recipe(&settings);
    // The reference runs under autocast there.
    if device() == Device::Cpu { recipe } else { Recipe { precision: Precision::Bf16, ..recipe } }
}

/// A trainer of WRN-22-2; `sparse` at 90 % ERK.
fn trainer(sparse: bool) -> Trainer {
    torch_ext::host_allocator::keep_large_blocks();
    let threads = std::env::var("HARNESS_THREADS").ok().and_then(|n| n.parse().ok());
    tch::set_num_threads(
        threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get() as i32)),
    );
    let network = network::wide_resnet(22, 2, 10, 32);
    let mut parameters = initial_weights(&network, 0, device());
    let sparsity = if sparse { 0.9 } else { 0.0 };
    let budget = Distribution::Erk.budget(&network.layers(), sparsity).expect("90 % is possible");
    let mask = Tensor::from_slice(&random_mask(&budget, 0)).to_device(device());
    let slices = parameters.slices();
    let structure = Structure::new(mask, budget, slices, Dormant::Keep, &mut parameters.weights);
    let pixels = (0..IMAGES * 3072).map(|i| ((i * 2654435761) >> 13) as u8).collect();
    let labels = (0..IMAGES).map(|i| (i % 10) as u8).collect();
    let recipe = recipe();
    let data = Resident::new(&Images { pixels, labels }, IMAGES, recipe.normalisation, device());
    let batches = Batches::new(0, IMAGES, BATCH, device());
    let source = Box::new(ResidentBatches::new(data, batches, BATCH));
    Trainer::new(Forward::new(&network), parameters, structure, source, &recipe, true)
}

fn explore() -> StepPlan {
    StepPlan {
        forward: Population::Everything,
        update: Update::Inactive { others: false },
        ..StepPlan::train("exploration")
    }
}

fn scored() -> StepPlan {
    StepPlan {
        update: Update::Nothing,
        score: vec![sparsity::Criterion::Gradient],
        ..StepPlan::train("update")
    }
}

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    let train = StepPlan::train("train");
    let cases = [
        ("dense", false, train.clone()),
        ("sparse", true, train),
        ("rigl-update", true, scored()),
        ("iee-explore", true, explore()),
    ];
    for (name, sparse, plan) in cases {
        let mut trainer = trainer(sparse);
        let mut step = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                trainer.step(&plan, step, 0.1, step).expect("the device works");
                step += 1;
                if device() != Device::Cpu {
                    black_box(trainer.loss());
                }
            });
        });
    }
}

fn updates(criterion: &mut Criterion) {
    let drop =
        |amount| Edit::Drop { criterion: sparsity::Criterion::Magnitude, amount, scope: Scope::PerLayer };
    let grow = Edit::Grow { criterion: sparsity::Criterion::Gradient, scope: Scope::PerLayer };
    let plan = StepPlan { then: vec![drop(Amount::Fraction(0.3)), grow], ..scored() };
    let mut trainer = trainer(true);
    trainer.step(&plan, 0, 0.1, 0).expect("the device works");
    criterion.bench_function("structure/update", |bencher| {
        bencher.iter(|| black_box(trainer.edit(&plan)).settled);
    });
}

fn checkpoints(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = trial::RunDirectory::at(folder.path());
    let trainer = trainer(true);
    criterion.bench_function("checkpoint/write", |bencher| {
        bencher.iter(|| {
            let tensors = [
                ("weights", &trainer.parameters.weights),
                ("momentum", &trainer.momentum),
                ("mask", trainer.structure.mask()),
                ("dormant", trainer.structure.dormant().expect("it keeps dormant values")),
            ];
            let tensors = tensors.map(|(name, tensor)| (name.to_string(), tensor.shallow_clone())).into();
            engine::Checkpoint { state: 0u64, tensors }.save(&run, "bench").expect("the folder is writable");
        });
    });
}

fn loading(criterion: &mut Criterion) {
    let images = Images { pixels: vec![7; IMAGES * 3072], labels: vec![3; IMAGES] };
    let data = Resident::new(&images, IMAGES, recipe().normalisation, device());
    let mut batches = Batches::new(0, IMAGES, BATCH, device());
    let mut step = 0;
    criterion.bench_function("batch/sample", |bencher| {
        bencher.iter(|| {
            step += 1;
            let (images, _) = data.sample(&batches.at(step));
            black_box(images.sum(Kind::Float).double_value(&[]))
        });
    });
}

criterion_group!(benches, steps, updates, checkpoints, loading);
criterion_main!(benches);
