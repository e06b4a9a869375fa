//! What training costs: a step of each kind, a change of the structure, a
//! checkpoint, a batch. WRN-22-2, batch 128, at 90 % ERK sparsity.

mod common;

use common::{Pruning, SPARSE, device, pruned};
use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Batches, Forward, Resident, ResidentBatches, Trainer};
use std::hint::black_box;
use suites::recipe::{Precision, Recipe};
use suites::resident::ResidentImages;
use tch::{Device, Kind};

const BATCH: u64 = 128;
const IMAGES: usize = 1280;

fn recipe() -> Recipe {
    let recipe = suites::cifar10::SUITE.published_recipe();
    // The reference runs under autocast there.
    if device() == Device::Cpu { recipe } else { Recipe { precision: Precision::Bf16, ..recipe } }
}

fn trainer(pruning: Pruning) -> Trainer {
    let network = network::wide_resnet(22, 2, 10, 32);
    let (parameters, structure) = pruned(&network, pruning);
    let pixels = (0..IMAGES * 3072).map(|i| ((i * 2654435761) >> 13) as u8).collect();
    let labels = (0..IMAGES).map(|i| (i % 10) as u8).collect();
    let recipe = recipe();
    let data = Resident::new(&ResidentImages { side: 32, pixels, labels }, IMAGES, &recipe, device());
    let batches = Batches::new(0, IMAGES, &recipe, device());
    let source = Box::new(ResidentBatches::new(data, batches, BATCH));
    Trainer::new(Forward::new(&network), parameters, structure, source, &recipe, true)
}

fn steps(criterion: &mut Criterion) {
    common::steps(criterion, "step", &common::usual_cases(), trainer);
}

fn updates(criterion: &mut Criterion) {
    common::exchange(criterion, "structure", trainer);
}

fn checkpoints(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = records::RunDirectory::at(folder.path());
    let trainer = trainer(SPARSE);
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
    let images = ResidentImages { side: 32, pixels: vec![7; IMAGES * 3072], labels: vec![3; IMAGES] };
    let data = Resident::new(&images, IMAGES, &recipe(), device());
    let mut batches = Batches::new(0, IMAGES, &recipe(), device());
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
