//! The clock that forward passes are timed by: the device's events on CUDA, the host's steady clock
//! on the CPU. Its own precision is measured first.

use super::statistics::median;
use std::time::Instant;
use tch::Device;
use torch_ext::event::{CudaEvent, elapsed_ms};

/// How many times as long as the timer's precision a timed interval must be.
const LEAST: f64 = 100.0;
/// The most forward passes that are timed at once.
const MOST: f64 = 1e4;
/// How often precision is measured.
const TRIALS: usize = 1000;
/// The step of CUDA's events, by its documentation, in seconds.
const EVENT_STEP: f64 = 0.5e-6;
/// Below this length of an interval, in seconds, the time that a device needs to receive its first
/// work is visible.
const LEAD: f64 = 10e-3;

/// A clock of known precision.
#[derive(Debug)]
pub struct Timer {
    clock: Clock,
    precision: f64,
}

#[derive(Debug)]
enum Clock {
    Host,
    Device { earlier: CudaEvent, later: CudaEvent },
}

impl Timer {
    /// The clock of `device`.
    pub fn new(device: Device) -> Result<Self, torch_ext::Error> {
        let Device::Cuda(number) = device else {
            return Ok(Self { clock: Clock::Host, precision: host_precision() });
        };
        let (mut earlier, mut later) = (CudaEvent::new(number)?, CudaEvent::new(number)?);
        let mut empty = Vec::with_capacity(TRIALS);
        for _ in 0..TRIALS {
            earlier.record()?;
            later.record()?;
            empty.push(elapsed_ms(&earlier, &later)? / 1e3);
        }
        Ok(Self { clock: Clock::Device { earlier, later }, precision: median(&empty).max(EVENT_STEP) })
    }

    /// The larger of its smallest step and the time that an empty interval shows, in seconds.
    pub fn precision(&self) -> f64 {
        self.precision
    }

    /// How many forward passes of so many seconds are timed at once, so that the precision is at most
    /// a hundredth of what is timed.
    pub fn repeats(&self, forward: f64) -> u64 {
        repeats(self.precision, forward)
    }

    /// Seconds of one run of `work`, from `repeats` of them.
    pub fn time(
        &mut self,
        repeats: u64,
        mut work: impl FnMut() -> Result<(), torch_ext::Error>,
    ) -> Result<f64, torch_ext::Error> {
        let began = Instant::now();
        let mut all = || (0..repeats).try_for_each(|_| work());
        let seconds = match &mut self.clock {
            Clock::Host => {
                all()?;
                began.elapsed().as_secs_f64()
            }
            Clock::Device { earlier, later } => {
                earlier.record()?;
                all()?;
                later.record()?;
                elapsed_ms(earlier, later)? / 1e3
            }
        };
        Ok(seconds / repeats as f64)
    }

    /// As [`Timer::time`], of a device that is at work already when the interval begins: one that waits
    /// shows how long the host takes to give it the first work, as no busy device does.
    pub fn time_busy(
        &mut self,
        repeats: u64,
        forward: f64,
        mut work: impl FnMut() -> Result<(), torch_ext::Error>,
    ) -> Result<f64, torch_ext::Error> {
        if matches!(self.clock, Clock::Device { .. }) && forward * (repeats as f64) < LEAD {
            work()?;
        }
        self.time(repeats, work)
    }
}

fn repeats(precision: f64, forward: f64) -> u64 {
    (LEAST * precision / forward.max(f64::MIN_POSITIVE)).ceil().clamp(1.0, MOST) as u64
}

/// The median of the host clock's steps and of the time that reading it takes, in seconds.
fn host_precision() -> f64 {
    let step = |_| {
        let start = Instant::now();
        loop {
            let step = start.elapsed();
            if !step.is_zero() {
                return step.as_secs_f64();
            }
        }
    };
    let steps: Vec<f64> = (0..TRIALS).map(step).collect();
    let start = Instant::now();
    for _ in 0..TRIALS {
        std::hint::black_box(Instant::now());
    }
    median(&steps).max(start.elapsed().as_secs_f64() / TRIALS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_a_hundred_times_the_precision() {
        assert_eq!(repeats(1e-6, 1.0), 1);
        assert_eq!(repeats(1e-6, 100e-6), 1);
        assert_eq!(repeats(1e-6, 99e-6), 2);
        assert_eq!(repeats(2e-6, 10e-6), 20);
        assert_eq!(repeats(2e-6, 0.0), 10_000);
    }

    #[test]
    fn the_host_has_a_clock_that_can_time_a_millisecond() {
        let mut timer = Timer::new(Device::Cpu).unwrap();
        assert!(timer.precision() > 0.0 && timer.precision() < 1e-5, "{}", timer.precision());
        let mut runs = 0;
        let work = || {
            runs += 1;
            std::thread::sleep(std::time::Duration::from_millis(2));
            Ok(())
        };
        let seconds = timer.time_busy(3, 2e-3, work).unwrap();
        assert!((2e-3..1.0).contains(&seconds), "{seconds}");
        assert_eq!(runs, 3, "the host is always busy");
    }

    #[test]
    fn a_device_that_is_not_there_has_no_clock() {
        assert!(Timer::new(Device::Cuda(1000)).unwrap_err().to_string().contains("no CUDA device"));
    }
}
