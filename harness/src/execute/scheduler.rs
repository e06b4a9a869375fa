//! The scheduler: starts workers, listens to them, and stops them when asked to.
//!
//! It lives in one thread and owns all state; everything that happens reaches
//! it as a message.

use super::console::{Bar, Console};
use super::devices::{Devices, Next};
use super::fault::Fault;
use super::outcome::{TrialOutcome, judge};
use super::process::{Process, SchedulerMessage};
use super::progress::Progress;
use super::queue::Queue;
use super::{Orders, record};
use crate::plan::label;
use crate::signals;
use crate::status::is_held;
use crate::trial_status::TrialStatus;
use crate::worker_client::ended_by;
use records::{RunDirectory, Store, files};
use signal_hook::consts::SIGINT;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use suites::counted;
use trial::{Event, TrialSpec};

/// How long to wait at first for a trial that another process is running; twice as long each further time.
const FIRST_REST: Duration = Duration::from_secs(5);
const LONGEST_REST: Duration = Duration::from_secs(60);
/// Within this time a second SIGINT is the first one, sent again.
const SAME_SIGNAL: Duration = Duration::from_secs(1);
/// How long to wait for a message when nothing else is due.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A trial that is running.
struct Running {
    process: Process,
    /// The place of its device.
    place: usize,
    bar: Bar,
    progress: Progress,
    failure: Option<String>,
}

/// Runs trials until all are done or something stops it.
pub struct Scheduler<'a> {
    orders: &'a Orders,
    store: &'a Store,
    console: &'a mut Console,
    trials: Vec<TrialSpec>,
    queue: Queue,
    devices: Devices,
    running: BTreeMap<usize, Running>,
    /// How long the last wait for trials of other processes was.
    rests: BTreeMap<usize, Duration>,
    outcomes: Vec<TrialOutcome>,
    /// Keys of the trials that have no outcome yet.
    open: BTreeSet<String>,
    /// Why no more trials are started.
    stop: Option<TrialOutcome>,
    /// When the first signal came.
    stopping: Option<Instant>,
    sender: Sender<SchedulerMessage>,
    receiver: Receiver<SchedulerMessage>,
}

impl<'a> Scheduler<'a> {
    /// A scheduler of these trials, none of which is committed; from now on it gets the signals.
    pub fn new(
        orders: &'a Orders,
        store: &'a Store,
        console: &'a mut Console,
        trials: Vec<TrialSpec>,
    ) -> anyhow::Result<Self> {
        let (sender, receiver) = channel();
        let signalled = sender.clone();
        signals::forward(move |signal| signalled.send(SchedulerMessage::Signal(signal)).is_ok())?;
        let queue = Queue::new(trials.len(), orders.first);
        Ok(Self {
            orders,
            store,
            console,
            queue,
            devices: Devices::new(orders.devices.iter().copied()),
            running: BTreeMap::new(),
            rests: BTreeMap::new(),
            outcomes: Vec::new(),
            open: trials.iter().map(TrialSpec::key).collect(),
            trials,
            stop: None,
            stopping: None,
            sender,
            receiver,
        })
    }

    /// Runs, and returns how each trial ended. Those that are left to other programs have no outcome.
    pub fn run(mut self) -> anyhow::Result<Vec<TrialOutcome>> {
        loop {
            self.start_what_fits();
            // What could not be started although nothing runs is in the hands of others, or waits for what is.
            let ends = self.stop.is_some() || self.queue.is_empty() || self.orders.free_only;
            if self.running.is_empty() && ends {
                break;
            }
            match self.receiver.recv_timeout(self.patience()) {
                Ok(SchedulerMessage::Event(trial, event)) => self.listen(trial, event),
                Ok(SchedulerMessage::Closed(trial)) => self.end(trial)?,
                Ok(SchedulerMessage::Signal(signal)) => self.interrupt(signal),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
        let left = self.queue.len();
        match self.stop {
            Some(stop) => self.outcomes.extend(vec![stop; left]),
            None if left > 0 => {
                self.console
                    .say(&format!("{} left to other programs", counted(left, "trial is", "trials are")));
            }
            None => {}
        }
        Ok(self.outcomes)
    }

    /// How long to wait for a message: until a trial has rested or time is up.
    fn patience(&self) -> Duration {
        let resting = self.queue.wakes().filter(|_| !self.devices.free().is_empty());
        let deadline = self.orders.deadline.filter(|_| self.running.is_empty());
        let due = resting.into_iter().chain(deadline).min();
        due.map_or(PATIENCE, |due| {
            due.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
        })
    }

    fn start_what_fits(&mut self) {
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
            .and_then(|()| Process::start(self.orders, directory, device, init, trial, self.sender.clone()));
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

    fn refuse(&mut self, trial: usize, message: String) {
        let outcome = TrialOutcome::Refused(message);
        self.console.finished(&self.trials[trial], &outcome, None);
        self.close(trial, outcome);
    }

    /// Notes how a trial ended.
    fn close(&mut self, trial: usize, outcome: TrialOutcome) {
        self.open.remove(&self.trials[trial].key());
        self.outcomes.push(outcome);
    }

    fn listen(&mut self, trial: usize, event: Event) {
        let Some(running) = self.running.get_mut(&trial) else { return };
        if let Event::Failed { message } = &event {
            running.failure = Some(message.clone());
        }
        running.progress.hear(&event);
        self.console.event(&mut running.bar, &event);
    }

    fn end(&mut self, trial: usize) -> anyhow::Result<()> {
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
                    crate::recorded::judge(record, &[&self.orders.out]);
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
        running.progress.end(&outcome);
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
        let Next::Again(changed) = self.devices.fail(place, trial, &fault) else { return false };
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

    /// The first signal asks the workers for checkpoints. A person's second ends them; schedulers send several, and
    /// mean the same by each. What sends one to the program and to its group, as `timeout` does, sends it twice at once.
    fn interrupt(&mut self, signal: i32) {
        self.stop = Some(TrialOutcome::Interrupted);
        match self.stopping {
            None => {
                self.stopping = Some(Instant::now());
                self.console.say("stopping: waiting for checkpoints (interrupt again to stop at once)");
                self.running.values().for_each(|running| running.process.terminate());
            }
            Some(first) if signal == SIGINT && first.elapsed() >= SAME_SIGNAL => {
                self.running.values_mut().for_each(|running| running.process.kill());
            }
            Some(_) => {}
        }
    }
}
