//! Weights as a safetensors file with torchvision-style names, to and from
//! other programs: `conv1.weight` (out, in, kernel, kernel), `bn1.weight`,
//! `bn1.running_mean`, `fc.bias` and so on, 32-bit floats. The metadata hold a checksum of all of it.

use crate::Parameters;
use crate::tensor_bytes::{NamedTensor, shape, to_bytes};
use exchange::{FloatTensor, Head, InitialWeights, WeightsError, WeightsFile};
use network::Network;
use records::content_checksum;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use tch::Tensor;

/// Every value of `parameters` by name; `weights` takes the place of its weights.
pub(crate) fn named(parameters: &Parameters, weights: &Tensor) -> Vec<NamedTensor> {
    let weights = parameters.weight_names().iter().cloned().zip(parameters.weight_views(weights));
    let others = parameters.segments().map(|(segment, view)| (segment.name.clone(), view));
    weights.chain(others).collect()
}

/// The same as files hold them.
pub(crate) fn float_tensors(parameters: &Parameters, weights: &Tensor) -> Vec<FloatTensor> {
    let stored = |(name, tensor): NamedTensor| (name, shape(&tensor), to_bytes(&tensor));
    named(parameters, weights).into_iter().map(stored).collect()
}

/// Writes the network with `weights` in place of its weights.
///
/// # Errors
///
/// If the file cannot be written.
pub fn save_weights(parameters: &Parameters, weights: &Tensor, path: &Path) -> Result<(), WeightsError> {
    let tensors = float_tensors(parameters, weights);
    let views = || {
        tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            (name.as_str(), view.expect("the bytes are those of the shape"))
        })
    };
    let checksum = content_checksum::of(std::iter::empty(), views());
    let metadata = HashMap::from([(content_checksum::NAME.to_string(), checksum)]);
    let bytes = safetensors::serialize(views(), Some(metadata)).expect("names are unique");
    Ok(records::write_atomically(path, &bytes)?)
}

/// Fills `parameters` from a file, as [`exchange`] reads it.
///
/// # Errors
///
/// If the file cannot be read, or does not hold exactly the tensors of this network.
pub fn load_weights(parameters: &mut Parameters, path: &Path) -> Result<(), WeightsError> {
    let file = WeightsFile::open(path)?;
    let places = named(parameters, &parameters.weights);
    let shapes: Vec<Vec<usize>> = places.iter().map(|(_, place)| shape(place)).collect();
    let expected = places.iter().zip(&shapes).map(|((name, _), shape)| (name.as_str(), shape.as_slice()));
    exchange::fit_exactly(expected, &file)?;
    fill(places, &file)
}

/// Fills `parameters` of `network` from a file, or only those that it has to hold: all but those of the head, if that
/// is to keep what the seed gave it, or those of a detector's backbone.
///
/// # Errors
///
/// If the file cannot be read, has the heads of another number of classes, or neither holds exactly the tensors of
/// this network nor all those of its backbone.
pub fn load_initial_weights(
    network: &Network,
    parameters: &Parameters,
    path: &Path,
    head: Head,
) -> Result<InitialWeights, WeightsError> {
    let file = WeightsFile::open(path)?;
    let (filled, places) = exchange::fit(network, &file, head)?;
    let taken: HashSet<&str> = places.iter().map(|place| place.name.as_str()).collect();
    let mut targets = named(parameters, &parameters.weights);
    targets.retain(|(name, _)| taken.contains(name.as_str()));
    fill(targets, &file)?;
    Ok(filled)
}

/// Copies to each of `places` the tensor of its name, which the file has in its shape; nothing if one of them holds what
/// no network can.
fn fill(places: Vec<NamedTensor>, file: &WeightsFile) -> Result<(), WeightsError> {
    let values = places.iter().map(|(name, _)| file.values(name)).collect::<Result<Vec<_>, _>>()?;
    for ((_, mut place), values) in places.into_iter().zip(values) {
        place.copy_(&Tensor::from_slice(&values).view(place.size().as_slice()));
    }
    Ok(())
}
