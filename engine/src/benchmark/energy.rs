//! Energy of a forward pass, by a GPU's counter and by its power.
//!
//! Power is an average over a second, so it cannot distinguish networks that take turns: each
//! runs for some seconds by itself.

use super::nvml::GpuSample;
use super::prepared::PreparedNetwork;
use super::sampler::{Sampler, Slice, settled};
use std::time::{Duration, Instant};
use torch_ext::{CudaEvent, Error};

/// Least time that a network runs by itself: a second until its power is its own, and two of it.
const LEAST: Duration = Duration::from_secs(3);
/// Seconds of work that the device is given at once.
const BURST: f64 = 20e-3;
/// The most that counter and power may differ, of the counter.
const AGREEMENT: f64 = 0.1;

/// What a network used.
#[derive(Debug)]
pub struct Energy {
    /// When it ran.
    pub slice: Slice,
    /// The samples whose power is its own.
    pub settled: Vec<GpuSample>,
    /// Joules of a forward pass.
    pub joules: Option<f64>,
    /// That counter and power do not agree, if so.
    pub note: Option<String>,
}

/// Runs `network`, whose forward pass takes `forward` seconds, on CUDA device `device` for at least
/// `seconds`, and measures what `sampler` sees.
pub fn measure(
    network: &mut PreparedNetwork,
    forward: f64,
    sampler: &Sampler,
    device: usize,
    seconds: Duration,
) -> Result<Energy, Error> {
    let mut mark = CudaEvent::new(device)?;
    // The host queues work faster than it is done, so it waits now and then.
    let burst = (BURST / forward).ceil().clamp(1.0, 1e4) as u64;
    let (began, before) = (Instant::now(), sampler.gpu().joules());
    let mut forwards = 0u64;
    while began.elapsed() < seconds.max(LEAST) {
        for _ in 0..burst {
            network.run()?;
        }
        forwards += burst;
        mark.record()?;
        mark.synchronize()?;
    }
    let (after, ended) = (sampler.gpu().joules(), Instant::now());
    let settled = settled(&sampler.within(&[(began, ended)]), began);
    let watts: Vec<f64> = settled.iter().filter_map(|sample| sample.power).collect();
    let mean = (!watts.is_empty()).then(|| watts.iter().sum::<f64>() / watts.len() as f64);
    let by_power = mean.map(|watts| watts * ended.duration_since(began).as_secs_f64());
    let (joules, note) = agreed(before.zip(after).map(|(before, after)| after - before), by_power);
    let joules = joules.map(|joules| joules / forwards as f64);
    Ok(Energy { slice: (began, ended), settled, joules, note })
}

/// The energy by the counter, or by power where there is none; and a note if they are far apart.
fn agreed(counter: Option<f64>, power: Option<f64>) -> (Option<f64>, Option<String>) {
    let note = counter.zip(power).filter(|(counter, power)| (counter - power).abs() > AGREEMENT * counter);
    let note = note.map(|(counter, power)| {
        format!("energy is {counter:.0} J by the device's counter and {power:.0} J by its power")
    });
    (counter.or(power), note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_comes_first_and_disagreement_is_told() {
        assert_eq!(agreed(Some(100.0), Some(109.0)), (Some(100.0), None));
        assert_eq!(agreed(None, Some(109.0)), (Some(109.0), None));
        assert_eq!(agreed(None, None), (None, None));
        let (joules, note) = agreed(Some(100.0), Some(80.0));
        assert_eq!(joules, Some(100.0));
        assert!(note.unwrap().contains("100 J by the device's counter and 80 J"));
    }
}
