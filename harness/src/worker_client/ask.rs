//! A job with an answer: its start, its events, its end.

use super::{ended_by, listen, start};
use anyhow::{Context, anyhow};
use std::fmt;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Child;
use trial::{Event, Exit, Job};

/// A worker that ended without an answer, for this reason, which is not in what it was asked.
#[derive(Debug)]
pub struct Crashed(pub String);

impl fmt::Display for Crashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Crashed {}

/// Has `worker` do `job`, and returns its answer.
///
/// What it reports on the way goes to `heard`; an error from there ends it. None if it ended because
/// `stopped` was true, which is asked whenever it has reported something: no report is lost, and even
/// the shortest time yields one.
///
/// # Errors
///
/// [`Crashed`] where the worker itself failed; any other error is of usage or data.
pub fn ask(
    worker: &Path,
    job: &Job,
    stopped: impl Fn() -> bool,
    mut heard: impl FnMut(Event) -> anyhow::Result<()>,
) -> anyhow::Result<Option<Event>> {
    let mut child = start(worker, job, |_| {})?;
    let each = |event: Event| {
        if event.is_last() {
            return ControlFlow::Break(Ok(Some(event)));
        }
        match heard(event) {
            Err(error) => ControlFlow::Break(Err(error)),
            Ok(()) if stopped() => ControlFlow::Break(Ok(None)),
            Ok(()) => ControlFlow::Continue(()),
        }
    };
    let output = child.stdout.take().map(BufReader::new);
    let last = output.and_then(|output| listen(output, each)).unwrap_or(Ok(None));
    if last.is_err() || stopped() {
        end(&mut child);
        return last.map(|_| None);
    }
    let status = child.wait().context("cannot wait for the worker")?;
    match last? {
        Some(Event::Failed { message }) if status.code() == Some(Exit::Usage as i32) => Err(anyhow!(message)),
        Some(Event::Failed { message }) => Err(Crashed(message).into()),
        Some(answer) => Ok(Some(answer)),
        None => Err(Crashed(match status.signal() {
            Some(signal) => ended_by(signal, &[], "use a smaller --batch"),
            None => format!(
                "the worker ended with {status} and without an answer; build it again with `make build`"
            ),
        })
        .into()),
    }
}

/// Ends a worker from which nothing more is wanted.
fn end(child: &mut Child) {
    // One that has ended already needs neither.
    let _ = child.kill();
    let _ = child.wait();
}
