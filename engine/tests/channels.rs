//! What methods of channels must keep to, checked after every step.

mod common;

use common::Bench;
use common::watch::{Moment, equal_where, is_zero_where, watch};
use sparsity::{ChannelEdit, GrowthLimit, Population};
use tch::{Device, Kind, Tensor};
use trial::TrialSpec;

/// The names of all methods that prune channels.
fn methods() -> impl Iterator<Item = &'static str> {
    trial::registry::all().into_iter().filter(|method| method.prunes.channels()).map(|method| method.name)
}

/// After every change the network is as fast as was asked for, and at the end as the target says; no group is
/// ever empty.
#[test]
fn no_structure_is_slower_than_its_target() {
    let bench = Bench::new();
    for name in methods() {
        for target in [0.3, 0.7] {
            let spec = bench.channels(name, target);
            let (mut last, mut changes) = (1.0, 0);
            watch(&bench, &spec, |step, plan, _, _, trainer| {
                let channels = trainer.channels.as_ref().unwrap();
                last = channels.latency();
                assert!(plan.then.weights().is_empty(), "{name} edits {:?}", plan.then);
                // What a plan drops to is below what it then grows to.
                if let Some(edit) = plan.then.channels().last() {
                    let latency = match edit {
                        ChannelEdit::Drop { latency, .. } => latency,
                        ChannelEdit::Grow { limit: GrowthLimit::Latency(latency), .. } => latency,
                        ChannelEdit::Grow { .. } => panic!("{name} grows by a share unasked"),
                    };
                    changes += 1;
                    let least = channels.space().smallest() / channels.space().dense();
                    assert!(
                        last <= latency.max(least) + 1e-9,
                        "{name} {target} after step {step}: {last} > {latency}"
                    );
                }
                assert!(channels.counts().iter().all(|count| *count > 0), "{name} empties a group");
            });
            assert!(changes >= 3 && last <= target + 1e-9, "{name} {target}: {changes} changes, {last}");
            assert!(last > 0.5 * target, "{name} {target} ends at {last}");
        }
    }
}

/// By the schedule of the logs on VOC: dense until the window, prunes along a line, growths of at most 0.75 of what the
/// last prune removed, none after the last prune.
#[test]
fn a_growth_by_a_share_keeps_to_what_the_last_prune_removed() {
    let bench = Bench::new();
    let (mut now, mut pruned, mut removed) = (1.0, 1.0, 0.0);
    let (mut prunes, mut grown) = (Vec::new(), Vec::new());
    watch(&bench, &bench.logged("iee", 0.4), |step, plan, _, _, trainer| {
        let before = now;
        now = trainer.channels.as_ref().unwrap().latency();
        match plan.then.channels() {
            [] => assert_eq!(now, before, "step {step}"),
            [ChannelEdit::Drop { latency, .. }] => {
                assert!(now <= latency + 1e-9, "step {step}: {now} > {latency}");
                removed = f64::abs(pruned - now);
                pruned = now;
                prunes.push(*latency);
            }
            [ChannelEdit::Grow { limit: GrowthLimit::Removed(share), .. }] => {
                assert!(
                    now <= before + share * removed + 1e-9,
                    "step {step}: {now} after {before}, {removed}"
                );
                grown.push(now - before);
            }
            edits => panic!("{edits:?}"),
        }
    });
    for (k, latency) in prunes.iter().enumerate() {
        assert!((latency - (1.0 - 0.15 * (k + 1) as f64)).abs() < 1e-9, "{prunes:?}");
    }
    assert_eq!((prunes.len(), grown.len()), (4, 3));
    assert!(grown.iter().sum::<f64>() > 0.02, "{grown:?}");
    assert!(now <= 0.4 + 1e-9);
}

/// An inactive channel is zero in everything, moves nowhere and has no momentum.
#[test]
fn inactive_channels_rest() {
    let bench = Bench::new();
    for name in methods() {
        let mut rested = 0;
        watch(&bench, &bench.channels(name, 0.4), |step, plan, before, after, _| {
            if plan.forward == Population::Everything {
                return;
            }
            let what = format!("{name} at step {step}");
            let (weights, others) = (before.mask.logical_not(), before.others_mask.logical_not());
            rested += weights.sum(Kind::Int64).int64_value(&[]);
            for (mask, values) in [
                (&weights, &after.weights),
                (&weights, &after.momentum),
                (&others, &after.others),
                (&others, &after.other_momentum),
            ] {
                assert!(is_zero_where(mask, values), "{what}");
            }
        });
        assert!(rested > 0, "{name}");
    }
}

