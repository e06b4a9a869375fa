//! Which trial is started next, and where.

use super::{LONGEST_REST, Running, Scheduler};
use crate::execute::outcome::TrialOutcome;
use crate::execute::process::Process;
use crate::execute::progress::Progress;
use crate::execute::record;
use crate::status::is_held;
use crate::trial_status::TrialStatus;
use records::RunDirectory;
use std::time::Instant;

impl Scheduler<'_> {
    /// Starts trials until every device has what it may run.
    pub(super) fn start_what_fits(&mut self) {
        while self.stop.is_none() && !self.queue.is_empty() {
            let free = self.devices.free();
            if free.is_empty() {
                return;
            }
            if self.orders.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                self.console.say("the time budget is used up; run the same command to resume");
                self.stop = Some(TrialOutcome::OutOfTime);
                return;
            }
            let next = free.into_iter().find_map(|place| Some((place, self.next(place)?)));
            let Some((place, trial)) = next else { return };
            self.start(trial, place);
        }
    }

    /// The next trial to start at a place.
    fn next(&mut self, place: usize) -> Option<usize> {
        let (trials, open, devices) = (&self.trials, &self.open, &self.devices);
        // A trial waits for the one whose weights it starts from.
        let ready = |trial: usize| {
            trials[trial].initial_trial().is_none_or(|key| !open.contains(key)) && devices.suits(place, trial)
        };
        let next = self.queue.next(Instant::now(), ready);
        if next.is_some() || !self.orders.free_only {
            return next;
        }
        // Whoever had it may have ended it, or been killed. One that cannot be had all the same is not asked for for ever.
        let (orders, rests) = (self.orders, &self.rests);
        let is_free = |trial: usize| {
            let tried = rests.get(&trial).copied().unwrap_or_default();
            tried < LONGEST_REST && !is_held(&RunDirectory::of(&orders.out, &trials[trial].key()))
        };
        self.queue.wake(|trial| ready(trial) && is_free(trial))
    }

    /// Starts a trial, unless another process has committed it meanwhile, or has it and it is not waited for.
    fn start(&mut self, trial: usize, place: usize) {
        let spec = &self.trials[trial];
        let directory = RunDirectory::of(&self.orders.out, &spec.key());
        match TrialStatus::of(&directory) {
            TrialStatus::Done => {
                let outcome =
                    TrialOutcome::committed(&directory, &record::collect(&directory, spec, self.store));
                self.console.found(spec, &outcome);
                return self.close(trial, outcome);
            }
            TrialStatus::Damaged(message) | TrialStatus::Unreadable(message) => {
                return self.refuse(trial, message);
            }
            TrialStatus::Started | TrialStatus::New => {}
        }
        if self.orders.free_only && is_held(&directory) {
            return self.queue.rest(trial, Instant::now() + LONGEST_REST);
        }
        // The ranks beside this one would try it again.
        let alone = self.orders.ranks.as_ref().is_none_or(|ranks| ranks.place.is_none());
        if let Some(why) = self.failures.of_another(trial, &directory).filter(|_| alone) {
            let outcome = TrialOutcome::Failed(format!(
                "it failed in another program, and is not tried again here: {why}; the same command tries it again"
            ));
            self.console.finished(spec, &outcome, None);
            return self.close(trial, outcome);
        }
        let init = match spec.initial_trial() {
            None => self.orders.init.clone(),
            Some(key) => match TrialStatus::weights(&RunDirectory::of(&self.orders.out, key)) {
                Ok(Some(weights)) => Some(weights),
                Ok(None) => {
                    let message =
                        format!("it starts from the weights of trial {key}, which has none; see why above");
                    let outcome = TrialOutcome::Failed(message);
                    self.console.finished(spec, &outcome, None);
                    return self.close(trial, outcome);
                }
                Err(why) => {
                    let message = format!("it starts from the weights of trial {key}: {why}");
                    return self.refuse(trial, message);
                }
            },
        };
        let device = self.devices.device(place);
        let started = directory
            .prepare(&spec.to_json())
            .map_err(anyhow::Error::from)
            .and_then(|()| Process::start(self.orders, directory, device, init, trial, self.inbox.sender()));
        match started {
            Ok(process) => {
                let bar = self.console.start(spec, self.devices.are_several().then_some(device));
                let progress = Progress::new(process.directory().clone(), device);
                self.devices.begin(place, trial);
                self.running.insert(trial, Running { process, place, bar, progress, failure: None });
            }
            Err(error) => self.refuse(trial, format!("{error:#}")),
        }
    }
}
