//! What detection costs: a training step of SSD-ResNet50 with its matching and loss, and an evaluation down to
//! the detections.
//!
//! A quarter of the channels at 128 pixels and 16 images on a CPU, the published network at 512 pixels on a GPU.
//! Images and objects are the same random numbers at every step, so that nothing is decoded.

mod common;

use common::{DENSE, Pruning, device, pruned};
use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Evaluator, Examples, Forward, RunError, See, Share, Source, Trainer};
use network::{Network, models::model};
use std::hint::black_box;
use std::time::Duration;
use suites::detection::{AnnotatedPhotograph, AnnotatedPhotographs};
use suites::recipe::{Precision, Recipe};
use tch::{Device, Kind, Tensor};

const BATCH: i64 = 16;
const CLASSES: i64 = 20;
const OBJECTS: i64 = 8;

/// The same batch at every step and in every evaluation.
struct Constant {
    images: Tensor,
    targets: Tensor,
    photographs: AnnotatedPhotographs,
}

impl Constant {
    fn random(side: i64) -> Self {
        let float = (Kind::Float, device());
        let images = Tensor::randn([BATCH, side, side, 3], float).permute([0, 3, 1, 2]);
        let corner = Tensor::rand([BATCH, OBJECTS, 2], float) * 0.6;
        let opposite = &corner + 0.1 + Tensor::rand([BATCH, OBJECTS, 2], float) * 0.3;
        let class = Tensor::randint(CLASSES, [BATCH, OBJECTS, 1], float);
        let targets = Tensor::cat(&[&class, &corner, &opposite, &class.zeros_like()], 2);
        let photograph = |number: i64| AnnotatedPhotograph {
            name: number.to_string(),
            file: "none".into(),
            size: (500, 375),
            objects: vec![],
        };
        let photographs = AnnotatedPhotographs {
            classes: (0..CLASSES).map(|class| class.to_string()).collect(),
            photographs: (0..BATCH).map(photograph).collect(),
        };
        Self { images, targets, photographs }
    }
}

impl Source for Constant {
    fn load(&mut self, _: u64, _: u64) -> Result<(), RunError> {
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.images.shallow_clone(), self.targets.shallow_clone())
    }
}

impl Examples for Constant {
    fn each(&self, _: Share, see: &mut See) -> Result<(), RunError> {
        see(&self.images, &self.targets)
    }

    fn annotated(&self) -> Option<&AnnotatedPhotographs> {
        Some(&self.photographs)
    }
}

/// Makes the network sure of the background in most boxes, as a trained one is: with random weights every box would
/// pass the threshold with every class.
fn background_everywhere(trainer: &Trainer, network: &Network) {
    let others = trainer.parameters.other_views(&trainer.parameters.others);
    // The heads are the last layers, location and class in turn, and only they have biases.
    let heads = &others[others.len() - network.output_nodes().len()..];
    for class in heads.iter().skip(1).step_by(2) {
        let _ = class.view([-1, CLASSES + 1]).select(1, 0).fill_(12.0);
    }
}

/// The network at its side.
fn network() -> Network {
    let (name, side) =
        if device() == Device::Cpu { ("ssd128-resnet50-0.25", 128) } else { ("ssd512-resnet50", 512) };
    model(name, CLASSES as usize, side).expect("the model is known")
}

/// The published recipe with the whole batch in one micro-batch.
fn recipe() -> Recipe {
    // As the reference: under autocast on a GPU.
    let precision = if device() == Device::Cpu { Precision::Fp32 } else { Precision::Bf16 };
    let batch = BATCH as u64;
    Recipe { batch_size: batch, micro_batch: batch, precision, ..suites::voc::SUITE.published_recipe() }
}

fn trainer(pruning: Pruning) -> Trainer {
    let network = network();
    let (parameters, structure) = pruned(&network, pruning);
    let source = Box::new(Constant::random(network.nodes[0].shape.height as i64));
    Trainer::new(Forward::new(&network), parameters, structure, source, &recipe(), true)
}

fn steps(criterion: &mut Criterion) {
    common::steps(criterion, "ssd-step", &common::usual_cases(), trainer);
}

fn updates(criterion: &mut Criterion) {
    common::exchange(criterion, "ssd-structure", trainer);
}

/// An evaluation of one batch: forward pass, loss, detections and their average precision.
fn evaluation(criterion: &mut Criterion) {
    let (network, trainer) = (network(), trainer(DENSE));
    tch::no_grad(|| background_everywhere(&trainer, &network));
    let examples = Constant::random(network.nodes[0].shape.height as i64);
    let mut evaluator = Evaluator::new(device(), recipe().precision, true);
    let mut group = criterion.benchmark_group("ssd-evaluation");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("batch", |bencher| {
        bencher.iter(|| {
            let parameters = &trainer.parameters;
            let (weights, others) = (&parameters.weights, &parameters.others);
            let (forward, objective) = (trainer.forward(), trainer.objective());
            let score = evaluator.evaluate(forward, parameters, weights, others, &examples, objective);
            black_box(score.expect("the device works"))
        });
    });
}

criterion_group!(benches, steps, updates, evaluation);
criterion_main!(benches);
