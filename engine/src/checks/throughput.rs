//! Images a second: dense and compact networks, from run to run, under both protocols, and beside PyTorch.

mod beside;
mod compact;
mod protocols;

use super::check::Check;
use std::path::PathBuf;
use tch::Device;
use trial::protocol::{CheckJob, FpsJob, NetworkRequest, NetworkSource, Precision, Protocol};

/// The networks that are timed, in files, and how.
#[derive(Clone, Copy)]
struct Bench<'a> {
    job: &'a CheckJob,
    device: Device,
}

/// A network by its file.
struct Named {
    name: &'static str,
    file: PathBuf,
}

/// The checks of stage `throughput`.
pub(super) fn checks(job: &CheckJob, device: Device) -> Vec<Check<'_>> {
    let (bench, cuda) = (Bench { job, device }, device.is_cuda());
    let mut checks = vec![
        Check::new("stable", move || protocols::stable(bench)).taking(if cuda { 30.0 } else { 8.0 }),
        Check::new("halp", move || protocols::halp(bench)).taking(if cuda { 10.0 } else { 5.0 }),
    ];
    if let Some(python) = &job.python {
        let names = if cuda { &compact::NAMES[..] } else { &compact::NAMES[..2] };
        checks.extend(names.iter().map(|&name| {
            let find = move || beside::find(bench, python, name);
            Check::new(format!("beside PyTorch: {name}"), find).taking(if cuda { 40.0 } else { 8.0 })
        }));
    }
    checks
}

impl Bench<'_> {
    /// Side of the images in pixels.
    fn side(self) -> usize {
        if self.device.is_cuda() { 224 } else { 64 }
    }

    /// Images in a forward pass.
    fn batch(self) -> usize {
        if self.device.is_cuda() { 256 } else { 4 }
    }

    /// The job of measuring `networks` under `protocol` for `seconds` each.
    fn fps(self, networks: &[Named], protocol: Protocol, seconds: f64) -> FpsJob {
        let request = |network: &Named| NetworkRequest {
            name: network.name.into(),
            source: NetworkSource::Checkpoint(network.file.clone()),
        };
        FpsJob {
            networks: networks.iter().map(request).collect(),
            device: self.job.device,
            threads: self.job.threads,
            batches: vec![self.batch()],
            precisions: vec![Precision::Fp32],
            protocols: vec![protocol],
            seconds,
            cuda_graphs: true,
            fold: true,
            round_to: None,
            dense: false,
        }
    }
}
