//! The checksum that a file of weights or a checkpoint carries in its own metadata, so that a copy that is changed or
//! was damaged on its way is refused wherever it is used. Weights of other programs have none, and are taken as they
//! are.

use safetensors::tensor::TensorView;

/// The name of the checksum among the metadata.
pub const NAME: &str = "content_blake3";

/// What is wrong with a file whose checksum does not fit.
pub const BROKEN: &str =
    "its content does not fit the checksum in its metadata, so it was changed or damaged";

/// The BLAKE3 checksum of metadata, by name and text, and of tensors, by name, type, shape and values; neither
/// depends on their order.
pub fn of<'a>(
    metadata: impl Iterator<Item = (&'a str, &'a str)>,
    tensors: impl Iterator<Item = (&'a str, TensorView<'a>)>,
) -> String {
    let mut metadata: Vec<_> = metadata.filter(|(name, _)| *name != NAME).collect();
    let mut tensors: Vec<_> = tensors.collect();
    metadata.sort_unstable();
    tensors.sort_by_key(|(name, _)| *name);
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    for (name, text) in metadata {
        add(name.as_bytes());
        add(text.as_bytes());
    }
    for (name, view) in tensors {
        add(name.as_bytes());
        add(format!("{:?} {:?}", view.dtype(), view.shape()).as_bytes());
        add(view.data());
    }
    hasher.finalize().to_hex().to_string()
}