/// What runs of the masked network does not depend on what an inactive channel computes: with its weights set
/// to anything, the logits stay.
#[test]
fn nothing_of_an_inactive_channel_is_seen() {
    let bench = Bench::new();
    let _guard = tch::no_grad_guard();
    let (method, mut trainer, steps) = bench.trainer(&bench.channels("halp", 0.4));
    for step in 0..steps {
        let plan = method.plan(step);
        trainer.step(&plan, step, 0.1, step).unwrap();
        trainer.edit(&plan).unwrap();
    }
    let images = Tensor::randn([4, 3, 32, 32], (Kind::Float, Device::Cpu));
    let logits = |weights: &Tensor| {
        let parameters = &trainer.parameters;
        let views = parameters.weight_views(weights);
        let others = parameters.other_views(&parameters.others);
        trainer.forward().run(&views, &others, parameters, &images, engine::Mode::Evaluate).remove(0)
    };
    let weights = &trainer.parameters.weights;
    let inactive = trainer.structure.mask().logical_not();
    let noise = weights.randn_like().g_mul(&inactive) + weights;
    assert!(logits(weights).allclose(&logits(&noise), 1e-5, 1e-6, false));
}

/// In exploration the active channels are frozen, batch norms included, and the inactive ones train.
#[test]
fn exploration_trains_inactive_channels_only() {
    let bench = Bench::new();
    let mut explored = 0;
    watch(&bench, &bench.channels("iee", 0.4), |step, plan, before, after, _| {
        if plan.stage != "exploration" {
            return;
        }
        explored += 1;
        let what = format!("step {step}");
        assert!(equal_where(&before.mask, &before.weights, &after.weights), "{what}");
        assert!(equal_where(&before.others_mask, &before.others, &after.others), "{what}");
        assert!(equal_where(&before.mask, &before.momentum, &after.momentum), "{what}");
        assert!(before.statistics.equal(&after.statistics), "{what}");
        assert!(!before.weights.equal(&after.weights), "{what}: nothing trains");
        assert!(!before.others.equal(&after.others), "{what}: scales and shifts rest");
    });
    assert!(explored > 5);
}

/// A channel comes back with the weights, scale, shift and statistics it was last used with: what it has when
/// exploration begins, and, once it is grown, what exploration left.
#[test]
fn channels_come_back_with_their_most_recently_used_values() {
    let bench = Bench::new();
    let mut used: Option<Moment> = None;
    let (mut left, mut returned, mut grown) = (None::<Tensor>, 0, 0);
    let mut fresh: Option<(Tensor, Tensor, Moment)> = None;
    watch(&bench, &bench.channels("iee", 0.4), |step, plan, before, after, trainer| {
        let channels = trainer.channels.as_ref().unwrap();
        if let Some((weights, others, explored)) = fresh.take() {
            assert!(equal_where(&weights, &before.weights, &explored.weights), "step {step}: grown weights");
            assert!(equal_where(&others, &before.others, &explored.others), "step {step}: grown scales");
            assert!(equal_where(&others, &before.other_momentum, &explored.other_momentum), "step {step}");
        }
        if plan.stage == "importance" && !plan.then.is_empty() {
            // What a prune removes had these values when it was last used.
            left = Some(after.others_mask.logical_and(&channels.others_mask().logical_not()));
            used = Some(Moment { others: after.others.copy(), ..Moment::of(trainer) });
        }
        if plan.stage == "exploration"
            && let (Some(left), Some(used)) = (left.take(), used.take())
        {
            returned += left.sum(Kind::Int64).int64_value(&[]);
            assert!(equal_where(&left, &before.others, &used.others), "step {step}: MRU scales and shifts");
            assert!(
                !is_zero_where(&before.others_mask.logical_not(), &before.others),
                "initial values are kept"
            );
        }
        if plan.stage == "exploration" && !plan.then.is_empty() {
            let weights = trainer.structure.mask().logical_and(&before.mask.logical_not());
            let others = channels.others_mask().logical_and(&before.others_mask.logical_not());
            grown += others.sum(Kind::Int64).int64_value(&[]);
            let gone: Vec<usize> = before
                .kept
                .iter()
                .zip(channels.kept())
                .map(|(old, new)| old.iter().filter(|channel| !new.contains(channel)).count())
                .collect();
            assert!(gone.iter().all(|gone| *gone == 0), "step {step}: growth takes channels out");
            fresh = Some((
                weights,
                others,
                Moment { weights: after.weights.copy(), others: after.others.copy(), ..Moment::of(trainer) },
            ));
        }
    });
    assert!(returned > 0 && grown > 0, "{returned} returned, {grown} grown");
}

/// Training from the target costs the target, exploration aside; the same from dense costs more.
#[test]
fn iee_starts_narrow_from_scratch_and_dense_from_pretrained_weights() {
    let bench = Bench::new();
    let start = |spec: &TrialSpec| bench.trainer(spec).1.channels.unwrap().latency();
    let scratch = bench.channels("iee", 0.4);
    assert!(start(&scratch) <= 0.4);
    let dense = bench.spec("dense");
    assert_eq!(start(&scratch.pretrained_by(&dense)), 1.0);
}
