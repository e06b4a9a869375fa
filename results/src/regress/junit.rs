//! A regression check as JUnit XML, which pages of continuous integration show.
//!
//! One test case per condition and kind of check, so that names stay the same from run to run.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::evidence::condition::Condition;

use super::check::{Check, CheckKind, CheckOutcome};
use super::{Judged, Regression, rule};

impl Regression {
    /// The XML.
    pub fn junit(&self) -> String {
        let mut report = Report::new("harness regress");
        let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
        for judged in &self.conditions {
            let name = suite(&judged.condition);
            let suite = suites.entry(name.clone()).or_insert_with(|| TestSuite::new(name));
            suite.add_test_cases(CheckKind::ALL.iter().filter_map(|kind| case(judged, *kind)));
        }
        if !self.left_out.is_empty() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(self.left_out[0].clone()).set_description(self.left_out.join("\n"));
            let mut case = TestCase::new("unusable rows", status);
            case.set_classname("records");
            suites
                .entry("records".to_string())
                .or_insert_with(|| TestSuite::new("records"))
                .add_test_case(case);
        }
        let rule = rule::sentences(self.tests).join("\n");
        for mut suite in suites.into_values() {
            suite.set_system_out(rule.clone());
            report.add_test_suite(suite);
        }
        report.to_string().expect("a string takes every character")
    }
}

/// Where trials are comparable: `cifar10.lite.wrn-16-1`.
fn suite(condition: &Condition) -> String {
    let said = ["suite", "dataset", "profile", "model"].map(|column| condition.value(column));
    let mut parts: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
    // A suite's own data set has its name.
    parts.dedup();
    parts.join(".")
}

/// The test case of all checks of one kind; none if the baseline has nothing to check.
fn case(judged: &Judged, kind: CheckKind) -> Option<TestCase> {
    let checks: Vec<&Check> = judged.checks.iter().filter(|check| check.kind == kind).collect();
    let worst = checks.iter().map(|check| check.verdict).min()?;
    let of = |verdict| -> Vec<String> {
        checks.iter().filter(|check| check.verdict == verdict).map(|check| check.message()).collect()
    };
    let mut status = match worst {
        CheckOutcome::Regressed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        CheckOutcome::NotTested => TestCaseStatus::skipped(),
        CheckOutcome::Noise | CheckOutcome::Better | CheckOutcome::Unchanged => TestCaseStatus::success(),
    };
    if matches!(worst, CheckOutcome::Regressed | CheckOutcome::NotTested) {
        let said = of(worst);
        status.set_message(said[0].clone()).set_description(said.join("\n"));
    }
    let mut case = TestCase::new(format!("{}: {}", judged.condition.label(), kind.name()), status);
    case.set_classname(suite(&judged.condition));
    Some(case)
}
