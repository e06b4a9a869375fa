//! The photographs of one split, wherever they come from.

use std::sync::Arc;

use super::decode::{Encoded, Unreadable};
use super::folder::Folder;
use super::pack::PackedImages;
use super::resample::Rows;

/// The photographs of a split: numbered, labelled, and read when they are needed. Cheap to clone.
#[derive(Clone)]
pub struct Photographs(Arc<Place>);

/// Where photographs lie.
enum Place {
    Folder(Folder),
    Pack(PackedImages),
}

/// The memory into which a photograph is read, to be used again for the next.
#[derive(Default)]
pub(super) struct Buffers {
    file: Vec<u8>,
    pixels: Vec<u8>,
}

/// A photograph whose size is known and whose pixels are still to be decoded.
pub(super) enum Opened<'a> {
    File(Encoded<'a>, &'a mut Vec<u8>),
    Packed(Rows<'a>),
}

impl Photographs {
    /// How many there are.
    pub fn len(&self) -> usize {
        match &*self.0 {
            Place::Folder(folder) => folder.len(),
            Place::Pack(images) => images.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index of the photograph's class. Labels never decrease from one photograph to the next.
    ///
    /// # Panics
    /// If there is no such photograph.
    pub fn label(&self, index: usize) -> u32 {
        match &*self.0 {
            Place::Folder(folder) => folder.label(index),
            Place::Pack(images) => images.label(index),
        }
    }

    /// What to call the photograph: its path below the set's folder.
    ///
    /// # Panics
    /// If there is no such photograph.
    pub fn name(&self, index: usize) -> String {
        match &*self.0 {
            Place::Folder(folder) => folder.name(index),
            Place::Pack(images) => images.name(index),
        }
    }

    /// Reads the photograph's file and makes out its size.
    pub(super) fn open<'a>(
        &'a self,
        index: usize,
        buffers: &'a mut Buffers,
    ) -> Result<Opened<'a>, Unreadable> {
        match &*self.0 {
            Place::Folder(folder) => {
                let Buffers { file, pixels } = buffers;
                folder.read(index, file)?;
                Ok(Opened::File(Encoded::open(file)?, pixels))
            }
            Place::Pack(images) => Ok(Opened::Packed(images.rows(index))),
        }
    }

    /// Decodes the photograph or, in a pack, compares it with its checksum.
    pub(super) fn check(&self, index: usize, buffers: &mut Buffers) -> Result<(), Unreadable> {
        match &*self.0 {
            Place::Folder(_) => self.open(index, buffers)?.rows(u32::MAX).map(|_| ()),
            Place::Pack(images) => images.check(index),
        }
    }
}

impl From<Folder> for Photographs {
    fn from(folder: Folder) -> Photographs {
        Photographs(Arc::new(Place::Folder(folder)))
    }
}

impl From<PackedImages> for Photographs {
    fn from(images: PackedImages) -> Photographs {
        Photographs(Arc::new(Place::Pack(images)))
    }
}

impl<'a> Opened<'a> {
    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Opened::File(encoded, _) => encoded.size(),
            Opened::Packed(rows) => (rows.width, rows.height),
        }
    }

    /// Decodes at least the first `rows` rows, or all if there are not so many.
    pub fn rows(self, rows: u32) -> Result<Rows<'a>, Unreadable> {
        let (width, _) = self.size();
        match self {
            Opened::File(encoded, pixels) => {
                let height = encoded.rows(rows, pixels)?;
                Ok(Rows { width, height, pixels })
            }
            Opened::Packed(rows) => Ok(rows),
        }
    }
}
