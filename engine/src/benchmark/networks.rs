//! The networks that are measured, from files, runs and names, each with its dense one.

use super::BenchmarkError;
use crate::{CompactFile, Parameters, initial_weights, load_compact, load_weights};
use network::{Network, models};
use records::files;
use std::path::Path;
use std::rc::Rc;
use tch::Device;
use trial::TrialSpec;
use trial::protocol::{FpsJob, NetworkSource};

/// A network to be timed.
#[derive(Debug)]
pub struct LoadedNetwork {
    /// What it is called.
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
        let (network, parameters, dense) = read(&request.source, device)?;
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

/// A network, its values, and the dense network that it came from if that is known.
fn read(
    source: &NetworkSource,
    device: Device,
) -> Result<(Network, Parameters, Option<Network>), BenchmarkError> {
    match source {
        NetworkSource::Checkpoint(path) => {
            let CompactFile { network, parameters, provenance } = load_compact(path, device)?;
            let ends = network.nodes.first().zip(network.nodes.last());
            // A network is timed even if this program does not know its name.
            let dense = provenance.get("model").zip(ends).and_then(|(model, (images, logits))| {
                models::model(model, logits.shape.channels, images.shape.height).ok()
            });
            Ok((network, parameters, dense))
        }
        NetworkSource::Run(directory) => {
            let resolved = spec(&directory.join(files::SPEC))?.resolve()?;
            let mut parameters = Parameters::neutral(&resolved.network, device);
            load_weights(&mut parameters, &directory.join(files::WEIGHTS))?;
            Ok((resolved.network, parameters, Some(resolved.dense)))
        }
        NetworkSource::Model { name, classes, side, seed } => {
            let network = models::model(name, *classes, *side)?;
            let parameters = initial_weights(&network, *seed, device);
            Ok((network, parameters, None))
        }
    }
}

fn spec(path: &Path) -> Result<TrialSpec, BenchmarkError> {
    let wrong = |cause: String| BenchmarkError::Spec { path: path.display().to_string(), cause };
    let text = std::fs::read_to_string(path).map_err(|cause| wrong(cause.to_string()))?;
    serde_json::from_str(&text).map_err(|cause| wrong(cause.to_string()))
}
