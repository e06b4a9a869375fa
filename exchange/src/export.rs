//! A network for other programs, as the bytes of a file: ONNX, a state dict of PyTorch, or safetensors with its
//! description. Beside the network stands what a person wants to know of it ([`Card`]).

use crate::safetensors_file::{FloatTensor, safetensors_bytes};
use crate::{Model, compact, onnx, torch};
use std::collections::BTreeMap;

/// What is said of a network, by name: texts, and JSON where a value has parts.
pub type Card = BTreeMap<String, String>;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ONNX, for onnxruntime, TensorRT and others.
    Onnx,
    /// A state dict for `torch.load`.
    Torch,
    /// Safetensors, with the description of the network in its metadata.
    Safetensors,
}

/// The bytes of a file with `model` and its `card`; the same ones give the same bytes.
///
/// # Errors
///
/// If the format has no word for what the network computes.
pub fn export(model: &Model, card: &Card, format: Format) -> Result<Vec<u8>, onnx::Inexpressible> {
    let mut card = card.clone();
    let network =
        serde_json::to_string(&model.network).expect("a description holds nothing that JSON cannot");
    card.insert("network".into(), network);
    card.insert("format".into(), compact::FORMAT.into());
    card.insert("version".into(), compact::VERSION.into());
    Ok(match format {
        Format::Onnx => onnx::bytes(model, &card)?,
        Format::Torch => torch::bytes(model, &card),
        Format::Safetensors => {
            let tensors: Vec<FloatTensor> = model
                .tensors
                .iter()
                .map(|(place, values)| (place.name.clone(), place.shape.clone(), little_endian(values)))
                .collect();
            let texts: Vec<(&str, &str)> =
                card.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            safetensors_bytes(&texts, &tensors)
        }
    })
}

/// The bytes of `values` as every format has them.
pub(crate) fn little_endian(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
