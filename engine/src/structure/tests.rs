//! Drops, growths and explorations on the flat tensor of a small network.

use super::*;
use crate::gradients::Gradients;
use sparsity::{Criterion, Distribution};

/// Weights 1, 2, 3 and so on, as many as the network has.
fn rising() -> Tensor {
    let layers = network::wide_resnet(10, 1, 10, 32).layers();
    let total: usize = layers.iter().map(network::Layer::weights).sum();
    Tensor::arange(total as i64, (Kind::Float, tch::Device::Cpu)) + 1
}

fn structure(weights: &mut Tensor) -> Structure {
    structure_that(Dormant::Forget, weights)
}

fn structure_that(dormant: Dormant, weights: &mut Tensor) -> Structure {
    let layers = network::wide_resnet(10, 1, 10, 32).layers();
    let budget = Distribution::Erk.budget(&layers, 0.9).unwrap();
    let mask = Tensor::from_slice(&random_mask(&budget, 0));
    let mut start = 0;
    let slices = layers.iter().map(|layer| {
        start += layer.weights() as i64;
        (start - layer.weights() as i64, layer.weights() as i64)
    });
    Structure::new(mask, budget, slices.collect(), dormant, weights)
}

#[test]
fn even_a_complete_exchange_empties_no_layer() {
    let total: usize = network::wide_resnet(10, 1, 10, 32).layers().iter().map(network::Layer::weights).sum();
    for scope in [Scope::PerLayer, Scope::Global] {
        let mut weights = Tensor::arange(total as i64, (Kind::Float, tch::Device::Cpu)) / 1e6;
        let mut momentum = weights.zeros_like();
        let mut structure = structure(&mut weights);
        let criterion = Criterion::Magnitude;
        let drop = WeightEdit::Drop { criterion, amount: Amount::Fraction(1.0), scope };
        structure.edit(&[drop], &mut Scores::default(), &mut weights, &mut momentum);
        let layers = structure.current().layers.iter().zip(&structure.budget().layers);
        for (now, goal) in layers {
            // A layer that keeps its budget and all of its weights has nothing to exchange.
            let stays = scope == Scope::PerLayer && goal.active == goal.weights;
            assert_eq!(now.active, if stays { goal.weights } else { 1 }, "{scope:?}: {now:?}");
        }
        assert!(structure.budget().layers.iter().any(|layer| layer.active == layer.weights));
        structure.edit(
            &[WeightEdit::Grow { criterion, scope }],
            &mut Scores::default(),
            &mut weights,
            &mut momentum,
        );
        assert_eq!(structure.current().active(), structure.budget().active());
    }
}

/// A layer that is to keep all of its weights, but has lost some, exchanges like the others.
#[test]
fn a_dense_layer_that_was_pruned_exchanges_too() {
    let mut weights = rising();
    let mut momentum = weights.zeros_like();
    let mut structure = structure(&mut weights);
    let drop = |share, scope| {
        [WeightEdit::Drop { criterion: Criterion::Magnitude, amount: Amount::Fraction(share), scope }]
    };
    structure.edit(&drop(0.9, Scope::Global), &mut Scores::default(), &mut weights, &mut momentum);
    let pruned = structure.current().clone();
    assert!(pruned.layers[0].active < pruned.layers[0].weights);
    structure.edit(&drop(0.5, Scope::PerLayer), &mut Scores::default(), &mut weights, &mut momentum);
    for (now, before) in structure.current().layers.iter().zip(&pruned.layers) {
        let stays = before.active == before.weights;
        let expected = if stays { before.active } else { before.active - before.active / 2 };
        assert_eq!(now.active, expected.max(1));
    }
}

