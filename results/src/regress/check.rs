//! One check of one condition, and how the tests of all checks are decided together.

use std::fmt;

use crate::page::number::p_value;
use crate::statistics::{Welch, holm};

use super::rule::ALPHA;

/// Unadjusted p-value below which a loss that matters is shown although it is no regression.
const SUSPICION: f64 = 0.05;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    /// That the trials ran and completed.
    Trials,
    /// Counts and ratios that follow from the specification or the structure.
    Counts,
    /// Accuracy on the data held out.
    Accuracy,
    /// Time of a training step.
    StepTime,
    /// Throughput of inference.
    Throughput,
}

impl CheckKind {
    /// All kinds, in the order in which they are reported.
    pub const ALL: [CheckKind; 5] = [
        CheckKind::Trials,
        CheckKind::Counts,
        CheckKind::Accuracy,
        CheckKind::StepTime,
        CheckKind::Throughput,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            CheckKind::Trials => "trials",
            CheckKind::Counts => "counts",
            CheckKind::Accuracy => "accuracy",
            CheckKind::StepTime => "step time",
            CheckKind::Throughput => "throughput",
        }
    }
}

/// What came of a check, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckOutcome {
    /// It is worse than in the baseline.
    Regressed,
    /// It is worse by an amount that matters, and suspiciously so, which so many tests may explain.
    Noise,
    /// It is better than in the baseline.
    Better,
    /// It could not be compared.
    NotTested,
    /// It is as in the baseline.
    Unchanged,
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CheckOutcome::Regressed => "REGRESSED",
            CheckOutcome::Noise => "within noise",
            CheckOutcome::Better => "better",
            CheckOutcome::NotTested => "not tested",
            CheckOutcome::Unchanged => "unchanged",
        })
    }
}

/// One check of one condition.
#[derive(Clone, Debug)]
pub struct Check {
    /// What it is about.
    pub kind: CheckKind,
    /// The column.
    pub quantity: &'static str,
    /// What came of it.
    pub verdict: CheckOutcome,
    /// What the baseline has.
    pub baseline: String,
    /// What there is now.
    pub now: String,
    /// The difference or the ratio.
    pub change: String,
    /// Why it is so, in words.
    pub why: String,
    /// By how much it is worse; larger comes first among checks of one kind.
    pub size: f64,
    /// The test that decides, if one does.
    pub test: Option<Test>,
    /// Of an accuracy, how uncertain the difference is.
    pub welch: Option<Welch>,
}

/// A statistical test whose verdict waits for the others of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// One-sided p-value of a loss as large as this.
    pub worse: f64,
    /// One-sided p-value of a gain as large as this; none where any difference is a loss.
    pub better: Option<f64>,
    /// Whether the difference matters, and in which direction.
    pub matters: Matters,
    /// The p-value of a loss, adjusted for all tests of the run.
    pub adjusted: f64,
}

/// Whether a difference is large enough to matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matters {
    /// It is, and is for the worse.
    Worse,
    /// It is, and is for the better.
    Better,
    /// It is not.
    No,
}

impl Matters {
    /// Classifies a loss, where a loss or gain of more than `margin` matters.
    pub fn of(loss: f64, margin: f64) -> Matters {
        match loss {
            loss if loss > margin => Matters::Worse,
            loss if loss < -margin => Matters::Better,
            _ => Matters::No,
        }
    }

    /// What it means where no test is made.
    pub fn verdict(self) -> CheckOutcome {
        match self {
            Matters::Worse => CheckOutcome::Regressed,
            Matters::Better => CheckOutcome::Better,
            Matters::No => CheckOutcome::Unchanged,
        }
    }
}

impl Check {
    /// A check that is decided.
    pub fn of(kind: CheckKind, quantity: &'static str, verdict: CheckOutcome) -> Check {
        Check {
            kind,
            quantity,
            verdict,
            baseline: String::new(),
            now: String::new(),
            change: String::new(),
            why: String::new(),
            size: 0.0,
            test: None,
            welch: None,
        }
    }

    /// With the values on both sides.
    pub fn with(self, baseline: String, now: String, change: String) -> Check {
        Check { baseline, now, change, ..self }
    }

    /// With the reason.
    pub fn because(self, why: impl Into<String>) -> Check {
        Check { why: why.into(), ..self }
    }

    /// With how much it is worse.
    pub fn sized(self, size: f64) -> Check {
        Check { size, ..self }
    }

    /// With a test that decides.
    pub fn tested(self, worse: f64, better: Option<f64>, matters: Matters) -> Check {
        Check { test: Some(Test { worse, better, matters, adjusted: 1.0 }), ..self }
    }

    /// With how uncertain the difference is.
    pub fn within(self, welch: Welch) -> Check {
        Check { welch: Some(welch), ..self }
    }

    /// All of it in one line.
    pub fn message(&self) -> String {
        let mut said = vec![format!("{}: {}", self.quantity, self.verdict)];
        if !self.why.is_empty() {
            said.push(self.why.clone());
        }
        if !self.baseline.is_empty() {
            said.push(format!("baseline {}, now {}", self.baseline, self.now));
        }
        if !self.change.is_empty() {
            said.push(format!("change {}", self.change));
        }
        if let Some(test) = &self.test {
            said.push(format!("adjusted p {}", p_value(test.adjusted)));
        }
        said.join("; ")
    }
}

/// Adjusts the tests of all checks for each other and decides them; returns how many there are.
///
/// Better is judged more strictly, by Bonferroni: it is not part of the stated rate, and a claim of
/// progress should be as certain as one of a regression.
pub fn settle<'a>(checks: impl Iterator<Item = &'a mut Check>) -> usize {
    let mut tested: Vec<&mut Check> = checks.filter(|check| check.test.is_some()).collect();
    let adjusted = holm(&tested.iter().filter_map(|check| Some(check.test?.worse)).collect::<Vec<_>>());
    let tests = adjusted.len();
    for (check, adjusted) in tested.iter_mut().zip(adjusted) {
        let Some(test) = &mut check.test else { continue };
        test.adjusted = adjusted;
        let better = test.better.is_some_and(|p| p * (tests as f64) < ALPHA);
        check.verdict = match test.matters {
            Matters::Worse if adjusted < ALPHA => CheckOutcome::Regressed,
            Matters::Worse if test.worse < SUSPICION => CheckOutcome::Noise,
            Matters::Better if better => CheckOutcome::Better,
            _ => CheckOutcome::Unchanged,
        };
    }
    tests
}
