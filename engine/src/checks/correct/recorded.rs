//! Steps that are recorded: replayed, they compute what their kernels compute one by one.
//!
//! A recording must hold nothing that changes from step to step. So the step is recorded with one batch, rate, seed and
//! state, and replayed with others, for which it is computed kernel by kernel as well.

use super::bench::{Bench, Obstacle, RATE};
use super::cases::Case;
use super::distance::{self, Distance};
use super::tolerance::{Tolerance, judged};
use crate::Trainer;
use crate::launcher::WARM_UP;
use crate::run::RunError;
use crate::trainer::SavedTrainer;
use records::self_check::Finding;
use sparsity::StepPlan;
use tch::{Kind, Tensor};

/// Repetitions in which a step is launched kernel by kernel, then recorded.
const UNTIL_RECORDED: u32 = WARM_UP + 1;
/// Those in which it is replayed.
const REPLAYS: u32 = 2;
/// The share of itself by which every number of a state is changed at most.
const PERTURBED: f64 = 0.1;
/// How far weights are moved; whole groups of every pattern.
const MOVED: i64 = 8;

/// What a step starts from.
struct Start {
    state: SavedTrainer,
    /// Whose batch it is.
    step: u64,
    rate: f64,
    /// Of dropout.
    seed: u64,
}

impl Start {
    /// Does a step by `plan` from here.
    fn go(&self, trainer: &mut Trainer, plan: &StepPlan) -> Result<(), RunError> {
        trainer.step(plan, self.step, self.rate, self.seed)
    }

    /// The state after a step by `plan` from here.
    fn after(&self, trainer: &mut Trainer, plan: &StepPlan) -> Result<SavedTrainer, RunError> {
        trainer.restore(&self.state);
        self.go(trainer, plan)?;
        Ok(trainer.saved().copied())
    }

    /// One from which nothing is the same for `trainer`, but for how many weights are active and for channels: the
    /// same kernels run.
    fn another(&self, trainer: &Trainer) -> Self {
        let _guard = tch::no_grad_guard();
        tch::manual_seed(self.seed as i64);
        let mut state = self.state.copied();
        if trainer.channels.is_none() {
            let count = trainer.parameters.weights.size();
            for tensor in state.tensors.values_mut().filter(|tensor| tensor.size() == count) {
                *tensor = moved(tensor, &trainer.parameters.slices());
            }
        }
        for tensor in state.tensors.values_mut().filter(|tensor| tensor.kind() == Kind::Float) {
            // What is zero stays so, as inactive weights must, and a variance is not negative.
            *tensor *= tensor.rand_like() * (2.0 * PERTURBED) + (1.0 - PERTURBED);
        }
        Self {
            state,
            // One that the trial has.
            step: self.step.checked_sub(1).unwrap_or(1),
            rate: self.rate / 2.0,
            seed: self.seed + 1,
        }
    }
}

/// Everything of `weights`, which has `slices` as layers, by [`MOVED`] positions further in its layer: another mask of
/// as many weights, and the values that go with it.
fn moved(weights: &Tensor, slices: &[(i64, i64)]) -> Tensor {
    let layer = |(start, length): &(i64, i64)| weights.narrow(0, *start, *length).roll([MOVED], [0]);
    Tensor::cat(&slices.iter().map(layer).collect::<Vec<_>>(), 0)
}

