//! The time limit of an element in the options of sbatch, and how long before it Slurm warns.

use crate::duration;
use anyhow::{Context, ensure};
use std::time::Duration;

/// Before the time limit Slurm warns by so much where nothing else is asked for: checkpoints take seconds.
pub const WARNING: Duration = Duration::from_secs(120);
/// A warning may come so much earlier than was asked for (sbatch's manual on `--signal`).
const EARLY: Duration = Duration::from_secs(60);

/// The time limit in `options`, if there is one.
pub fn time_limit(options: &str) -> Option<Duration> {
    parse(value(options, "--time", "-t")?)
}

/// Refuses options by which an element may be warned as soon as it begins: it would be requeued without having trained,
/// again and again.
pub fn check(options: &str) -> anyhow::Result<()> {
    let warning =
        match value(options, "--signal", "") {
            None => WARNING,
            Some(signal) => {
                let seconds = signal.strip_prefix("B:USR1@").and_then(|seconds| seconds.parse().ok());
                Duration::from_secs(seconds.context(
                    "write --signal=B:USR1@SECONDS: USR1 is what the script of an element waits for",
                )?)
            }
        };
    let least = warning.saturating_add(EARLY);
    let limit = time_limit(options).filter(|limit| *limit <= least);
    ensure!(
        limit.is_none(),
        "an element whose time limit is {} may be warned as it begins, since Slurm warns {} before the limit and up to a minute \
         earlier: it would be requeued without having trained; give --time more than {}, or a later warning, such as \
         --signal=B:USR1@30",
        duration::write(limit.unwrap_or_default()),
        duration::write(warning),
        duration::write(least)
    );
    Ok(())
}

/// The value of an option: of those that are given twice, the last one counts.
fn value<'a>(options: &'a str, long: &str, short: &str) -> Option<&'a str> {
    let mut found = None;
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let behind_long = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
        let behind_short = word.strip_prefix(short).filter(|rest| !short.is_empty() && !rest.is_empty());
        if word == long || word == short {
            found = words.next();
        } else if let Some(value) = behind_long.or(behind_short) {
            found = Some(value);
        }
    }
    found.map(|value| value.trim_matches(['"', '\'']))
}

/// A time as sbatch takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or
/// days-hours:minutes:seconds; none for others, and for 0, which is no limit.
fn parse(text: &str) -> Option<Duration> {
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(days.parse::<u64>().ok()?), rest),
        None => (None, text),
    };
    let parts = rest.split(':').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    let (hours, minutes, seconds) = match (days.is_some(), parts.as_slice()) {
        (false, &[minutes]) => (0, minutes, 0),
        (false, &[minutes, seconds]) => (0, minutes, seconds),
        (true, &[hours]) => (hours, 0, 0),
        (true, &[hours, minutes]) => (hours, minutes, 0),
        (_, &[hours, minutes, seconds]) => (hours, minutes, seconds),
        _ => return None,
    };
    let hours = days.unwrap_or(0).checked_mul(24)?.checked_add(hours)?;
    let seconds = hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?.checked_add(seconds)?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_sbatch() {
        let seconds = |text| parse(text).map(|time| time.as_secs());
        for (text, expected) in [
            ("90", 5_400),
            ("90:30", 5_430),
            ("8:00:00", 28_800),
            ("2-12", 216_000),
            ("1-0:30", 88_200),
            ("1-1:01:01", 90_061),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for none in
            ["", "0", "INFINITE", "1:2:3:4", "-1", "1-", "8h", "99999999999999999999", "999999999999999999-1"]
        {
            assert_eq!(seconds(none), None, "{none}");
        }
    }

    #[test]
    fn the_last_limit_counts_in_whatever_form() {
        let limit = |options| time_limit(options).map(|limit| limit.as_secs() / 60);
        for options in [
            "--time=20",
            "-t 20",
            "-t20 -p gpu",
            "--time 5 --gres=gpu:1 --time \"20\"",
            "-p time -t '0:20:00'",
        ] {
            assert_eq!(limit(options), Some(20), "{options}");
        }
        for options in ["", "--partition=gpu", "--time-min=5", "-p t"] {
            assert_eq!(limit(options), None, "{options}");
        }
    }

    #[test]
    fn who_would_be_warned_at_once_is_refused() {
        for usable in [
            "",
            "--time=4",
            "--time=0",
            "--time=2 --signal=B:USR1@30",
            "--signal=B:USR1@600 -t 20",
            "--time=1-0",
        ] {
            check(usable).unwrap();
        }
        for (refused, least) in [
            ("--time=1", "3m 00s"),
            ("-t 3", "3m 00s"),
            ("--time=10 --signal=B:USR1@600", "11m 00s"),
            ("--time=90 --signal B:USR1@7200", "2h 01m"),
        ] {
            let said = check(refused).unwrap_err().to_string();
            assert!(said.contains("without having trained") && said.contains(least), "{refused}: {said}");
        }
        for odd in ["--signal=B:USR1@", "--signal=B:USR1", "--signal=TERM@60"] {
            assert!(check(odd).unwrap_err().to_string().contains("B:USR1@SECONDS"), "{odd}");
        }
    }
}
