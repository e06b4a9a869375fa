//! What is particular to single methods, checked in trainings watched step by step.

mod common;

use common::watch::{equal_where, is_zero_where, watch};
use common::{Bench, weights};
use sparsity::{Dormant, Value, WeightEdit};
use tch::{Kind, Tensor};
use trial::TrialSpec;

/// SR-STE runs the largest of each group, moves all, and decays the rest.
#[test]
fn sr_ste_runs_the_largest_and_trains_all() {
    let bench = Bench::new();
    watch(&bench, &bench.spec("sr-ste"), |step, _, before, after, trainer| {
        let what = format!("step {step}");
        let (start, length) = trainer.parameters.slices()[1];
        let part = |tensor: &Tensor| tensor.narrow(0, start, length).view([-1, 4]);
        let (_, order) = part(&before.weights).abs().sort(1, true);
        let largest = part(&after.mask.to_kind(Kind::Float)).gather(1, &order, false);
        let kept = largest.narrow(1, 0, 2).min();
        assert_eq!(f64::try_from(kept).unwrap(), 1.0, "{what}: the two largest run");
        assert_eq!(f64::try_from(largest.narrow(1, 2, 2).max()).unwrap(), 0.0, "{what}: the others do not");
        let rest = after.mask.logical_not();
        assert!(!equal_where(&rest, &before.weights, &after.weights), "{what}: all are trained");
        let active = trainer.structure.active_weights(&trainer.parameters.weights);
        assert!(is_zero_where(&rest, &active), "{what}: what is evaluated is masked");
    });
}

/// Top-KAST runs the largest of each layer and trains twice as many, chosen by magnitude.
#[test]
fn top_kast_runs_the_largest_and_trains_twice_as_many() {
    let bench = Bench::new();
    let mut chosen = 0;
    watch(&bench, &bench.spec("top-kast"), |step, plan, _, after, trainer| {
        let structure = &trainer.structure;
        let active = structure.active_weights(&trainer.parameters.weights);
        assert!(is_zero_where(&structure.mask().logical_not(), &active), "what is evaluated is masked");
        if plan.then.is_empty() {
            return;
        }
        chosen += 1;
        let layers = structure.budget().layers.iter().zip(trainer.parameters.slices());
        for (layer, (start, length)) in layers {
            let size: Vec<f32> = Vec::try_from(after.weights.narrow(0, start, length).abs()).unwrap();
            let mut order: Vec<usize> = (0..size.len()).collect();
            order.sort_by(|a, b| size[*b].total_cmp(&size[*a]));
            let twice = (2 * layer.active).min(layer.weights);
            for (set, count) in [(structure.mask(), layer.active), (structure.backward().unwrap(), twice)] {
                let set: Vec<bool> = Vec::try_from(set.narrow(0, start, length)).unwrap();
                let expected = order.iter().enumerate().all(|(rank, index)| set[*index] == (rank < count));
                assert!(expected, "{} after step {step}: {count}", layer.layer);
            }
        }
    });
    assert!(chosen > 10, "{chosen}");
}

/// The recipe's decay holds for what runs; over the density for what is trained beside it; nothing else decays.
#[test]
fn top_kast_decays_what_does_not_run_over_the_density() {
    let bench = Bench::new();
    let after = |decay: f64| {
        let _guard = tch::no_grad_guard();
        let mut spec = bench.spec("top-kast");
        spec.recipe.insert("weight_decay".into(), sparsity::Value::Float(decay));
        let (method, mut trainer, _) = bench.trainer(&spec);
        trainer.edit(&method.plan(0)).unwrap();
        let weights = trainer.parameters.weights.copy();
        trainer.step(&method.plan(1), 1, 0.1, 1).unwrap();
        (weights, trainer)
    };
    let ((weights, plain), (_, decayed)) = (after(0.0), after(0.5));
    let structure = &decayed.structure;
    let density = structure.budget().active() as f64 / structure.budget().weights() as f64;
    let (mask, backward) = (structure.mask(), structure.backward().unwrap());
    let beside = backward.logical_and(&mask.logical_not());
    assert!(beside.any().int64_value(&[]) == 1 && backward.logical_not().any().int64_value(&[]) == 1);
    let expected = &weights * (mask * 0.5 + &beside * (0.5 / density));
    let found = &decayed.momentum - &plain.momentum;
    let distance = f64::try_from((found - &expected).abs().max()).unwrap();
    assert!(distance < 1e-5, "{distance} of {}", expected.abs().max().double_value(&[]));
}

