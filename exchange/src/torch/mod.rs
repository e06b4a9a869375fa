//! What torch.save writes since PyTorch 1.6: a ZIP archive, its entries stored as they are, with a pickle of the object
//! (`data.pkl`) and the bytes of every storage (`data/KEY`).
//!
//! The format is that of torch/serialization.py and caffe2/serialize/inline_container.h of PyTorch 2.11. Entries are read
//! with the crate `zip`, which checks their CRC-32; the pickle by [`pickle`], which executes nothing.

mod machine;
mod object;
mod pickle;
mod write;

pub(crate) use object::{Storage, Tensor};
pub(crate) use write::bytes;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

/// How files begin that PyTorch saved before 1.6: a pickle, protocol 2, of the number 0x1950a86a20f9469cfc6c.
const LEGACY: &[u8] = &[0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// Most bytes of the pickle; that of torchvision's largest models has 200 KB.
const MOST_OF_PICKLE: u64 = 16 << 20;

/// Whether `bytes` are of PyTorch before 1.6.
pub(crate) fn is_legacy(bytes: &[u8]) -> bool {
    bytes.starts_with(LEGACY)
}

/// Whether `bytes` are those of an archive.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// A state dict.
pub(crate) struct TorchFile {
    /// Its tensors by name.
    pub tensors: BTreeMap<String, Arc<Tensor>>,
    /// In a cell, since reading an entry moves the position in it.
    archive: RefCell<Archive>,
    /// What the names of all entries begin with.
    folder: String,
}

impl TorchFile {
    /// The state dict in an archive.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, String> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|cause| format!("it is no whole ZIP archive ({cause}); copy or download it again"))?;
        let names: Vec<&str> = archive.file_names().collect();
        let is_pickle =
            |name: &&&str| name.strip_suffix("/data.pkl").is_some_and(|folder| !folder.contains('/'));
        let pickle = names.iter().find(is_pickle).map(ToString::to_string);
        let pickle =
            pickle.ok_or("it is a ZIP archive without `data.pkl`, so torch.save did not write it")?;
        let folder = pickle.trim_end_matches("data.pkl").to_string();
        if names.contains(&format!("{folder}constants.pkl").as_str()) {
            return Err(format!("it is a TorchScript program, not a state dict; {}", pickle::REMEDY));
        }
        let order = format!("{folder}byteorder");
        if names.contains(&order.as_str()) && entry(&mut archive, &order, 16)? != b"little" {
            return Err(
                "it was saved on a machine of the other byte order; load and save it on this one".into()
            );
        }
        let program = entry(&mut archive, &pickle, MOST_OF_PICKLE)?;
        let tensors = pickle::state_dict(&program)?;
        Ok(Self { tensors, archive: RefCell::new(archive), folder })
    }

    /// The numbers of the tensor called `name`, in C order, whatever its strides.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let tensor = self.tensors.get(name).ok_or_else(|| format!("`{name}` is missing"))?;
        let wrong = |what: &str| format!("`{name}` {what}; copy or download the file again");
        let Storage { key, element, elements } = &tensor.storage;
        let size = elements.checked_mul(element.bytes()).ok_or_else(|| wrong("is larger than any file"))?;
        let numbers = format!("{}data/{key}", self.folder);
        let bytes = entry(&mut self.archive.borrow_mut(), &numbers, size as u64)?;
        if bytes.len() != size {
            return Err(wrong("has fewer numbers than it says"));
        }
        let all = element.to_floats(&bytes);
        let places = tensor.elements().ok_or_else(|| wrong("has numbers beyond those of its storage"))?;
        Ok(places.map(|place| all[place]).collect())
    }
}

/// The bytes of an entry of at most `most` bytes.
fn entry(archive: &mut Archive, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let damaged =
        |cause: &dyn std::fmt::Display| format!("its entry `{name}`: {cause}; copy or download it again");
    let mut file = archive.by_name(name).map_err(|cause| damaged(&cause))?;
    if file.compression() != CompressionMethod::Stored {
        return Err(format!("its entry `{name}` is compressed, which torch.save never does"));
    }
    // What is read has the former size, and what is said of it the latter.
    if file.compressed_size() != file.size() {
        return Err(damaged(&"it has two sizes"));
    }
    if file.size() > most {
        return Err(format!("its entry `{name}` has {} bytes, where at most {most} can be", file.size()));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|cause| damaged(&cause))?;
    Ok(bytes)
}
