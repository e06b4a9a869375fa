//! A compact network as a file, `compact.safetensors`: its description beside its values, so that
//! a program that knows none of the harness's models can run it.
//!
//! Tensors have torchvision-style names, as in a weights file. The metadata are `format`
//! (`harness-compact`), `version`, `network` (the description as JSON) and `provenance` (a JSON
//! object of strings: what the network came from), and a checksum of all of it. The same network
//! gives the same bytes. A file may come from anywhere, so everything is checked before it is used.

use crate::Parameters;
use crate::tensor_bytes::from_view;
use crate::weights_file::{float_tensors, named};
use exchange::compact::{FORMAT, VERSION};
use exchange::safetensors_bytes;
use network::{BrokenNetwork, Network};
use records::{TensorFile, TensorFileError, content_checksum};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use tch::{Device, Kind, Tensor};

/// A compact network and where it came from.
#[derive(Debug)]
pub struct CompactFile {
    /// The network.
    pub network: Network,
    /// Its values.
    pub parameters: Parameters,
    /// What it came from; `model` is the name of the model that was pruned.
    pub provenance: BTreeMap<String, String>,
}

/// Why a compact network cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// It cannot be read.
    #[error("cannot read {path}: {cause}; {}", match cause.kind() {
        std::io::ErrorKind::NotFound => "give the compact.safetensors of a run directory",
        _ => records::remedy(cause),
    })]
    Read {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not a safetensors file.
    #[error("{path} is not a safetensors file, or is damaged: {cause}; use another copy")]
    Format {
        /// The file.
        path: String,
        /// Why.
        cause: TensorFileError,
    },
    /// It is a safetensors file of something else.
    #[error(
        "{path} does not hold a compact network: {what}; give a compact.safetensors that the harness wrote"
    )]
    Other {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// It is of another version.
    #[error(
        "{path} has version {found}, and this program reads version {VERSION}; use the harness that wrote it"
    )]
    Version {
        /// The file.
        path: String,
        /// Its version.
        found: String,
    },
    /// Its description is not that of a network.
    #[error("{path}: {cause}")]
    Network {
        /// The file.
        path: String,
        /// Why.
        cause: BrokenNetwork,
    },
    /// Its values are not those of its description.
    #[error("{path} is damaged: {what}; use another copy or write it again")]
    Values {
        /// The file.
        path: String,
        /// The first that does not fit.
        what: String,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] records::FileError),
}

/// Writes `network` with its values; a reader sees the old file or the new one, whole.
pub fn save_compact(
    network: &Network,
    parameters: &Parameters,
    provenance: &BTreeMap<String, String>,
    path: &Path,
) -> Result<(), CompactError> {
    let network = serde_json::to_string(network).expect("a description holds nothing that JSON cannot");
    let provenance = json!(provenance).to_string();
    let metadata =
        [("format", FORMAT), ("version", VERSION), ("network", &network), ("provenance", &provenance)];
    let tensors = float_tensors(parameters, &parameters.weights);
    Ok(records::write_atomically(path, &safetensors_bytes(&metadata, &tensors))?)
}

/// Reads a compact network onto `device`.
///
/// # Errors
///
/// If the file cannot be read, is damaged, has another version, or does not hold a consistent network.
pub fn load_compact(path: &Path, device: Device) -> Result<CompactFile, CompactError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| CompactError::Read { path: name.clone(), cause })?;
    let file =
        TensorFile::parse(&bytes).map_err(|cause| CompactError::Format { path: name.clone(), cause })?;
    let other = |what: &str| CompactError::Other { path: name.clone(), what: what.into() };
    let damaged = |what: &str| CompactError::Values { path: name.clone(), what: what.into() };
    if file.text("format") != Some(FORMAT) {
        return Err(other("its metadata do not say so"));
    }
    match file.text("version") {
        Some(VERSION) => {}
        found => {
            let found = found.unwrap_or("unknown").into();
            return Err(CompactError::Version { path: name.clone(), found });
        }
    }
    let network = file.text("network").ok_or_else(|| other("it has no description"))?;
    let network: Network = serde_json::from_str(network)
        .map_err(|cause| other(&format!("its description cannot be read ({cause})")))?;
    network.check().map_err(|cause| CompactError::Network { path: name.clone(), cause })?;
    let provenance = file.text("provenance").unwrap_or("{}");
    let provenance = serde_json::from_str(provenance)
        .map_err(|cause| other(&format!("its provenance cannot be read ({cause})")))?;
    let mut parameters = values(&network, &file, bytes.len()).map_err(|what| damaged(&what))?;
    if !file.is_intact() {
        return Err(damaged(content_checksum::BROKEN));
    }
    for flat in [&mut parameters.weights, &mut parameters.others, &mut parameters.statistics] {
        *flat = flat.to_device(device);
    }
    Ok(CompactFile { network, parameters, provenance })
}

/// The values of `network` in `file`, of `length` bytes; or the first that does not fit.
fn values(network: &Network, file: &TensorFile, length: usize) -> Result<Parameters, String> {
    // Before memory is taken for a description that promises more than the file has.
    if network.parameters() > length / 4 {
        return Err(format!("its network has {} parameters, more than fit in it", network.parameters()));
    }
    let parameters = Parameters::neutral(network, Device::Cpu);
    let places = named(&parameters, &parameters.weights);
    for (tensor, place) in &places {
        let view = file.tensor(tensor).ok_or_else(|| format!("`{tensor}` is missing"))?;
        let value = from_view(&view).filter(|value| value.kind() == Kind::Float);
        let value = value.ok_or_else(|| format!("`{tensor}` is not of 32-bit floats"))?;
        if value.size() != place.size() {
            return Err(format!("`{tensor}` is {:?}, not {:?}", value.size(), place.size()));
        }
        let finite = |values: &Tensor| values.isfinite().all().int64_value(&[]) != 0;
        if !finite(&value) {
            return Err(format!("`{tensor}` has values that are not finite numbers"));
        }
        if tensor.ends_with(".running_var") && value.min().double_value(&[]) < 0.0 {
            return Err(format!("`{tensor}` has a negative variance"));
        }
        place.shallow_clone().copy_(&value);
    }
    let mut names = file.tensors().map(|(name, _)| name);
    match names.find(|name| !places.iter().any(|(place, _)| place == name)) {
        Some(extra) => Err(format!("`{extra}` is not part of its network")),
        None => Ok(parameters),
    }
}
