//! A safetensors file in memory, whose header is read once and not again for every tensor.

use crate::{Element, WeightsError};
use records::{TensorFile, TensorFileError};
use safetensors::SafeTensors;
use safetensors::tensor::{Metadata, TensorInfo};
use std::collections::HashMap;

/// Bytes before the header, which are its length.
const LENGTH: usize = 8;

/// A file whose content is what its checksum says.
pub(crate) struct SafetensorsFile {
    header: Metadata,
    bytes: Vec<u8>,
    /// Where the numbers begin.
    start: usize,
}

impl SafetensorsFile {
    /// Reads the `bytes` of the file that messages call `path`.
    pub fn parse(path: &str, bytes: Vec<u8>) -> Result<Self, WeightsError> {
        let format = |cause: TensorFileError| WeightsError::Format { path: path.into(), cause };
        let file = TensorFile::parse(&bytes).map_err(format)?;
        if !file.is_intact() {
            return Err(WeightsError::Changed { path: path.into() });
        }
        let read = SafeTensors::read_metadata(&bytes);
        let (length, header) = read.map_err(|cause| format(cause.into()))?;
        Ok(Self { header, bytes, start: LENGTH + length })
    }

    /// The texts in its metadata.
    pub fn texts(&self) -> HashMap<String, String> {
        self.header.metadata().clone().unwrap_or_default()
    }

    /// The names of its tensors, in no order.
    pub fn names(&self) -> Vec<String> {
        self.header.tensors().into_keys().collect()
    }

    /// Shape and type of the tensor called `name`, if the file has it.
    pub fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.header.info(name)
    }

    /// The numbers of the tensor called `name`; none if the file does not have it, or for a type that no weights are
    /// saved in.
    pub fn floats(&self, name: &str) -> Option<Vec<f32>> {
        let info = self.info(name)?;
        let (from, to) = info.data_offsets;
        let element = Element::of_safetensors(info.dtype)?;
        Some(element.to_floats(self.bytes.get(self.start..)?.get(from..to)?))
    }
}
