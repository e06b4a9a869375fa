//! A worker process with one task: its start, its words, its end.

use crate::{stdio, worker};
use anyhow::{Context, anyhow};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use trial::Exit;
use trial::measure::{Task, TaskEvent};

/// A worker that ended without an answer, for a reason that is not in what it was asked.
#[derive(Debug)]
pub struct Crashed(String);

impl fmt::Display for Crashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Crashed {}

/// Has `worker` do `task`, and returns its answer.
///
/// What it tells on the way goes to `heard`; an error from there ends it. None if it ended because
/// `stopped` was true, which is asked whenever it has told something.
pub fn run(
    worker: &Path,
    task: &Task,
    stopped: impl Fn() -> bool,
    mut heard: impl FnMut(TaskEvent) -> anyhow::Result<()>,
) -> anyhow::Result<Option<TaskEvent>> {
    let file =
        tempfile::NamedTempFile::new().context("cannot write a temporary file; make room in $TMPDIR")?;
    serde_json::to_writer(&file, task).context("cannot write a temporary file; make room in $TMPDIR")?;
    let mut command = Command::new(worker);
    command.arg("--task").arg(file.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    command.env(worker::DEVICE_ORDER.0, worker::DEVICE_ORDER.1);
    crate::execute::die_with_us(&mut command);
    let start = || format!("cannot start {}; build it anew with `make build`", worker.display());
    let mut child = command.spawn().with_context(start)?;
    let last = match listen(&mut child, &stopped, &mut heard) {
        Ok(last) => last,
        Err(error) => {
            end(&mut child);
            return Err(error);
        }
    };
    if stopped() {
        end(&mut child);
        return Ok(None);
    }
    let status = child.wait().context("cannot wait for the worker")?;
    match last {
        Some(TaskEvent::Failed { message }) if status.code() == Some(Exit::Usage as i32) => {
            Err(anyhow!(message))
        }
        Some(TaskEvent::Failed { message }) => Err(Crashed(message).into()),
        Some(answer) => Ok(Some(answer)),
        None => {
            let remedy = "run it again with a smaller --batch; if that changes nothing, build it anew";
            Err(Crashed(format!("the worker ended with {status} and without an answer; {remedy}")).into())
        }
    }
}

/// Hands on what the worker tells until it has told the last or is to stop; the last.
fn listen(
    child: &mut Child,
    stopped: &impl Fn() -> bool,
    heard: &mut impl FnMut(TaskEvent) -> anyhow::Result<()>,
) -> anyhow::Result<Option<TaskEvent>> {
    let Some(output) = child.stdout.take() else { return Ok(None) };
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(last @ (TaskEvent::Failed { .. } | TaskEvent::Fps(_) | TaskEvent::Lut(_))) => {
                return Ok(Some(last));
            }
            Ok(event) => heard(event)?,
            Err(_) => stdio::say(format!("the worker says: {line}")),
        }
        // Only then, so that what was told is not lost and even the shortest time brings something.
        if stopped() {
            break;
        }
    }
    Ok(None)
}

/// Ends a worker from which nothing more is wanted.
fn end(child: &mut Child) {
    // One that has ended already needs neither.
    let _ = child.kill();
    let _ = child.wait();
}
