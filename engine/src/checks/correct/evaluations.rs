//! Evaluations whose passes are recorded: they find what their kernels find one by one.
//!
//! A recorded pass must hold nothing that changes between batches or between evaluations. So the images are shown in
//! parts, the last one smaller, and evaluated again and again, each time with other weights.

use super::distance::{Distance, of_values};
use super::tolerance::{FP32, judged};
use crate::launcher::WARM_UP;
use crate::objective::Objective;
use crate::run::RunError;
use crate::source::{Examples, See, Share};
use crate::{Evaluator, Forward, Parameters, initial_weights};
use network::Network;
use records::self_check::Finding;
use suites::recipe::{Precision, Task};
use tch::{Device, Kind, Tensor};

/// Images of a part.
const PART: i64 = 3;
const IMAGES: i64 = 4 * PART + 1;
/// Evaluations after which parts of both sizes are replayed.
const EVALUATIONS: u32 = WARM_UP + 3;

/// That the classifier `network`, whose evaluations are recorded on the CUDA device `device`, has the same losses as
/// without.
pub fn evaluates_the_same(network: &Network, device: Device) -> Result<Finding, RunError> {
    if !torch_ext::cuda_compiled() {
        return Ok(Finding::skipped("CUDA graphs are not in this build"));
    }
    torch_ext::flags::allow_tf32(false)?;
    let mut recorded = Evaluator::new(device, Precision::Fp32, true);
    let (found, expected) = (losses(network, device, &mut recorded)?, single(network, device)?);
    if let Some(error) = recorded.graphs_refused() {
        return Ok(Finding::fail(format!("the evaluation cannot be recorded: {error}")));
    }
    if !recorded.has_recorded() {
        return Ok(Finding::fail(format!("the evaluation is not recorded after {EVALUATIONS} repetitions")));
    }
    let distance = |(found, expected): (&f64, &f64)| {
        let value = of_values(&Tensor::from_slice(&[*found]), &Tensor::from_slice(&[*expected]));
        Distance { value, part: "the loss".into() }
    };
    Ok(judged(found.iter().zip(&expected).map(distance).fold(Distance::none(), Distance::or), FP32))
}

/// The losses of evaluations that are launched kernel by kernel.
fn single(network: &Network, device: Device) -> Result<Vec<f64>, RunError> {
    losses(network, device, &mut Evaluator::new(device, Precision::Fp32, false))
}

/// The losses that `evaluator` finds in [`EVALUATIONS`] evaluations, each with other parameters.
fn losses(network: &Network, device: Device, evaluator: &mut Evaluator) -> Result<Vec<f64>, RunError> {
    let _guard = tch::no_grad_guard();
    let Parameters { weights, others, .. } = initial_weights(network, 0, device);
    let parameters = initial_weights(network, 1, device);
    let objective = Objective::new(Task::Classification { label_smoothing: 0.0 }, network, device);
    let (forward, parts) = (Forward::new(network), Parts::of(network, device));
    (1..=EVALUATIONS)
        .map(|evaluation| {
            // A network of small outputs has the loss of one that guesses, whatever its weights are.
            let scale = 1.2 + 0.1 * f64::from(evaluation);
            let (weights, others) = (&weights * scale, &others * scale);
            let score = evaluator.evaluate(&forward, &parameters, &weights, &others, &parts, &objective)?;
            Ok(score.loss)
        })
        .collect()
}

/// Images that are shown in parts.
struct Parts {
    images: Tensor,
    labels: Tensor,
}

impl Parts {
    /// Those for the classifier `network`, the same whenever they are made.
    fn of(network: &Network, device: Device) -> Self {
        let shape = network.nodes[0].shape;
        let [height, width, channels] = [shape.height, shape.width, shape.channels].map(|n| n as i64);
        let count = IMAGES * height * width * channels;
        // Channels-last, as images are in training; no two are alike.
        let images = Tensor::arange(count, (Kind::Float, Device::Cpu)).square().sin();
        let images = images.view([IMAGES, height, width, channels]).permute([0, 3, 1, 2]);
        let labels = Tensor::arange(IMAGES, (Kind::Int64, Device::Cpu)).remainder(network.classes() as i64);
        Self { images: images.to_device(device), labels: labels.to_device(device) }
    }
}

impl Examples for Parts {
    fn each(&self, _: Share, see: &mut See) -> Result<(), RunError> {
        (0..IMAGES).step_by(PART as usize).try_for_each(|start| {
            let part = |tensor: &Tensor| tensor.narrow(0, start, PART.min(IMAGES - start));
            see(&part(&self.images), &part(&self.labels))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recording that held on to weights, or to a batch, would find another loss.
    #[test]
    fn every_evaluation_has_a_loss_of_its_own() {
        let network = network::wide_resnet(10, 1, 10, 8);
        let losses = single(&network, Device::Cpu).unwrap();
        for (number, loss) in losses.iter().enumerate() {
            assert!(loss.is_finite());
            assert!(
                losses[..number].iter().all(|earlier| (earlier - loss).abs() > 1e-2 * loss),
                "{losses:?}"
            );
        }
    }
}
