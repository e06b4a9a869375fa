//! Times repetitions of the same work, and summarises them.

use crate::benchmark::load::{self, ProcessorClock, Use};
use crate::benchmark::sampler::{self, Sampler};
use crate::benchmark::statistics::TimingSummary;
use crate::benchmark::timer::Timer;
use crate::benchmark::verdict::Evidence;
use std::time::{Duration, Instant};
use tch::Device;
use torch_ext::Error;
use trial::protocol::LutTiming;

/// Least number of timings.
const LEAST: usize = 5;
/// Least number of runs before the first that counts.
const WARM_UP: usize = 3;
/// Work of fewer seconds is timed several times at once when it is first judged.
const SHORT: f64 = 1e-3;
/// How many times.
const TOGETHER: u64 = 10;

/// What measures.
pub struct Stopwatch {
    device: Device,
    threads: usize,
    timer: Timer,
    sampler: Option<Sampler>,
    seconds: Duration,
}

impl Stopwatch {
    /// A stopwatch that takes at least `seconds` for each latency.
    pub fn new(
        device: Device,
        threads: usize,
        sampler: Option<Sampler>,
        seconds: Duration,
    ) -> Result<Self, Error> {
        Ok(Self { device, threads, timer: Timer::new(device)?, sampler, seconds })
    }

    /// Precision of its timer, in seconds.
    pub fn precision(&self) -> f64 {
        self.timer.precision()
    }

    /// Times `work` after a warm-up, several runs at once where one is too short for the timer.
    pub fn time(&mut self, mut work: impl FnMut() -> Result<(), Error>) -> Result<LutTiming, Error> {
        let once = self.warm_up(&mut work)?;
        let repeats = self.timer.repeats(once);
        let (from, began) = (ProcessorClock::now(), Instant::now());
        let mut timings = Vec::new();
        while timings.len() < LEAST || began.elapsed() < self.seconds {
            timings.push(self.timer.time_busy(repeats, once, &mut work)?);
        }
        let (slice, to) = ((began, Instant::now()), ProcessorClock::now());
        let summary = TimingSummary::of(&timings);
        let samples = self.sampler.as_ref().map_or_else(Vec::new, |sampler| sampler.within(&[slice]));
        let mut used = Use::default();
        used.add(from, to);
        let cores = load::cores().unwrap_or(self.threads);
        let evidence = Evidence {
            spread: summary.spread,
            samples: samples.len(),
            readings: sampler::readings(&samples),
            slowdown: self.sampler.as_ref().and_then(|sampler| sampler.gpu().slowdown()),
            others: sampler::others(&samples),
            share: (!self.device.is_cuda()).then(|| used.share(self.threads, cores)),
        };
        Ok(LutTiming {
            number: 0,
            milliseconds: summary.median * 1e3,
            spread: summary.spread,
            repeats: u32::try_from(timings.len()).unwrap_or(u32::MAX),
            doubts: evidence.doubts(),
        })
    }

    /// Runs `work` for half as long as it is to be timed; seconds of a run in the end.
    ///
    /// The first run chooses algorithms and fills caches.
    fn warm_up(&mut self, work: &mut impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
        let mut last = self.timer.time(1, &mut *work)?;
        let (began, mut runs) = (Instant::now(), 1);
        while runs < WARM_UP || began.elapsed() < self.seconds / 2 {
            last = self.timer.time(1, &mut *work)?;
            runs += 1;
        }
        if last < SHORT {
            // A device that waits for its host shows the host's time more than its own.
            last = self.timer.time_busy(TOGETHER, last, &mut *work)?;
        }
        Ok(last)
    }
}
