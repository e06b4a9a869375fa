//! Spans of time as a person writes and reads them: `90s`, `9m`, `1h30m`.

use std::time::Duration;

const UNITS: [(char, f64); 3] = [('h', 3600.0), ('m', 60.0), ('s', 1.0)];

/// Reads numbers with the units h, m and s, largest first.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "`{text}` is not a time; write numbers with the units h, m and s, for instance 90s, 9m or 1h30m"
        )
    };
    let (mut seconds, mut rest, mut units) = (0.0, text, UNITS.as_slice());
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let unit = units.iter().position(|(unit, _)| rest[end..].starts_with(*unit)).ok_or_else(wrong)?;
        seconds += rest[..end].parse::<f64>().map_err(|_| wrong())? * units[unit].1;
        rest = &rest[end + 1..];
        units = &units[unit + 1..];
    }
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    if duration < Duration::from_secs(1) {
        return Err(format!("`{text}` is too short a time; give at least 1s"));
    }
    Ok(duration)
}

/// Writes a span to the second: `1h 02m 03s`, `2m 03s`, `3s`.
pub fn write(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {seconds:02}s"),
        _ => format!("{hours}h {minutes:02}m {seconds:02}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_with_units() {
        for (text, seconds) in
            [("90s", 90.0), ("9m", 540.0), ("1h30m", 5400.0), ("1.5h", 5400.0), ("1m1s", 61.0)]
        {
            assert_eq!(parse(text).unwrap(), Duration::from_secs_f64(seconds), "{text}");
        }
        for text in ["", "9", "m", "9x", "9m9", "1s1m", "1m1m", "-1s", "1..5s", "0s", "9 m", "1e9s", "9µs"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_absurd_time_is_refused_and_not_a_panic() {
        assert!(parse(&format!("{}h", "9".repeat(40))).is_err());
    }

    #[test]
    fn times_are_written_to_the_second() {
        let written = [3.2, 123.0, 3723.0].map(|seconds| write(Duration::from_secs_f64(seconds)));
        assert_eq!(written, ["3s", "2m 03s", "1h 02m 03s"]);
    }
}
