//! The scheduler: starts workers, listens to them, and stops them when asked to.
//!
//! It lives in one thread and owns all state; everything that happens reaches
//! it as a message. What is started next and what follows from an end are in files of their own.

mod ending;
mod starting;

use super::Orders;
use super::console::{Bar, Console};
use super::devices::Devices;
use super::failures::Failures;
use super::inbox::Inbox;
use super::outcome::TrialOutcome;
use super::process::{Process, SchedulerMessage};
use super::progress::Progress;
use super::queue::Queue;
use records::{RunDirectory, Store};
use signal_hook::consts::SIGINT;
use std::collections::{BTreeMap, BTreeSet};
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
    inbox: &'a Inbox,
    failures: Failures,
}

impl<'a> Scheduler<'a> {
    /// A scheduler of these trials, none of which is committed.
    pub fn new(
        orders: &'a Orders,
        store: &'a Store,
        console: &'a mut Console,
        inbox: &'a Inbox,
        trials: Vec<TrialSpec>,
    ) -> Self {
        let queue = Queue::new(trials.len(), orders.first);
        let directories = trials.iter().map(|spec| RunDirectory::of(&orders.out, &spec.key()));
        Self {
            failures: Failures::before(directories, orders.submission.clone()),
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
            inbox,
        }
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
            match self.inbox.next(self.patience()) {
                Some(SchedulerMessage::Event(trial, event)) => self.listen(trial, event),
                Some(SchedulerMessage::Closed(trial)) => self.end(trial)?,
                Some(SchedulerMessage::Signal(signal)) => self.interrupt(signal),
                None => {}
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

    fn listen(&mut self, trial: usize, event: Event) {
        let Some(running) = self.running.get_mut(&trial) else { return };
        if let Event::Failed { message } = &event {
            running.failure = Some(message.clone());
        }
        running.progress.hear(&event);
        self.console.event(&mut running.bar, &event);
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
