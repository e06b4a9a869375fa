//! When a measurement ends before its end: at a signal, or when its time is up.

use crate::{signals, stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use trial::Exit;

/// Why to stop.
pub struct StopCondition {
    signal: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl StopCondition {
    /// From now on signals that ask to stop do not end the program but are remembered, as long as this lives.
    pub fn watch(budget: Option<Duration>) -> anyhow::Result<Self> {
        let signal = Arc::new(AtomicBool::new(false));
        let watched = Arc::downgrade(&signal);
        signals::forward(move |_| {
            watched.upgrade().is_some_and(|signal| {
                signal.store(true, Ordering::Relaxed);
                true
            })
        })?;
        // A budget beyond what the clock can represent is no limit.
        Ok(Self { signal, deadline: budget.and_then(|budget| Instant::now().checked_add(budget)) })
    }

    /// How to end, if it is time to.
    pub fn reason(&self) -> Option<Exit> {
        if self.signal.load(Ordering::Relaxed) {
            return Some(Exit::Interrupted);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Exit::OutOfTime)
    }

    /// How it ended, once it has stopped; `rest` says what is left and how to resume.
    pub fn exit(&self, rest: &str) -> Exit {
        let exit = self.reason().unwrap_or(Exit::Interrupted);
        let why = if exit == Exit::OutOfTime { "out of time" } else { "interrupted" };
        stdio::say(format!("{why}: {rest}"));
        exit
    }
}
