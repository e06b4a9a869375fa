//! A file of weights: safetensors, or what torch.save writes of a state dict.

use crate::names::{Origin, plain};
use crate::safetensors_read::SafetensorsFile;
use crate::torch::{self, TorchFile};
use crate::{Element, WeightsError};
use records::read_named;
use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::path::Path;

/// The first bytes of the pointer file that Git LFS leaves in place of a large file (github.com/git-lfs/git-lfs,
/// docs/spec.md).
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a file holds, by the plain names of its tensors: without what wrappers and counters add, and with pruned tensors
/// as the product of values and mask.
pub struct WeightsFile {
    path: String,
    tensors: BTreeMap<String, Origin>,
    content: Content,
}

enum Content {
    Safetensors(SafetensorsFile),
    Torch(TorchFile),
}

/// Shape and type of one tensor in the file.
struct Stored {
    shape: Vec<usize>,
    /// None for a type that has no name here.
    element: Option<Element>,
}

impl WeightsFile {
    /// Reads the file at `path`; of PyTorch's files nothing is executed.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is of neither format or damaged, or holds Python objects other than tensors by name.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        let name = path.display().to_string();
        let bytes = read_named(path, u64::MAX).map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => WeightsError::Missing { path: name.clone() },
            _ => WeightsError::Read { path: name.clone(), cause },
        })?;
        Self::parse(name, bytes)
    }

    /// The same of its `bytes`; `path` is what messages call it.
    ///
    /// # Errors
    ///
    /// Those of [`WeightsFile::open`] but for reading.
    pub fn parse(path: String, bytes: Vec<u8>) -> Result<Self, WeightsError> {
        if bytes.starts_with(POINTER) {
            return Err(WeightsError::Pointer { path });
        }
        if torch::is_legacy(&bytes) {
            return Err(WeightsError::Legacy { path });
        }
        let content = match torch::is_archive(&bytes) {
            true => {
                let read = TorchFile::parse(bytes);
                Content::Torch(read.map_err(|what| WeightsError::Torch { path: path.clone(), what })?)
            }
            false => Content::Safetensors(SafetensorsFile::parse(&path, bytes)?),
        };
        let tensors = match &content {
            Content::Torch(file) => plain(file.tensors.keys()),
            Content::Safetensors(file) => plain(file.names().iter()),
        };
        Ok(Self { path, tensors, content })
    }

    /// What messages call it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The metadata of a safetensors file; a file of PyTorch has none.
    pub fn metadata(&self) -> HashMap<String, String> {
        match &self.content {
            Content::Safetensors(file) => file.texts(),
            Content::Torch(_) => HashMap::new(),
        }
    }

    /// The names of its tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The shape of a tensor, if the file has it.
    pub fn shape(&self, tensor: &str) -> Option<Vec<usize>> {
        self.raw(&self.tensors.get(tensor)?.values).map(|stored| stored.shape)
    }

    fn raw(&self, name: &str) -> Option<Stored> {
        let (shape, element) = match &self.content {
            Content::Torch(file) => {
                let tensor = file.tensors.get(name)?;
                (&tensor.shape, Some(tensor.storage.element))
            }
            Content::Safetensors(file) => {
                let info = file.info(name)?;
                (&info.shape, Element::of_safetensors(info.dtype))
            }
        };
        Some(Stored { shape: shape.clone(), element })
    }

    /// The numbers of a tensor that the file has, in C order, as 32-bit floats.
    ///
    /// # Errors
    ///
    /// If they are not floats or damaged, one of them is not a finite number, or a variance is negative.
    pub fn values(&self, tensor: &str) -> Result<Vec<f32>, WeightsError> {
        let other = |what: String| WeightsError::OtherNetwork {
            path: self.path.clone(),
            what: format!("`{tensor}` {what}"),
        };
        let origin = self.tensors.get(tensor).ok_or_else(|| other("is missing".into()))?;
        let stored = self.raw(&origin.values).ok_or_else(|| other("is missing".into()))?;
        if let Some(element) = stored.element.filter(|element| !element.is_float()) {
            return Err(other(format!("is {} and not floating-point", element.name())));
        }
        let values = self.product(tensor, origin, &stored)?;
        let wrong = |what| WeightsError::Value { path: self.path.clone(), tensor: tensor.into(), what };
        if !values.iter().all(|value| value.is_finite()) {
            return Err(wrong("values that are not finite 32-bit numbers"));
        }
        if tensor.ends_with(".running_var") && values.iter().any(|value| *value < 0.0) {
            return Err(wrong("a negative variance"));
        }
        Ok(values)
    }

    /// What the weights are known by: 16 hexadecimal digits over names, shapes and values of all tensors of floats, as
    /// they are read. The same weights have the same fingerprint in every container, under every wrapper and in every
    /// layout; what no network reads, such as counters and metadata, is not part of it.
    ///
    /// # Errors
    ///
    /// If a tensor is damaged, or does not have the shape of its mask.
    pub fn fingerprint(&self) -> Result<String, WeightsError> {
        let mut hasher = blake3::Hasher::new();
        for (name, origin) in &self.tensors {
            let Some(stored) = self.raw(&origin.values) else { continue };
            if !stored.element.is_some_and(|element| element.is_float()) {
                continue;
            }
            // Lengths first, so that no two lists run together to the same bytes.
            for count in [name.len(), stored.shape.len()].iter().chain(&stored.shape) {
                hasher.update(&(*count as u64).to_le_bytes());
            }
            hasher.update(name.as_bytes());
            for values in self.product(name, origin, &stored)?.chunks(4096) {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                hasher.update(&bytes);
            }
        }
        Ok(hasher.finalize().to_hex()[..16].to_string())
    }

    /// The numbers of a tensor, by its mask if it has one.
    fn product(&self, tensor: &str, origin: &Origin, stored: &Stored) -> Result<Vec<f32>, WeightsError> {
        let mut values = self.floats(&origin.values)?;
        if let Some(mask) = &origin.mask {
            let shape = self.raw(mask).map(|mask| mask.shape);
            if shape.as_ref() != Some(&stored.shape) {
                let mask = shape.unwrap_or_default();
                let what = format!("`{tensor}` is {:?}, and its mask is {mask:?}", stored.shape);
                return Err(WeightsError::OtherNetwork { path: self.path.clone(), what });
            }
            let mask = self.floats(mask)?;
            values.iter_mut().zip(mask).for_each(|(value, mask)| *value *= mask);
        }
        Ok(values)
    }

    /// The numbers of the tensor that the file calls `name`: values or a mask.
    fn floats(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        match &self.content {
            Content::Torch(file) => {
                let values = file.floats(name);
                values.map_err(|what| WeightsError::Torch { path: self.path.clone(), what })
            }
            Content::Safetensors(file) => file.floats(name).ok_or_else(|| {
                let what = format!("`{name}` is of a type of numbers that is not read");
                WeightsError::OtherNetwork { path: self.path.clone(), what }
            }),
        }
    }
}
