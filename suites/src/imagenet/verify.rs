//! Reads every photograph of a set and lists those that cannot be decoded.

use std::fmt;
use std::path::Path;

use rayon::prelude::*;

use super::{ImageFolderError, ImageNet};
use crate::Progress;
use crate::photographs::{Buffers, Photographs, ThreadError, Unreadable, pool};

/// Photographs between two reports of progress.
const CHUNK: usize = 256;

/// What [`verify`] found.
#[derive(Debug)]
pub struct Verified {
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

/// A set could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The folder holds no data set.
    #[error(transparent)]
    Data(#[from] ImageFolderError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
}

/// Decodes every photograph of the set in `dir` or, if it is a pack, compares every image with its
/// checksum, on `threads` threads (0: one for each core).
pub fn verify(
    dir: &Path,
    threads: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verified, VerifyError> {
    let data = ImageNet::open(dir)?;
    let pool = pool(threads)?;
    let all: Vec<(&Photographs, usize)> = [&data.train, &data.val]
        .into_iter()
        .flat_map(|photographs| (0..photographs.len()).map(move |index| (photographs, index)))
        .collect();
    let mut verified = Verified { checked: 0, bad: Vec::new() };
    for chunk in all.chunks(CHUNK) {
        let check = |buffers: &mut Buffers, &(photographs, index): &(&Photographs, usize)| {
            let cause = photographs.check(index, buffers).err()?;
            Some(UnreadablePhotograph { name: photographs.name(index), cause })
        };
        let found: Vec<Option<UnreadablePhotograph>> =
            pool.install(|| chunk.par_iter().with_max_len(8).map_init(Buffers::default, check).collect());
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