/// STR runs every weight less the threshold of its layer; those below it move by decay and momentum alone, and the
/// mask is what is left.
#[test]
fn str_runs_what_exceeds_its_thresholds() {
    let bench = Bench::new();
    let mut spec = bench.spec("str");
    spec.settings.insert("initial_threshold".into(), Value::Float(-3.0));
    spec.settings.insert("threshold_decay".into(), Value::Word("0.05".into()));
    let decay = spec.resolve().unwrap().recipe.weight_decay;
    let mut counts = Vec::new();
    watch(&bench, &spec, |step, _, before, after, trainer| {
        let structure = &trainer.structure;
        counts.push(structure.current().active());
        let s: Vec<f32> = Vec::try_from(&structure.thresholds().unwrap().values).unwrap();
        let running = structure.active_weights(&trainer.parameters.weights);
        for (s, (start, length)) in s.iter().zip(trainer.parameters.slices()) {
            let t = 1.0 / (1.0 + (-s).exp());
            let all: Vec<f32> = Vec::try_from(after.weights.narrow(0, start, length)).unwrap();
            let runs: Vec<f32> = Vec::try_from(running.narrow(0, start, length)).unwrap();
            for (w, runs) in all.iter().zip(&runs) {
                let expected = w.signum() * (w.abs() - t).max(0.0);
                assert!((runs - expected).abs() < 1e-6, "step {step}: {w} runs as {runs} at {t}");
            }
        }
        assert!(running.not_equal(0.0).equal(structure.mask()), "step {step}");
        let below = before.mask.logical_not();
        let expected = &before.momentum * 0.9 + &before.weights * decay;
        let distance = (&after.momentum - expected).abs().masked_select(&below).max();
        assert!(distance.double_value(&[]) < 1e-6, "step {step}: the loss moves what does not run");
    });
    assert!(counts.windows(2).filter(|pair| pair[1] < pair[0]).count() > 10, "{counts:?}");
    assert!(*counts.last().unwrap() > 0, "{counts:?}");
}

/// The cut of SNIP keeps the largest |w g| of the whole network.
#[test]
fn snip_keeps_the_most_sensitive_connections() {
    let bench = Bench::new();
    let spec = TrialSpec { target: weights("global", 0.8), ..bench.spec("snip") };
    let kept = spec.resolve().unwrap().budget.active() as i64;
    watch(&bench, &spec, |step, _, before, _, trainer| {
        if step > 0 {
            return;
        }
        let mask = trainer.structure.mask();
        assert_eq!(mask.sum(Kind::Int64).int64_value(&[]), kept);
        assert!(before.mask.all().int64_value(&[]) == 1, "it starts dense");
        assert!(
            equal_where(mask, &before.weights, &trainer.parameters.weights),
            "values are the initial ones"
        );
    });
}

/// AC/DC ends compressed, and weights that were cut come back from zero. Then no parameter has momentum, biases and
/// batch norms included, which have it after every other step.
#[test]
fn acdc_brings_weights_back_from_zero() {
    let bench = Bench::new();
    let mut returns = 0;
    watch(&bench, &bench.spec("acdc"), |step, plan, before, _, trainer| {
        let returned = plan.then.weights().contains(&WeightEdit::ActivateAll);
        for momentum in [&trainer.momentum, &trainer.other_momentum] {
            assert_eq!(momentum.count_nonzero(0).int64_value(&[]) == 0, returned, "step {step}");
        }
        if returned {
            returns += 1;
            let back = before.mask.logical_not();
            assert!(trainer.structure.is_dense(), "step {step}");
            assert!(is_zero_where(&back, &trainer.parameters.weights), "step {step}");
        }
    });
    assert!(returns >= 3, "{returns}");
}

