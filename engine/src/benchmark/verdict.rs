//! Whether a measurement can be trusted, and if not, why.

use super::load::ProcessorShare;
use super::nvml::POWER_CAP;
use trial::protocol::{ReadingRange, Readings};

/// The most that the SM clock may vary, as a share of its median.
const CLOCK: f64 = 0.02;
/// The least number of samples that show a clock to stand still.
const STEADY: usize = 5;
/// The most that the quartiles of the timings may be apart, as a share of their median.
const SPREAD: f64 = 0.05;
/// The least share of their time in which the threads ran.
const BUSY: f64 = 0.9;
/// Cores that other processes may use without being noticed.
const NOISE: f64 = 0.1;
/// Why what is not replayed as a graph on CUDA is doubtful.
pub(super) const LAUNCHED_SINGLY: &str =
    "launched kernel by kernel instead of as a CUDA graph, so the host's time may be part of it";

/// What is known of the circumstances of a measurement.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Distance of the timings' quartiles over their median.
    pub spread: f64,
    /// How often the device reported.
    pub samples: usize,
    /// What the device reported.
    pub readings: Readings,
    /// The temperature from which the device slows down, degrees Celsius.
    pub slowdown: Option<f64>,
    /// Processes on the device beside this one.
    pub others: usize,
    /// How the processor was shared, if it was what was measured.
    pub share: Option<ProcessorShare>,
}

