//! How far a trial is, according to its run directory.

use records::{RunDirectory, files};
use std::path::PathBuf;

/// How far a trial is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialStatus {
    /// It is committed.
    Done,
    /// Its directory is there, without a result.
    Started,
    /// There is nothing of it.
    New,
    /// It was committed and is no longer as it was; the reason and the remedy.
    Damaged(String),
    /// It was committed and cannot be read at the moment, though it may be intact; the reason and the remedy.
    Unreadable(String),
}

impl TrialStatus {
    /// The words of all states.
    pub const WORDS: [&str; 5] = ["done", "started", "new", "damaged", "unreadable"];

    /// Looks at the directory, and at every checksum if there is a result.
    pub fn of(directory: &RunDirectory) -> Self {
        match directory.is_committed() {
            Ok(true) => Self::Done,
            Ok(false) if directory.file(files::SPEC).exists() => Self::Started,
            Ok(false) => Self::New,
            Err(error) if error.is_damage() => Self::Damaged(error.to_string()),
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }

    /// Whether it has no result and is to be trained.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Started | Self::New)
    }

    /// The weights that the trial of a directory ended with; none if it is not done, or diverged.
    ///
    /// # Errors
    ///
    /// If it was committed, and is damaged or cannot be read; the reason and the remedy.
    pub fn weights(directory: &RunDirectory) -> Result<Option<PathBuf>, String> {
        match Self::of(directory) {
            Self::Done => Ok(Some(directory.file(files::WEIGHTS)).filter(|weights| weights.exists())),
            Self::Started | Self::New => Ok(None),
            Self::Damaged(message) | Self::Unreadable(message) => Err(message),
        }
    }

    /// The state in a word.
    pub fn word(&self) -> &'static str {
        let [done, started, new, damaged, unreadable] = Self::WORDS;
        match self {
            Self::Done => done,
            Self::Started => started,
            Self::New => new,
            Self::Damaged(_) => damaged,
            Self::Unreadable(_) => unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_goes_from_new_to_started_to_done() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(folder.path(), "key");
        assert_eq!(TrialStatus::of(&run), TrialStatus::New);
        std::fs::create_dir_all(run.path()).unwrap();
        std::fs::write(run.file("spec.json"), "{}").unwrap();
        assert_eq!(TrialStatus::of(&run), TrialStatus::Started);
        assert_eq!(TrialStatus::weights(&run), Ok(None));
        for name in ["record.json", "weights.safetensors"] {
            std::fs::write(run.file(name), "{}").unwrap();
        }
        run.commit(&["record.json", "weights.safetensors"]).unwrap();
        assert_eq!(TrialStatus::of(&run), TrialStatus::Done);
        assert_eq!(TrialStatus::weights(&run), Ok(Some(run.file("weights.safetensors"))));
        std::fs::write(run.file("record.json"), "{ }").unwrap();
        let TrialStatus::Damaged(message) = TrialStatus::of(&run) else { panic!() };
        assert!(message.contains("record.json") && message.contains("delete"), "{message}");
        assert_eq!(TrialStatus::weights(&run), Err(message), "what starts from it says why it cannot");
    }
}
