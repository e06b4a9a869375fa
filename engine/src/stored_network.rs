//! Networks that are run and not trained: from compact files, from run directories, and by name.

use crate::{CompactFile, Parameters, initial_weights, load_compact, load_weights};
use network::{Network, models};
use records::files;
use std::path::Path;
use tch::Device;
use trial::TrialSpec;
use trial::protocol::NetworkSource;

/// A network with its values.
#[derive(Debug)]
pub struct StoredNetwork {
    /// The network.
    pub network: Network,
    /// Its values.
    pub parameters: Parameters,
    /// The dense network that it came from, if that is known.
    pub dense: Option<Network>,
}

/// Why there is no such network.
#[derive(Debug, thiserror::Error)]
pub enum StoredNetworkError {
    /// A file holds no compact network.
    #[error(transparent)]
    Compact(#[from] crate::CompactError),
    /// The weights of a run cannot be read.
    #[error(transparent)]
    Weights(#[from] exchange::WeightsError),
    /// The spec of a run cannot be read.
    #[error("{path} is not the spec of a trial ({cause}); name a run directory, as <out>/runs/ has them")]
    Spec {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// The spec of a run cannot be resolved.
    #[error(transparent)]
    Resolve(#[from] trial::ResolveError),
    /// There is no such model.
    #[error(transparent)]
    Model(#[from] network::models::UnknownModel),
}

impl StoredNetwork {
    /// The network of `source` on `device`.
    ///
    /// # Errors
    ///
    /// If its files cannot be read, or it is not known by this name.
    pub fn read(source: &NetworkSource, device: Device) -> Result<Self, StoredNetworkError> {
        match source {
            NetworkSource::Checkpoint(path) => {
                let CompactFile { network, parameters, provenance } = load_compact(path, device)?;
                let side = network.nodes[0].shape.height;
                // A network can be run even if this program does not know its name.
                let dense = provenance
                    .get("model")
                    .and_then(|model| models::model(model, network.classes(), side).ok());
                Ok(Self { network, parameters, dense })
            }
            NetworkSource::Run(directory) => {
                let resolved = read_spec(directory)?.resolve()?;
                let mut parameters = Parameters::neutral(&resolved.network, device);
                load_weights(&mut parameters, &directory.join(files::WEIGHTS))?;
                Ok(Self { network: resolved.network, parameters, dense: Some(resolved.dense) })
            }
            NetworkSource::Model { name, classes, side, seed } => {
                let network = models::model(name, *classes, *side)?;
                let parameters = initial_weights(&network, *seed, device);
                Ok(Self { network, parameters, dense: None })
            }
        }
    }
}

/// The spec in run directory `directory`.
///
/// # Errors
///
/// If it cannot be read, or is not the spec of a trial.
pub fn read_spec(directory: &Path) -> Result<TrialSpec, StoredNetworkError> {
    let path = directory.join(files::SPEC);
    let wrong = |cause: String| StoredNetworkError::Spec { path: path.display().to_string(), cause };
    let text = std::fs::read_to_string(&path).map_err(|cause| wrong(cause.to_string()))?;
    serde_json::from_str(&text).map_err(|cause| wrong(cause.to_string()))
}