impl Evidence {
    /// Why the measurement is not valid; nothing if it is.
    pub fn doubts(&self) -> Vec<String> {
        let hot = self.readings.temperature.zip(self.slowdown).filter(|(range, limit)| range.most >= *limit);
        let capped = self.is_steady_at_power_cap();
        let throttling = self.readings.throttling.iter().map(String::as_str);
        let throttling: Vec<&str> = throttling.filter(|reason| !(capped && *reason == POWER_CAP)).collect();
        [
            self.readings.sm_clock.and_then(moved),
            (!throttling.is_empty()).then(|| format!("clocks were throttled: {}", throttling.join(", "))),
            hot.map(|(range, limit)| format!("{:.0} °C, and it throttles from {limit:.0} °C", range.most)),
            (self.others > 0).then(|| format!("{} other processes on the device", self.others)),
            self.share.and_then(crowded),
            (self.spread > SPREAD).then(|| format!("timings scatter by {:.1} %", 100.0 * self.spread)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What else to know of the measurement, which does not make it invalid.
    pub fn notes(&self) -> Vec<String> {
        let clock = self.readings.sm_clock.filter(|_| self.is_steady_at_power_cap());
        let note = clock.map(|clock| {
            format!("limited by power ({POWER_CAP}), at a steady clock of {:.0} MHz", clock.median)
        });
        note.into_iter().collect()
    }

    /// Whether the device drew all the power it may, and its clock stood still all the same: then it is as fast as
    /// it ever is at this work.
    fn is_steady_at_power_cap(&self) -> bool {
        let capped = self.readings.throttling.iter().any(|reason| reason == POWER_CAP);
        capped && self.samples >= STEADY && self.readings.sm_clock.is_some_and(|clock| moved(clock).is_none())
    }
}

fn moved(clock: ReadingRange) -> Option<String> {
    let ReadingRange { least, median, most } = clock;
    let moved = most - least > CLOCK * median;
    moved.then(|| format!("the clock moved from {least:.0} to {most:.0} MHz"))
}

/// Threads that wait for each other do not invalidate a measurement, nor do other processes on other cores.
fn crowded(share: ProcessorShare) -> Option<String> {
    let ProcessorShare { threads, cores, busy, others } = share;
    let free = cores.saturating_sub(threads) as f64;
    let late = busy < BUSY && others.is_none_or(|others| others > NOISE);
    let beyond = others.is_some_and(|others| others > free + 0.05 * cores as f64);
    let company = others.map_or(String::new(), |others| format!("; other processes used {others:.1} cores"));
    let who = if threads == 1 { "its thread".into() } else { format!("its {threads} threads") };
    (late || beyond).then(|| format!("{who} ran {:.0} % of the time{company}", 100.0 * busy.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benchmark::nvml::GpuSample;
    use crate::benchmark::sampler::readings;
    use std::time::Instant;

    fn range(least: f64, median: f64, most: f64) -> Option<ReadingRange> {
        Some(ReadingRange { least, median, most })
    }

    fn doubts(evidence: Evidence) -> String {
        evidence.doubts().join("; ")
    }

    #[test]
    fn a_quiet_device_raises_no_doubt_and_neither_does_one_that_tells_nothing() {
        assert_eq!(doubts(Evidence::default()), "");
        let readings = Readings {
            sm_clock: range(1390.0, 1400.0, 1417.0),
            temperature: range(50.0, 60.0, 89.0),
            ..Readings::default()
        };
        let quiet = Evidence { spread: 0.05, readings, slowdown: Some(90.0), ..Evidence::default() };
        assert_eq!(doubts(quiet), "");
    }

    #[test]
    fn every_reason_is_named() {
        let readings = Readings {
            sm_clock: range(1380.0, 1400.0, 1410.0),
            temperature: range(50.0, 60.0, 90.0),
            throttling: vec!["sync boost".into()],
            ..Readings::default()
        };
        let evidence =
            Evidence { spread: 0.051, readings, slowdown: Some(90.0), others: 2, ..Evidence::default() };
        let doubts = doubts(evidence);
        for words in [
            "from 1380 to 1410 MHz",
            "throttled: sync boost",
            "throttles from 90 °C",
            "2 other processes",
            "5.1 %",
        ] {
            assert!(doubts.contains(words), "{words}: {doubts}");
        }
    }

    /// As an H100 at batch 256: of samples during the measurement, readings and the verdict on them.
    #[test]
    fn a_power_cap_is_a_note_unless_the_clock_moved() {
        let judged = |clocks: &[f64], reasons: &[&'static str]| {
            let sample = |clock: &f64| GpuSample {
                at: Instant::now(),
                sm_clock: Some(*clock).filter(|clock| clock.is_finite()),
                memory_clock: None,
                power: Some(700.0),
                temperature: None,
                throttling: Some(reasons.to_vec()),
                others: None,
            };
            let readings = readings(&clocks.iter().map(sample).collect::<Vec<_>>());
            let evidence = Evidence { samples: clocks.len(), readings, ..Evidence::default() };
            (evidence.doubts().join("; "), evidence.notes().join("; "))
        };
        let (steady, drifting) =
            ([1740.0, 1755.0, 1755.0, 1755.0, 1770.0], [1740.0, 1755.0, 1755.0, 1755.0, 1785.0]);
        let note = "limited by power (software power cap), at a steady clock of 1755 MHz";
        assert_eq!(judged(&steady, &[POWER_CAP]), (String::new(), note.into()));
        let (doubts, notes) = judged(&drifting, &[POWER_CAP]);
        assert!(doubts.contains("from 1740 to 1785 MHz") && doubts.contains("throttled: software power cap"));
        assert_eq!(notes, "");
        // Heat still invalidates it, and so does a cap where no clock is known to stand still.
        let (doubts, notes) = judged(&steady, &["hardware thermal slowdown", POWER_CAP]);
        assert_eq!(
            (doubts.as_str(), notes.as_str()),
            ("clocks were throttled: hardware thermal slowdown", note)
        );
        assert_eq!(judged(&[f64::NAN], &[POWER_CAP]).0, "clocks were throttled: software power cap");
        assert_eq!(judged(&steady, &[]), (String::new(), String::new()));
        let (doubts, notes) = judged(&steady[..4], &[POWER_CAP]);
        assert_eq!((doubts.as_str(), notes.as_str()), ("clocks were throttled: software power cap", ""));
    }

    #[test]
    fn a_crowded_processor_is_told_from_an_idle_one() {
        let doubt = |threads, cores, busy, others| {
            let share = Some(ProcessorShare { threads, cores, busy, others });
            doubts(Evidence { share, ..Evidence::default() })
        };
        assert_eq!(doubt(2, 2, 0.99, Some(0.05)), "");
        assert!(
            doubt(2, 2, 0.6, Some(0.8)).contains("2 threads ran 60 % of the time; other processes used 0.8")
        );
        assert!(doubt(2, 2, 0.8, None).contains("ran 80 %"), "nothing else is known");
        assert_eq!(doubt(2, 2, 0.8, Some(0.02)), "", "the threads waited for each other");
        assert_eq!(doubt(2, 8, 0.98, Some(3.0)), "", "there are cores left");
        assert!(doubt(2, 8, 0.95, Some(7.0)).contains("7.0 cores"));
    }
}
