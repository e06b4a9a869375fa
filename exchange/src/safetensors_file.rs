//! A safetensors file whose bytes follow from its content alone: the crate keeps metadata in a map without an order.

use records::content_checksum;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Map, Value, json};

/// A tensor of 32-bit floats: its name, its shape, and its numbers in C order, little-endian.
pub type FloatTensor = (String, Vec<usize>, Vec<u8>);

/// The bytes of a file with such metadata, a checksum of everything among them.
///
/// # Panics
///
/// If a tensor has not as many numbers as its shape.
pub fn safetensors_bytes(metadata: &[(&str, &str)], tensors: &[FloatTensor]) -> Vec<u8> {
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name.as_str(), view.expect("the bytes are those of the shape"))
    });
    let checksum = content_checksum::of(metadata.iter().copied(), views);
    let texts = metadata.iter().copied().chain([(content_checksum::NAME, checksum.as_str())]);
    let mut header = Map::new();
    let mut end = 0;
    for (name, shape, bytes) in tensors {
        let start = end;
        end += bytes.len();
        header.insert(name.clone(), json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, end] }));
    }
    header.insert("__metadata__".into(), texts.map(|(name, text)| (name.to_string(), json!(text))).collect());
    let mut header = Value::Object(header).to_string();
    // The data begin at a multiple of eight bytes, as the format asks.
    header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
    let mut file = Vec::with_capacity(8 + header.len() + end);
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header.as_bytes());
    tensors.iter().for_each(|(_, _, bytes)| file.extend(bytes));
    file
}
