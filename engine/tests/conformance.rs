//! What every method must keep to, checked after every step of every method.

mod common;

use common::watch::{equal_where, is_zero_where, watch};
use common::{Bench, weights};
use sparsity::{Dormant, Population, Prunes, Scope, Update, WeightEdit};
use tch::{Kind, Tensor};
use trial::TrialSpec;

#[test]
fn sparsity_is_exact_after_every_growth_and_at_the_end() {
    let bench = Bench::new();
    for method in trial::registry::all().into_iter().filter(|method| method.prunes.weights()) {
        for (distribution, sparsity) in
            [("uniform", 0.8), ("er", 0.8), ("erk", 0.8), ("global", 0.8), ("2:4", 0.5), ("1:4", 0.75)]
        {
            let spec = TrialSpec { target: weights(distribution, sparsity), ..bench.spec(method.name) };
            let resolved = spec.resolve().unwrap();
            let budget: Vec<i64> = resolved.budget.layers.iter().map(|layer| layer.active as i64).collect();
            // A pattern belongs to its layer; otherwise a method may have layers exchange their budgets.
            let exchanges = distribution == "global"
                || resolved.settings.has("scope") && resolved.settings.word("scope") == "global";
            let patterned = resolved.budget.layers.iter().any(|layer| layer.pattern.is_some());
            let scope = if exchanges && !patterned { Scope::Global } else { Scope::PerLayer };
            let mut last: Vec<i64> = Vec::new();
            watch(&bench, &spec, |step, plan, _, _, trainer| {
                last = trainer.structure.current().layers.iter().map(|layer| layer.active as i64).collect();
                let grows = plan.then.weights().iter().any(|edit| matches!(edit, WeightEdit::Grow { .. }));
                if grows {
                    let what = format!("{} {distribution} after step {step}", method.name);
                    match scope {
                        Scope::PerLayer => assert_eq!(last, budget, "{what}"),
                        Scope::Global => {
                            assert_eq!(last.iter().sum::<i64>(), budget.iter().sum::<i64>(), "{what}")
                        }
                    }
                }
                assert!(last.iter().all(|active| *active > 0), "{} empties a layer", method.name);
            });
            match scope {
                Scope::PerLayer => assert_eq!(last, budget, "{} {distribution}", method.name),
                Scope::Global => {
                    assert_eq!(last.iter().sum::<i64>(), budget.iter().sum::<i64>(), "{}", method.name)
                }
            }
        }
    }
}

/// A method whose plans edit the structure does so within the training of these tests, or they would say nothing
/// of it; one that says its plans never do keeps the structure it starts with.
#[test]
fn every_method_changes_its_structure_or_says_that_it_does_not() {
    let bench = Bench::new();
    for method in trial::registry::all() {
        let (mut edits, mut changes) = (0, 0);
        watch(&bench, &bench.spec(method.name), |_, plan, before, _, trainer| {
            edits += usize::from(!plan.then.is_empty());
            changes += usize::from(!before.mask.equal(trainer.structure.mask()));
        });
        assert_eq!(edits > 0, method.edits, "{}: {edits} steps edit the structure", method.name);
        // A mask that follows the weights changes without an edit.
        if !matches!(method.prunes, Prunes::Patterns | Prunes::Unasked) {
            assert_eq!(changes > 0, method.edits, "{}: {changes} steps change the mask", method.name);
        }
    }
}

/// Methods whose inactive weights rest.
fn resting(bench: &Bench) -> impl Iterator<Item = sparsity::Description> {
    let rests = |method: &sparsity::Description| {
        bench.spec(method.name).resolve().unwrap().method(24).dormant() != Dormant::Live
    };
    trial::registry::all().into_iter().filter(rests)
}

/// Every group of a pattern holds its number at the end, and never more while the structure is settled.
#[test]
fn patterns_hold_in_every_group() {
    let bench = Bench::new();
    for method in
        trial::registry::all().into_iter().filter(|m| m.prunes.weights() || m.prunes == Prunes::Patterns)
    {
        for (distribution, keep, of) in [("2:4", 2, 4), ("1:4", 1, 4), ("4:8", 4, 8)] {
            let sparsity = 1.0 - keep as f64 / of as f64;
            let spec = TrialSpec { target: weights(distribution, sparsity), ..bench.spec(method.name) };
            let patterned: Vec<bool> =
                spec.resolve().unwrap().budget.layers.iter().map(|layer| layer.pattern.is_some()).collect();
            assert_eq!(patterned.iter().filter(|patterned| !**patterned).count(), 2, "first and last layer");
            let mut last = None;
            watch(&bench, &spec, |_, _, _, _, trainer| {
                last = Some((trainer.structure.mask().copy(), trainer.parameters.slices()));
            });
            let (mask, slices) = last.unwrap();
            for ((start, length), _) in slices.iter().zip(&patterned).filter(|(_, patterned)| **patterned) {
                let groups = mask.narrow(0, *start, *length).view([-1, of]);
                let counts = groups.sum_dim_intlist([1i64].as_slice(), false, Kind::Int64);
                assert!(
                    counts.eq(keep).all().int64_value(&[]) == 1,
                    "{} {distribution}: {counts}",
                    method.name
                );
            }
        }
    }
}

