//! Weights as a safetensors file with torchvision-style names, to and from
//! other programs: `conv1.weight` (out, in, kernel, kernel), `bn1.weight`,
//! `bn1.running_mean`, `fc.bias` and so on, 32-bit floats.

use crate::Parameters;
use crate::tensor_bytes::{NamedTensor, from_view, to_bytes};
use safetensors::tensor::{Dtype, TensorView};
use std::collections::BTreeMap;
use std::path::Path;
use tch::{Kind, Tensor};

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It cannot be read.
    #[error("cannot read {path}: {cause}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not a safetensors file.
    #[error("{path} is not a safetensors file, or is damaged: {cause}")]
    Format {
        /// The file.
        path: String,
        /// Why.
        cause: safetensors::SafeTensorError,
    },
    /// It does not hold this network.
    #[error("{path} does not hold this network: {what}; it needs a file saved from the same model")]
    OtherNetwork {
        /// The file.
        path: String,
        /// The first tensor that does not fit.
        what: String,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] records::FileError),
}

/// Every value of `parameters` by name; `weights` takes the place of its weights.
pub(crate) fn named(parameters: &Parameters, weights: &Tensor) -> Vec<NamedTensor> {
    let weights = parameters.weight_names().iter().cloned().zip(parameters.weight_views(weights));
    let others = parameters.segments().map(|(segment, view)| (segment.name.clone(), view));
    weights.chain(others).collect()
}

/// Writes the network with `weights` in place of its weights.
///
/// # Errors
///
/// If the file cannot be written.
pub fn save_weights(parameters: &Parameters, weights: &Tensor, path: &Path) -> Result<(), WeightsError> {
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = named(parameters, weights)
        .into_iter()
        .map(|(name, tensor)| (name, tensor.size().iter().map(|n| *n as usize).collect(), to_bytes(&tensor)))
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name.as_str(), view.expect("the bytes are those of the shape"))
    });
    let bytes = safetensors::serialize(views, None).expect("names are unique");
    Ok(records::write_atomically(path, &bytes)?)
}

/// Fills `parameters` from a file. Tensors that PyTorch counts batches with are ignored.
///
/// # Errors
///
/// If the file cannot be read, or does not hold exactly the tensors of this network.
pub fn load_weights(parameters: &mut Parameters, path: &Path) -> Result<(), WeightsError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| WeightsError::Read { path: name.clone(), cause })?;
    let file = safetensors::SafeTensors::deserialize(&bytes)
        .map_err(|cause| WeightsError::Format { path: name.clone(), cause })?;
    let other = |what: String| WeightsError::OtherNetwork { path: name.clone(), what };
    let mut tensors: BTreeMap<String, Tensor> = BTreeMap::new();
    for (tensor, view) in file.tensors() {
        if !tensor.ends_with("num_batches_tracked") {
            let value =
                from_view(&view).ok_or_else(|| other(format!("`{tensor}` is not of 32-bit floats")))?;
            tensors.insert(tensor, value);
        }
    }
    let places = named(parameters, &parameters.weights);
    for (tensor, place) in &places {
        let value = tensors.get(tensor).ok_or_else(|| other(format!("`{tensor}` is missing")))?;
        if value.size() != place.size() || value.kind() != Kind::Float {
            return Err(other(format!("`{tensor}` is {:?}, not {:?}", value.size(), place.size())));
        }
    }
    if let Some(extra) = tensors.keys().find(|name| !places.iter().any(|(place, _)| place == *name)) {
        return Err(other(format!("`{extra}` is not part of it")));
    }
    for (tensor, mut place) in places {
        place.copy_(&tensors[&tensor]);
    }
    Ok(())
}
