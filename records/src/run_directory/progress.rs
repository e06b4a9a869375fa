//! How a training goes while it runs: lines of `progress.jsonl`, one JSON object each.
//!
//! The program that listens to a worker writes them down as it hears them, so that others can look on. They are no part
//! of a result and go once there is one; a line that was cut is left out.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::{RunDirectory, files};
use crate::regular_file::{self, MOST_OF_ROWS, open_append};

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ProgressLine {
    /// A process began to train, at first or from a checkpoint.
    Began(Began),
    /// How far it was.
    Reached(Reached),
    /// It ended without a result.
    Ended(Ended),
}

/// That a process began to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Began {
    /// When, in seconds since 1970.
    pub at: f64,
    /// The machine's name, if it has one.
    pub host: String,
    /// The number of the program's process on it.
    pub process: u32,
    /// The device, as `cpu` or `cuda:0`.
    pub device: String,
}

/// How far a training was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// When, in seconds since 1970.
    pub at: f64,
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Stage of the method.
    pub stage: String,
    /// Loss of a step, in nats an example; none if it is not finite.
    pub loss: Option<f64>,
    /// Share of zeros in the structure, 0 to 1.
    pub sparsity: f64,
    /// The suite's metric at the last evaluation, in its unit, if there was one.
    pub score: Option<f64>,
}

/// That a process ended without a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When, in seconds since 1970.
    pub at: f64,
    /// Whether running the same command again resumes it, as after a signal or at the end of its time.
    pub resumes: bool,
    /// Why.
    pub why: String,
    /// The job array whose element it was, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<String>,
}

impl RunDirectory {
    /// Adds a line to the progress.
    ///
    /// # Errors
    /// Those of the system.
    pub fn note(&self, line: &ProgressLine) -> io::Result<()> {
        let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
        // One that was cut has no end.
        if matches!(line, ProgressLine::Began(_)) {
            text.insert(0, '\n');
        }
        text.push('\n');
        open_append(&self.file(files::PROGRESS))?.write_all(text.as_bytes())
    }

    /// The progress so far, in order; nothing where none was written or it cannot be read.
    pub fn progress(&self) -> Vec<ProgressLine> {
        let bytes = regular_file::read(&self.file(files::PROGRESS), MOST_OF_ROWS).unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n');
        lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn began(process: u32) -> ProgressLine {
        ProgressLine::Began(Began { at: 1.5, host: "a".into(), process, device: "cuda:0".into() })
    }

    #[test]
    fn lines_are_read_as_they_were_written_and_one_that_was_cut_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        assert_eq!(run.progress(), []);
        let reached = ProgressLine::Reached(Reached {
            at: 2.0,
            step: 10,
            steps: 100,
            epoch: 0.1,
            stage: "exploration".into(),
            loss: None,
            sparsity: 0.9,
            score: Some(12.5),
        });
        let ended =
            ProgressLine::Ended(Ended { at: 3.0, resumes: true, why: "\"so\"\n".into(), submission: None });
        let all = [began(1), reached, ended];
        all.iter().for_each(|line| run.note(line).unwrap());
        assert_eq!(run.progress(), all);
        // Wherever the last line is cut, the next process's lines are whole.
        let whole = fs::read(run.file(files::PROGRESS)).unwrap();
        let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        for length in start..whole.len() - 1 {
            fs::write(run.file(files::PROGRESS), &whole[..length]).unwrap();
            run.note(&began(2)).unwrap();
            assert_eq!(run.progress(), [all[0].clone(), all[1].clone(), began(2)], "{length}");
        }
    }
}
