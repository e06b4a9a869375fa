//! What training on photographs costs: a step of each kind and a change of the
//! structure. ResNet-50 at 224 pixels, at 90 % ERK sparsity or in the pattern 2:4.
//!
//! `HARNESS_BATCH` sets the images of a step: 8 without it, 256 on a GPU. They
//! are the same random numbers at every step, so that nothing is decoded.

mod common;

use common::{Case, DENSE, Thinning, device, scored, thinned};
use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Forward, RunError, Source, Trainer};
use sparsity::{BatchStatistics, Dormant, Settings, StepPlan, Update};
use suites::recipe::{Precision, Recipe, imagenet};
use tch::{Device, Kind, Tensor};

const SIDE: i64 = 224;
const CLASSES: i64 = 1000;

/// SR-STE's decay of masked weights.
const REFINED_DECAY: f64 = 2e-4;

/// The same batch at every step.
struct Constant {
    images: Tensor,
    labels: Tensor,
}

impl Constant {
    fn random(batch: i64) -> Self {
        let images = Tensor::randn([batch, SIDE, SIDE, 3], (Kind::Float, device())).permute([0, 3, 1, 2]);
        Self { images, labels: Tensor::randint(CLASSES, [batch], (Kind::Int64, device())) }
    }
}

impl Source for Constant {
    fn load(&mut self, _: u64, _: u64) -> Result<(), RunError> {
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.images.shallow_clone(), self.labels.shallow_clone())
    }
}

fn batch() -> u64 {
    let asked = std::env::var("HARNESS_BATCH").ok().and_then(|number| number.parse().ok());
    asked.unwrap_or(if device() == Device::Cpu { 8 } else { 256 })
}

/// The published recipe with the whole batch in one piece.
fn recipe() -> Recipe {
    let settings = Settings::resolve(imagenet::specs(), &[]).expect("the defaults are allowed");
    // As the reference: under autocast on a GPU.
    let precision = if device() == Device::Cpu { Precision::Fp32 } else { Precision::Bf16 };
    Recipe { batch_size: batch(), micro_batch: batch(), precision, ..imagenet::recipe(&settings) }
}

fn trainer(thinning: Thinning) -> Trainer {
    let network = network::resnet50(CLASSES as usize, SIDE as usize);
    let (parameters, structure) = thinned(&network, thinning);
    let source = Box::new(Constant::random(batch() as i64));
    Trainer::new(Forward::new(&network), parameters, structure, source, &recipe(), true)
}

/// A step of SR-STE: all weights train through the pattern of the largest.
fn straight_through() -> Case {
    let update = Update::StraightThrough { decay: REFINED_DECAY };
    Case {
        name: "sr-ste",
        thinning: Thinning {
            distribution: "2:4".parse().expect("the pattern is known"),
            sparsity: 0.5,
            dormant: Dormant::Live,
        },
        plan: StepPlan { update, ..StepPlan::train("train") },
    }
}

/// A step that scores the initial weights, as SNIP's and GraSP's.
fn initial(name: &'static str, criterion: sparsity::Criterion) -> Case {
    let plan = StepPlan { statistics: BatchStatistics::Hold, ..scored(criterion) };
    Case { name, thinning: DENSE, plan }
}

fn steps(criterion: &mut Criterion) {
    let mut cases = common::usual_cases();
    cases.push(straight_through());
    cases.push(initial("snip", sparsity::Criterion::Snip));
    cases.push(initial("grasp", sparsity::Criterion::Grasp));
    common::steps(criterion, "resnet50-step", &cases, trainer);
}

fn updates(criterion: &mut Criterion) {
    common::exchange(criterion, "resnet50-structure", trainer);
}

criterion_group!(benches, steps, updates);
criterion_main!(benches);
