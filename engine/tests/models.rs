//! Every kind of network in training: dense, with masked weights and with fewer channels; and stopped and resumed.

mod common;

use common::{Bench, assert_same};
use engine::{Forward, Mode, Parameters, compacted};
use network::{Kept, Network};
use sparsity::Value;
use std::time::Duration;
use tch::{Device, Kind, Tensor};
use trial::TrialSpec;

/// One of each kind, as small as it still has several channels everywhere.
const MODELS: [&str; 8] = [
    "resnet18-0.125",
    "resnet34-0.125",
    "resnet101-0.0625",
    "resnet20-0.5",
    "resnet32-0.5",
    "resnet56-0.5",
    "mobilenet-v2-0.25",
    "vgg16-bn-0.0625",
];

const STEPS: u64 = 10;

/// A trial of `model` on images of 32 pixels a side, which some of them need.
fn of(model: &str, mut spec: TrialSpec) -> TrialSpec {
    spec.recipe.insert("image_size".into(), Value::Word("32".into()));
    TrialSpec { model: model.into(), ..spec }
}

fn logits(network: &Network, parameters: &Parameters, images: &Tensor) -> Tensor {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    Forward::new(network).run(&weights, &others, parameters, images, Mode::Evaluate).remove(0)
}

/// Steps move the weights, and every loss is a number.
#[test]
fn every_kind_trains_dense() {
    let bench = Bench::new();
    for model in MODELS {
        let (method, mut trainer, _) = bench.trainer(&of(model, bench.spec("dense")));
        let before = [trainer.parameters.weights.copy(), trainer.parameters.others.copy()];
        for step in 0..STEPS {
            trainer.step(&method.plan(step), step, 0.05, step).unwrap();
        }
        let (sum, count) = trainer.losses();
        assert!(sum.is_finite() && count == STEPS, "{model}: {sum} of {count} losses");
        let after = [&trainer.parameters.weights, &trainer.parameters.others];
        for (before, after) in before.iter().zip(after) {
            let moved = before.not_equal_tensor(after).to_kind(Kind::Double).mean(Kind::Double);
            // A weight that reads a channel of zeros has no gradient, but it decays.
            assert!(
                moved.double_value(&[]) > 0.5,
                "{model}: {} of the values moved",
                moved.double_value(&[])
            );
        }
    }
}

/// The mask changes, the number of its weights does not, and what is outside it is zero.
#[test]
fn every_kind_trains_sparse() {
    let bench = Bench::new();
    for model in MODELS {
        let (method, mut trainer, _) = bench.trainer(&of(model, bench.spec("rigl")));
        let first = trainer.structure.mask().copy();
        for step in 0..STEPS {
            let plan = method.plan(step);
            trainer.step(&plan, step, 0.05, step).unwrap();
            if !plan.then.is_empty() {
                trainer.edit(&plan).unwrap();
            }
        }
        let mask = trainer.structure.mask();
        assert!(!mask.equal(&first), "{model}: the structure never changed");
        let active = |mask: &Tensor| mask.sum(Kind::Int64).int64_value(&[]);
        assert_eq!(active(mask), active(&first), "{model}");
        let outside = trainer.parameters.weights.masked_select(&mask.logical_not());
        assert_eq!(outside.abs().sum(Kind::Double).double_value(&[]), 0.0, "{model}");
        assert!(trainer.losses().0.is_finite(), "{model}");
    }
}

/// GraSP differentiates a gradient: every operation has a second derivative, and scores that are numbers.
#[test]
fn every_operation_is_differentiated_twice() {
    let bench = Bench::new();
    for model in ["mobilenet-v2-0.25", "vgg16-bn-0.0625"] {
        let (method, mut trainer, steps) = bench.trainer(&of(model, bench.spec("grasp")));
        let pruned = (0..steps).position(|step| !method.plan(step).then.is_empty()).unwrap() as u64;
        for step in 0..=pruned {
            let plan = method.plan(step);
            trainer.step(&plan, step, 0.05, step).unwrap();
            if !plan.then.is_empty() {
                trainer.edit(&plan).unwrap();
            }
        }
        let mask = trainer.structure.mask();
        let active = mask.to_kind(Kind::Double).mean(Kind::Double).double_value(&[]);
        assert!((0.15..0.35).contains(&active), "{model}: {active} of the weights are left");
        let layers = trainer.parameters.weight_views(&mask.to_kind(Kind::Float));
        let alive = layers.iter().filter(|layer| layer.max().double_value(&[]) > 0.0).count();
        assert_eq!(alive, layers.len(), "{model}: a layer is empty");
    }
}

/// Channels go, and the network without them computes what the masked one does.
#[test]
fn every_kind_loses_channels_and_computes_the_same_without_them() {
    let bench = Bench::new();
    for model in MODELS {
        let (method, mut trainer, _) = bench.trainer(&of(model, bench.channels("halp", 0.5)));
        for step in 0..STEPS {
            let plan = method.plan(step);
            trainer.step(&plan, step, 0.05, step).unwrap();
            if !plan.then.is_empty() {
                trainer.edit(&plan).unwrap();
            }
        }
        let channels = trainer.channels.as_ref().unwrap();
        let (space, counts) = (channels.space(), channels.counts());
        assert!(channels.latency() < 0.99, "{model}: {} of the latency is left", channels.latency());
        assert!(space.macs(counts) < trainer.forward().network().macs(), "{model}");
        let network = trainer.forward().network();
        let kept = Kept::new(space.groups(), channels.kept()).unwrap();
        let (small, values) = compacted(network, space.groups(), &kept, &trainer.parameters);
        assert_eq!(small.macs(), space.macs(counts), "{model}");
        let images = Tensor::randn([4, 3, 32, 32], (Kind::Float, Device::Cpu));
        let masked = logits(network, &trainer.parameters, &images);
        let compact = logits(&small, &values, &images);
        let distance = (&masked - &compact).abs().max() / masked.abs().max();
        assert!(distance.double_value(&[]) < 1e-4, "{model}: {distance:?}");
    }
}

/// A dropout before the last layer, a flattened layer, biases before batch norms: all of it is in a checkpoint.
#[test]
fn a_stop_after_every_step_changes_nothing() {
    let bench = Bench::new();
    for (model, spec) in
        [("vgg16-bn-0.0625", bench.channels("halp", 0.6)), ("mobilenet-v2-0.25", bench.spec("rigl"))]
    {
        let spec = of(model, spec);
        let whole = bench.train(&format!("{model}-whole"), &spec);
        let run = bench.prepare(&format!("{model}-pieces"), &spec);
        let mut options = bench.options(&run);
        options.stop_after = Some(Duration::ZERO);
        let mut stops = 0;
        while bench.attempt(&spec, &options).0.unwrap() == engine::TrainingEnd::OutOfTime {
            stops += 1;
        }
        assert_eq!(stops, 23, "{model}");
        assert_same(&whole, &run, model);
    }
}
