//! When a measurement ends before its end: at a signal, or when its time is up.

use crate::stdio;
use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use trial::Exit;

/// Why to stop.
pub struct Stop {
    signal: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// From now on SIGINT and SIGTERM do not end the program but are remembered.
    pub fn watch(budget: Option<Duration>) -> anyhow::Result<Self> {
        let signal = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            signal_hook::flag::register(number, signal.clone()).context("cannot watch for signals")?;
        }
        // A budget beyond what the clock can count is none.
        Ok(Self { signal, deadline: budget.and_then(|budget| Instant::now().checked_add(budget)) })
    }

    /// How to end, if it is time to.
    pub fn reason(&self) -> Option<Exit> {
        if self.signal.load(Ordering::Relaxed) {
            return Some(Exit::Interrupted);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Exit::OutOfTime)
    }

    /// How it ended, once it has stopped; `rest` says what is left and how to go on.
    pub fn exit(&self, rest: &str) -> Exit {
        let exit = self.reason().unwrap_or(Exit::Interrupted);
        let why = if exit == Exit::OutOfTime { "out of time" } else { "interrupted" };
        stdio::say(format!("{why}: {rest}"));
        exit
    }
}
