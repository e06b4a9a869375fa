//! Accuracy and loss of the sparse network on a set of images.

use crate::{Forward, Mode, Parameters, Resident};
use suites::recipe::Precision;
use tch::{Kind, Reduction, Tensor};

/// Images run at once: enough to be fast, little enough for small memories.
const BATCH: i64 = 500;

/// The result of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean cross-entropy.
    pub loss: f64,
    /// Share of images whose class is ranked first, in percent.
    pub top1: f64,
    /// Share of images whose class is among the first five, in percent.
    pub top5: f64,
}

/// Evaluates `weights`, which are laid out like those of `parameters`, on all of `data`.
pub fn evaluate(
    forward: &Forward,
    parameters: &Parameters,
    weights: &Tensor,
    data: &Resident,
    precision: Precision,
) -> Evaluation {
    let _guard = tch::no_grad_guard();
    let weights = match precision {
        Precision::Bf16 => weights.to_kind(Kind::BFloat16),
        Precision::Fp32 | Precision::Tf32 => weights.shallow_clone(),
    };
    let weights = parameters.weight_views(&weights);
    let others = parameters.other_views(&parameters.others);
    let options = (Kind::Double, parameters.weights.device());
    let mut sums = Tensor::zeros([3], options);
    let count = data.len() as i64;
    for start in (0..count).step_by(BATCH as usize) {
        let (images, labels) = data.plain(start, BATCH.min(count - start));
        let logits = forward.run(&weights, &others, parameters, &images, Mode::Evaluate);
        let loss = logits.cross_entropy_loss(&labels, None::<&Tensor>, Reduction::Sum, -100, 0.0);
        let (_, best) = logits.topk(5, 1, true, true);
        let hits = best.eq_tensor(&labels.unsqueeze(1));
        let first = hits.narrow(1, 0, 1).sum(Kind::Double);
        sums += Tensor::stack(&[loss.to_kind(Kind::Double), first, hits.sum(Kind::Double)], 0);
    }
    let sums: Vec<f64> = Vec::try_from(&sums).expect("three sums");
    let mean = |sum: f64| sum / count as f64;
    Evaluation { loss: mean(sums[0]), top1: 100.0 * mean(sums[1]), top5: 100.0 * mean(sums[2]) }
}
