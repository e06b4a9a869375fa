//! The checks of a stage that run in the worker, in one process after another if need be.

use super::Session;
use super::logbook::WORKER;
use crate::stdio;
use crate::worker_client::{WorkerEnd, supervise};
use anyhow::Context;
use records::self_check::{Finding, OUT_OF_TIME};
use std::cell::RefCell;
use std::time::{Duration, Instant};
use trial::protocol::{CheckJob, CheckStage};
use trial::{Event, Job};

/// How one worker's part of a stage ended.
pub enum StageEnd {
    /// All checks are made.
    Done,
    /// Its time is up, or a signal ended it.
    Stopped,
    /// The worker failed at a check, which is written down, and the rest is left.
    Crashed,
    /// It failed and was at no check; the next one would, too.
    Useless,
}

/// Has one worker make those `checks` that were not made yet; `names` are all of them, once it has said so.
pub fn run(
    session: &mut Session,
    checks: CheckStage,
    names: &mut Option<Vec<String>>,
) -> anyhow::Result<StageEnd> {
    let scratch = session.scratch();
    std::fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot make the folder {}; name another with --into", scratch.display()))?;
    let job = Job::Check(CheckJob {
        stage: checks,
        leave_out: session.made(),
        device: session.bench.device,
        threads: session.bench.threads,
        seconds: session.seconds_left(),
        python: session.bench.python.clone(),
        scratch: scratch.clone(),
    });
    let worker = session.bench.worker.clone();
    let mut at: Option<(String, Instant)> = None;
    let shared = RefCell::new(&mut *session);
    let end = supervise(
        &worker,
        &job,
        || shared.borrow().is_over(),
        |event| {
            match event {
                Event::Checks { names: all } => *names = Some(all),
                Event::Checking { name } => at = Some((name, Instant::now())),
                Event::Checked { name, finding } => {
                    let took = at.take().map_or(Duration::ZERO, |(_, began)| began.elapsed());
                    shared.borrow_mut().write_down(&name, took, finding)?;
                }
                Event::Warning { message } => stdio::say(format!("warning: {message}")),
                _ => {}
            }
            Ok(())
        },
    );
    // Nothing of a check is needed once it has ended.
    let _ = std::fs::remove_dir_all(&scratch);
    let (name, took) = match at {
        Some((name, began)) => (Some(name), began.elapsed()),
        None => (None, Duration::ZERO),
    };
    match end? {
        WorkerEnd::Answered => Ok(StageEnd::Done),
        WorkerEnd::Stopped => {
            if let Some(name) = name.filter(|_| !session.is_interrupted()) {
                session.write_down(&name, took, Finding::skipped(OUT_OF_TIME))?;
            }
            Ok(StageEnd::Stopped)
        }
        WorkerEnd::Failed(why) => {
            let end = if name.is_some() { StageEnd::Crashed } else { StageEnd::Useless };
            session.write_down(name.as_deref().unwrap_or(WORKER), took, Finding::fail(why))?;
            Ok(end)
        }
    }
}
