//! One step of a trial, computed in two ways from the same state.

use super::bench::{Bench, Obstacle, edits_of, step_of};
use super::cases::Case;
use super::distance::{self, Distance};
use super::tolerance::{FP32, Tolerance, judged};
use crate::Trainer;
use crate::trainer::SavedTrainer;
use records::self_check::{Finding, Outcome};
use sparsity::{Criterion, StepPlan};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tch::{Device, Tensor};

/// That the device computes what the processor computes; on the processor, that libtorch's own kernels compute what
/// those of oneDNN compute.
pub fn computes_the_same(bench: &mut Bench, case: &Case) -> Result<Finding, Obstacle> {
    let tolerance = Tolerance::of(&case.spec)?;
    let (device, pair) = (bench.device, bench.at(&case.spec, case.step)?);
    let (step, plan) = pair.plan();
    let (before, expected) = pair.next_step()?;
    pair.other.restore(&before);
    match device {
        Device::Cpu => without_onednn(|| step_of(&mut pair.other, &plan, step))?,
        _ => step_of(&mut pair.other, &plan, step)?,
    }
    let found = pair.other.saved().copied();
    Ok(compared(&pair.other, &before, &found, &expected, tolerance))
}

/// Runs `work` with libtorch's own kernels for convolutions and products.
pub fn without_onednn<T>(work: impl FnOnce() -> T) -> T {
    // The switch is the process's, and tests run side by side.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // Without oneDNN there is nothing to switch, and nothing that can fail.
    let _ = torch_ext::flags::onednn(false);
    let value = work();
    let _ = torch_ext::flags::onednn(true);
    value
}

fn compared(
    trainer: &Trainer,
    before: &SavedTrainer,
    found: &SavedTrainer,
    expected: &SavedTrainer,
    tolerance: Tolerance,
) -> Finding {
    match distance::of_step(&trainer.parameters, before, found, expected) {
        Ok(distance) => judged(distance, tolerance),
        Err(what) => Finding::fail(format!("{what}, which is chosen and not computed")),
    }
}

/// That the structure after a step is the same, given the same scores: every weight, value and momentum. And that the
/// scores are, but for rounding, where they are not drawn by chance.
pub fn chooses_the_same(bench: &mut Bench, case: &Case) -> Result<Finding, Obstacle> {
    let pair = bench.at(&case.spec, case.step)?;
    let (step, plan) = pair.plan();
    let (before, after) = pair.next_step()?;
    pair.other.restore(&after);
    pair.processor.restore(&after);
    tch::manual_seed(step as i64);
    let [given, there] = [&pair.processor, &pair.other].map(|trainer| scores(trainer, &plan));
    let mut worst = Distance::none();
    for (criterion, score) in
        given.iter().filter(|(criterion, _)| !drawn(&pair.processor, &after, **criterion))
    {
        let value = distance::of_values(&there[criterion], score);
        worst = worst.or(Distance { value, part: format!("scores by {}", criterion.name()) });
    }
    for trainer in [&mut pair.processor, &mut pair.other] {
        choose_by(trainer, &given);
        edits_of(trainer, &plan, step)?;
        trainer.scores.give(BTreeMap::new());
    }
    let [expected, found] = [&pair.processor, &pair.other].map(|trainer| trainer.saved().copied());
    let active = pair.processor.structure.current().active();
    pair.processor.restore(&before);
    let scored = judged(worst, FP32);
    if scored.outcome == Outcome::Fail {
        return Ok(scored);
    }
    Ok(match first_difference(&expected, &found) {
        None => Finding::pass(format!("bit-identical; {active} active weights")),
        Some(name) => Finding::fail(format!("{name} differs, although the scores are the same")),
    })
}

/// Has `trainer` choose by `scores`.
fn choose_by(trainer: &mut Trainer, scores: &BTreeMap<Criterion, Tensor>) {
    let device = trainer.parameters.weights.device();
    let on_device = |(criterion, score): (&Criterion, &Tensor)| (*criterion, score.to_device(device));
    trainer.scores.give(scores.iter().map(on_device).collect());
}

/// Whether scores by `criterion` are drawn by chance in the state `saved` of `trainer`, as those of channels are of
/// which nothing was gathered.
fn drawn(trainer: &Trainer, saved: &SavedTrainer, criterion: Criterion) -> bool {
    let gathered = || saved.tensors.contains_key(&format!("score.{}", criterion.name()));
    let of_channels = trainer.channels.is_some() && criterion != Criterion::Magnitude;
    criterion == Criterion::Random || of_channels && !gathered()
}

/// The first tensor of `expected` that isn't bit-identical in `found`.
fn first_difference<'a>(expected: &'a SavedTrainer, found: &SavedTrainer) -> Option<&'a str> {
    let same =
        |(name, tensor): &(&String, &Tensor)| found.tensors.get(*name).is_some_and(|f| f.equal(tensor));
    expected.tensors.iter().find(|entry| !same(entry)).map(|(name, _)| name.as_str())
}

