//! Accuracy and loss of the sparse network on a set of images.

use crate::source::{Examples, UNREADABLE};
use crate::{Forward, Mode, Parameters, RunError};
use suites::recipe::Precision;
use tch::{Kind, Reduction, Tensor};

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

/// Evaluates `weights` and `others`, which are laid out like those of `parameters`, on all of `data`.
/// Examples that could not be read are left out of the means.
pub fn evaluate(
    forward: &Forward,
    parameters: &Parameters,
    weights: &Tensor,
    others: &Tensor,
    data: &dyn Examples,
    precision: Precision,
) -> Result<Evaluation, RunError> {
    let _guard = tch::no_grad_guard();
    let weights = match precision {
        Precision::Bf16 => weights.to_kind(Kind::BFloat16),
        Precision::Fp32 | Precision::Tf32 => weights.shallow_clone(),
    };
    let weights = parameters.weight_views(&weights);
    let others = parameters.other_views(others);
    // Loss, first, five, number of examples.
    let mut sums = Tensor::zeros([4], (Kind::Double, parameters.weights.device()));
    data.each(&mut |images, labels| {
        let logits = forward.run(&weights, &others, parameters, images, Mode::Evaluate);
        let loss = logits.cross_entropy_loss(labels, None::<&Tensor>, Reduction::Sum, UNREADABLE, 0.0);
        let ranks = 5.min(logits.size()[1]);
        let (_, best) = logits.topk(ranks, 1, true, true);
        let hits = best.eq_tensor(&labels.unsqueeze(1));
        let first = hits.narrow(1, 0, 1).sum(Kind::Double);
        let count = labels.ne(UNREADABLE).sum(Kind::Double);
        sums += Tensor::stack(&[loss.to_kind(Kind::Double), first, hits.sum(Kind::Double), count], 0);
    })?;
    let sums: Vec<f64> = Vec::try_from(&sums).expect("four sums");
    let mean = |sum: f64| sum / sums[3];
    Ok(Evaluation { loss: mean(sums[0]), top1: 100.0 * mean(sums[1]), top5: 100.0 * mean(sums[2]) })
}
