//! The throughput of a row's trials.
//!
//! Throughputs are comparable only if measured with the same settings: device, batch, number
//! format and protocol. Trials measured with different settings have no mean.

use std::collections::BTreeSet;

use records::Record;

use crate::statistics::mean;

use super::trials::Trials;

/// Throughput of the trials of one row, all measured with the same settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    /// Mean, examples per second.
    pub fps: f64,
    /// From the lowest to the highest end of the trials' confidence intervals, examples per second.
    pub interval: Option<(f64, f64)>,
    /// Mean over that of the dense network measured in the same way.
    pub relative: Option<f64>,
    /// Why it is invalid.
    pub doubt: Option<String>,
}

impl<'a> Trials<'a> {
    /// The trials whose throughput was measured: the valid ones, or else all of them.
    fn timed(&self) -> Vec<&'a Record> {
        let all: Vec<&Record> = self.ok().filter(|record| record.fps.is_some()).collect();
        let valid: Vec<&Record> = all.iter().copied().filter(|record| record.fps_doubt.is_empty()).collect();
        if valid.is_empty() { all } else { valid }
    }

    /// The settings with which throughput was measured: `batch 256, fp32, stable, on NVIDIA H100`.
    pub fn timed_in(&self) -> BTreeSet<String> {
        let way = |record: &Record| {
            let batch = record.fps_batch.map(|batch| format!("batch {batch}"));
            let precision = Some(record.fps_precision.clone()).filter(|text| !text.is_empty());
            let device = Some(&record.fps_device).filter(|text| !text.is_empty());
            let device = device.map(|device| format!("on {device}"));
            let said: Vec<String> = [batch, precision, device].into_iter().flatten().collect();
            if said.is_empty() { "unknown settings".to_string() } else { said.join(", ") }
        };
        self.timed().into_iter().map(way).collect()
    }

    /// The throughput; none if it was measured with different settings.
    pub fn throughput(&self) -> Option<Throughput> {
        let timed = self.timed();
        let of = |quantity: fn(&Record) -> Option<f64>| -> Vec<f64> {
            timed.iter().filter_map(|record| quantity(record)).collect()
        };
        let low = of(|record| record.fps_low).into_iter().reduce(f64::min);
        let high = of(|record| record.fps_high).into_iter().reduce(f64::max);
        let doubt = timed.iter().map(|record| &record.fps_doubt).find(|doubt| !doubt.is_empty());
        let throughput = Throughput {
            fps: mean(&of(|record| record.fps))?,
            interval: low.zip(high),
            relative: mean(&of(|record| record.fps_relative)),
            doubt: doubt.cloned(),
        };
        (self.timed_in().len() == 1).then_some(throughput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fps: f64, device: &str, doubt: &str) -> Record {
        Record {
            fps: Some(fps),
            fps_low: Some(fps - 10.0),
            fps_high: Some(fps + 10.0),
            fps_batch: Some(256),
            fps_precision: "fp32, stable".into(),
            fps_device: device.into(),
            fps_relative: Some(fps / 1000.0),
            fps_doubt: doubt.into(),
            status: "ok".into(),
            ..Record::default()
        }
    }

    #[test]
    fn like_is_averaged_with_like() {
        let all = [record(2000.0, "H100", ""), record(2400.0, "H100", ""), record(9.0, "H100", "hot")];
        let trials = Trials(all.iter().collect());
        let throughput = trials.throughput().unwrap();
        assert_eq!((throughput.fps, throughput.interval), (2200.0, Some((1990.0, 2410.0))));
        assert!((throughput.relative.unwrap() - 2.2).abs() < 1e-12);
        assert_eq!(throughput.doubt, None);
        assert_eq!(Vec::from_iter(trials.timed_in()), ["batch 256, fp32, stable, on H100"]);
    }

    #[test]
    fn there_is_no_mean_over_devices() {
        let all = [record(2000.0, "H100", ""), record(20.0, "cpu", "")];
        let trials = Trials(all.iter().collect());
        assert_eq!((trials.throughput(), trials.timed_in().len()), (None, 2));
    }

    #[test]
    fn what_is_not_valid_says_so_and_failed_trials_are_left_out() {
        let failed = Record { status: "diverged".into(), ..record(5.0, "H100", "") };
        let all = [record(2000.0, "H100", "hot"), failed];
        let throughput = Trials(all.iter().collect()).throughput().unwrap();
        assert_eq!((throughput.fps, throughput.doubt.as_deref()), (2000.0, Some("hot")));
        assert_eq!(Trials(vec![&Record::default()]).throughput(), None);
    }
}
