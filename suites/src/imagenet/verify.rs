//! Reads every photograph of a set and lists those that cannot be decoded.

use std::fmt;
use std::path::Path;

use super::{ImageFolderError, ImageNet};
use crate::Progress;
use crate::photographs::{Buffers, Photographs, Unreadable};
use crate::threads::Threads;

/// Photographs between two reports of progress.
const CHUNK: usize = 256;

/// What [`verify`] found.
#[derive(Debug)]
pub struct Verified {
    /// What is left out of the set, in sentences without a final stop; see [`ImageNet::notes`].
    pub notes: Vec<String>,
    /// Photographs read.
    pub checked: usize,
    /// Those that cannot be read, in the order of the set.
    pub bad: Vec<UnreadablePhotograph>,
}

/// A photograph that cannot be read.
#[derive(Debug)]
pub struct UnreadablePhotograph {
    /// What it is called; see [`Photographs::name`].
    pub name: String,
    /// Why it cannot be read.
    pub cause: Unreadable,
}

impl fmt::Display for UnreadablePhotograph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.cause)
    }
}

/// Decodes every photograph of the set in `dir` or, if it is a pack, compares every image with its
/// checksum, on `threads` threads (0: one for each core).
pub fn verify(
    dir: &Path,
    threads: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verified, ImageFolderError> {
    let data = ImageNet::open(dir)?;
    let threads = Threads::start(threads);
    let all: Vec<(&Photographs, usize)> = [&data.train, &data.val]
        .into_iter()
        .flat_map(|photographs| (0..photographs.len()).map(move |index| (photographs, index)))
        .collect();
    let mut verified = Verified { notes: data.notes, checked: 0, bad: Vec::new() };
    for chunk in all.chunks(CHUNK) {
        let check = |buffers: &mut Buffers, number: usize| {
            let (photographs, index) = chunk[number];
            let cause = photographs.check(index, buffers).err()?;
            Some(UnreadablePhotograph { name: photographs.name(index), cause })
        };
        let found: Vec<Option<UnreadablePhotograph>> = threads.map(0..chunk.len(), Buffers::default, check);
        verified.bad.extend(found.into_iter().flatten());
        verified.checked += chunk.len();
        progress(Progress::Photographs {
            done: verified.checked,
            total: all.len(),
            unreadable: verified.bad.len(),
        });
    }
    Ok(verified)
}
