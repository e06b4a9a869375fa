//! Watches a GPU while something else is measured: a thread that asks NVML twenty times a second.

use super::nvml::{Gpu, GpuSample, sample};
use super::statistics::median;
use std::collections::BTreeSet;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use trial::protocol::{ReadingRange, Readings};

/// Time between two samples: NVML answers within a millisecond, and little of it moves faster.
const PERIOD: Duration = Duration::from_millis(50);
/// Every how many samples the processes on the device are asked for.
const PROCESSES: usize = 10;
/// The time that a reading of power is the average of.
const POWER_AVERAGE: Duration = Duration::from_secs(1);

/// A span of time in which something was measured.
pub type Slice = (Instant, Instant);

/// The samples of a GPU since it was started; it ends when dropped.
pub struct Sampler {
    gpu: Arc<Gpu>,
    samples: Arc<Mutex<Vec<GpuSample>>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// Begins to watch `gpu`. Where the system starts no thread, there are no samples.
    pub fn start(gpu: Gpu) -> Self {
        let (gpu, samples) = (Arc::new(gpu), Arc::new(Mutex::new(Vec::new())));
        let (stop, stopped) = mpsc::channel();
        let (watched, kept) = (gpu.clone(), samples.clone());
        let watch = move || {
            let Ok(device) = watched.device() else { return };
            let mut number = 0;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PERIOD) {
                let sample = sample(&device, number % PROCESSES == 0);
                // Only a push is done under the lock, so that it cannot be poisoned.
                kept.lock().unwrap_or_else(|broken| broken.into_inner()).push(sample);
                number += 1;
            }
        };
        Self { gpu, samples, stop: Some(stop), thread: Builder::new().spawn(watch).ok() }
    }

    /// The GPU.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// The samples that were taken within `slices`.
    pub fn within(&self, slices: &[Slice]) -> Vec<GpuSample> {
        let samples = self.samples.lock().unwrap_or_else(|broken| broken.into_inner());
        let inside = |sample: &&GpuSample| slices.iter().any(|(from, to)| (*from..=*to).contains(&sample.at));
        samples.iter().filter(inside).cloned().collect()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}

/// What samples say together; energy is measured apart.
pub fn readings(samples: &[GpuSample]) -> Readings {
    let range = |of: fn(&GpuSample) -> Option<f64>| {
        let values: Vec<f64> = samples.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| ReadingRange {
            least: values.iter().copied().fold(f64::MAX, f64::min),
            median: median(&values),
            most: values.iter().copied().fold(f64::MIN, f64::max),
        })
    };
    let reasons: BTreeSet<&str> =
        samples.iter().filter_map(|sample| sample.throttling.as_ref()).flatten().copied().collect();
    Readings {
        sm_clock: range(|sample| sample.sm_clock),
        memory_clock: range(|sample| sample.memory_clock),
        power: range(|sample| sample.power),
        temperature: range(|sample| sample.temperature),
        throttling: reasons.into_iter().map(String::from).collect(),
        joules_per_image: None,
    }
}

/// The most processes that were seen beside this one.
pub fn others(samples: &[GpuSample]) -> usize {
    samples.iter().filter_map(|sample| sample.others).max().unwrap_or(0)
}

/// The samples whose power belongs wholly to what began at `start`.
pub fn settled(samples: &[GpuSample], start: Instant) -> Vec<GpuSample> {
    samples.iter().filter(|sample| sample.at >= start + POWER_AVERAGE).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(at: Instant, power: Option<f64>, throttling: &[&'static str]) -> GpuSample {
        let throttling = Some(throttling.to_vec());
        let (sm_clock, temperature) = (Some(1000.0), None);
        GpuSample { at, sm_clock, memory_clock: None, power, temperature, throttling, others: None }
    }

    #[test]
    fn samples_are_taken_together_and_what_is_missing_stays_missing() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut samples = vec![
            told(at(0), Some(100.0), &[]),
            told(at(900), Some(300.0), &["sync boost"]),
            told(at(1000), Some(200.0), &["sync boost", "hardware slowdown"]),
            told(at(2000), None, &[]),
        ];
        samples[1].others = Some(2);
        let all = readings(&samples);
        assert_eq!(all.power, Some(ReadingRange { least: 100.0, median: 200.0, most: 300.0 }));
        assert_eq!(all.sm_clock.unwrap().median, 1000.0);
        assert_eq!((all.temperature, all.memory_clock), (None, None));
        assert_eq!(all.throttling, ["hardware slowdown", "sync boost"]);
        assert_eq!(others(&samples), 2);
        assert_eq!(settled(&samples, start).len(), 2);
        assert_eq!((readings(&[]), others(&[])), (Readings::default(), 0));
    }
}
