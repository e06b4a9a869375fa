//! The photographs of one split, wherever they are stored.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::decode::{Encoded, Region, Unreadable};
use super::memory::{self, Permit};
use super::resample::PixelRows;
use crate::{DataFileError, regular_file};

/// The photographs of a split: numbered, labelled, and read when they are needed. Cheap to clone.
#[derive(Clone)]
pub struct Photographs(Arc<dyn Storage>);

/// A place where the photographs of a split are stored, such as class folders or a pack.
///
/// An index that is not below [`Storage::len`] is a mistake of the caller, and panics.
pub(crate) trait Storage: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// The index of the photograph's class. Labels never decrease from one photograph to the next.
    fn label(&self, index: usize) -> u32;

    /// What to call the photograph: its path below the data set's folder.
    fn name(&self, index: usize) -> String;

    /// Reads the photograph's file into `buffers` and finds out its size.
    fn open<'a>(&'a self, index: usize, buffers: &'a mut Buffers) -> Result<Opened<'a>, Unreadable>;

    /// The command that a person checks the data set with.
    fn check_command(&self) -> &'static str;

    /// Reads all of the photograph to see whether that can be done.
    fn check(&self, index: usize, buffers: &mut Buffers) -> Result<(), Unreadable>;
}

/// The memory into which a photograph is read, reused for the next.
#[derive(Default)]
pub(crate) struct Buffers {
    pub file: Vec<u8>,
    pub pixels: Vec<u8>,
}

impl Buffers {
    /// Reads a file, in place of what is there, and finds out the photograph's size.
    pub fn open(&mut self, path: &Path) -> Result<Opened<'_>, Unreadable> {
        self.file.clear();
        let mut read = || {
            let file = regular_file::open(path)?;
            let bytes = file.metadata()?.len();
            if bytes <= memory::MOST_OF_FILE {
                // More only if it grows meanwhile.
                file.take(memory::MOST_OF_FILE).read_to_end(&mut self.file)?;
            }
            Ok(bytes)
        };
        let bytes = read().map_err(|error| match regular_file::is_something_else(&error) {
            true => Unreadable::NotAFile,
            false => DataFileError::when("read", path)(error).into(),
        })?;
        if bytes > memory::MOST_OF_FILE {
            return Err(Unreadable::LongFile { bytes });
        }
        Ok(Opened::File(Encoded::open(&self.file)?, &mut self.pixels))
    }
}

/// Width and height in pixels of the photograph in `file`, from the head of the file.
///
/// # Errors
/// If the file cannot be read, or is not a photograph.
pub fn size(file: &Path) -> Result<(u32, u32), Unreadable> {
    Buffers::default().open(file).map(|opened| opened.size())
}

/// A photograph whose size is known and whose pixels are still to be decoded.
pub(crate) enum Opened<'a> {
    File(Encoded<'a>, &'a mut Vec<u8>),
    Packed(PixelRows<'a>),
}

/// A photograph of which a part is decoded; dropped, it gives back the memory that it held, if that was much.
pub(crate) enum Decoded<'a> {
    File { region: Region, pixels: &'a mut Vec<u8>, permit: Permit },
    Packed(PixelRows<'a>),
}

impl Decoded<'_> {
    /// Its rows, as far as they are decoded.
    pub fn rows(&self) -> PixelRows<'_> {
        match self {
            Decoded::File { region, pixels, .. } => {
                PixelRows { width: region.width, height: region.height, pixels }
            }
            Decoded::Packed(rows) => *rows,
        }
    }

    /// Where the first pixel of the rows lies in the photograph: how far from its left side and from its top.
    pub fn origin(&self) -> (u32, u32) {
        match self {
            Decoded::File { region, .. } => (region.left, region.top),
            Decoded::Packed(_) => (0, 0),
        }
    }
}

impl Drop for Decoded<'_> {
    fn drop(&mut self) {
        if let Decoded::File { pixels, permit, .. } = self
            && permit.is_for_much()
        {
            **pixels = Vec::new();
        }
    }
}

impl Photographs {
    /// The photographs in `storage`.
    pub(crate) fn new(storage: impl Storage + 'static) -> Photographs {
        Photographs(Arc::new(storage))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
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
        self.0.label(index)
    }

    /// What to call the photograph: its path below the data set's folder.
    ///
    /// # Panics
    /// If there is no such photograph.
    pub fn name(&self, index: usize) -> String {
        self.0.name(index)
    }

    /// The command that a person checks the data set with.
    pub(crate) fn check_command(&self) -> &'static str {
        self.0.check_command()
    }

    /// Reads the photograph's file and finds out its size.
    pub(crate) fn open<'a>(
        &'a self,
        index: usize,
        buffers: &'a mut Buffers,
    ) -> Result<Opened<'a>, Unreadable> {
        self.0.open(index, buffers)
    }

    /// Decodes the photograph or, in a pack, compares it with its checksum.
    pub(crate) fn check(&self, index: usize, buffers: &mut Buffers) -> Result<(), Unreadable> {
        self.0.check(index, buffers)
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

    /// Decodes at least the first `rows` rows, or all if there are fewer; see [`Opened::window`].
    pub fn rows(self, rows: u32) -> Result<Decoded<'a>, Unreadable> {
        let (width, height) = self.size();
        self.window([0, 0, width, rows.min(height)])
    }

    /// Decodes at least a window of the photograph: left, top, width and height. What is decoded beyond it may differ
    /// from the photograph. Waits while another thread holds a photograph that takes much memory, if this one does, too.
    pub fn window(self, window: [u32; 4]) -> Result<Decoded<'a>, Unreadable> {
        match self {
            Opened::File(encoded, pixels) => {
                let permit = Permit::wait_for(encoded.held(window))?;
                let mut decoded = Decoded::File { region: Region::default(), pixels, permit };
                if let Decoded::File { region, pixels, .. } = &mut decoded {
                    *region = encoded.window(window, pixels)?;
                }
                Ok(decoded)
            }
            Opened::Packed(rows) => Ok(Decoded::Packed(rows)),
        }
    }
}
