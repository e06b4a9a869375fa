//! The self-check of a device: whether everything is right and how fast it is, one result per check.
//!
//! It is one file, [`FILE`], in a folder of its own, rewritten after every check, so that a check that was
//! interrupted goes on where it was.

use crate::regular_file::{self, MOST_OF_ROWS};
use crate::{FileError, write_atomically};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file of a self-check in its folder.
pub const FILE: &str = "selfcheck.json";
/// The same for a person.
pub const MARKDOWN: &str = "selfcheck.md";
/// How the names of the folders begin in which `harness selfcheck` keeps its files.
pub const FOLDER: &str = "selfcheck";
/// The check that says how many trials at once train fastest, and its number.
pub const JOBS: &str = "jobs";
/// What is said of a check for which there was no time, at the least. Unlike others that were skipped it is made the
/// next time.
pub const OUT_OF_TIME: &str = "out of time";

/// What was checked of a device, in the order in which it was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfCheck {
    /// What the results belong to.
    #[serde(flatten)]
    pub subject: Subject,
    /// The results.
    pub checks: Vec<Check>,
}

/// What a self-check is of. Results of another program, device or libtorch are no evidence about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Commit of the program.
    pub commit: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// The device, as `cpu` or `cuda:0`.
    pub device: String,
    /// Its name.
    pub device_name: String,
}

/// A check that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The stage it belongs to.
    pub stage: String,
    /// What was checked, unique within its stage.
    pub name: String,
    /// When it ended, in UTC.
    pub at: String,
    /// How long it took.
    pub seconds: f64,
    /// What came out.
    #[serde(flatten)]
    pub finding: Finding,
}

/// What came out of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether it is right.
    pub outcome: Outcome,
    /// What was found; of a failed or skipped check, why.
    pub what: String,
    /// What was measured.
    pub quantities: Vec<Quantity>,
}

impl Finding {
    /// It is right: `what` was found.
    pub fn pass(what: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, what)
    }

    /// It is wrong, and why.
    pub fn fail(why: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, why)
    }

    /// It cannot be checked here, and why.
    pub fn skipped(why: impl Into<String>) -> Self {
        Self::new(Outcome::Skipped, why)
    }

    /// There is no time for it, since it takes about so many seconds, if that is known.
    pub fn out_of_time(needs: Option<f64>) -> Self {
        Self::skipped(match needs {
            Some(needs) => format!("{OUT_OF_TIME}: it takes about {needs:.0}s"),
            None => OUT_OF_TIME.to_string(),
        })
    }

    /// Whether it was skipped for lack of time.
    pub fn is_late(&self) -> bool {
        self.outcome == Outcome::Skipped && self.what.starts_with(OUT_OF_TIME)
    }

    fn new(outcome: Outcome, what: impl Into<String>) -> Self {
        Self { outcome, what: what.into(), quantities: Vec::new() }
    }

    /// With a number that was measured.
    pub fn and(mut self, name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        self.quantities.push(Quantity::new(name, value, unit));
        self
    }

    /// With numbers that were measured.
    pub fn with(mut self, quantities: impl IntoIterator<Item = Quantity>) -> Self {
        self.quantities.extend(quantities);
        self
    }
}

/// Whether what was checked is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is.
    Pass,
    /// It is not.
    Fail,
    /// It could not be checked here, which is no fault.
    Skipped,
}

impl Outcome {
    /// The word that files and tables have for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

/// A number that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// What it is of.
    pub name: String,
    /// The number; absent where it is not finite.
    #[serde(with = "crate::record::finite")]
    pub value: Option<f64>,
    /// Half the distance of the least and the greatest of its repetitions, in its unit, if there were some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// Its unit; empty for a ratio or a count.
    pub unit: String,
}

impl Quantity {
    /// The number `value` of `name` in `unit`.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: Some(value).filter(|value| value.is_finite()),
            spread: None,
            unit: unit.into(),
        }
    }

    /// The same as the median of repetitions that have this spread.
    pub fn with_spread(mut self, spread: f64) -> Self {
        self.spread = Some(spread).filter(|spread| spread.is_finite());
        self
    }
}

