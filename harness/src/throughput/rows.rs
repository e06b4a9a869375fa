//! Measurements of runs as rows of `fps.csv`.

use super::NamedNetwork;
use crate::timestamp::now;
use records::FpsRow;
use std::path::PathBuf;
use trial::protocol::{FpsAnswer, Measurement, ReadingRange};

/// A row for every measurement of a run, with the folder of its results.
pub fn rows(networks: &[NamedNetwork], answer: &FpsAnswer) -> Vec<(PathBuf, FpsRow)> {
    let now = now();
    let row = |measurement: &Measurement| {
        let run = networks.get(measurement.network)?.run.as_ref()?;
        Some((run.out.clone(), row(&run.key, measurement, answer, &now)))
    };
    answer.measurements.iter().filter_map(row).collect()
}

fn row(key: &str, measurement: &Measurement, answer: &FpsAnswer, now: &str) -> FpsRow {
    let median = |range: Option<ReadingRange>| range.map(|range| range.median);
    let readings = &measurement.readings;
    FpsRow {
        key: key.into(),
        protocol: measurement.protocol.to_string(),
        batch: measurement.batch as u64,
        precision: measurement.precision.to_string(),
        layout: measurement.layout.to_string(),
        device: answer.device.clone(),
        fps: Some(measurement.fps),
        fps_low: measurement.interval.map(|(low, _)| low),
        fps_high: measurement.interval.map(|(_, high)| high),
        relative_to_dense: measurement.relative_to_dense,
        per_reference: measurement.per_reference,
        milliseconds: Some(measurement.milliseconds),
        postprocess_ms: measurement.postprocess.map(|(mean, _)| mean),
        postprocess_sd_ms: measurement.postprocess.map(|(_, deviation)| deviation),
        valid: measurement.doubts.is_empty(),
        reason: measurement.doubts.join("; "),
        notes: measurement.notes.join("; "),
        sm_clock_mhz: median(readings.sm_clock),
        power_w: median(readings.power),
        energy_mj_per_image: readings.joules_per_image.map(|joules| joules * 1e3),
        temperature_c: readings.temperature.map(|range| range.most),
        timer_ns: Some(answer.timer_ns),
        threads: answer.threads as u64,
        commit: answer.commit.clone(),
        measured_at: now.into(),
    }
}
