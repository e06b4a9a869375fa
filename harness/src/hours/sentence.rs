//! How long a plan takes, in words: a line for each device that is known.

use super::checked::Checked;
use super::{StepTimes, Work};
use crate::duration;
use std::path::Path;
use std::time::Duration;

/// How long a plan takes on a device.
struct Known {
    /// All trials, one after another.
    seconds: f64,
    /// The longest of them.
    longest: f64,
    /// The device, as a person calls it.
    name: String,
    /// In what it is counted.
    unit: &'static str,
    /// By what it is known.
    why: String,
}

/// A line for each device whose step times are known in the results `out`, for one trial of `works` after another; else
/// how to make them known.
///
/// # Errors
///
/// If the file of step times is damaged.
pub fn sentences(works: &[Work], out: &Path) -> anyhow::Result<Vec<String>> {
    if works.is_empty() {
        return Ok(vec!["none: everything is done".into()]);
    }
    let line = |known: Known| {
        let Known { seconds, name, unit, why, .. } = known;
        format!("{} on {name}, one trial after another, {why}", span(seconds, unit))
    };
    let mut lines: Vec<String> = known(works, out)?.into_iter().map(line).collect();
    if lines.is_empty() {
        lines.push(
            "not known; --calibrate times some steps on the device at hand, and a self-check (`harness selfcheck`) of \
             another device in the folder of the results also works"
                .into(),
        );
    }
    Ok(lines)
}

/// A line for each device on which one of the trials takes longer than `limit`.
///
/// # Errors
///
/// If the file of step times is damaged.
pub fn longer_than(limit: Duration, works: &[Work], out: &Path) -> anyhow::Result<Vec<String>> {
    let known = known(works, out)?.into_iter().filter(|known| known.longest > limit.as_secs_f64());
    let line = |known: Known| format!("{} on {}", span(known.longest, known.unit), known.name);
    Ok(known.map(line).collect())
}

/// What is known of `works` in the results `out`.
fn known(works: &[Work], out: &Path) -> anyhow::Result<Vec<Known>> {
    let times = StepTimes::read(out)?;
    let mut found = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (name, device) in times.devices() {
        let each = works.iter().map(|work| work.seconds(|kind| times.seconds(name, &work.workload, kind)));
        if let Some(each) = each.collect::<Option<Vec<f64>>>() {
            found.push(Known::new(&each, name, device, format!("by {}", StepTimes::path(out).display())));
            named.push(name);
        }
    }
    for check in Checked::all(out).iter().filter(|check| !named.contains(&check.device_name.as_str())) {
        let mut from: Vec<String> = Vec::new();
        for work in works {
            let scaled = check.seconds(&work.workload, super::kind::TRAINING).and_then(|found| found.scaled);
            from.extend(scaled.filter(|scaled| !from.contains(scaled)));
        }
        let each = works
            .iter()
            .map(|work| work.seconds(|kind| check.seconds(&work.workload, kind).map(|found| found.seconds)));
        if let Some(each) = each.collect::<Option<Vec<f64>>>() {
            let rough = match from.is_empty() {
                true => String::new(),
                false => format!(", in proportion to multiply-accumulates from {}", from.join(", ")),
            };
            let why = format!("by the self-check {}{rough}", check.folder.display());
            found.push(Known::new(&each, &check.device_name, &check.device, why));
        }
    }
    Ok(found)
}

impl Known {
    /// Of trials that take `each` so many seconds.
    fn new(each: &[f64], name: &str, device: &str, why: String) -> Self {
        Self {
            seconds: each.iter().sum(),
            longest: each.iter().copied().fold(0.0, f64::max),
            name: if name.is_empty() { device } else { name }.into(),
            unit: if device == "cpu" { "hours" } else { "GPU hours" },
            why,
        }
    }
}

fn span(seconds: f64, unit: &str) -> String {
    match seconds {
        seconds if seconds < 3600.0 => {
            duration::write(Duration::try_from_secs_f64(seconds).unwrap_or_default())
        }
        seconds => format!("{:.1} {unit}", seconds / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::Workload;
    use crate::hours::kind::TRAINING;
    use crate::hours::step_times::timed;
    use std::collections::BTreeMap;

    #[test]
    fn hours_are_named_with_their_device_and_source() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let (model, precision) = ("wrn-22-2".to_string(), "fp32".to_string());
        let workload = Workload { model, macs: 1000, batch: 100, micro_batch: 100, precision, threads: 1 };
        let steps = BTreeMap::from([(TRAINING.to_string(), 7_000), ("everything inactive".to_string(), 200)]);
        let work = Work { workload: workload.clone(), steps, evaluated: 60_000.0 };
        let said = |works: &[Work]| sentences(works, out).unwrap();
        assert_eq!(said(&[]), ["none: everything is done"]);
        let unknown = said(std::slice::from_ref(&work));
        assert!(unknown.len() == 1 && unknown[0].contains("--calibrate") && unknown[0].contains("selfcheck"));
        let mut times = StepTimes::default();
        times.put(timed("H100", "cuda:0", &workload, TRAINING, 1.0));
        times.put(timed("H100", "cuda:0", &workload, "everything inactive", 2.0));
        times.put(timed("EPYC", "cpu", &workload, TRAINING, 0.01));
        StepTimes::add(out, times.0).unwrap();
        // 7,000 s, 400 s, and 60,000 images at a third of 10 ms: 7,600 s, twice.
        let works = [work.clone(), work];
        let known = said(&works);
        assert!(known[0].starts_with("4.2 GPU hours on H100, one trial after another, by "), "{known:?}");
        assert!(known[0].ends_with("step-times.json"), "{known:?}");
        assert!(known[1].starts_with("2m 28s on EPYC"), "{known:?}");
        // One of them takes 7,600 s on the first, and 74 s on the second.
        let longer = |seconds| longer_than(Duration::from_secs(seconds), &works, out).unwrap();
        assert_eq!(longer(7_200), ["2.1 GPU hours on H100"]);
        assert_eq!((longer(60).len(), longer(7_601).len()), (2, 0));
    }
}
