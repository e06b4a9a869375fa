//! What the benchmarks of training share: the device and its threads, a
//! network made sparse, the plans of each kind of step, and how they are timed.
//!
//! `HARNESS_THREADS` sets the number of threads, all cores without it;
//! `HARNESS_DEVICE=cuda:0` runs on a GPU, where every measurement ends with a
//! look at a value of the device.

use criterion::{Criterion, SamplingMode};
use engine::{Parameters, Structure, Trainer, initial_weights};
use network::Network;
use sparsity::{
    Amount, Criterion as Saliency, Distribution, Dormant, Edits, Population, Scope, StepPlan, Update,
    WeightEdit, random_mask,
};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tch::{Device, Tensor};

/// Learning rate of all steps.
const RATE: f64 = 0.1;

/// A kind of step by name, and how the network it trains is pruned.
pub struct BenchCase {
    /// Name of the measurement.
    pub name: &'static str,
    /// Which weights are there.
    pub pruning: Pruning,
    /// What a step does.
    pub plan: StepPlan,
}

/// Which weights of a network are active, and what happens to the others.
#[derive(Clone, Copy)]
pub struct Pruning {
    /// How the weights that stay are divided among the layers.
    pub distribution: Distribution,
    /// Share of the weights that go.
    pub sparsity: f64,
    /// What happens to their values.
    pub dormant: Dormant,
}

/// Every weight.
pub const DENSE: Pruning = Pruning { sparsity: 0.0, ..SPARSE };

/// 90 % ERK sparsity, with values kept as IEE does.
pub const SPARSE: Pruning =
    Pruning { distribution: Distribution::Erk, sparsity: 0.9, dormant: Dormant::Keep };

/// The device that is measured.
pub fn device() -> Device {
    match std::env::var("HARNESS_DEVICE").ok().and_then(|name| name.strip_prefix("cuda:")?.parse().ok()) {
        Some(index) => Device::Cuda(index),
        None => Device::Cpu,
    }
}

/// Initial weights of `network` and a structure for them, ready to be measured.
pub fn pruned(network: &Network, pruning: Pruning) -> (Parameters, Structure) {
    torch_ext::host_allocator::keep_large_blocks();
    let threads = std::env::var("HARNESS_THREADS").ok().and_then(|n| n.parse().ok());
    tch::set_num_threads(
        threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get() as i32)),
    );
    let mut parameters = initial_weights(network, 0, device());
    let Pruning { distribution, sparsity, dormant } = pruning;
    let budget = distribution.budget(&network.layers(), sparsity).expect("the sparsity is possible");
    let mask = Tensor::from_slice(&random_mask(&budget, 0)).to_device(device());
    let slices = parameters.slices();
    let structure = Structure::new(mask, budget, slices, dormant, &mut parameters.weights);
    (parameters, structure)
}

/// A step of IEE's exploration: the inactive weights train.
pub fn explore() -> StepPlan {
    StepPlan {
        forward: Population::Everything,
        update: Update::Inactive { others: false },
        ..StepPlan::train("exploration")
    }
}

/// A step that only scores.
pub fn scored(criterion: Saliency) -> StepPlan {
    StepPlan { update: Update::Nothing, score: vec![criterion], ..StepPlan::train("scoring") }
}

/// The steps that every network is measured with.
pub fn usual_cases() -> Vec<BenchCase> {
    let case = |name, pruning, plan| BenchCase { name, pruning, plan };
    let train = StepPlan::train("train");
    vec![
        case("dense", DENSE, train.clone()),
        case("sparse", SPARSE, train),
        case("rigl-update", SPARSE, scored(Saliency::Gradient)),
        case("iee-explore", SPARSE, explore()),
    ]
}

/// Measures a step of each of `cases`; `make` makes their trainers.
pub fn steps(criterion: &mut Criterion, group: &str, cases: &[BenchCase], make: impl Fn(Pruning) -> Trainer) {
    let mut group = criterion.benchmark_group(group);
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for BenchCase { name, pruning, plan } in cases {
        let mut trainer = None;
        let mut step = 0;
        group.bench_function(*name, |bencher| {
            let trainer = trainer.get_or_insert_with(|| make(*pruning));
            bencher.iter(|| {
                trainer.step(plan, step, RATE, step).expect("the device works");
                step += 1;
                if device() != Device::Cpu {
                    black_box(trainer.loss());
                }
            });
        });
    }
}

/// Measures a change of the structure: 30 % of the active weights go by magnitude, as many come by the
/// gradient of a step before, which is not part of the time.
pub fn exchange(criterion: &mut Criterion, group: &str, make: impl Fn(Pruning) -> Trainer) {
    let scope = Scope::PerLayer;
    let drop = WeightEdit::Drop { criterion: Saliency::Magnitude, amount: Amount::Fraction(0.3), scope };
    let grow = WeightEdit::Grow { criterion: Saliency::Gradient, scope };
    let plan = StepPlan { then: Edits::Weights(vec![drop, grow]), ..scored(Saliency::Gradient) };
    let mut group = criterion.benchmark_group(group);
    group.sample_size(10).sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(8));
    let mut trainer = None;
    group.bench_function("update", |bencher| {
        let trainer = trainer.get_or_insert_with(|| make(SPARSE));
        bencher.iter_custom(|times| {
            let mut spent = Duration::ZERO;
            for step in 0..times {
                trainer.step(&plan, step, RATE, step).expect("the device works");
                black_box(trainer.loss());
                let began = Instant::now();
                black_box(trainer.edit(&plan).expect("weights can always be exchanged"));
                spent += began.elapsed();
            }
            spent
        });
    });
}
