//! How networks are timed: protocol `stable`, the harness's own, and `halp`, that of HALP's published code.

use super::load::{ProcessorClock, Use};
use super::prepared::PreparedNetwork;
use super::sampler::Slice;
use super::statistics::{is_steady, median};
use super::timer::Timer;
use crate::reference_workload::ReferenceWorkload;
use std::time::{Duration, Instant};
use torch_ext::Error;

/// Forward passes of protocol `halp`.
const HALP_FORWARDS: usize = 40;
/// Those of them that do not count, the first.
const HALP_DROPPED: usize = 10;
/// Batch of protocol `halp`.
pub const HALP_BATCH: usize = 256;

/// Turns in which the time of protocol `stable` is spent.
const TURNS: u32 = 10;
/// Least number of timings: fewer than six bound no median.
const LEAST_TIMINGS: usize = 6;
/// Longest warm-up.
const WARM_UP: Duration = Duration::from_secs(3);
/// Length of a window of the warm-up, unless a forward pass is longer.
const WINDOW: Duration = Duration::from_millis(100);

/// What was timed of one network, and when.
#[derive(Debug, Default)]
pub struct Timings {
    /// Seconds of a forward pass, timing after timing.
    pub seconds: Vec<f64>,
    /// Forward passes in each timing.
    pub repeats: u64,
    /// When it was timed.
    pub slices: Vec<Slice>,
    /// What the processor did meanwhile.
    pub used: Use,
}

impl Timings {
    /// Adds what `turn` times as one slice.
    fn slice(&mut self, turn: impl FnOnce(&mut Vec<f64>) -> Result<(), Error>) -> Result<(), Error> {
        let (from, began) = (ProcessorClock::now(), Instant::now());
        turn(&mut self.seconds)?;
        self.slices.push((began, Instant::now()));
        self.used.add(from, ProcessorClock::now());
        Ok(())
    }
}

/// Times `networks` in turns, so that drift affects all alike: each for at least `seconds` and
/// [`LEAST_TIMINGS`], after a warm-up. The reference workload runs between the turns; its median
/// seconds are returned, too.
pub fn stable(
    networks: &mut [PreparedNetwork],
    reference: &ReferenceWorkload,
    timer: &mut Timer,
    seconds: Duration,
) -> Result<(Vec<Timings>, f64), Error> {
    let mut all: Vec<Timings> = Vec::with_capacity(networks.len());
    let mut forwards = Vec::with_capacity(networks.len());
    for network in networks.iter_mut() {
        let forward = warm_up(network, timer)?;
        forwards.push(forward);
        all.push(Timings { repeats: timer.repeats(forward), ..Timings::default() });
    }
    let lacks = |timings: &Timings| {
        let spent: Duration = timings.slices.iter().map(|(from, to)| to.duration_since(*from)).sum();
        spent < seconds || timings.seconds.len() < LEAST_TIMINGS
    };
    let mut passes = Vec::new();
    while all.iter().any(lacks) {
        passes.push(reference.wall_seconds());
        for ((network, timings), forward) in networks.iter_mut().zip(&mut all).zip(&forwards) {
            let repeats = timings.repeats;
            timings.slice(|seconds_each| {
                let began = Instant::now();
                loop {
                    seconds_each.push(timer.time_busy(repeats, *forward, || network.run())?);
                    if began.elapsed() >= seconds / TURNS {
                        return Ok(());
                    }
                }
            })?;
        }
    }
    Ok((all, median(&passes)))
}

/// Runs until three successive windows agree, or for three seconds; seconds of a forward pass then.
fn warm_up(network: &mut PreparedNetwork, timer: &mut Timer) -> Result<f64, Error> {
    let began = Instant::now();
    let mut windows = Vec::new();
    loop {
        let (window, mut timings) = (Instant::now(), Vec::new());
        while timings.is_empty() || window.elapsed() < WINDOW {
            timings.push(timer.time(1, || network.run())?);
        }
        windows.push(timings.iter().sum::<f64>() / timings.len() as f64);
        if is_steady(&windows) || began.elapsed() >= WARM_UP {
            return Ok(windows[windows.len() - 1]);
        }
    }
}

/// Times one network as HALP does: 40 forward passes, each by itself, or several at once where one is
/// too short for the timer.
pub fn halp(network: &mut PreparedNetwork, timer: &mut Timer) -> Result<Timings, Error> {
    // The first pass chooses algorithms, the second shows how long they take.
    timer.time(1, || network.run())?;
    let forward = timer.time(1, || network.run())?;
    let repeats = timer.repeats(forward);
    let mut timings = Timings { repeats, ..Timings::default() };
    timings.slice(|seconds| {
        for _ in 0..HALP_FORWARDS {
            seconds.push(timer.time(repeats, || network.run())?);
        }
        Ok(())
    })?;
    Ok(timings)
}

/// The timings of protocol `halp` that count: all but the first ten.
pub fn halp_counted(timings: &[f64]) -> &[f64] {
    &timings[HALP_DROPPED..]
}

/// The mean of what protocol `halp` counts.
pub fn halp_mean(timings: &[f64]) -> f64 {
    let kept = halp_counted(timings);
    kept.iter().sum::<f64>() / kept.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halp_drops_ten_and_takes_the_mean_of_thirty() {
        let mut timings = vec![1e9; 10];
        timings.extend((0..30).map(|n| if n < 15 { 1.0 } else { 3.0 }));
        assert_eq!(halp_mean(&timings), 2.0);
    }
}
