//! What a training costs besides its steps, and what a step launches.

use super::waits::{MostWaits, Waits};
use crate::checks::turns::Repeated;
use crate::checks::workload::{Pruned, Workload};
use crate::source::{Examples, See, Share};
use crate::{Checkpoint, Evaluator, RunError, Trainer};
use records::RunDirectory;
use records::self_check::{Finding, Quantity};
use sparsity::{Amount, Criterion, Edits, Scope, StepPlan, Update, WeightEdit};
use std::fmt::Display;
use std::path::Path;
use std::time::Instant;
use tch::{Device, Tensor};

const REPETITIONS: usize = 3;

/// Times a change of the structure, an evaluation and a checkpoint, and counts the operations of a step.
pub(super) fn find(workload: Workload, device: Device, scratch: &Path) -> Finding {
    measure(workload, device, scratch).unwrap_or_else(Finding::fail)
}

fn measure(workload: Workload, device: Device, scratch: &Path) -> Result<Finding, String> {
    let operations = operations(workload, device)?;
    let mut trainer = workload.trainer(device, Pruned::Sparse, true);
    let seconds = workload.seconds_a_step(&mut trainer, &StepPlan::train("train"), 0.1)?;
    let mut waits = Waits::new(device);
    let update = repeated(|| exchange(&mut trainer, &mut waits.of_change))?;
    let images = Batches { batch: trainer.source().batch(), count: 4 };
    let mut evaluator = Evaluator::new(device, workload.precision, true);
    let evaluation = repeated(|| {
        let began = Instant::now();
        let parameters = &trainer.parameters;
        let (weights, others) = (&parameters.weights, trainer.active_others());
        let (forward, objective) = (trainer.forward(), trainer.objective());
        let evaluate = || evaluator.evaluate(forward, parameters, weights, &others, &images, objective);
        waits.of_evaluation.count(evaluate)?.map_err(words)?;
        Ok(began.elapsed().as_secs_f64() / (images.count as f64 * workload.batch as f64))
    })?;
    let checkpoint = repeated(|| save(&trainer, scratch))?;
    let text = format!(
        "a change of the structure takes {:.1} ms, which is {:.1} steps; an evaluation {:.0} images/s; a checkpoint \
         {:.0} ms; a step launches {operations} operations",
        update.median * 1e3,
        update.median / seconds,
        1.0 / evaluation.median,
        checkpoint.median * 1e3,
    );
    Ok(waits.judged(text).with([
        update.quantity("change of the structure", 1e3, "ms"),
        evaluation.quantity("evaluation of an image", 1e6, "µs"),
        checkpoint.quantity("checkpoint", 1e3, "ms"),
        Quantity::new("operations of a step", operations as f64, ""),
    ]))
}

/// Operations of a step that is launched kernel by kernel.
fn operations(workload: Workload, device: Device) -> Result<u64, String> {
    let mut trainer = workload.trainer(device, Pruned::Sparse, false);
    let mut step = || trainer.step(&StepPlan::train("train"), 0, 0.0, 0).map_err(words);
    step()?;
    let (stepped, operations) = torch_ext::count_operations(step).map_err(words)?;
    stepped.map(|()| operations)
}

/// Once to warm up, then [`REPETITIONS`] times.
fn repeated(mut once: impl FnMut() -> Result<f64, String>) -> Result<Repeated, String> {
    once()?;
    let values: Result<Vec<f64>, String> = (0..REPETITIONS).map(|_| once()).collect();
    Ok(Repeated::of(&values?))
}

/// Seconds of exchanging three of ten weights by magnitude and gradient, after a step that scores.
fn exchange(trainer: &mut Trainer, waits: &mut MostWaits) -> Result<f64, String> {
    let scope = Scope::PerLayer;
    let drop = WeightEdit::Drop { criterion: Criterion::Magnitude, amount: Amount::Fraction(0.3), scope };
    let grow = WeightEdit::Grow { criterion: Criterion::Gradient, scope };
    let plan = StepPlan {
        update: Update::Nothing,
        score: vec![Criterion::Gradient],
        then: Edits::Weights(vec![drop, grow]),
        ..StepPlan::train("exchange")
    };
    trainer.step(&plan, 0, 0.0, 0).map_err(words)?;
    trainer.loss();
    let began = Instant::now();
    waits.count(|| trainer.edit(&plan))?.map_err(words)?;
    // Waits for the device.
    trainer.loss();
    Ok(began.elapsed().as_secs_f64())
}

/// Seconds of writing what a training keeps.
fn save(trainer: &Trainer, scratch: &Path) -> Result<f64, String> {
    let began = Instant::now();
    let tensors = trainer.saved().tensors;
    Checkpoint { state: 0u64, tensors }.save(&RunDirectory::at(scratch), "check").map_err(words)?;
    Ok(began.elapsed().as_secs_f64())
}

fn words(error: impl Display) -> String {
    error.to_string()
}

/// One batch several times, as the examples of an evaluation.
struct Batches {
    batch: (Tensor, Tensor),
    count: usize,
}

impl Examples for Batches {
    fn each(&self, _: Share, see: &mut See) -> Result<(), RunError> {
        (0..self.count).try_for_each(|_| see(&self.batch.0, &self.batch.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;
    use suites::recipe::Precision;

    /// A step of a WRN has at least a convolution, a batch norm and a ReLU a layer, forwards and backwards.
    #[test]
    fn everything_has_a_cost() {
        let folder = tempfile::tempdir().unwrap();
        let workload = Workload { model: "wrn-22-2", side: None, batch: 2, precision: Precision::Fp32 };
        let found = find(workload, Device::Cpu, folder.path());
        assert_eq!(found.outcome, Outcome::Pass, "{}", found.what);
        assert_eq!(found.quantities.len(), 4);
        assert!(found.quantities.iter().all(|quantity| quantity.value.unwrap() > 0.0), "{found:?}");
        let operations = found.quantities[3].value.unwrap();
        assert!((2.0 * 3.0 * 19.0..2_000.0).contains(&operations), "{operations}");
    }
}