/// Where only used values count, the first exploration starts the inactive weights from zero.
#[test]
fn unused_weights_can_start_from_zero() {
    let bench = Bench::new();
    let mut spec = bench.spec("iee");
    spec.settings.insert("unused_values".into(), sparsity::Value::Word("zero".into()));
    let mut explored = 0;
    watch(&bench, &spec, |step, plan, before, _, _| {
        if plan.stage != "exploration" {
            return;
        }
        let inactive = before.mask.logical_not();
        let zeros = before.weights.masked_select(&inactive).eq(0.0).to_kind(Kind::Double);
        let share = zeros.mean(Kind::Double).double_value(&[]);
        match explored {
            // All but those that the first prune took out: 0.3 of 0.2 active, of 0.86 inactive.
            0 => assert!((0.85..0.97).contains(&share), "step {step}: {share}"),
            _ => assert!(share < 0.05, "step {step}: {share}"),
        }
        explored += 1;
    });
    assert!(explored > 3);
}

/// Weights come back from dormancy with the value they left with, or with zero.
#[test]
fn iee_brings_back_the_most_recently_used_values() {
    let bench = Bench::new();
    for (grown_values, expected) in [("mru", Dormant::Keep), ("zero", Dormant::Forget)] {
        let mut spec = bench.spec("iee");
        spec.settings.insert("grown_values".into(), sparsity::Value::Word(grown_values.into()));
        let mut resting: Option<Tensor> = None;
        let mut explorations = 0;
        watch(&bench, &spec, |step, plan, before, after, trainer| {
            let inactive = before.mask.logical_not();
            if plan.stage == "exploration" {
                if let Some(values) = resting.take() {
                    explorations += 1;
                    assert!(
                        equal_where(&inactive, &before.weights, &values),
                        "{grown_values} at step {step}"
                    );
                    if expected == Dormant::Keep {
                        assert!(!is_zero_where(&inactive, &before.weights), "initial values are kept");
                    }
                }
            } else {
                let rest = trainer.structure.mask().logical_not();
                // What a weight was worth when it was last used: in this step, or before it came to rest.
                let dormant = after.dormant.as_ref().map_or(after.weights.zeros_like(), Tensor::copy);
                let values = if expected == Dormant::Keep { &after.weights + dormant } else { dormant };
                resting = Some(values.g_mul(&rest));
            }
        });
        assert!(explorations >= 2, "{explorations}");
    }
}

/// With `last-active`, exploration of a weight that does not grow leaves no trace; with `frozen_momentum=zero`, the momentum
/// of what was frozen is zero after exploration.
#[test]
fn iee_can_return_to_the_values_of_when_weights_were_last_active() {
    let bench = Bench::new();
    let mut spec = bench.spec("iee");
    for (key, value) in [("grown_values", "last-active"), ("frozen_momentum", "zero")] {
        spec.settings.insert(key.into(), Value::Word(value.into()));
    }
    let (mut explorations, mut exploring, mut last) = (0, false, None::<Tensor>);
    watch(&bench, &spec, |step, plan, before, after, trainer| {
        if plan.stage == "exploration" {
            if let Some(last) = last.as_ref().filter(|_| !exploring) {
                let inactive = before.mask.logical_not();
                assert!(equal_where(&inactive, &before.weights, last), "step {step}");
                assert!(!equal_where(&inactive, &before.weights, &after.weights), "it does explore");
                explorations += 1;
            }
            exploring = true;
            if !plan.then.is_empty() {
                assert!(is_zero_where(&before.mask, &trainer.momentum), "step {step}");
                assert!(!is_zero_where(&before.mask, &after.momentum), "there was some");
                assert!(trainer.other_momentum.any().int64_value(&[]) == 0, "of biases and batch norms, too");
            }
        } else {
            exploring = false;
            let known = last.take().unwrap_or_else(|| after.weights.zeros_like());
            last = Some(after.weights.where_self(&before.mask, &known));
        }
    });
    assert!(explorations >= 2, "{explorations}");
}

#[test]
fn grown_weights_keep_their_explored_values_and_momentum() {
    let bench = Bench::new();
    let mut grown: Option<(Tensor, Tensor, Tensor)> = None;
    let mut checked = 0;
    watch(&bench, &bench.spec("iee"), |step, plan, before, after, trainer| {
        if let Some((new, weights, momentum)) = grown.take() {
            checked += 1;
            assert!(new.sum(Kind::Int64).int64_value(&[]) > 0);
            assert!(equal_where(&new, &before.weights, &weights), "step {step}");
            assert!(equal_where(&new, &before.momentum, &momentum), "step {step}");
        }
        if plan.stage == "exploration" && !plan.then.is_empty() {
            let new = trainer.structure.mask().logical_and(&before.mask.logical_not());
            grown = Some((new, after.weights.copy(), after.momentum.copy()));
        }
    });
    assert!(checked >= 2, "{checked}");
}