/// What decides the edits of `plan`, on the host.
fn scores(trainer: &Trainer, plan: &StepPlan) -> BTreeMap<Criterion, Tensor> {
    let _guard = tch::no_grad_guard();
    let values = trainer.structure.all_values(&trainer.parameters.weights);
    let of = |criterion: Criterion| (criterion, trainer.scores.of(criterion, &values).to_device(Device::Cpu));
    plan.then.criteria().into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::cases::{self, Aspect};
    use super::super::small_trial::SmallSuite;
    use super::*;
    use sparsity::Value;

    /// A bench with data, and its cases of the first suite.
    fn bench() -> (tempfile::TempDir, Bench, Vec<Case>) {
        let scratch = tempfile::tempdir().unwrap();
        let bench = Bench::new(Device::Cpu, 1, scratch.path().into());
        let suites: Vec<SmallSuite> = SmallSuite::all().into_iter().take(1).collect();
        let data: Vec<_> = suites.iter().map(|suite| bench.data(suite).unwrap()).collect();
        let cases = cases::all(&suites, &data, &[]);
        (scratch, bench, cases)
    }

    /// The case whose name begins so.
    fn case<'a>(cases: &'a [Case], start: &str) -> &'a Case {
        cases.iter().find(|case| case.name.starts_with(start)).unwrap()
    }

    /// Slips that a port to another device could make, small ones: the check finds each.
    #[test]
    fn a_step_with_a_small_mistake_fails() {
        let (_scratch, mut bench, cases) = bench();
        let case = case(&cases, "step: train active weights,");
        let right = computes_the_same(&mut bench, case).unwrap();
        assert_eq!(right.outcome, Outcome::Pass, "{right:?}");
        for (key, value) in [("weight_decay", 0.0), ("momentum", 0.89)] {
            let mut wrong = case.spec.clone();
            wrong.recipe.insert(key.into(), Value::Float(value));
            let other = bench.prepared(&wrong, Device::Cpu, false).unwrap().trainer;
            bench.at(&case.spec, case.step).unwrap().other = other;
            let found = computes_the_same(&mut bench, case).unwrap();
            assert_eq!(found.outcome, Outcome::Fail, "{key}: {found:?}");
        }
    }

    /// A mask that has one weight instead of another, and one value that was not set to zero.
    #[test]
    fn a_choice_with_one_wrong_weight_fails() {
        let (_scratch, mut bench, cases) = bench();
        let case = case(&cases, "choice: drop by magnitude, grow by gradient, as");
        assert!(case.aspect == Aspect::Choice);
        let right = chooses_the_same(&mut bench, case).unwrap();
        assert_eq!(right.outcome, Outcome::Pass, "{right:?}");
        let pair = bench.at(&case.spec, case.step).unwrap();
        let (step, plan) = pair.plan();
        let (_, after) = pair.next_step().unwrap();
        let mut states = Vec::new();
        for trainer in [&mut pair.processor, &mut pair.other] {
            trainer.restore(&after);
            edits_of(trainer, &plan, step).unwrap();
            states.push(trainer.saved().copied());
        }
        assert_eq!(first_difference(&states[0], &states[1]), None);
        let _ = tch::no_grad(|| states[1].tensors["mask"].narrow(0, 5, 1).logical_not_());
        assert_eq!(first_difference(&states[0], &states[1]), Some("mask"));
    }
    /// Both choose by the scores that they are given, also where scores are drawn by chance: others, another choice.
    #[test]
    fn a_choice_follows_the_scores_that_are_given() {
        let (_scratch, mut bench, cases) = bench();
        let case = case(&cases, "choice: drop by magnitude, grow by random, as");
        let pair = bench.at(&case.spec, case.step).unwrap();
        let (step, plan) = pair.plan();
        let (_, after) = pair.next_step().unwrap();
        let given = scores(&pair.processor, &plan);
        let chosen = |trainer: &mut Trainer, given: &BTreeMap<Criterion, Tensor>, seed: u64| {
            trainer.restore(&after);
            choose_by(trainer, given);
            edits_of(trainer, &plan, seed).unwrap();
            trainer.saved().copied()
        };
        let expected = chosen(&mut pair.processor, &given, step);
        assert_eq!(first_difference(&expected, &chosen(&mut pair.other, &given, step + 1)), None);
        for criterion in [Criterion::Magnitude, Criterion::Random] {
            let reversed: BTreeMap<_, _> = given
                .iter()
                .map(|(of, score)| (*of, if *of == criterion { score.neg() } else { score.copy() }))
                .collect();
            let found = chosen(&mut pair.other, &reversed, step);
            assert!(first_difference(&expected, &found).is_some(), "{criterion:?}");
        }
    }

    /// What a backward set changes is looked at where there is one.
    #[test]
    fn a_backward_set_is_trained_once_it_was_chosen() {
        let (_scratch, mut bench, cases) = bench();
        let case = case(&cases, "step: train a backward set");
        let pair = bench.at(&case.spec, case.step).unwrap();
        let backward = pair.processor.structure.backward().expect("a backward set");
        assert!(!backward.equal(pair.processor.structure.mask()));
        let found = computes_the_same(&mut bench, case).unwrap();
        assert_eq!(found.outcome, Outcome::Pass, "{found:?}");
    }
}
