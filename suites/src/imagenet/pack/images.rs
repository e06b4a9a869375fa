//! The images of one split of a finished pack, by index.

use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::{Advice, Mmap};

use super::super::CHECK;
use super::PackFault;
use super::header::SplitFiles;
use super::record::{IndexRecord, SIZE};
use crate::DataFileError;
use crate::photographs::{Buffers, Opened, PixelRows, Storage, Unreadable};

/// The images of `dir/split.pack`. Every record of the index was checked when it was opened.
pub(in super::super) struct PackedImages {
    split: &'static str,
    classes: Vec<String>,
    index: Mmap,
    data: Mmap,
}

impl PackedImages {
    pub fn open(
        dir: &Path,
        split: &'static str,
        part: &SplitFiles,
        classes: &[String],
    ) -> Result<PackedImages, PackFault> {
        let (index_file, data_file) = files(dir, split);
        let damaged =
            |file: &Path, cause: &str| PackFault::Damaged { file: file.into(), cause: cause.into() };
        let (index, data) = (map(&index_file)?, map(&data_file)?);
        if blake3::hash(&index).to_hex().as_str() != part.index
            || index.len() as u64 != part.images * SIZE as u64
        {
            return Err(damaged(&index_file, "checksum mismatch"));
        }
        if data.len() as u64 != part.bytes {
            let cause = format!("it has {} bytes and should have {}", data.len(), part.bytes);
            return Err(damaged(&data_file, &cause));
        }
        let mut label = 0;
        for bytes in index.as_chunks::<SIZE>().0 {
            let record = IndexRecord::from_bytes(bytes)
                .ok_or_else(|| damaged(&index_file, "a record is incomplete"))?;
            let inside = record.end().is_some_and(|end| end <= part.bytes);
            let pixels = record.width > 0 && record.height > 0;
            if !inside || !pixels || record.label < label || record.label as usize >= classes.len() {
                return Err(damaged(&index_file, "a record is inconsistent"));
            }
            label = record.label;
        }
        // Advice only; without it the system reads a little more than is asked for.
        let _ = data.advise(Advice::Random);
        Ok(PackedImages { split, classes: classes.to_vec(), index, data })
    }

    fn rows(&self, index: usize) -> PixelRows<'_> {
        let record = self.record(index);
        let (start, end) = (record.offset as usize, record.end().expect("checked when opened") as usize);
        PixelRows { width: record.width, height: record.height, pixels: &self.data[start..end] }
    }

    fn record(&self, index: usize) -> IndexRecord {
        let bytes = &self.index.as_chunks::<SIZE>().0[index];
        IndexRecord::from_bytes(bytes).expect("checked when opened")
    }
}

impl Storage for PackedImages {
    fn len(&self) -> usize {
        self.index.len() / SIZE
    }

    fn label(&self, index: usize) -> u32 {
        self.record(index).label
    }

    /// An image has no file name: `train/CLASS/#17`, with the number of the photograph that was packed.
    fn name(&self, index: usize) -> String {
        let IndexRecord { label, source, .. } = self.record(index);
        format!("{}/{}/#{source}", self.split, self.classes[label as usize])
    }

    fn check_command(&self) -> &'static str {
        CHECK
    }

    /// Compares all of the image with its checksum, every time: the disk may give other bytes later on, and a network is
    /// not to be trained on them.
    fn open<'a>(&'a self, index: usize, _buffers: &'a mut Buffers) -> Result<Opened<'a>, Unreadable> {
        let (rows, record) = (self.rows(index), self.record(index));
        match blake3::hash(rows.pixels) == record.hash {
            true => Ok(Opened::Packed(rows)),
            false => Err(Unreadable::Checksum),
        }
    }

    fn check(&self, index: usize, buffers: &mut Buffers) -> Result<(), Unreadable> {
        self.open(index, buffers).map(drop)
    }
}

/// The index and the data of a split.
pub(super) fn files(dir: &Path, split: &str) -> (PathBuf, PathBuf) {
    (dir.join(format!("{split}.index")), dir.join(format!("{split}.pack")))
}

fn map(path: &Path) -> Result<Mmap, DataFileError> {
    let map = || {
        let file = File::open(path)?;
        // SAFETY: a finished pack is not written to: `pack` leaves it alone. Were another program to
        // change the file, pixels would change, and were it to cut it, a signal would end the process, as for
        // every program that maps files.
        unsafe { Mmap::map(&file) }
    };
    map().map_err(DataFileError::when("read", path))
}