/// Under a constant fan-in all outputs of a layer that are left have as many connections, which are its budget but
/// for rounding; those that went stay away, and the network's own outputs stay.
#[test]
fn outputs_keep_a_constant_fan_in() {
    let bench = Bench::new();
    for method in trial::registry::all().into_iter().filter(|method| method.prunes == Prunes::FanIn) {
        for (distribution, sparsity) in [("uniform", 0.8), ("er", 0.8), ("erk", 0.8), ("erk", 0.95)] {
            let spec = TrialSpec { target: weights(distribution, sparsity), ..bench.spec(method.name) };
            let budget = spec.resolve().unwrap().budget;
            let mut changes = 0;
            watch(&bench, &spec, |step, _, before, _, trainer| {
                let mask = trainer.structure.mask();
                changes += usize::from(!mask.equal(&before.mask));
                for (layer, (start, length)) in budget.layers.iter().zip(trainer.parameters.slices()) {
                    let what = format!("{} {distribution} {} after step {step}", method.name, layer.layer);
                    let counts = |mask: &Tensor| -> Vec<i64> {
                        let rows = mask.narrow(0, start, length).view([layer.outputs as i64, -1]);
                        Vec::try_from(rows.sum_dim_intlist([1i64].as_slice(), false, Kind::Int64)).unwrap()
                    };
                    let (were, are) = (counts(&before.mask), counts(mask));
                    let left: Vec<i64> = are.iter().copied().filter(|count| *count > 0).collect();
                    assert!(left.iter().all(|count| *count == left[0]), "{what}: {are:?}");
                    let active = left.iter().sum::<i64>();
                    assert!(
                        2 * (active - layer.active as i64).abs() <= left.len() as i64,
                        "{what}: {active}"
                    );
                    assert!(
                        were.iter().zip(&are).all(|(was, is)| *was > 0 || *is == 0),
                        "{what}: one came back"
                    );
                    assert!(
                        !layer.is_output || left.len() == layer.outputs,
                        "{what}: an output of the network"
                    );
                }
            });
            assert!(changes > 2, "{}: {changes}", method.name);
        }
    }
}

#[test]
fn inactive_weights_are_neither_decayed_nor_moved() {
    let bench = Bench::new();
    for method in resting(&bench) {
        watch(&bench, &bench.spec(method.name), |step, plan, before, after, _| {
            if plan.forward == Population::Everything {
                return;
            }
            let what = format!("{} at step {step}", method.name);
            let inactive = before.mask.logical_not();
            assert!(is_zero_where(&inactive, &after.weights), "{what}: an inactive weight runs");
            assert!(is_zero_where(&inactive, &after.momentum), "{what}: an inactive weight has momentum");
            if let (Some(before), Some(after)) = (&before.dormant, &after.dormant) {
                assert!(before.equal(after), "{what}: a dormant value moved");
            }
        });
    }
}

#[test]
fn a_step_updates_what_its_plan_says_and_nothing_else() {
    let bench = Bench::new();
    for method in trial::registry::all() {
        watch(&bench, &bench.spec(method.name), |step, plan, before, after, _| {
            let what = format!("{} at step {step}", method.name);
            let (mask, inactive) = (&before.mask, before.mask.logical_not());
            let moved = |part: &Tensor| !equal_where(part, &before.weights, &after.weights);
            let others_moved = !before.others.equal(&after.others);
            match plan.update {
                Update::Nothing => {
                    assert!(before.weights.equal(&after.weights) && !others_moved, "{what}");
                    assert!(before.momentum.equal(&after.momentum), "{what}");
                }
                Update::Active => assert!(moved(mask) && others_moved, "{what}"),
                Update::Inactive { others } => {
                    assert!(!moved(mask) && moved(&inactive), "{what}: frozen weights moved");
                    assert!(
                        equal_where(mask, &before.momentum, &after.momentum),
                        "{what}: frozen momentum moved"
                    );
                    assert_eq!(others_moved, others, "{what}: biases and batch norms");
                }
                // Below the thresholds is nothing where they are at zero.
                Update::SoftThreshold { .. } => assert!(moved(mask) && others_moved, "{what}"),
                Update::Everything | Update::StraightThrough { .. } => {
                    assert!(moved(mask) && moved(&inactive), "{what}");
                }
                Update::Backward { .. } => {
                    let backward = before.backward.as_ref().unwrap_or(mask);
                    let (beside, rest) = (backward.logical_and(&inactive), backward.logical_not());
                    assert!(moved(mask) && moved(&beside) == before.backward.is_some(), "{what}");
                    assert!(!moved(&rest) && is_zero_where(&rest, &after.momentum), "{what}: beside the set");
                }
            }
            let tracked = !before.statistics.equal(&after.statistics);
            assert_eq!(
                tracked,
                plan.statistics == sparsity::BatchStatistics::Track,
                "{what}: running statistics"
            );
        });
    }
}

/// Weights at the end of `spec`.
fn trained(bench: &Bench, spec: &TrialSpec) -> Tensor {
    let mut weights = None;
    watch(bench, spec, |_, _, _, _, trainer| weights = Some(trainer.parameters.weights.copy()));
    weights.unwrap()
}

fn distance(left: &Tensor, right: &Tensor) -> f64 {
    f64::try_from((left - right).norm() / right.norm()).unwrap()
}

/// In bfloat16 training goes nearly the way it goes in single precision, and values stay 32-bit.
#[test]
fn half_precision_follows_single_precision() {
    let bench = Bench::new();
    let mut spec = bench.spec("dense");
    spec.recipe.insert("dropout".into(), sparsity::Value::Float(0.0));
    spec.recipe.insert("epochs".into(), sparsity::Value::Float(0.8));
    let single = trained(&bench, &spec);
    spec.recipe.insert("precision".into(), sparsity::Value::Word("bf16".into()));
    let half = trained(&bench, &spec);
    assert_eq!(half.kind(), Kind::Float);
    let distance = distance(&half, &single);
    assert!(distance > 0.0 && distance < 0.1, "{distance}");
}
