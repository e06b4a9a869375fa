//! Weights as a safetensors file with torchvision-style names, to and from
//! other programs: `conv1.weight` (out, in, kernel, kernel), `bn1.weight`,
//! `bn1.running_mean`, `fc.bias` and so on, 32-bit floats. The metadata hold a checksum of all of it.

use crate::Parameters;
use crate::tensor_bytes::{NamedTensor, from_view, to_bytes};
use records::{TensorFile, TensorFileError, content_checksum};
use safetensors::tensor::{Dtype, TensorView};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use tch::{Kind, Tensor};

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It cannot be read.
    #[error("cannot read {path}: {cause}; {}", records::remedy(cause))]
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
        cause: TensorFileError,
    },
    /// It is not what was written.
    #[error("{path}: {}; use another copy", content_checksum::BROKEN)]
    Changed {
        /// The file.
        path: String,
    },
    /// It does not hold this network.
    #[error("{path} does not hold this network: {what}; it needs a file saved from the same model")]
    OtherNetwork {
        /// The file.
        path: String,
        /// The first tensor that does not fit.
        what: String,
    },
    /// It holds a detector of other objects.
    #[error(
        "{path} holds the heads of {found} classes of objects (`{tensor}`), and there are {expected} here; give \
         weights of a training with the same classes, or those of the backbone alone"
    )]
    OtherClasses {
        /// The file.
        path: String,
        /// The first head that does not fit.
        tensor: String,
        /// Its classes, without the background.
        found: usize,
        /// Those of the network.
        expected: usize,
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

/// The tensors of a file by name.
pub(crate) type Tensors = BTreeMap<String, Tensor>;

/// Fills `parameters` from a file. Tensors that PyTorch counts batches with are ignored.
///
/// # Errors
///
/// If the file cannot be read, or does not hold exactly the tensors of this network.
pub fn load_weights(parameters: &mut Parameters, path: &Path) -> Result<(), WeightsError> {
    load_tensors(parameters, path, read_tensors(path)?)
}

/// Fills `parameters` from the tensors of the file at `path`, which must be exactly those of the network.
pub(crate) fn load_tensors(
    parameters: &Parameters,
    path: &Path,
    tensors: Tensors,
) -> Result<(), WeightsError> {
    let places = named(parameters, &parameters.weights);
    if let Some(extra) = tensors.keys().find(|name| !places.iter().any(|(place, _)| place == *name)) {
        // A tensor that is missing or of another shape says more.
        check(&places, &tensors, path)?;
        return Err(other(path, format!("`{extra}` is not part of it")));
    }
    fill(&places, &tensors, path)
}

/// Copies to each of `places` the tensor of its name; nothing if one does not fit.
pub(crate) fn fill(places: &[NamedTensor], tensors: &Tensors, path: &Path) -> Result<(), WeightsError> {
    check(places, tensors, path)?;
    for (tensor, place) in places {
        place.shallow_clone().copy_(&tensors[tensor]);
    }
    Ok(())
}

fn check(places: &[NamedTensor], tensors: &Tensors, path: &Path) -> Result<(), WeightsError> {
    for (tensor, place) in places {
        let value = tensors.get(tensor).ok_or_else(|| other(path, format!("`{tensor}` is missing")))?;
        if value.size() != place.size() || value.kind() != Kind::Float {
            return Err(other(path, format!("`{tensor}` is {:?}, not {:?}", value.size(), place.size())));
        }
    }
    Ok(())
}

/// All tensors of a safetensors file but those that PyTorch counts batches with.
pub(crate) fn read_tensors(path: &Path) -> Result<Tensors, WeightsError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| WeightsError::Read { path: name.clone(), cause })?;
    let file =
        TensorFile::parse(&bytes).map_err(|cause| WeightsError::Format { path: name.clone(), cause })?;
    if !file.is_intact() {
        return Err(WeightsError::Changed { path: name });
    }
    let mut tensors = BTreeMap::new();
    for (tensor, view) in file.tensors() {
        if !tensor.ends_with("num_batches_tracked") {
            let value =
                from_view(&view).ok_or_else(|| other(path, format!("`{tensor}` is not of 32-bit floats")))?;
            tensors.insert(tensor.into(), value);
        }
    }
    Ok(tensors)
}

fn other(path: &Path, what: String) -> WeightsError {
    WeightsError::OtherNetwork { path: path.display().to_string(), what }
}