/// GraNet's exchange leaves every layer as many weights as the gradual pruning before it, at any density; what it grows
/// is new, and the training starts with half of the weights.
#[test]
fn granet_regrows_as_many_as_it_drops_in_every_layer() {
    let bench = Bench::new();
    for distribution in ["erk", "1:4"] {
        let sparsity = if distribution == "erk" { 0.9 } else { 0.75 };
        let spec = TrialSpec { target: weights(distribution, sparsity), ..bench.spec("granet") };
        let (mut exchanges, mut started) = (0, None);
        watch(&bench, &spec, |step, plan, before, _, trainer| {
            let share = |mask: &Tensor| mask.to_kind(Kind::Double).mean(Kind::Double).double_value(&[]);
            let start = *started.get_or_insert_with(|| share(&before.mask));
            let (now, edits) = (trainer.structure.mask(), plan.then.weights());
            if !edits.iter().any(|edit| matches!(edit, WeightEdit::Regrow { .. })) {
                return;
            }
            let grown = now.logical_and(&before.mask.logical_not());
            assert!(is_zero_where(&grown, &trainer.parameters.weights), "step {step}");
            assert!(is_zero_where(&grown, &trainer.momentum), "step {step}");
            // Without gradual pruning only the exchange is left.
            if edits.len() == 2 {
                exchanges += 1;
                for (start, length) in trainer.parameters.slices() {
                    let count =
                        |mask: &Tensor| mask.narrow(0, start, length).sum(Kind::Int64).int64_value(&[]);
                    assert_eq!(count(now), count(&before.mask), "{distribution} step {step}");
                }
            } else {
                assert!(share(now) <= start, "{distribution} step {step}");
            }
        });
        assert!(exchanges >= 2, "{distribution}: {exchanges}");
        // Groups of a pattern keep whole numbers: of 4 with 1 left at the end, 2.
        let start = started.unwrap();
        assert!((start - 0.5).abs() < 0.02, "{distribution}: {start}");
    }
}

/// With a soft memory bound training has more weights than the budget until the end of the mutations.
#[test]
fn a_soft_memory_bound_is_above_the_budget_and_comes_down_to_it() {
    let bench = Bench::new();
    for (distribution, sparsity) in [("erk", 0.9), ("global", 0.9), ("2:4", 0.5)] {
        let mut spec = TrialSpec { target: weights(distribution, sparsity), ..bench.spec("mest") };
        spec.settings.insert("memory_bound".into(), Value::Word("soft".into()));
        let budget = spec.resolve().unwrap().budget.active();
        let mut active = Vec::new();
        watch(&bench, &spec, |_, _, _, _, trainer| active.push(trainer.structure.current().active()));
        let (first, last) = (active[0], active[active.len() - 1]);
        assert_eq!(last, budget, "{distribution}");
        assert!(
            first > budget && first <= budget * 3 / 2,
            "{distribution}: {first} at first, {budget} at last"
        );
        assert!(active.windows(2).all(|pair| pair[0] >= pair[1]), "{distribution}: {active:?}");
    }
}

/// RigL's details: new weights start at zero without momentum; regrown ones keep both.
#[test]
fn rigl_grows_at_zero_and_regrown_weights_are_untouched() {
    let bench = Bench::new();
    watch(&bench, &bench.spec("rigl"), |step, plan, before, _, trainer| {
        if plan.then.is_empty() {
            return;
        }
        let mask = trainer.structure.mask();
        let new = mask.logical_and(&before.mask.logical_not());
        let kept = mask.logical_and(&before.mask);
        assert!(is_zero_where(&new, &trainer.parameters.weights), "step {step}");
        assert!(is_zero_where(&new, &trainer.momentum), "step {step}");
        assert!(equal_where(&kept, &trainer.parameters.weights, &before.weights), "step {step}");
        assert!(equal_where(&kept, &trainer.momentum, &before.momentum), "step {step}");
    });
}
