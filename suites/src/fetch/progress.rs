//! What a fetch is doing.

use std::path::Path;
use std::time::Duration;

use crate::Progress;

/// What a fetch is doing, for the one who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchProgress<'a> {
    /// Bytes have been received.
    Downloading {
        /// How many are there, those of earlier runs included.
        have: u64,
        /// How many there will be, if the server says.
        total: Option<u64>,
    },
    /// The download was cut and resumes after a pause.
    Retrying {
        /// How many bytes are there.
        have: u64,
        /// How long it waits.
        pause: Duration,
        /// What happened.
        cause: &'a str,
    },
    /// The archive is unpacked and its files are checked.
    Unpacking,
    /// A damaged file or folder was in the way and got another name.
    SetAside {
        /// Its name from now on.
        path: &'a Path,
    },
}

impl From<FetchProgress<'_>> for Progress {
    fn from(progress: FetchProgress) -> Progress {
        match progress {
            FetchProgress::Downloading { have, total } => Progress::Bytes { done: have, total },
            FetchProgress::Retrying { have, pause, cause } => Progress::Note(format!(
                "connection lost after {have} bytes ({cause}); trying again in {} s",
                pause.as_secs()
            )),
            FetchProgress::Unpacking => Progress::Note("unpacking".into()),
            FetchProgress::SetAside { path } => {
                Progress::Note(format!("damaged data were in the way and were moved to {}", path.display()))
            }
        }
    }
}
