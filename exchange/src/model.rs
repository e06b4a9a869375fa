//! A network with its values, for export.

use crate::compact;
use crate::{Place, WeightsError, WeightsFile, fit_exactly, places};
use network::Network;
use std::path::Path;

/// A network and the numbers of each of its places, in C order.
#[derive(Clone, Debug)]
pub struct Model {
    /// The network.
    pub network: Network,
    /// Its places with their numbers, node by node.
    pub tensors: Vec<(Place, Vec<f32>)>,
}

impl Model {
    /// `network` with the values of a weights file, which holds exactly those.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn with_weights(network: Network, path: &Path) -> Result<Self, WeightsError> {
        Self::filled(network, &WeightsFile::open(path)?)
    }

    /// The compact network in a file that a run or an export wrote.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or does not describe its network.
    pub fn compact(path: &Path) -> Result<Self, WeightsError> {
        let file = WeightsFile::open(path)?;
        let described = compact::described(file.metadata());
        let network =
            described.map_err(|what| WeightsError::NoDescription { path: file.path().into(), what })?;
        Self::filled(network, &file)
    }

    fn filled(network: Network, file: &WeightsFile) -> Result<Self, WeightsError> {
        let places = places(&network);
        fit_exactly(places.iter().map(Place::named), file)?;
        let filled = places.into_iter().map(|place| {
            let values = file.values(&place.name)?;
            Ok((place, values))
        });
        Ok(Self { network, tensors: filled.collect::<Result<_, WeightsError>>()? })
    }
}
