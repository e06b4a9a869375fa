//! Failures that another program has just met: the same trial would fail here, too, and be tried by every program of a plan.
//!
//! Left alone is what has failed since this program began, and what has failed in its own submission, however long ago an
//! element of that began. A failure from before is tried again: that is why somebody runs the command again. Clocks of
//! several machines are not compared for that.

use records::RunDirectory;
use records::run_directory::{Ended, ProgressLine};

/// What is known of earlier failures.
pub struct Failures {
    /// The last failure of each trial when this program began.
    before: Vec<Option<Ended>>,
    /// The job array that this program is an element of.
    submission: Option<String>,
}

impl Failures {
    /// Of trials in these directories, as they are now.
    pub fn before(directories: impl Iterator<Item = RunDirectory>, submission: Option<String>) -> Self {
        Self { before: directories.map(|directory| last(&directory)).collect(), submission }
    }

    /// Why the trial of this number, in its directory, is to be left alone; none if it is not.
    pub fn of_another(&self, trial: usize, directory: &RunDirectory) -> Option<String> {
        let failed = last(directory)?;
        let in_own_submission = failed.submission.is_some() && failed.submission == self.submission;
        let is_new = self.before.get(trial).and_then(Option::as_ref) != Some(&failed);
        (is_new || in_own_submission).then_some(failed.why)
    }
}

/// How the last process of a trial failed; none if it did not, or another began since.
fn last(directory: &RunDirectory) -> Option<Ended> {
    match directory.progress().pop() {
        Some(ProgressLine::Ended(ended)) => Some(ended).filter(|ended| !ended.resumes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(run: &RunDirectory, resumes: bool, submission: Option<&str>, at: f64) {
        let submission = submission.map(String::from);
        run.note(&ProgressLine::Ended(Ended { at, resumes, why: "no memory".into(), submission })).unwrap();
    }

    #[test]
    fn what_failed_meanwhile_or_in_the_same_submission_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        let began = |submission: Option<&str>| {
            Failures::before([run.clone()].into_iter(), submission.map(String::from))
        };
        let is_left = |program: &Failures| program.of_another(0, &run).is_some();
        let early = began(None);
        assert!(!is_left(&early));
        ends(&run, true, None, 1.0);
        assert!(!is_left(&early), "one that was stopped resumes");
        ends(&run, false, None, 2.0);
        assert_eq!(early.of_another(0, &run).as_deref(), Some("no memory"));
        let again = began(None);
        assert!(!is_left(&again), "whoever begins after the failure tries again");
        // The same again, by another program.
        ends(&run, false, None, 3.0);
        assert!(is_left(&again));

        ends(&run, false, Some("12"), 4.0);
        let [same, other, none] = [Some("12"), Some("13"), None].map(began);
        assert_eq!([is_left(&same), is_left(&other), is_left(&none)], [true, false, false]);
        // A trial that failed, was tried again and then stopped is resumed.
        ends(&run, true, Some("12"), 5.0);
        assert!(!is_left(&same));
    }
}
