use super::*;
use crate::{Scores, gradients::Gradients};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sparsity::{Amount, Budget, Criterion, Distribution, Dormant, Scope, WeightEdit, random_mask};

const ABLATION: f64 = 0.3;

/// A network of three small layers, of which the last returns what the network returns.
fn budget(sparsity: f64) -> Budget {
    let layers = network::wide_resnet(10, 1, 10, 32).layers();
    let chosen = [0, 1, layers.len() - 1].map(|index| layers[index].clone());
    Distribution::Er.budget(&chosen, sparsity).unwrap().with_constant_fan_in()
}

/// First element and length of every layer.
fn slices(budget: &Budget) -> Vec<(i64, i64)> {
    let mut end = 0;
    let slice = |layer: &LayerBudget| {
        end += layer.weights as i64;
        (end - layer.weights as i64, layer.weights as i64)
    };
    budget.layers.iter().map(slice).collect()
}

/// An update of one layer from the paper's steps, weight by weight: the mask afterwards.
fn update(layer: &LayerBudget, before: &[bool], size: &[f32], gradient: &[f32], share: f64) -> Vec<bool> {
    let width = layer.weights / layer.outputs;
    let row = |index: &usize| index / width;
    let ranked = |mut indices: Vec<usize>, score: &[f32]| {
        indices.sort_by(|a, b| score[*b].total_cmp(&score[*a]));
        indices
    };
    let active: Vec<usize> = (0..before.len()).filter(|index| before[*index]).collect();
    let fan_in = active.iter().filter(|index| row(index) == row(&active[0])).count();
    let alive: Vec<usize> =
        (0..layer.outputs).filter(|output| active.iter().any(|index| row(index) == *output)).collect();
    // K weights are exchanged, none in a dense layer.
    let dense = layer.active == layer.weights;
    let k = if dense { 0 } else { ((share * active.len() as f64) as usize).min(active.len() - 1) };
    let mut left = ranked(active.clone(), size);
    left.truncate(active.len() - k);
    let inactive = (0..before.len()).filter(|index| !before[*index] && alive.contains(&row(index)));
    let promising = ranked(inactive.collect(), gradient).into_iter().take(k);
    let salient: Vec<usize> = left.iter().copied().chain(promising).collect();
    let salient = |output: usize| salient.iter().filter(|index| row(index) == output).count();
    let least = f64::max(1.0, ABLATION * fan_in as f64);
    let mut stay: Vec<usize> =
        alive.iter().copied().filter(|output| layer.is_output || salient(*output) as f64 >= least).collect();
    // The best of the others while there is no room for the budget.
    let mut rest: Vec<usize> = alive.iter().copied().filter(|output| !stay.contains(output)).collect();
    rest.sort_by_key(|output| std::cmp::Reverse(salient(*output)));
    let missing = layer.active.div_ceil(width).saturating_sub(stay.len());
    stay.extend(rest.into_iter().take(missing));
    let target = ((layer.active as f64 / stay.len() as f64).round() as usize).clamp(1, width);
    let mut after = vec![false; before.len()];
    left.iter().filter(|index| stay.contains(&row(index))).for_each(|index| after[*index] = true);
    for output in stay {
        let own = output * width..(output + 1) * width;
        let missing = target - own.clone().filter(|index| after[*index]).count();
        let inactive = own.filter(|index| !after[*index]).collect();
        ranked(inactive, gradient).into_iter().take(missing).for_each(|index| after[index] = true);
    }
    after
}

