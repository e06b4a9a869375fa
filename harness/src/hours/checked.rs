//! Step times that self-checks of devices have recorded, for workloads that were not measured themselves.

use super::Workload;
use super::kind::checked_as;
use records::SelfCheck;
use std::path::{Path, PathBuf};

/// How the names of the checks begin that time a step, and those that time the kinds of steps.
const STEP: &str = "step of ";
const KINDS: &str = "kinds of steps of ";

/// A step that a self-check has timed.
#[derive(Clone, Debug, PartialEq)]
struct CheckedStep {
    model: String,
    precision: String,
    /// Multiply-accumulates of a step, forwards.
    work: f64,
    seconds: f64,
}

/// The step times of one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The device's name.
    pub device_name: String,
    /// Which it was, as `cpu` or `cuda:0`.
    pub device: String,
    /// The folder of the self-check.
    pub folder: PathBuf,
    steps: Vec<CheckedStep>,
    /// How many times as long as a dense step others take, by their name in the check.
    kinds: Vec<(String, f64)>,
}

/// A time and what it is taken from.
#[derive(Clone, Debug, PartialEq)]
pub struct FromCheck {
    /// Seconds of a step.
    pub seconds: f64,
    /// What it was scaled from; none where the same was timed.
    pub scaled: Option<String>,
}

impl Checked {
    /// Those of the self-checks in the results `out` that have timed a step; the last of each device.
    pub fn all(out: &Path) -> Vec<Self> {
        let mut all: Vec<(String, Self)> = Vec::new();
        for folder in SelfCheck::folders(out) {
            // One that is damaged says nothing; `harness doctor` tells of it.
            let Ok(Some(check)) = SelfCheck::read(&folder) else { continue };
            let Some((at, checked)) = Self::of(&check, folder) else { continue };
            match all.iter_mut().find(|(_, other)| other.device_name == checked.device_name) {
                Some(other) if other.0 < at => *other = (at, checked),
                Some(_) => {}
                None => all.push((at, checked)),
            }
        }
        all.into_iter().map(|(_, checked)| checked).collect()
    }

    /// What a self-check has timed, and when; none if that is nothing.
    fn of(check: &SelfCheck, folder: PathBuf) -> Option<(String, Self)> {
        let quantity = |found: &records::self_check::Check, name: &str| {
            found.finding.quantities.iter().find(|quantity| quantity.name == name)?.value
        };
        let step = |found: &records::self_check::Check| {
            let (model, side, batch, precision) = parse(found.name.strip_prefix(STEP)?)?;
            let usual = network::models::usual_inputs(&model).ok()?;
            let network = network::models::model(&model, usual.classes, side.unwrap_or(usual.side)).ok()?;
            // With graphs where there are some, as trainings run.
            let milliseconds = quantity(found, "recorded step").or(quantity(found, "launched step"))?;
            let work = network.macs() as f64 * batch as f64;
            Some(CheckedStep { model, precision, work, seconds: milliseconds / 1e3 })
        };
        let steps: Vec<CheckedStep> = check.checks.iter().filter_map(step).collect();
        let kinds =
            check.checks.iter().find(|found| found.name.starts_with(KINDS)).into_iter().flat_map(|found| {
                let ratio =
                    |name: &&str| Some((name.to_string(), quantity(found, &format!("{name} / dense"))?));
                ["exploring", "scoring"].iter().filter_map(ratio).collect::<Vec<_>>()
            });
        let at = check.checks.iter().map(|found| found.at.clone()).max()?;
        let subject = &check.subject;
        let checked = Self {
            device_name: subject.device_name.clone(),
            device: subject.device.clone(),
            folder,
            kinds: kinds.collect(),
            steps,
        };
        (!checked.steps.is_empty()).then_some((at, checked))
    }

    /// Seconds of a step of `kind` on `workload`: of the step that is most like it, in proportion to the
    /// multiply-accumulates.
    pub fn seconds(&self, workload: &Workload, kind: &str) -> Option<FromCheck> {
        let unlike = |step: &&CheckedStep| {
            let size = (step.work / workload.work()).ln().abs();
            f64::from(step.precision != workload.precision) * 1e6
                + f64::from(step.model != workload.model) * 1e3
                + size
        };
        let nearest = self.steps.iter().min_by(|one, other| unlike(one).total_cmp(&unlike(other)))?;
        let scale = workload.work() / nearest.work;
        let longer =
            self.kinds.iter().find(|(name, _)| name == checked_as(kind)).map_or(1.0, |(_, ratio)| *ratio);
        let same = nearest.model == workload.model && (scale - 1.0).abs() < 0.01;
        let other = (nearest.precision != workload.precision).then(|| format!(" in {}", nearest.precision));
        let scaled =
            (!same || other.is_some()).then(|| format!("{}{}", nearest.model, other.unwrap_or_default()));
        Some(FromCheck { seconds: nearest.seconds * scale * longer, scaled })
    }
}

