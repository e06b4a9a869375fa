//! Which steps of which trials are looked at: every kind of step and of choice that a registered method plans, once;
//! then every suite's data, number formats, dropout, and steps in micro-batches.

use super::kind::{self, State};
use super::small_trial::{SmallSuite, channels, usual_target};
use sparsity::{Criterion, Description, InitialStructure, Prunes, Value, WeightEdit};
use std::collections::BTreeSet;
use suites::Identity;
use trial::{Target, TrialSpec};

/// A step to be looked at.
pub struct Case {
    /// The trial.
    pub spec: TrialSpec,
    /// The step, counted from 0.
    pub step: u64,
    /// What is looked at.
    pub aspect: Aspect,
    /// Its kind in words, and an example of a method that has it.
    pub name: String,
}

/// What of a step is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// What it computes.
    Step,
    /// How the structure changes after it.
    Choice,
}

impl Case {
    /// Whether the step draws numbers: others on another kind of device, and in another order in memory.
    pub fn draws(&self) -> bool {
        self.spec.resolve().is_ok_and(|resolved| resolved.recipe.dropout > 0.0)
    }
}

impl Aspect {
    fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Choice => "choice",
        }
    }
}

/// All cases, those of a trial together and in the order of its steps. `data` are the data sets of `suites`, and
/// `formats` the number formats beside 32-bit.
pub fn all(suites: &[SmallSuite], data: &[Identity], formats: &[&str]) -> Vec<Case> {
    let methods = trial::registry::all();
    let mut known = BTreeSet::new();
    let mut cases = Vec::new();
    let with_data: Vec<(&SmallSuite, &Identity)> = suites.iter().zip(data).collect();
    // The first suite is the one with the smallest network.
    for (suite, data) in with_data.iter().take(1) {
        for method in &methods {
            let trials = trials_of(method, suite, data);
            for spec in &trials {
                cases.extend(new_kinds(spec, data.train, None, &mut known));
            }
            for spec in trials.iter().flat_map(other_criteria) {
                // What else weights are chosen by makes no other choice of the same scores.
                let tells = |case: &Case| case.aspect == Aspect::Step || spec.target.channels().is_some();
                cases.extend(new_kinds(&spec, data.train, None, &mut known).into_iter().filter(tells));
            }
        }
    }
    for (number, (suite, data)) in with_data.iter().enumerate() {
        let mut varied = |method: &Description, recipe: &[(&str, Value)]| {
            let spec = suite.trial(method, usual_target(method), data, recipe);
            let settings: String = recipe.iter().map(|(key, value)| format!(", {key} {value}")).collect();
            let about = format!("{}{settings}", suite.suite.name);
            let steps = new_kinds(&spec, data.train, Some(&about), &mut known).into_iter();
            cases.extend(steps.filter(|case| case.aspect == Aspect::Step).take(1));
        };
        for method in methods.iter().filter(|method| method.prunes == Prunes::Nothing) {
            if number > 0 {
                varied(method, &[]);
            }
            for format in formats {
                varied(method, &[("precision", Value::Word(format.to_string()))]);
            }
            // Dropout is the same in every suite that has it.
            if suite.has("dropout") && !with_data[..number].iter().any(|(earlier, _)| earlier.has("dropout"))
            {
                varied(method, &[("dropout", Value::Float(0.3))]);
            }
        }
        if suite.has("micro_batch") {
            for method in methods.iter().filter(|method| scores_at_once(method, suite, data)) {
                varied(method, &[("micro_batch", Value::Int(8))]);
            }
        }
    }
    cases
}

/// The trials of `method`: with the usual target, under a budget for the whole network if it can have one, and on
/// channels if it prunes those as well.
fn trials_of(method: &Description, suite: &SmallSuite, data: &Identity) -> Vec<TrialSpec> {
    let mut targets = vec![usual_target(method)];
    if let Target::Weights { sparsity, .. } = targets[0] {
        let distribution = "global".parse().expect("a distribution");
        targets.push(Target::Weights { distribution, sparsity });
    }
    if method.prunes.channels() && targets[0].channels().is_none() {
        targets.push(channels());
    }
    let trials = targets.into_iter().map(|target| suite.trial(method, target, data, &[]));
    trials.filter(|trial| trial.resolve().is_ok()).collect()
}

