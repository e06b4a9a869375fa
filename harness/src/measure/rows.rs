//! Measurements of runs as rows of `fps.csv`.

use super::Target;
use records::FpsRow;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use trial::measure::{FpsAnswer, Measurement, Range};

/// A row for every measurement of a run, with the folder of its results.
pub fn rows(targets: &[Target], answer: &FpsAnswer) -> Vec<(PathBuf, FpsRow)> {
    let now = now();
    let row = |measurement: &Measurement| {
        let run = targets.get(measurement.network)?.run.as_ref()?;
        Some((run.out.clone(), row(&run.key, measurement, answer, &now)))
    };
    answer.measurements.iter().filter_map(row).collect()
}

fn row(key: &str, measurement: &Measurement, answer: &FpsAnswer, now: &str) -> FpsRow {
    let median = |range: Option<Range>| range.map(|range| range.median);
    let readings = &measurement.readings;
    FpsRow {
        key: key.into(),
        protocol: measurement.protocol.to_string(),
        batch: measurement.batch as u64,
        precision: measurement.precision.to_string(),
        device: answer.device.clone(),
        fps: Some(measurement.fps),
        fps_low: measurement.interval.map(|(low, _)| low),
        fps_high: measurement.interval.map(|(_, high)| high),
        relative_to_dense: measurement.relative_to_dense,
        per_reference: measurement.per_reference,
        milliseconds: Some(measurement.milliseconds),
        valid: measurement.doubts.is_empty(),
        reason: measurement.doubts.join("; "),
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

/// The date and time of day in UTC, as RFC 3339 writes them.
pub fn now() -> String {
    rfc3339(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// Seconds since the beginning of 1970 as a date and time of day in UTC.
pub fn rfc3339(seconds: u64) -> String {
    let (mut day, second) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    while day >= days_of(year).iter().sum() {
        day -= days_of(year).iter().sum::<u64>();
        year += 1;
    }
    let mut month = 0;
    while day >= days_of(year)[month] {
        day -= days_of(year)[month];
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}

/// Days of the months of a year.
fn days_of(year: u64) -> [u64; 12] {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `date -u -d @SECONDS +%FT%TZ` prints them.
    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
