//! What follows from the end of a worker.

use super::{FIRST_REST, LONGEST_REST, Scheduler};
use crate::execute::devices::Next;
use crate::execute::fault::Fault;
use crate::execute::outcome::{TrialOutcome, judge};
use crate::execute::record;
use crate::plan::label;
use crate::recorded;
use crate::trial_status::TrialStatus;
use crate::worker_client::ended_by;
use records::files;
use std::os::unix::process::ExitStatusExt;
use std::time::Instant;

impl Scheduler<'_> {
    /// Takes note of the end of a worker: its trial has a result or failed, or it rests or goes on elsewhere.
    pub(super) fn end(&mut self, trial: usize) -> anyhow::Result<()> {
        let Some(mut running) = self.running.remove(&trial) else { return Ok(()) };
        let status = running.process.wait()?;
        self.devices.end(running.place, trial);
        let spec = &self.trials[trial];
        let directory = running.process.directory();
        let (outcome, record) = match TrialStatus::of(directory) {
            TrialStatus::Done => {
                let record = record::collect(directory, spec, self.store);
                // A worker that was killed right after its commit has left what only its training needed.
                directory.tidy();
                let outcome = TrialOutcome::committed(directory, &record);
                let mut record = record.ok();
                if let Some(record) = &mut record {
                    recorded::judge(record, &[&self.orders.out]);
                }
                let changed = self.devices.worked(running.place, trial);
                changed.iter().for_each(|changed| self.console.error(changed));
                (Some(outcome), record)
            }
            TrialStatus::Damaged(message) | TrialStatus::Unreadable(message) => {
                (Some(TrialOutcome::Refused(message)), None)
            }
            TrialStatus::Started | TrialStatus::New => {
                // One that all processes get may have ended the worker before the program hears of it.
                let asked = status.signal().is_some_and(|signal| trial::STOP_SIGNALS.contains(&signal));
                let stopping = self.stopping.is_some() || asked;
                let message = running.failure.take().unwrap_or_else(|| match status.signal() {
                    Some(signal) => ended_by(signal, &running.process.last_words(), &spec.less_memory()),
                    None => format!("the worker ended with {status} and no message"),
                });
                (judge(status.code(), message, stopping), None)
            }
        };
        self.console.close_bar(running.bar);
        let Some(outcome) = outcome else {
            let rest = match self.rests.get(&trial) {
                Some(last) => (*last * 2).min(LONGEST_REST),
                None => {
                    let then = if self.orders.free_only { "" } else { "; waiting for it" };
                    self.console.say(&format!("{} is being run by another process{then}", label(spec)));
                    FIRST_REST
                }
            };
            self.rests.insert(trial, rest);
            self.queue.rest(trial, Instant::now() + rest);
            return Ok(());
        };
        // One that is not there any more is refused.
        if let TrialOutcome::Failed(message) | TrialOutcome::Refused(message) = &outcome {
            // A worker that dies of an error of its device has printed it, and not reported it.
            let said = format!("{message}\n{}", running.process.last_words().join("\n"));
            if self.goes_on_elsewhere(trial, running.place, &said) {
                running.progress.moves(message);
                return Ok(());
            }
        }
        let spec = &self.trials[trial];
        running.progress.end(&outcome, self.orders.submission.clone());
        if matches!(outcome, TrialOutcome::Interrupted | TrialOutcome::OutOfTime) {
            let saved = [files::CHECKPOINT, files::PREVIOUS_CHECKPOINT];
            let saved = saved.iter().any(|name| directory.file(name).exists());
            self.console.stopped(spec, &outcome, saved);
        } else if record.is_some() && !running.progress.has_begun() {
            // Another program ended it while this worker was being started.
            self.console.found(spec, &outcome);
        } else {
            self.console.finished(spec, &outcome, record.as_ref());
        }
        if matches!(outcome, TrialOutcome::Failed(_) | TrialOutcome::Refused(_)) {
            let log = directory.file(files::LOG);
            self.console.last_words(&log, &running.process.last_words());
        }
        if outcome == TrialOutcome::OutOfTime {
            // What is left of the last second is too little to start another.
            self.stop.get_or_insert(TrialOutcome::OutOfTime);
        }
        self.close(trial, outcome);
        Ok(())
    }

    /// Whether a trial that failed at a place, with what it `said` last, failed because of its device and is to be run again.
    fn goes_on_elsewhere(&mut self, trial: usize, place: usize, said: &str) -> bool {
        let device = self.devices.device(place);
        let Some(fault) = Fault::of(device, said).filter(|_| self.stop.is_none()) else { return false };
        let changed = match self.devices.fail(place, trial, &fault) {
            Next::Again(changed) => changed,
            Next::Fails(changed) => {
                changed.iter().for_each(|changed| self.console.say(changed));
                return false;
            }
        };
        let label = label(&self.trials[trial]);
        let first = said.lines().next().unwrap_or_default();
        self.console.say(&format!("{label}: {device} failed: {first}; it is run again from its checkpoint"));
        changed.iter().for_each(|changed| self.console.error(changed));
        self.queue.again(trial);
        if !self.devices.serve() {
            self.console.error("no device is left; run the same command to resume, once one works again");
            self.stop = Some(TrialOutcome::Failed("no device is left".into()));
        }
        true
    }
}
