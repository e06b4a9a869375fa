//! The two files of a split while they are being written.
//!
//! Images are appended in chunks. A chunk's pixels are on the disk before its records are, so whatever the
//! index names is there; what comes after the last whole record is cut off before writing continues. The
//! bytes are therefore the same however often writing was interrupted, and whatever the number of threads.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

use super::header::SplitFiles;
use super::record::{IndexRecord, SIZE};
use crate::DataFileError;

/// A packed image before it has a place.
pub(super) struct PackedImage {
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// PixelRows of RGB bytes.
    pub pixels: Vec<u8>,
}

/// The two files of a split, open at their ends.
pub(super) struct Output {
    index: (PathBuf, File),
    data: (PathBuf, File),
    records: Vec<IndexRecord>,
}

impl Output {
    /// Opens the files and cuts off what is not whole.
    pub fn open(index: PathBuf, data: PathBuf) -> Result<Output, DataFileError> {
        let open = |path: PathBuf| {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
            file.map_err(DataFileError::when("open", &path)).map(|file| (path, file))
        };
        let (mut index, mut data) = (open(index)?, open(data)?);
        let mut bytes = Vec::new();
        index.1.read_to_end(&mut bytes).map_err(DataFileError::when("read", &index.0))?;
        let length = data.1.metadata().map_err(DataFileError::when("read", &data.0))?.len();
        let mut records: Vec<IndexRecord> = Vec::new();
        for record in bytes.as_chunks::<SIZE>().0.iter().map_while(IndexRecord::from_bytes) {
            let start = records.last().and_then(IndexRecord::end).unwrap_or(0);
            if record.offset != start || record.end().is_none_or(|end| end > length) {
                break;
            }
            records.push(record);
        }
        cut(&mut index, (records.len() * SIZE) as u64)?;
        cut(&mut data, records.last().and_then(IndexRecord::end).unwrap_or(0))?;
        Ok(Output { index, data, records })
    }

    /// The first photograph after those that were written.
    pub fn next(&self) -> usize {
        self.records.last().map_or(0, |record| record.source as usize + 1)
    }

    /// The photographs before the last record that have none.
    pub fn gaps(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let mut gaps = Vec::new();
        for record in &self.records {
            let source = record.source as usize;
            if source > next {
                gaps.push(next..source);
            }
            next = source + 1;
        }
        gaps
    }

    /// Writes images through to the disk, each with its number and label: first the pixels, then the records.
    pub fn append(&mut self, images: &[(usize, u32, PackedImage)]) -> Result<(), DataFileError> {
        let mut pixels = Vec::new();
        let mut records = Vec::new();
        for (source, label, image) in images {
            let record = IndexRecord {
                offset: self.records.last().and_then(IndexRecord::end).unwrap_or(0),
                width: image.width,
                height: image.height,
                label: *label,
                source: *source as u32,
                hash: *blake3::hash(&image.pixels).as_bytes(),
            };
            pixels.extend_from_slice(&image.pixels);
            records.extend_from_slice(&record.to_bytes());
            self.records.push(record);
        }
        write(&mut self.data, &pixels)?;
        write(&mut self.index, &records)
    }

    /// What the header says about the files.
    pub fn part(&self) -> SplitFiles {
        let mut hasher = blake3::Hasher::new();
        for record in &self.records {
            hasher.update(&record.to_bytes());
        }
        SplitFiles {
            images: self.records.len() as u64,
            bytes: self.records.last().and_then(IndexRecord::end).unwrap_or(0),
            index: hasher.finalize().to_hex().to_string(),
        }
    }
}

fn cut((path, file): &mut (PathBuf, File), length: u64) -> Result<(), DataFileError> {
    let mut cut = || {
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))
    };
    cut().map(|_| ()).map_err(DataFileError::when("cut", path))
}

fn write((path, file): &mut (PathBuf, File), bytes: &[u8]) -> Result<(), DataFileError> {
    file.write_all(bytes).and_then(|()| file.sync_data()).map_err(DataFileError::when("write", path))
}