/// The trial with every criterion that its method can have beside its own.
fn other_criteria(trial: &TrialSpec) -> Vec<TrialSpec> {
    let by = |criterion: &&str| {
        let mut other = trial.clone();
        other.settings.insert("criterion".into(), Value::Word(criterion.to_string()));
        other
    };
    Criterion::NAMES.iter().map(by).filter(|other| other.resolve().is_ok()).collect()
}

/// Whether the first step of `method` scores, so that micro-batches have scores to add up, or it prunes nothing.
fn scores_at_once(method: &Description, suite: &SmallSuite, data: &Identity) -> bool {
    let spec = suite.trial(method, usual_target(method), data, &[]);
    let first = spec.resolve().map(|resolved| resolved.method(data.train).plan(0));
    method.prunes == Prunes::Nothing
        || first.is_ok_and(|plan| plan.score.iter().any(|criterion| criterion.needs_curvature()))
}

/// The steps of `spec` on `images` images of whose kind there was none among `known`; `about` is what else is special
/// about them.
fn new_kinds(
    spec: &TrialSpec,
    images: usize,
    about: Option<&str>,
    known: &mut BTreeSet<(Aspect, String)>,
) -> Vec<Case> {
    let Ok(resolved) = spec.resolve() else { return Vec::new() };
    let images = resolved.recipe.images(images);
    let method = resolved.method(images);
    let mut structure = State {
        dense: method.initial_structure() == InitialStructure::Dense,
        backward: false,
        of_channels: spec.target.channels().is_some(),
    };
    let mut cases = Vec::new();
    for step in 0..resolved.recipe.steps(images) + method.extra_steps() {
        let plan = method.plan(step);
        let computed = kind::of_step(&plan, structure);
        let computed = about.map_or_else(|| computed.clone(), |about| format!("{computed} ({about})"));
        let chosen = kind::of_choice(&plan.then);
        let both = [(Aspect::Step, Some(computed)), (Aspect::Choice, chosen)];
        for (aspect, words) in both {
            let Some(words) = words else { continue };
            if known.insert((aspect, words.clone())) {
                let name = format!("{}: {words}, as {}", aspect.word(), spec.method);
                cases.push(Case { spec: spec.clone(), step, aspect, name });
            }
        }
        if !plan.then.is_empty() {
            structure.dense = plan.then.weights().contains(&WeightEdit::ActivateAll);
            structure.backward |=
                plan.then.weights().iter().any(|edit| matches!(edit, WeightEdit::Select { .. }));
        }
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<Case> {
        let suites = SmallSuite::all();
        let data = |suite: &SmallSuite| {
            let images = suite.images();
            Identity {
                dataset: "generated".into(),
                fingerprint: "0123456789abcdef".into(),
                classes: if suite.has("micro_batch") { images.classes } else { suite.suite.classes },
                train: images.train,
                test: images.test,
                notes: vec![],
                unusable: vec![],
            }
        };
        let data: Vec<Identity> = suites.iter().map(data).collect();
        all(&suites, &data, &["bf16"])
    }

    /// Whatever a registered method plans is among them, whoever adds it.
    #[test]
    fn every_kind_of_step_and_every_suite_is_there_once() {
        let cases = cases();
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), cases.len());
        for words in [
            "step: train a dense network,",
            "step: train active weights,",
            "score by gradient",
            "score by grasp",
            "train inactive weights",
            "run all",
            "hold statistics",
            "straight through",
            "train a backward set",
            "train nothing",
            "of channels",
            "bf16",
            "micro_batch",
            "dropout",
            "choice: drop by magnitude",
            "grow by random",
            "of the whole network",
            "drop channels by",
        ] {
            assert!(names.iter().any(|name| name.contains(words)), "{words}: {names:#?}");
        }
        assert_eq!(cases.iter().filter(|case| case.draws()).count(), 1);
        for suite in suites::SUITES {
            let of_suite = |case: &&Case| case.spec.suite == suite.name && case.aspect == Aspect::Step;
            assert!(cases.iter().filter(of_suite).count() >= 2, "{}", suite.name);
        }
    }

    #[test]
    fn the_steps_of_a_trial_are_in_order() {
        let cases = cases();
        for pair in cases.windows(2).filter(|pair| pair[0].spec == pair[1].spec) {
            assert!(pair[0].step <= pair[1].step, "{} before {}", pair[0].name, pair[1].name);
        }
    }
}
