//! One run of a self-check: its device, its time, and what is written down.

use super::in_worker::{self, StageEnd};
use super::logbook::Logbook;
use super::stages::Stage;
use crate::device::Device;
use crate::stdio;
use crate::stop_condition::StopCondition;
use records::self_check::{Check, Finding, OUT_OF_TIME, Outcome};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use trial::Exit;
use trial::protocol::CheckStage;

/// Stands for all checks of a stage whose names nobody knows yet.
const ALL: &str = "all";

/// What a self-check runs on.
pub struct Bench {
    /// The worker program.
    pub worker: PathBuf,
    /// What is checked.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// The Python whose PyTorch is compared with.
    pub python: Option<PathBuf>,
}

/// A self-check under way.
pub struct Session<'a> {
    /// What it runs on.
    pub bench: Bench,
    logbook: &'a mut Logbook,
    stop: StopCondition,
    began: Instant,
    budget: Duration,
    stage: &'static str,
    /// When the present stage has to end.
    until: Instant,
}

impl<'a> Session<'a> {
    /// A self-check that has `budget` from now on. Signals end it from now on, with what was written down.
    pub fn begin(bench: Bench, logbook: &'a mut Logbook, budget: Duration) -> anyhow::Result<Self> {
        let (stop, began) = (StopCondition::watch(None)?, Instant::now());
        Ok(Self { bench, logbook, stop, began, budget, stage: "", until: began })
    }

    /// Runs `stages`; false if a signal ended it.
    pub fn run(&mut self, stages: &'static [Stage]) -> anyhow::Result<bool> {
        let mut share = 0.0;
        for stage in stages {
            share += stage.share;
            self.stage = stage.name;
            self.until = self.began + self.budget.mul_f64(share);
            self.logbook.begin(stage.name);
            (stage.run)(self)?;
            if self.is_interrupted() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes those checks of a stage that run in the worker.
    pub fn in_worker(&mut self, checks: CheckStage) -> anyhow::Result<()> {
        let mut names = None;
        loop {
            if self.is_over() {
                return self.leave_out(names, OUT_OF_TIME);
            }
            match in_worker::run(self, checks, &mut names)? {
                StageEnd::Done => return Ok(()),
                StageEnd::Stopped => return self.leave_out(names, OUT_OF_TIME),
                StageEnd::Useless => return self.leave_out(names, "the worker failed"),
                StageEnd::Crashed => {}
            }
        }
    }

    /// Makes one check in this program, unless it was made before or there is no time for the seconds that it `needs`,
    /// if these are known; `make` has to end when the session [is over](Self::is_over).
    pub fn check(
        &mut self,
        name: &str,
        needs: Option<f64>,
        make: impl FnOnce(&Self) -> anyhow::Result<Finding>,
    ) -> anyhow::Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let began = Instant::now();
        let finding = match self.seconds_left() <= needs.unwrap_or(0.0) {
            true => Finding::out_of_time(needs),
            false => make(self)?,
        };
        if self.is_interrupted() {
            return Ok(());
        }
        self.write_down(name, began.elapsed(), finding)
    }

    /// Writes down what follows from the checks of the stage so far, for which there is always time.
    pub fn conclude(
        &mut self,
        name: &str,
        conclusion: impl FnOnce(&[Check]) -> Finding,
    ) -> anyhow::Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let finding = conclusion(&self.logbook.self_check().checks);
        self.write_down(name, Duration::ZERO, finding)
    }

    /// Whether the check `name` of the present stage is still to be made.
    fn wants(&self, name: &str) -> bool {
        !self.made().iter().any(|made| made == name) && !self.is_interrupted()
    }

    /// The checks of the present stage that were made before.
    pub fn made(&self) -> Vec<String> {
        self.logbook.made(self.stage)
    }

    /// Where files for the time of a check can be.
    pub fn scratch(&self) -> PathBuf {
        self.logbook.folder().join("scratch")
    }

    /// Whether a signal asked to end.
    pub fn is_interrupted(&self) -> bool {
        self.stop.reason() == Some(Exit::Interrupted)
    }

    /// Seconds until the present stage has to end.
    pub fn seconds_left(&self) -> f64 {
        self.until.saturating_duration_since(Instant::now()).as_secs_f64()
    }

    /// Whether the present stage has to end.
    pub fn is_over(&self) -> bool {
        self.is_interrupted() || Instant::now() >= self.until
    }

    /// Says and writes down what came out of a check.
    pub fn write_down(&mut self, name: &str, took: Duration, finding: Finding) -> anyhow::Result<()> {
        let (word, what) = (finding.outcome.word(), &finding.what);
        stdio::say(format!("{}: {name}: {word} ({:.1}s): {what}", self.stage, took.as_secs_f64()));
        self.logbook.add(self.stage, name, took, finding)
    }

    /// Notes of those of the checks called `names` that were not made why that is.
    fn leave_out(&mut self, names: Option<Vec<String>>, why: &str) -> anyhow::Result<()> {
        if self.is_interrupted() {
            return Ok(());
        }
        let known = self.logbook.self_check().checks.iter().filter(|check| check.stage == self.stage);
        let known: Vec<String> = known.map(|check| check.name.clone()).collect();
        for name in names.unwrap_or_else(|| vec![ALL.into()]) {
            if !known.contains(&name) {
                self.write_down(&name, Duration::ZERO, Finding::skipped(why))?;
            }
        }
        Ok(())
    }
}

/// Whether something failed, or was left out for lack of time.
pub fn exit_of(logbook: &Logbook) -> Exit {
    let check = logbook.self_check();
    match check.count(Outcome::Fail) {
        0 if check.checks.iter().any(|check| check.finding.is_late()) => Exit::OutOfTime,
        0 => Exit::Done,
        _ => Exit::CheckFailed,
    }
}
