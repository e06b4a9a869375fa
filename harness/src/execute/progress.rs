//! What is written down of a running trial, so that it can be watched from elsewhere. A training does not end because
//! that fails, as on a full disk.

use super::outcome::TrialOutcome;
use crate::device::Device;
use crate::{host, timestamp};
use records::run_directory::{Began, Ended, ProgressLine, Reached};
use records::{RunDirectory, files};
use std::time::{Duration, Instant};
use trial::Event;

/// Least time between two lines; later a share of the time so far, so that a long training has thousands of lines and
/// not more.
const OFTEN: Duration = Duration::from_secs(2);
const SHARE: u32 = 500;

/// The progress of one trial as its program hears it.
pub struct Progress {
    directory: RunDirectory,
    device: Device,
    /// When it began to train, and when it was last written down.
    times: Option<(Instant, Instant)>,
    score: Option<f64>,
}

impl Progress {
    /// Of the trial in `directory`, whose worker was started on `device`.
    pub fn new(directory: RunDirectory, device: Device) -> Self {
        Self { directory, device, times: None, score: None }
    }

    /// Writes down what a worker says, if it is due. A worker that finds the trial in other hands says nothing.
    pub fn hear(&mut self, event: &Event) {
        let Event::Progress { step, steps, epoch, stage, loss, sparsity, score, .. } = event else { return };
        let now = Instant::now();
        let at = timestamp::seconds();
        if self.times.is_none() {
            let (host, process, device) = (host::name(), std::process::id(), self.device.to_string());
            self.note(ProgressLine::Began(Began { at, host, process, device }));
        }
        let (began, last) = self.times.unwrap_or((now, now));
        let is_due = now - last >= OFTEN.max((now - began) / SHARE);
        let is_last = step == steps;
        if self.times.is_some() && !is_due && !is_last && *score == self.score {
            return;
        }
        self.times = Some((began, now));
        self.score = *score;
        self.note(ProgressLine::Reached(Reached {
            at,
            step: *step,
            steps: *steps,
            epoch: *epoch,
            stage: stage.clone(),
            loss: Some(*loss).filter(|loss| loss.is_finite()),
            sparsity: *sparsity,
            score: *score,
        }));
    }

    /// Whether its worker has trained.
    pub fn has_begun(&self) -> bool {
        self.times.is_some()
    }

    /// Writes down an end without a result, of an element of the job array `submission` if it is one.
    pub fn end(&self, outcome: &TrialOutcome, submission: Option<String>) {
        let (resumes, why) = match outcome {
            TrialOutcome::Done | TrialOutcome::Diverged(_) => return,
            // One that was committed, and damaged since, is left as it is.
            _ if self.directory.file(files::COMMITTED).exists() => return,
            TrialOutcome::Interrupted => (true, "interrupted".to_string()),
            TrialOutcome::OutOfTime => (true, "out of time".to_string()),
            TrialOutcome::Failed(why) | TrialOutcome::Refused(why) => (false, why.clone()),
        };
        self.note(ProgressLine::Ended(Ended { at: timestamp::seconds(), resumes, why, submission }));
    }

    /// Notes that the trial resumes on another device, and why.
    pub fn moves(&self, why: &str) {
        let (at, why) = (timestamp::seconds(), why.to_string());
        self.note(ProgressLine::Ended(Ended { at, resumes: true, why, submission: None }));
    }

    fn note(&self, line: ProgressLine) {
        let _ = self.directory.note(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(step: u64, score: Option<f64>) -> Event {
        let (stage, loss) = ("train".into(), f64::INFINITY);
        Event::Progress { step, steps: 100, epoch: 0.5, stage, loss, sparsity: 0.9, score, rate: 1.0 }
    }

    #[test]
    fn the_beginning_new_scores_and_the_end_are_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        let mut heard = Progress::new(run.clone(), Device::Cuda(1));
        heard.hear(&Event::Warning { message: "nothing".into() });
        assert_eq!(run.progress(), []);
        assert!(!heard.has_begun());
        // Ten thousand within less than two seconds are not written one by one.
        (0..10_000).for_each(|_| heard.hear(&progress(10, None)));
        assert!(heard.has_begun() && run.progress().len() < 10, "{}", run.progress().len());
        heard.hear(&progress(20, Some(50.0)));
        heard.hear(&progress(100, Some(50.0)));
        heard.end(&TrialOutcome::Done, None);
        heard.end(&TrialOutcome::Failed("no memory".into()), None);
        let lines = run.progress();
        let ProgressLine::Began(began) = &lines[0] else { panic!("{lines:?}") };
        assert_eq!((began.device.as_str(), began.process), ("cuda:1", std::process::id()));
        let reached: Vec<(u64, Option<f64>, Option<f64>)> = lines
            .iter()
            .filter_map(|line| match line {
                ProgressLine::Reached(reached) => Some((reached.step, reached.loss, reached.score)),
                _ => None,
            })
            .collect();
        assert_eq!(reached[0], (10, None, None));
        assert_eq!(reached[reached.len() - 2..], [(20, None, Some(50.0)), (100, None, Some(50.0))]);
        let ends = lines.iter().filter(|line| matches!(line, ProgressLine::Ended(_)));
        assert_eq!(ends.count(), 1, "what is done has a result instead");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_no_error() {
        Progress::new(RunDirectory::at("/nonexistent".as_ref()), Device::Cpu).hear(&progress(1, None));
    }
}
