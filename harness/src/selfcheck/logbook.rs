//! The files of a self-check: complete after every check, and taken up where they were left.

use crate::timestamp::now;
use anyhow::Context;
use records::self_check::{Check, Finding, MARKDOWN, Outcome, SelfCheck, Subject};
use records::write_atomically;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Stands for a check where the worker failed and was at none.
pub const WORKER: &str = "worker";

/// A self-check and the folder of its files.
pub struct Logbook {
    folder: PathBuf,
    check: SelfCheck,
}

/// How much of a self-check was there already.
pub enum Earlier {
    /// Nothing.
    Nothing,
    /// So many checks, which are kept.
    Kept(usize),
    /// Checks of something else, which are replaced.
    Other(Subject),
}

impl Logbook {
    /// The self-check of `subject` in `folder`, which is made if it is not there. What is there of the same subject is
    /// kept, but for what was skipped.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made, or holds a damaged self-check.
    pub fn open(folder: &Path, subject: Subject) -> anyhow::Result<(Self, Earlier)> {
        std::fs::create_dir_all(folder).with_context(|| {
            format!("cannot make the folder {}; name another with --into", folder.display())
        })?;
        let mut check = SelfCheck { subject, checks: Vec::new() };
        let earlier = match SelfCheck::read(folder)? {
            None => Earlier::Nothing,
            Some(found) if found.subject == check.subject => {
                check.checks = found.checks;
                Earlier::Kept(check.checks.len() - check.count(Outcome::Skipped))
            }
            Some(found) => Earlier::Other(found.subject),
        };
        Ok((Self { folder: folder.into(), check }, earlier))
    }

    /// The self-check.
    pub fn self_check(&self) -> &SelfCheck {
        &self.check
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The checks of `stage` that need not be made again: all but those that were skipped.
    pub fn made(&self, stage: &str) -> Vec<String> {
        let made = |check: &&Check| check.stage == stage && check.finding.outcome != Outcome::Skipped;
        self.check.checks.iter().filter(made).map(|check| check.name.clone()).collect()
    }

    /// Forgets what was skipped of `stage`, which is made now.
    pub fn begin(&mut self, stage: &str) {
        let made = |check: &Check| check.finding.outcome != Outcome::Skipped && check.name != WORKER;
        self.check.checks.retain(|check| check.stage != stage || made(check));
    }

    /// Writes down what came out of the check `name` of `stage`, behind the others of that stage.
    ///
    /// # Errors
    ///
    /// If the files cannot be written.
    pub fn add(&mut self, stage: &str, name: &str, took: Duration, finding: Finding) -> anyhow::Result<()> {
        let (stage, name) = (stage.to_string(), name.to_string());
        let behind = self.check.checks.iter().rposition(|check| check.stage == stage);
        let place = behind.map_or(self.check.checks.len(), |last| last + 1);
        let check = Check { stage, name, at: now(), seconds: took.as_secs_f64(), finding };
        self.check.checks.insert(place, check);
        self.check.write(&self.folder)?;
        let markdown = results::self_check::as_markdown(&self.check);
        write_atomically(&self.folder.join(MARKDOWN), markdown.as_bytes())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(commit: &str) -> Subject {
        let (libtorch, device) = ("2.11.0".into(), "cpu".into());
        Subject { commit: commit.into(), libtorch, device, device_name: "a processor".into() }
    }

    #[test]
    fn what_was_made_of_the_same_subject_is_kept_and_what_was_skipped_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/er");
        let (mut logbook, earlier) = Logbook::open(&folder, subject("a")).unwrap();
        assert!(matches!(earlier, Earlier::Nothing));
        for (stage, name, finding) in [
            ("one", "good", Finding::pass("fine")),
            ("one", "late", Finding::out_of_time(None)),
            ("two", "bad", Finding::fail("wrong")),
        ] {
            logbook.add(stage, name, Duration::from_secs(1), finding).unwrap();
        }
        let (mut again, earlier) = Logbook::open(&folder, subject("a")).unwrap();
        assert!(matches!(earlier, Earlier::Kept(2)));
        assert_eq!((again.made("one"), again.made("two")), (vec!["good".into()], vec!["bad".into()]));
        again.begin("one");
        again.add("one", "late", Duration::from_secs(1), Finding::pass("in time")).unwrap();
        let names: Vec<&str> = again.self_check().checks.iter().map(|check| check.name.as_str()).collect();
        assert_eq!(names, ["good", "late", "bad"], "stages stay together");
        assert!(std::fs::read_to_string(folder.join(MARKDOWN)).unwrap().contains("in time"));

        let (other, earlier) = Logbook::open(&folder, subject("b")).unwrap();
        assert!(matches!(earlier, Earlier::Other(found) if found.commit == "a"));
        assert!(other.self_check().checks.is_empty());
        assert!(SelfCheck::read(&folder).unwrap().is_some(), "nothing is lost before there is something new");
    }

    #[test]
    fn a_damaged_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(records::self_check::FILE);
        std::fs::write(&file, "{\"commit\":").unwrap();
        let error = Logbook::open(folder.path(), subject("a")).err().unwrap().to_string();
        assert!(error.contains("damaged") && error.contains("--into"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"commit\":");
    }
}
