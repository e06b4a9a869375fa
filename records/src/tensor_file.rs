//! A safetensors file as the harness reads it, be it weights, a compact network or a checkpoint: every shape is one that
//! a tensor can have, and its content can be compared with the checksum in its metadata.

use std::collections::HashMap;

use safetensors::tensor::TensorView;
use safetensors::{SafeTensorError, SafeTensors};

use crate::content_checksum;

/// Most values of a tensor, counted as if no length were 0: what libtorch can count the bytes of.
const MOST_VALUES: usize = 1 << 59;

/// A safetensors file in memory.
#[derive(Debug)]
pub struct TensorFile<'a> {
    file: SafeTensors<'a>,
    texts: HashMap<String, String>,
}

/// Why bytes are no safetensors file that can be used.
#[derive(Debug, thiserror::Error)]
pub enum TensorFileError {
    /// They are no safetensors file, or one that was cut.
    #[error(transparent)]
    Format(#[from] SafeTensorError),
    /// A tensor has a shape that no tensor can have. One length may be 0, so that the others cost nothing in the file.
    #[error("`{tensor}` has the shape {shape:?}, which is too large")]
    Shape {
        /// The tensor.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
}

impl<'a> TensorFile<'a> {
    /// Reads a file. Its checksum is not looked at: see [`TensorFile::is_intact`].
    ///
    /// # Errors
    /// If it is no safetensors file, or a shape cannot be.
    pub fn parse(bytes: &'a [u8]) -> Result<TensorFile<'a>, TensorFileError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let file = SafeTensors::deserialize(bytes)?;
        let can_be = |shape: &[usize]| {
            let values = shape.iter().try_fold(1usize, |values, length| values.checked_mul((*length).max(1)));
            values.is_some_and(|values| values <= MOST_VALUES)
        };
        if let Some((tensor, view)) = file.iter().find(|(_, view)| !can_be(view.shape())) {
            return Err(TensorFileError::Shape { tensor: tensor.into(), shape: view.shape().into() });
        }
        Ok(TensorFile { texts: header.metadata().clone().unwrap_or_default(), file })
    }

    /// The text called `name` in the metadata.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The tensors with their names, in no order.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, TensorView<'a>)> {
        self.file.iter()
    }

    /// The tensor called `name`.
    pub fn tensor(&self, name: &str) -> Option<TensorView<'a>> {
        self.file.tensor(name).ok()
    }

    /// Whether the content is what its checksum says, if there is one: files of other programs have none.
    pub fn is_intact(&self) -> bool {
        self.text(content_checksum::NAME).is_none_or(|said| self.checksum() == said)
    }

    /// The checksum of its content.
    pub fn checksum(&self) -> String {
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        content_checksum::of(texts, self.tensors())
    }
}

#[cfg(test)]
mod tests;
