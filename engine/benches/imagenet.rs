//! What training on photographs costs: a step of each kind and a change of the
//! structure. ResNet-50 at 224 pixels, at 90 % ERK sparsity or in the pattern 2:4;
//! for channels, accumulating importance, a choice and the pruning itself.
//!
//! `HARNESS_BATCH` sets the images of a step: 8 without it, 256 on a GPU. They
//! are the same random numbers at every step, so that nothing is decoded.

mod common;

use common::{BenchCase, DENSE, Pruning, device, pruned, scored};
use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Channels, ConstantBatch, Forward, Trainer, compacted};
use network::Kept;
use sparsity::{
    Accounting, BatchStatistics, ChannelEdit, ChannelOptions, ChannelSpace, Dormant, Edits, GrowthLimit,
    Latency, LatencyScope, Scope, Settings, StepPlan, TrialContext, Update,
};
use std::hint::black_box;
use std::time::Duration;
use suites::recipe::{Precision, Recipe};
use tch::Device;

const SIDE: i64 = 224;
const CLASSES: i64 = 1000;

/// SR-STE's decay of masked weights.
const REFINED_DECAY: f64 = 2e-4;

fn batch() -> u64 {
    let asked = std::env::var("HARNESS_BATCH").ok().and_then(|number| number.parse().ok());
    asked.unwrap_or(if device() == Device::Cpu { 8 } else { 256 })
}

/// The published recipe with the whole batch in one micro-batch.
fn recipe() -> Recipe {
    // As the reference: under autocast on a GPU.
    let precision = if device() == Device::Cpu { Precision::Fp32 } else { Precision::Bf16 };
    Recipe {
        batch_size: batch(),
        micro_batch: batch(),
        precision,
        ..suites::imagenet::SUITE.published_recipe()
    }
}

fn trainer(pruning: Pruning) -> Trainer {
    let network = network::resnet50(CLASSES as usize, SIDE as usize);
    let (parameters, structure) = pruned(&network, pruning);
    let source = Box::new(ConstantBatch::random(&network, batch(), device()));
    Trainer::new(Forward::new(&network), parameters, structure, source, &recipe(), true)
}

/// A step of SR-STE: all weights train through the pattern of the largest.
fn straight_through() -> BenchCase {
    let update = Update::StraightThrough { decay: REFINED_DECAY };
    BenchCase {
        name: "sr-ste",
        pruning: Pruning {
            distribution: "2:4".parse().expect("the pattern is known"),
            sparsity: 0.5,
            dormant: Dormant::Live,
        },
        plan: StepPlan { update, ..StepPlan::train("train") },
    }
}

/// A step that scores the initial weights, as SNIP's and GraSP's.
fn initial(name: &'static str, criterion: sparsity::Criterion) -> BenchCase {
    let plan = StepPlan { statistics: BatchStatistics::Hold, ..scored(criterion) };
    BenchCase { name, pruning: DENSE, plan }
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

/// The same network with channels to prune, by multiply-accumulates; it starts dense, as HALP does.
fn channel_trainer() -> Trainer {
    let network = network::resnet50(CLASSES as usize, SIDE as usize);
    let (mut parameters, structure) = pruned(&network, DENSE);
    let options = ChannelOptions {
        block: 0,
        accounting: Accounting::Outputs,
        keep_stem: true,
        scope: LatencyScope::Network,
    };
    let space = ChannelSpace::new(&network, Latency::Macs { batch: 1 }, options).expect("all MACs are known");
    let iee = trial::registry::method("iee").expect("the method is registered");
    let settings = Settings::resolve((iee.settings)(), &[]).expect("the defaults are allowed");
    let context = TrialContext {
        steps: 1,
        warmup_steps: 0,
        scope: Scope::PerLayer,
        sparsity: 0.0,
        latency_target: Some(0.5),
        pretrained: true,
    };
    let method = (iee.build)(&settings, context);
    let channels = Channels::initial(space, &*method, &mut parameters).expect("dense is always there");
    let source = Box::new(ConstantBatch::random(&network, batch(), device()));
    let mut trainer = Trainer::new(Forward::new(&network), parameters, structure, source, &recipe(), true);
    trainer.set_channels(channels);
    trainer
}

/// A step with and without the importance of channels, in turn; then a prune, a growth and the cut.
fn channels(criterion: &mut Criterion) {
    let train = StepPlan::train("train");
    let judged = |by| StepPlan { score: vec![by], ..train.clone() };
    let cases = [
        ("plain", train.clone()),
        ("taylor", judged(sparsity::Criterion::Taylor)),
        ("taylor-weights", judged(sparsity::Criterion::TaylorWeights)),
    ];
    let mut trainer = channel_trainer();
    let mut group = criterion.benchmark_group("resnet50-channels");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for (name, plan) in &cases {
        let mut step = 0;
        group.bench_function(format!("step-{name}"), |bencher| {
            bencher.iter(|| {
                trainer.step(plan, step, 0.0, step).expect("the device works");
                step += 1;
                black_box(trainer.loss());
            });
        });
    }
    let by = sparsity::Criterion::Magnitude;
    let drop = ChannelEdit::Drop { criterion: by, latency: 0.35 };
    let grow = ChannelEdit::Grow { criterion: by, limit: GrowthLimit::Latency(0.5) };
    let exchange = StepPlan { then: Edits::Channels(vec![drop, grow]), ..train };
    group.bench_function("exchange", |bencher| {
        bencher.iter(|| black_box(trainer.edit(&exchange).expect("the target can be reached")));
    });
    let channels = trainer.channels.as_ref().expect("channels are pruned");
    let (network, groups) = (channels.space().network(), channels.space().groups());
    let kept = Kept::new(groups, channels.kept()).expect("no group is empty");
    group.bench_function("compaction", |bencher| {
        bencher.iter(|| black_box(compacted(network, groups, &kept, &trainer.parameters)));
    });
}

criterion_group!(benches, steps, updates, channels);
criterion_main!(benches);