/// A file of a self-check that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SelfCheckError {
    /// It is there but is not one.
    #[error(
        "{path} is damaged, or not a self-check of this harness ({cause}); nothing was overwritten: move it away, \
         or name another folder with --into"
    )]
    Damaged {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl SelfCheck {
    /// The self-check in `folder`; none if it holds none.
    ///
    /// # Errors
    ///
    /// If its file cannot be read, or is damaged.
    pub fn read(folder: &Path) -> Result<Option<Self>, SelfCheckError> {
        let path = folder.join(FILE);
        let bytes = match regular_file::read(&path, MOST_OF_ROWS) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(FileError::new("read", &path, cause).into()),
        };
        let damaged = |cause: serde_json::Error| SelfCheckError::Damaged {
            path: path.display().to_string(),
            cause: cause.to_string(),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Writes it into `folder`, which must exist.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), FileError> {
        let json = serde_json::to_string_pretty(self).expect("a self-check holds nothing that JSON cannot");
        write_atomically(&folder.join(FILE), format!("{json}\n").as_bytes())
    }

    /// The folders of self-checks in the folder of results `out`, sorted: `out` itself if it is one, and those that
    /// `harness selfcheck` makes in it.
    pub fn folders(out: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(out).into_iter().flatten().flatten();
        let named =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(FOLDER));
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(named).collect();
        folders.push(out.into());
        folders.retain(|folder| folder.join(FILE).is_file());
        folders.sort();
        folders
    }

    /// How many checks came out as `outcome`.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|check| check.finding.outcome == outcome).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn self_check() -> SelfCheck {
        let finding = Finding::fail("a \"reason\" | with signs").and("distance", 0.1 + 0.2, "");
        let finding =
            finding.and("no", f64::NAN, "ms").with([Quantity::new("often", 2.0, "ms").with_spread(0.25)]);
        let (stage, name, at) = ("correct".into(), "graphs".into(), "2026-01-01T00:00:00Z".into());
        let check = Check { stage, name, at, seconds: 1.5, finding };
        let subject = Subject {
            commit: "abc-dirty".into(),
            libtorch: "2.11.0".into(),
            device: "cuda:0".into(),
            device_name: "NVIDIA H100".into(),
        };
        SelfCheck { subject, checks: vec![check] }
    }

    #[test]
    fn what_is_written_is_read_and_numbers_that_are_none_are_absent() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(SelfCheck::read(folder.path()).unwrap(), None);
        let written = self_check();
        written.write(folder.path()).unwrap();
        let read = SelfCheck::read(folder.path()).unwrap().unwrap();
        assert_eq!(read, written);
        assert_eq!(read.checks[0].finding.quantities[1].value, None);
        assert_eq!(read.checks[0].finding.quantities[2].spread, Some(0.25));
        assert_eq!((read.count(Outcome::Fail), read.count(Outcome::Pass)), (1, 0));
    }

    #[test]
    fn a_damaged_file_is_named_with_the_remedy_wherever_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        self_check().write(folder.path()).unwrap();
        let whole = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        for length in 0..whole.trim_end().len() {
            std::fs::write(folder.path().join(FILE), &whole[..length]).unwrap();
            let message = SelfCheck::read(folder.path()).unwrap_err().to_string();
            assert!(message.contains(FILE) && message.contains("--into"), "{length}: {message}");
        }
        std::fs::write(folder.path().join(FILE), whole.replace("\"fail\"", "\"perhaps\"")).unwrap();
        assert!(SelfCheck::read(folder.path()).is_err());
    }

    #[test]
    fn folders_of_self_checks_are_found_in_the_results_and_as_them() {
        let out = tempfile::tempdir().unwrap();
        assert!(SelfCheck::folders(out.path()).is_empty());
        assert!(SelfCheck::folders(&out.path().join("absent")).is_empty());
        for name in ["selfcheck-b", "selfcheck-a", "other", "selfcheck-empty"] {
            std::fs::create_dir(out.path().join(name)).unwrap();
        }
        for name in ["selfcheck-b", "selfcheck-a", "other"] {
            self_check().write(&out.path().join(name)).unwrap();
        }
        let found = SelfCheck::folders(out.path());
        assert_eq!(found, ["selfcheck-a", "selfcheck-b"].map(|name| out.path().join(name)));
        assert_eq!(SelfCheck::folders(&found[0]), found[..1]);
    }
}
