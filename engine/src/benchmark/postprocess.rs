//! How long a detector takes from its outputs to detections on the host.

use crate::objective::PostProcessing;
use network::Network;
use std::time::{Duration, Instant};
use tch::Device;

/// Runs before the first that counts.
const WARM_UP: usize = 3;
/// Least number of runs that count.
const LEAST: usize = 10;
/// Most of them.
const MOST: usize = 1_000;

/// Mean and standard deviation of the milliseconds for a batch of `batch` images, over runs of at most `limit` in
/// all and ten at least; none if `network` is no detector. A run ends with a copy to the host, so that it needs no
/// other synchronisation.
pub fn milliseconds(network: &Network, batch: usize, device: Device, limit: Duration) -> Option<(f64, f64)> {
    let post = PostProcessing::of(network, batch, device)?;
    (0..WARM_UP).for_each(|_| post.run());
    let (began, mut runs) = (Instant::now(), Vec::new());
    while runs.len() < LEAST || runs.len() < MOST && began.elapsed() < limit {
        let start = Instant::now();
        post.run();
        runs.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let mean = runs.iter().sum::<f64>() / runs.len() as f64;
    let variance = runs.iter().map(|run| (run - mean).powi(2)).sum::<f64>() / (runs.len() - 1) as f64;
    Some((mean, variance.sqrt()))
}
