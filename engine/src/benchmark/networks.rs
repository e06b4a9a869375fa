//! The networks that are measured, from files, runs and names, each with its dense one.

use super::BenchmarkError;
use crate::stored_network::StoredNetwork;
use crate::{Parameters, initial_weights};
use network::Network;
use std::rc::Rc;
use tch::Device;
use trial::protocol::FpsJob;

/// A network to be timed.
#[derive(Debug)]
pub struct LoadedNetwork {
    /// Its name.
    pub name: String,
    /// The network.
    pub network: Network,
    /// Its values.
    pub parameters: Rc<Parameters>,
    /// Which of the loaded networks is its dense network.
    pub dense: Option<usize>,
}

/// The networks of `job`, followed by the dense ones that are measured beside them.
pub fn load(job: &FpsJob, device: Device) -> Result<Vec<LoadedNetwork>, BenchmarkError> {
    let mut loaded = Vec::new();
    let mut originals = Vec::new();
    for request in &job.networks {
        let StoredNetwork { network, parameters, dense } = StoredNetwork::read(&request.source, device)?;
        let parameters = Rc::new(parameters);
        loaded.push(LoadedNetwork { name: request.name.clone(), network, parameters, dense: None });
        originals.push(dense);
    }
    for (index, dense) in originals.into_iter().enumerate() {
        let Some(dense) = dense else { continue };
        let there = loaded.iter().position(|other| other.network.nodes == dense.nodes);
        loaded[index].dense = there.or_else(|| {
            job.dense.then(|| {
                let parameters = Rc::new(initial_weights(&dense, 0, device));
                let name = format!("{} (dense)", dense.name);
                loaded.push(LoadedNetwork { name, network: dense, parameters, dense: None });
                loaded.len() - 1
            })
        });
    }
    Ok(loaded)
}
