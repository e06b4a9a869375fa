//! How much memory photographs may take while they are decoded.
//!
//! A PNG of 6 MB can hold 180 million pixels, and a thread for each core can meet one at the same time. What a photograph
//! takes follows from its header, so that it is known before anything is decoded. Those that take much are decoded one at
//! a time, and their memory is given back at once; hence N threads hold at most [`MOST`] + 2 N [`MUCH`] bytes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Unreadable;

/// The most bytes that a photograph may take: that of Pillow's largest, 179 million pixels, twice. A JPEG file of many
/// scans, as progressive ones are, takes nine bytes a pixel of three colours, so that one of more than 119 million pixels,
/// which Pillow reads, is refused.
pub(super) const MOST: u64 = 1 << 30;
/// From so many bytes on photographs are decoded one at a time: 45 million pixels of three bytes.
pub(super) const MUCH: u64 = 1 << 27;
/// The most bytes of a photograph's file. ImageNet's largest has 15 MB.
pub(super) const MOST_OF_FILE: u64 = MUCH;

/// Held by the one thread that decodes a photograph that takes much. It guards the memory of the process, of which there
/// is one, however many loaders there are.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The right to hold the pixels of a photograph.
pub(crate) struct Permit(Option<MutexGuard<'static, ()>>);

impl Permit {
    /// Waits for the right to hold `bytes` bytes; nothing that takes little has to wait.
    ///
    /// # Errors
    /// If no photograph may take as many.
    pub fn wait_for(bytes: u64) -> Result<Permit, Unreadable> {
        match bytes {
            ..MUCH => Ok(Permit(None)),
            // A thread that panicked while it decoded holds no memory any more.
            MUCH..=MOST => Ok(Permit(Some(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)))),
            _ => Err(Unreadable::TakesTooMuch { bytes }),
        }
    }

    /// Whether the memory is to be given back when the photograph is done with.
    pub fn is_for_much(&self) -> bool {
        self.0.is_some()
    }
}
