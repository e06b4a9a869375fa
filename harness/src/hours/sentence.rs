//! How long a plan takes, in words: a line for each device that is known.

use super::checked::Checked;
use super::{StepTimes, Work};
use crate::duration;
use std::path::Path;
use std::time::Duration;

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
    let times = StepTimes::read(out)?;
    let mut lines = Vec::new();
    let mut named: Vec<String> = Vec::new();
    for (name, device) in times.devices() {
        let each = works.iter().map(|work| work.seconds(|kind| times.seconds(name, &work.workload, kind)));
        if let Some(seconds) = each.sum::<Option<f64>>() {
            lines.push(line(seconds, name, device, &format!("by {}", StepTimes::path(out).display())));
            named.push(name.into());
        }
    }
    for check in Checked::all(out).iter().filter(|check| !named.contains(&check.device_name)) {
        let mut from: Vec<String> = Vec::new();
        for work in works {
            let scaled = check.seconds(&work.workload, super::kind::TRAINING).and_then(|found| found.scaled);
            from.extend(scaled.filter(|scaled| !from.contains(scaled)));
        }
        let each = works
            .iter()
            .map(|work| work.seconds(|kind| check.seconds(&work.workload, kind).map(|found| found.seconds)));
        if let Some(seconds) = each.sum::<Option<f64>>() {
            let rough = match from.is_empty() {
                true => String::new(),
                false => format!(", in proportion to multiply-accumulates from {}", from.join(", ")),
            };
            let why = format!("by the self-check {}{rough}", check.folder.display());
            lines.push(line(seconds, &check.device_name, &check.device, &why));
        }
    }
    if lines.is_empty() {
        lines.push(
            "not known; --calibrate times some steps on the device at hand, and a self-check (`harness selfcheck`) of \
             another device in the folder of the results also works"
                .into(),
        );
    }
    Ok(lines)
}

fn line(seconds: f64, name: &str, device: &str, why: &str) -> String {
    let time = match seconds {
        seconds if seconds < 3600.0 => {
            duration::write(Duration::try_from_secs_f64(seconds).unwrap_or_default())
        }
        seconds => format!("{:.1} {}", seconds / 3600.0, if device == "cpu" { "hours" } else { "GPU hours" }),
    };
    let name = if name.is_empty() { device } else { name };
    format!("{time} on {name}, one trial after another, {why}")
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
        let known = said(&[work.clone(), work]);
        assert!(known[0].starts_with("4.2 GPU hours on H100, one trial after another, by "), "{known:?}");
        assert!(known[0].ends_with("step-times.json"), "{known:?}");
        assert!(known[1].starts_with("2m 28s on EPYC"), "{known:?}");
    }
}