/// That a recorded step computes what its kernels compute one by one, while it is recorded and when it is replayed with
/// another batch, rate, seed and state, and that the host does not wait for the device in it.
pub fn records_the_same(bench: &mut Bench, case: &Case) -> Result<Finding, Obstacle> {
    if !torch_ext::cuda_compiled() {
        return Ok(Finding::skipped("CUDA graphs are not in this build"));
    }
    let tolerance = Tolerance::of_same_kernels(&case.spec)?;
    // A new one, which has recorded nothing.
    let mut recorded = bench.prepared(&case.spec, bench.device, true)?.trainer;
    let pair = bench.at(&case.spec, case.step)?;
    let (step, plan) = pair.plan();
    let start = Start { state: pair.processor.saved().copied(), step, rate: RATE, seed: step };
    let mut worst = Distance::none();
    for (replayed, times, start) in
        [(false, UNTIL_RECORDED, start.another(&recorded)), (true, REPLAYS, start)]
    {
        let expected = start.after(&mut pair.other, &plan)?;
        for repetition in 1..=times {
            recorded.restore(&start.state);
            if !(replayed && repetition == times) {
                start.go(&mut recorded, &plan)?;
            } else if let Err(why) = without_waiting(|| start.go(&mut recorded, &plan)) {
                return Ok(Finding::fail(format!("the host waits for the device in the step: {why}")));
            }
            if let Some(error) = recorded.graphs_refused() {
                return Ok(Finding::fail(format!("the step cannot be recorded: {error}")));
            }
            let found = recorded.saved().copied();
            match distance::of_step(&recorded.parameters, &start.state, &found, &expected) {
                Ok(distance) => worst = worst.or(distance),
                Err(what) => return Ok(Finding::fail(format!("{what} in the recorded step"))),
            }
        }
    }
    Ok(match recorded.records() {
        true => judged(worst, tolerance),
        false => Finding::fail(format!("the step is not recorded after {UNTIL_RECORDED} repetitions")),
    })
}

/// Runs `work` such that whatever waits for the device fails; what it says then. A trainer that failed in it is of no
/// more use.
fn without_waiting(work: impl FnOnce() -> Result<(), RunError>) -> Result<(), String> {
    torch_ext::waiting_is_an_error(true).map_err(|error| error.to_string())?;
    let ended = torch_ext::caught(work);
    torch_ext::waiting_is_an_error(false).map_err(|error| error.to_string())?;
    match ended {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases;
    use super::super::small_trial::SmallSuite;
    use super::super::steps::without_onednn;
    use super::*;
    use tch::Device;

    /// A recording that held on to one of the batch, the rate, the seed, the mask and the rest of the state would be
    /// seen.
    #[test]
    fn whatever_a_recording_held_on_to_makes_another_step() {
        let scratch = tempfile::tempdir().unwrap();
        let mut bench = Bench::new(Device::Cpu, 1, scratch.path().into());
        let suites: Vec<SmallSuite> = SmallSuite::all().into_iter().take(1).collect();
        let data: Vec<_> = suites.iter().map(|suite| bench.data(suite).unwrap()).collect();
        let cases = cases::all(&suites, &data, &[]);
        // Masks of dropout follow the layout that kernels choose, so nobody may change those meanwhile.
        without_onednn(|| {
            ["step: train active weights,", "dropout"].iter().for_each(|words| {
                let case = cases.iter().find(|case| case.name.contains(*words)).unwrap();
                let pair = bench.at(&case.spec, case.step).unwrap();
                let (step, plan) = pair.plan();
                let start = Start { state: pair.processor.saved().copied(), step, rate: RATE, seed: step };
                let another = start.another(&pair.other);
                assert!(
                    (another.step, another.rate, another.seed) != (start.step, start.rate, start.seed)
                        && another.step != start.step
                );
                let expected = start.after(&mut pair.other, &plan).unwrap();
                let mut distance = |baked: Start| {
                    let mut found = baked.after(&mut pair.other, &plan).unwrap();
                    // A step leaves it as it is, whichever it computes with.
                    found.tensors.insert("mask".into(), start.state.tensors["mask"].copy());
                    let found = distance::of_step(&pair.other.parameters, &start.state, &found, &expected);
                    found.unwrap().value
                };
                let same = || Start { state: start.state.copied(), ..start };
                assert_eq!(distance(same()), 0.0, "{words}");
                assert!(distance(Start { step: another.step, ..same() }) > 0.1, "{words}");
                assert!(distance(Start { rate: another.rate, ..same() }) > 0.1, "{words}");
                assert!(distance(Start { state: another.state.copied(), ..same() }) > 0.1, "{words}");
                let mut of_mask = start.state.copied();
                of_mask.tensors.insert("mask".into(), another.state.tensors["mask"].copy());
                let of_mask = distance(Start { state: of_mask, ..same() });
                // With dropout it is a dense network that is trained.
                assert_eq!(of_mask > 0.1, *words != "dropout", "{words}: {of_mask}");
                let of_seed = distance(Start { seed: another.seed, ..same() });
                assert_eq!(of_seed > 0.1, *words == "dropout", "{words}: {of_seed}");
            })
        });
    }
}
