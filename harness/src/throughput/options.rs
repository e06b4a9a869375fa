//! How throughput is measured, and the job that asks a worker for it.

use super::NamedNetwork;
use crate::device::{Device, DeviceChoice};
use trial::protocol::{FpsJob, NetworkRequest, Precision, Protocol};

/// How networks are measured.
#[derive(Clone, Debug)]
pub struct FpsOptions {
    /// The device.
    pub device: DeviceChoice,
    /// Threads of the processor; none for as many as there are cores.
    pub threads: Option<usize>,
    /// Images in one forward pass; empty for what each protocol has.
    pub batches: Vec<usize>,
    /// Number formats.
    pub precisions: Vec<Precision>,
    /// Protocols.
    pub protocols: Vec<Protocol>,
    /// Least time of a measurement by protocol `stable`, seconds a network.
    pub seconds: f64,
    /// Whether the dense network of a trained one is measured beside it.
    pub dense: bool,
    /// Whether batch norms are folded.
    pub fold: bool,
    /// Channels are filled up to multiples of this.
    pub round_to: Option<usize>,
    /// Whether CUDA graphs are replayed.
    pub cuda_graphs: bool,
    /// Whether progress is not reported.
    pub quiet: bool,
}

impl FpsOptions {
    /// The job of measuring `networks` on `device`.
    pub fn job(&self, networks: &[NamedNetwork], device: Device) -> FpsJob {
        let Self { batches, precisions, protocols, seconds, dense, fold, round_to, cuda_graphs, .. } =
            self.clone();
        let cores = crate::jobs::cores();
        let request = |network: &NamedNetwork| NetworkRequest {
            name: network.name.clone(),
            source: network.source.clone(),
        };
        FpsJob {
            networks: networks.iter().map(request).collect(),
            device,
            threads: self.threads.unwrap_or(cores),
            batches,
            precisions,
            protocols,
            seconds,
            fold,
            round_to,
            dense,
            cuda_graphs,
        }
    }
}
