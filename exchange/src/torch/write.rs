//! A state dict as torch.save writes it: `torch.load(FILE, weights_only=True)` gives an OrderedDict of tensors, which
//! load_state_dict takes. What is said of the network is its attribute `harness`, a dict of texts.

use crate::Model;
use crate::export::{Card, little_endian};
use std::io::{Cursor, Write};
use zip::write::FileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What all entries of the archive begin with.
const FOLDER: &str = "weights";
/// The version of the format that PyTorch writes (caffe2/serialize/versions.h, kProducedFileFormatVersion).
const VERSION: &[u8] = b"3\n";
/// Storages begin at multiples of this, so that they can be mapped (torch/serialization.py).
const ALIGNMENT: u16 = 64;

/// The bytes of the file.
pub(crate) fn bytes(model: &Model, card: &Card) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The time of no clock, so that the same network gives the same bytes.
    let options = FileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut add = |name: &str, bytes: &[u8]| -> zip::result::ZipResult<()> {
        let options = options.large_file(bytes.len() > u32::MAX as usize);
        archive.start_file_aligned(format!("{FOLDER}/{name}"), options, ALIGNMENT)?;
        Ok(archive.write_all(bytes)?)
    };
    let written =
        add("data.pkl", &pickle(model, card))
            .and_then(|()| add("byteorder", b"little"))
            .and_then(|()| {
                model.tensors.iter().enumerate().try_for_each(|(number, (_, values))| {
                    add(&format!("data/{number}"), &little_endian(values))
                })
            })
            .and_then(|()| add("version", VERSION))
            .and_then(|()| archive.finish());
    written.expect("memory takes every byte, and every entry has a name of its own").into_inner()
}

/// The pickle, protocol 2: an OrderedDict of tensors, each a view of a storage of its own.
fn pickle(model: &Model, card: &Card) -> Vec<u8> {
    let mut pickle = Pickle(vec![0x80, 2]);
    pickle.ordered_dict();
    pickle.0.push(b'(');
    for (number, (place, values)) in model.tensors.iter().enumerate() {
        pickle.text(&place.name);
        pickle.global("torch._utils", "_rebuild_tensor_v2");
        pickle.0.extend(b"((");
        pickle.text("storage");
        pickle.global("torch", "FloatStorage");
        pickle.text(&number.to_string());
        pickle.text("cpu");
        pickle.int(values.len());
        pickle.0.extend(b"tQ");
        // Offset, shape, strides; trained or not; hooks.
        pickle.int(0);
        pickle.tuple(&place.shape);
        pickle.tuple(&strides(&place.shape));
        pickle.0.push(0x89);
        pickle.ordered_dict();
        pickle.0.extend(b"tR");
    }
    pickle.0.extend(b"u}");
    pickle.text("harness");
    pickle.0.extend(b"}(");
    for (name, text) in card {
        pickle.text(name);
        pickle.text(text);
    }
    pickle.0.extend(b"usb.");
    pickle.0
}

/// Elements from one index to the next in C order, of every dimension.
fn strides(shape: &[usize]) -> Vec<usize> {
    (1..=shape.len()).map(|from| shape[from..].iter().product()).collect()
}

/// Instructions of Python's pickletools.
struct Pickle(Vec<u8>);

impl Pickle {
    fn text(&mut self, text: &str) {
        self.0.push(b'X');
        self.0.extend((text.len() as u32).to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    fn int(&mut self, value: usize) {
        match i32::try_from(value) {
            Ok(value) => {
                self.0.push(b'J');
                self.0.extend(value.to_le_bytes());
            }
            Err(_) => {
                self.0.extend([0x8a, 9]);
                self.0.extend((value as u64).to_le_bytes());
                self.0.push(0);
            }
        }
    }

    fn tuple(&mut self, values: &[usize]) {
        self.0.push(b'(');
        values.iter().for_each(|value| self.int(*value));
        self.0.push(b't');
    }

    fn global(&mut self, module: &str, name: &str) {
        self.0.extend(format!("c{module}\n{name}\n").bytes());
    }

    fn ordered_dict(&mut self) {
        self.global("collections", "OrderedDict");
        self.0.extend(b")R");
    }
}