/// What exploration made of a grown weight can be taken back, and nothing else of it.
#[test]
fn grown_weights_can_start_from_zero() {
    let mut weights = rising();
    let mut momentum = weights.zeros_like();
    let mut structure = structure(&mut weights);
    let (criterion, scope) = (Criterion::Magnitude, Scope::PerLayer);
    let drop = WeightEdit::Drop { criterion, amount: Amount::Fraction(0.5), scope };
    structure.edit(&[drop], &mut Scores::default(), &mut weights, &mut momentum);
    let (kept, stayed) = (structure.mask().copy(), weights.copy());
    structure.enter(Population::Everything, &mut weights, &mut momentum);
    weights += structure.mask().logical_not();
    momentum += 1;
    let grow = [WeightEdit::Grow { criterion, scope }, WeightEdit::ClearGrown];
    structure.edit(&grow, &mut Scores::default(), &mut weights, &mut momentum);
    let grown = structure.mask().logical_and(&kept.logical_not());
    assert!(grown.any().int64_value(&[]) == 1);
    structure.enter(Population::Active, &mut weights, &mut momentum);
    assert!(weights.equal(&stayed), "grown weights are zero, kept ones as they were");
    assert!(momentum.equal(&kept.to_kind(Kind::Float)), "grown weights have no momentum");
}

/// Exploration changes what an inactive weight had when it was last active only if it grows; what was active loses its
/// momentum.
#[test]
fn exploration_can_be_forgotten_and_momentum_cleared() {
    let mut weights = rising();
    let was = weights.copy();
    let mut momentum = weights.zeros_like();
    let mut structure = structure_that(Dormant::KeepActive, &mut weights);
    let ever_active = structure.mask().copy();
    let (criterion, scope) = (Criterion::Magnitude, Scope::PerLayer);
    let drop = WeightEdit::Drop { criterion, amount: Amount::Fraction(0.5), scope };
    structure.edit(&[drop], &mut Scores::default(), &mut weights, &mut momentum);
    let kept = structure.mask().copy();
    structure.enter(Population::Everything, &mut weights, &mut momentum);
    assert!(weights.equal(&was.g_mul(&ever_active)), "what was active comes back, all else is zero");
    weights += structure.mask().logical_not();
    momentum += 1;
    let grow = [WeightEdit::Grow { criterion, scope }, WeightEdit::ClearMomentum { others: true }];
    structure.edit(&grow, &mut Scores::default(), &mut weights, &mut momentum);
    let active = structure.mask().copy();
    let grown = active.logical_and(&kept.logical_not());
    assert!(grown.any().int64_value(&[]) == 1);
    structure.enter(Population::Active, &mut weights, &mut momentum);
    assert!(momentum.equal(&grown.to_kind(Kind::Float)), "only what grew has momentum");
    structure.enter(Population::Everything, &mut weights, &mut momentum);
    let expected = was.g_mul(&ever_active) + grown;
    assert!(weights.equal(&expected), "what exploration made of the others is lost");
}

/// Both edits of a plan see what was gathered for it.
#[test]
fn a_drop_leaves_the_scores_for_the_growth() {
    let total: usize = network::wide_resnet(10, 1, 10, 32).layers().iter().map(network::Layer::weights).sum();
    let mut weights = Tensor::ones([total as i64], (Kind::Float, tch::Device::Cpu));
    let mut momentum = weights.zeros_like();
    let mut structure = structure(&mut weights);
    let criterion = Criterion::Gradient;
    let gradient = Tensor::arange(total as i64, (Kind::Float, tch::Device::Cpu));
    let mut scores = Scores::default();
    let gradients = Gradients { weights: gradient, others: None, curvature: None };
    scores.gather(&[criterion], &weights, &weights, &gradients);
    let scope = Scope::PerLayer;
    let edits = [
        WeightEdit::Drop { criterion, amount: Amount::Fraction(0.5), scope },
        WeightEdit::Grow { criterion, scope },
    ];
    structure.edit(&edits, &mut scores, &mut weights, &mut momentum);
    // The gradient rises with position, so in the end the last of every layer are active.
    let layer = structure.mask().narrow(0, 432, 2304);
    let active = structure.current().layers[1].active as i64;
    assert_eq!(layer.narrow(0, 2304 - active / 2, active / 2).sum(Kind::Int64).int64_value(&[]), active / 2);
    assert_eq!(
        f64::try_from(scores.of(criterion, &weights).sum(Kind::Float)).unwrap(),
        0.0,
        "then it starts anew"
    );
}