/// Many updates in a row, with many ties, and outputs whose weights are so small that they lose them all.
#[test]
fn an_update_is_that_of_the_papers_steps() {
    let mut rng = StdRng::seed_from_u64(5);
    let mut ablated = 0;
    for (round, sparsity) in [0.5, 0.8, 0.9, 0.97].into_iter().enumerate() {
        let budget = budget(sparsity);
        let total = budget.weights();
        let slices = slices(&budget);
        // Outputs differ in size, and values are coarse, so that there are ties.
        let sizes: Vec<f32> = (0..total / 4 + 1).map(|_| rng.random_range(0.0f32..1.0).powi(3)).collect();
        let coarse = |value: f32| (value * 50.0).round();
        let mask = random_mask(&budget, round as u64);
        let mut structure = Structure::new(
            Tensor::from_slice(&mask),
            budget.clone(),
            slices.clone(),
            Dormant::Forget,
            &mut Tensor::ones([total as i64], (Kind::Float, tch::Device::Cpu)),
        );
        for _ in 0..4 {
            let mut draw =
                |of: usize| coarse(rng.random_range(0.1f32..1.0) * sizes[of * sizes.len() / total]);
            let size: Vec<f32> = (0..total).map(&mut draw).collect();
            let gradient: Vec<f32> = (0..total).map(&mut draw).collect();
            let before: Vec<bool> = Vec::try_from(structure.mask()).unwrap();
            let mut scores = Scores::default();
            let mut weights = Tensor::from_slice(&size);
            let mut momentum = weights.zeros_like();
            let gradients =
                Gradients { weights: Tensor::from_slice(&gradient), others: None, curvature: None };
            scores.gather(&[Criterion::Gradient], &weights, &weights, &gradients);
            let edits = [
                WeightEdit::Drop {
                    criterion: Criterion::Magnitude,
                    amount: Amount::Fraction(0.3),
                    scope: Scope::PerLayer,
                },
                WeightEdit::GrowFanIn { criterion: Criterion::Gradient, min_salient: ABLATION },
            ];
            let report = structure.edit(&edits, &mut scores, &mut weights, &mut momentum);
            let after: Vec<bool> = Vec::try_from(structure.mask()).unwrap();
            for (layer, (start, length)) in budget.layers.iter().zip(&slices) {
                let range = *start as usize..(start + length) as usize;
                let expected = update(
                    layer,
                    &before[range.clone()],
                    &size[range.clone()],
                    &gradient[range.clone()],
                    0.3,
                );
                assert_eq!(after[range.clone()], expected, "{} at {sparsity}", layer.layer);
                let counts: Vec<usize> = after[range]
                    .chunks(layer.weights / layer.outputs)
                    .map(|row| row.iter().filter(|bit| **bit).count())
                    .collect();
                let empty = counts.iter().filter(|count| **count == 0).count();
                assert!(!layer.is_output || empty == 0, "no output of the network goes");
                ablated += empty;
            }
            assert!(structure.mask().logical_and(&report.pruned).equal(&report.pruned), "what is left stays");
        }
    }
    assert!(ablated > 10, "the draws ablate outputs: {ablated}");
}

/// Without a least number of salient weights nothing is ablated, whatever the scores.
#[test]
fn without_ablation_every_output_keeps_its_fan_in() {
    let budget = budget(0.9);
    let total = budget.weights() as i64;
    let slices = slices(&budget);
    let mut weights = Tensor::arange(total, (Kind::Float, tch::Device::Cpu)).square();
    let mask = Tensor::from_slice(&random_mask(&budget, 0));
    let mut structure = Structure::new(mask, budget.clone(), slices.clone(), Dormant::Forget, &mut weights);
    let magnitude = Criterion::Magnitude;
    let drop =
        WeightEdit::Drop { criterion: magnitude, amount: Amount::Fraction(0.9), scope: Scope::PerLayer };
    let grow = WeightEdit::GrowFanIn { criterion: Criterion::Gradient, min_salient: 0.0 };
    let mut momentum = weights.zeros_like();
    structure.edit(&[drop, grow], &mut Scores::default(), &mut weights, &mut momentum);
    for (layer, (start, length)) in budget.layers.iter().zip(&slices) {
        let rows = Rows { layer, width: layer.dense_fan_in() as i64 };
        let counts = rows.counts(&structure.mask().narrow(0, *start, *length));
        assert!(counts.eq(layer.fan_in.unwrap() as i64).all().int64_value(&[]) == 1, "{}", layer.layer);
    }
}

#[test]
fn the_fan_in_of_outputs_that_are_counted_on_the_device_is_that_of_the_budget() {
    for sparsity in [0.5, 0.9, 0.95] {
        for layer in &budget(sparsity).layers {
            let rows = Rows { layer, width: layer.dense_fan_in() as i64 };
            for outputs in 0..=layer.outputs {
                let found = rows.fan_in_of(&Tensor::from(outputs as i64)).int64_value(&[]);
                assert_eq!(found as usize, layer.fan_in_of(outputs), "{outputs} of {}", layer.layer);
            }
        }
    }
}