/// Model, side, batch and number format of a check's title, such as `resnet50 at 64 pixels, batch 4, fp32`.
fn parse(title: &str) -> Option<(String, Option<usize>, u64, String)> {
    let mut parts = title.split(", ");
    let (network, batch, precision) = (parts.next()?, parts.next()?, parts.next()?);
    let (model, side) = match network.split_once(" at ") {
        Some((model, side)) => (model, Some(side.strip_suffix(" pixels")?.parse().ok()?)),
        None => (network, None),
    };
    Some((model.into(), side, batch.strip_prefix("batch ")?.parse().ok()?, precision.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::{Check, Finding, Subject};

    fn check(name: &str, quantities: &[(&str, f64)]) -> Check {
        let finding = quantities
            .iter()
            .fold(Finding::pass(""), |finding, (name, value)| finding.and(*name, *value, "ms"));
        Check {
            stage: "fast".into(),
            name: name.into(),
            at: "2026-01-01T00:00:00Z".into(),
            seconds: 1.0,
            finding,
        }
    }

    fn resnet(batch: u64, macs: u64, precision: &str) -> Workload {
        let (model, precision) = ("resnet50".into(), precision.into());
        Workload { model, macs, batch, micro_batch: batch, precision, threads: 1 }
    }

    #[test]
    fn titles_are_those_that_the_checks_write() {
        assert_eq!(
            parse("resnet50 at 64 pixels, batch 4, fp32"),
            Some(("resnet50".into(), Some(64), 4, "fp32".into()))
        );
        assert_eq!(parse("wrn-22-2, batch 128, bf16"), Some(("wrn-22-2".into(), None, 128, "bf16".into())));
        assert_eq!(parse("something else"), None);
    }

    #[test]
    fn a_step_is_that_of_the_check_most_like_it_in_proportion_to_its_work() {
        let out = tempfile::tempdir().unwrap();
        assert_eq!(Checked::all(out.path()), []);
        let folder = out.path().join("selfcheck-h100");
        std::fs::create_dir(&folder).unwrap();
        let subject = Subject {
            commit: "a".into(),
            libtorch: "2.11.0".into(),
            device: "cuda:0".into(),
            device_name: "H100".into(),
        };
        let checks = vec![
            check("step of wrn-22-2, batch 128, bf16", &[("launched step", 30.0), ("recorded step", 10.0)]),
            check(
                "kinds of steps of wrn-22-2, batch 128, bf16",
                &[("exploring / dense", 1.1), ("scoring / dense", 0.5)],
            ),
            check("step of resnet50, batch 256, bf16", &[("recorded step", 100.0)]),
            check("step of resnet50, batch 256, tf32", &[("recorded step", 200.0)]),
        ];
        SelfCheck { subject, checks }.write(&folder).unwrap();
        let [checked] = &Checked::all(out.path())[..] else { panic!() };
        let macs = network::models::model("resnet50", 1000, 224).unwrap().macs();
        let of = |workload: &Workload, kind: &str| checked.seconds(workload, kind).unwrap();
        let own = of(&resnet(256, macs, "bf16"), "active active");
        assert!((own.seconds - 0.1).abs() < 1e-9 && own.scaled.is_none(), "{own:?}");
        assert!((of(&resnet(256, macs, "bf16"), "everything inactive").seconds - 0.11).abs() < 1e-9);
        assert!((of(&resnet(256, macs, "bf16"), "active nothing gradient").seconds - 0.05).abs() < 1e-9);
        let half = of(&resnet(128, macs, "tf32"), "active active");
        assert!((half.seconds - 0.1).abs() < 1e-9 && half.scaled.as_deref() == Some("resnet50"), "{half:?}");
        let full = of(&resnet(256, macs, "fp32"), "active active");
        assert!(full.scaled.unwrap().starts_with("resnet50 in "));
    }
}
