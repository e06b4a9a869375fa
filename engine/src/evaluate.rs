//! Evaluates the sparse network on a set of images.

use crate::number_format::kind;
use crate::objective::{Objective, Score};
use crate::source::Examples;
use crate::{Forward, Mode, Parameters, RunError};
use suites::recipe::Precision;
use tch::Tensor;

/// Evaluates `weights` and `others`, which are laid out like those of `parameters`, on all of `data` under
/// `objective`. Examples that could not be read are left out of the means.
pub fn evaluate(
    forward: &Forward,
    parameters: &Parameters,
    weights: &Tensor,
    others: &Tensor,
    data: &dyn Examples,
    objective: &Objective,
    precision: Precision,
) -> Result<Score, RunError> {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&weights.to_kind(kind(precision)));
    let others = parameters.other_views(others);
    let mut tally = objective.tally(data);
    data.each(&mut |images, targets| {
        let outputs = forward.run(&weights, &others, parameters, images, Mode::Evaluate);
        tally.see(&outputs, targets);
    })?;
    Ok(tally.result())
}
