//! Throughput under the two protocols, and how far it differs from run to run.

use super::{Bench, compact};
use crate::benchmark;
use crate::checks::turns::Repeated;
use records::self_check::{Finding, Quantity};
use std::error::Error;
use trial::protocol::{Measurement, Protocol};

const REPETITIONS: usize = 3;

/// Protocol `stable`, several times.
pub(super) fn stable(bench: Bench) -> Finding {
    let seconds = if bench.device.is_cuda() { 0.5 } else { 0.3 };
    measured(bench, Protocol::Stable, seconds, REPETITIONS)
}

/// Protocol `halp`, once: its mean of 30 passes is that protocol's own repetition.
pub(super) fn halp(bench: Bench) -> Finding {
    measured(bench, Protocol::Halp, 0.1, 1)
}

fn measured(bench: Bench, protocol: Protocol, seconds: f64, repetitions: usize) -> Finding {
    let run = || -> Result<Finding, Box<dyn Error>> {
        let networks = compact::files(bench, &compact::NAMES)?;
        let job = bench.fps(&networks, protocol, seconds);
        let mut runs = Vec::new();
        for _ in 0..repetitions {
            runs.push(benchmark::fps(&job, bench.device, "", &mut |_| {})?.measurements);
        }
        Ok(told(&compact::NAMES, &runs))
    };
    let batch = bench.batch();
    match run() {
        Ok(finding) => {
            let what = format!("batch {batch}, {} pixels, fp32: {}", bench.side(), finding.what);
            Finding { what, ..finding }
        }
        Err(error) => Finding::fail(error.to_string()),
    }
}

/// What `runs` of the networks `names`, the dense one first, measured.
fn told(names: &[&str], runs: &[Vec<Measurement>]) -> Finding {
    let of = |network: usize| -> Vec<f64> { runs.iter().map(|run| run[network].fps).collect() };
    let found: Vec<Repeated> = (0..names.len()).map(|network| Repeated::of(&of(network))).collect();
    let mut words: Vec<String> =
        names.iter().zip(&found).map(|(name, fps)| format!("{name}: {:.1}", fps.median)).collect();
    words[0] += " images/s";
    if runs.len() > 1 {
        let widest = found.iter().map(|fps| 100.0 * fps.spread / fps.median).fold(0.0, f64::max);
        words.push(format!("from run to run within {widest:.1} %"));
    }
    let all: Vec<&Measurement> = runs.iter().flatten().collect();
    let doubtful: Vec<&Measurement> = all.iter().copied().filter(|one| !one.doubts.is_empty()).collect();
    words.push(match doubtful.first() {
        None => "nothing speaks against the measurements".into(),
        Some(first) => {
            format!(
                "{} of {} measurements are doubtful: {}",
                doubtful.len(),
                all.len(),
                first.doubts.join(", ")
            )
        }
    });
    let mut finding = Finding::pass(words.join("; "));
    for (name, fps) in names.iter().zip(&found) {
        let dense = found[0].median;
        let quantity = Quantity::new(*name, fps.median, "images/s");
        finding = finding.with([if runs.len() > 1 { quantity.with_spread(fps.spread) } else { quantity }]);
        if let Some(which) = name.strip_prefix(names[0]).and_then(|rest| rest.strip_prefix(", ")) {
            finding = finding.and(format!("{which} / dense"), fps.median / dense, "");
        }
    }
    finding
}
