//! A job with a limit: its events as they come, and its end at the latest when its time is up.

use super::{ended_by, last_lines, listen, start};
use crate::limits::start_thread;
use anyhow::Context;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use trial::{Event, Exit, Job};

/// How often it is asked whether a worker has to end.
const PERIOD: Duration = Duration::from_millis(50);
/// How long a worker may take to end that has said its last.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many of the last lines of a worker that failed are shown.
const LAST_LINES: usize = 3;

/// How a supervised worker ended.
#[derive(Debug, PartialEq)]
pub enum WorkerEnd {
    /// With this answer to its job.
    Answered(Event),
    /// Because it was to end.
    Stopped,
    /// Without an answer, because what it was asked for cannot be; why.
    Refused(String),
    /// Without an answer, for another reason.
    Failed(String),
}

/// Has `worker` do `job`; what it reports goes to `heard`. It is ended as soon as `stopped` is true, in the middle of
/// whatever it does.
///
/// # Errors
///
/// If the worker cannot be started, and those of `heard`, which end it.
pub fn supervise(
    worker: &Path,
    job: &Job,
    stopped: impl Fn() -> bool,
    heard: impl FnMut(Event) -> anyhow::Result<()>,
) -> anyhow::Result<WorkerEnd> {
    let mut child = start(worker, job, |command| {
        command.stderr(Stdio::piped());
    })?;
    let (send, events) = mpsc::channel();
    let output = child.stdout.take().context("the worker has no output")?;
    let reader = start_thread(move || {
        listen(BufReader::new(output), |event| match send.send(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    let reader = ending_unless(reader, &mut child)?;
    let mut errors = child.stderr.take().context("the worker has no error output")?;
    let (send, log) = mpsc::channel();
    let logging = start_thread(move || {
        let mut bytes = Vec::new();
        // What was read until an error is still the log.
        let _ = errors.read_to_end(&mut bytes);
        // Nobody may wait for it any more.
        let _ = send.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    ending_unless(logging, &mut child)?;
    let ended = follow(&events, stopped, heard);
    drop(events);
    let done = matches!(ended, Ok(Some(WorkerEnd::Answered(_) | WorkerEnd::Failed(_)) | None));
    let by_itself = done && ends_within(&mut child, PATIENCE)?;
    if !by_itself {
        let _ = child.kill();
    }
    let status = wait(&mut child)?;
    // Ends with the process.
    let _ = reader.join();
    // Ends with the processes that it started, too, of which one may hang.
    let log = log.recv_timeout(PATIENCE).unwrap_or_default();
    Ok(match ended? {
        Some(WorkerEnd::Failed(why)) if status.code() == Some(Exit::Usage as i32) => WorkerEnd::Refused(why),
        Some(end) => end,
        None if by_itself => of_status(status, &log),
        None => WorkerEnd::Failed("the worker closed its output without an answer and did not end".into()),
    })
}

/// Ends the worker if a thread that it needs could not be started.
fn ending_unless<T>(started: anyhow::Result<T>, child: &mut Child) -> anyhow::Result<T> {
    if started.is_err() {
        // It has ended already, or does now.
        let _ = child.kill();
        let _ = child.wait();
    }
    started
}

const CANNOT_WAIT: &str = "cannot wait for the worker";

fn wait(child: &mut Child) -> anyhow::Result<ExitStatus> {
    child.wait().context(CANNOT_WAIT)
}

/// Whether `child` ends by itself within `patience`: a fault of a device can keep it from that.
fn ends_within(child: &mut Child, patience: Duration) -> anyhow::Result<bool> {
    let began = Instant::now();
    while child.try_wait().context(CANNOT_WAIT)?.is_none() {
        if began.elapsed() >= patience {
            return Ok(false);
        }
        std::thread::sleep(PERIOD);
    }
    Ok(true)
}

/// Hands on what comes until there is an end; none if the worker closed its output without one.
fn follow(
    events: &Receiver<Event>,
    stopped: impl Fn() -> bool,
    mut heard: impl FnMut(Event) -> anyhow::Result<()>,
) -> anyhow::Result<Option<WorkerEnd>> {
    loop {
        match events.recv_timeout(PERIOD) {
            Ok(Event::Failed { message }) => return Ok(Some(WorkerEnd::Failed(message))),
            Ok(event) if event.is_last() => return Ok(Some(WorkerEnd::Answered(event))),
            Ok(event) => heard(event)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
        if stopped() {
            return Ok(Some(WorkerEnd::Stopped));
        }
    }
}

/// How a worker ended that said nothing of it, by its exit status and what it printed.
fn of_status(status: ExitStatus, log: &str) -> WorkerEnd {
    let lines = last_lines(log, LAST_LINES);
    let cause = match status.signal() {
        // A terminal and a scheduler send them to all processes at once.
        Some(signal) if trial::STOP_SIGNALS.contains(&signal) => return WorkerEnd::Stopped,
        Some(signal) => ended_by(signal, &lines, "free some"),
        None => format!("the worker ended with {status} and without an answer"),
    };
    WorkerEnd::Failed(match lines.is_empty() {
        true => cause,
        false => format!("{cause}; it printed: {}", lines.join(" | ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worker that is a shell script.
    fn worker(script: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worker");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        (folder, path)
    }

    fn outcome(script: &str, stopped: impl Fn() -> bool) -> (WorkerEnd, Vec<Event>) {
        let (_folder, path) = worker(script);
        let mut events = Vec::new();
        let end = supervise(&path, &Job::Probe, stopped, |event| {
            events.push(event);
            Ok(())
        });
        (end.unwrap(), events)
    }

    #[test]
    fn a_worker_that_answers_is_heard_to_the_end() {
        let begins = Event::Checking { name: "a".into() };
        let script = format!("echo '{}'; echo '{}'", begins.to_line(), Event::ChecksDone.to_line());
        let answered = WorkerEnd::Answered(Event::ChecksDone);
        assert_eq!(outcome(&script, || false), (answered, vec![begins]));
    }

    #[test]
    fn a_worker_that_crashes_is_quoted() {
        let (end, _) = outcome("echo first >&2; echo 'no kernel image' >&2; kill -SEGV $$", || false);
        let WorkerEnd::Failed(why) = end else { panic!("{end:?}") };
        assert!(why.starts_with("SIGSEGV") && why.ends_with("it printed: first | no kernel image"), "{why}");
        let (end, _) = outcome("exit 7", || false);
        assert!(matches!(&end, WorkerEnd::Failed(why) if why.contains("exit status: 7")), "{end:?}");
    }

    #[test]
    fn what_is_refused_is_told_from_what_fails() {
        let fails = Event::Failed { message: "no such file".into() }.to_line();
        let end = |code| outcome(&format!("echo '{fails}'; exit {code}"), || false).0;
        let why = || "no such file".to_string();
        assert_eq!((end(2), end(3)), (WorkerEnd::Refused(why()), WorkerEnd::Failed(why())));
    }

    #[test]
    fn a_worker_that_has_answered_and_does_not_end_is_ended() {
        let began = Instant::now();
        let answers = |event: Event| format!("echo '{}'; exec sleep 600", event.to_line());
        let answered = WorkerEnd::Answered(Event::ChecksDone);
        assert_eq!(outcome(&answers(Event::ChecksDone), || false).0, answered);
        let failed = Event::Failed { message: "no device".into() };
        assert_eq!(outcome(&answers(failed), || false).0, WorkerEnd::Failed("no device".into()));
        let (end, _) = outcome("exec >&- sleep 600", || false);
        assert!(matches!(&end, WorkerEnd::Failed(why) if why.contains("did not end")), "{end:?}");
        // What a worker started may outlive it, and hold on to its error output: here until the script is removed.
        let outlives = "(while [ -e \"$0\" ]; do sleep 1; done) >&- & kill -SEGV $$";
        let (end, _) = outcome(outlives, || false);
        assert!(matches!(&end, WorkerEnd::Failed(why) if why.starts_with("SIGSEGV")), "{end:?}");
        assert!(began.elapsed() < Duration::from_secs(100));
    }

    #[test]
    fn a_worker_is_ended_in_the_middle_of_what_it_does() {
        let began = Instant::now();
        let stopped = || began.elapsed() > Duration::from_millis(100);
        assert_eq!(outcome("exec sleep 600", stopped).0, WorkerEnd::Stopped);
        for signal in ["INT", "TERM", "USR1", "XCPU"] {
            let (end, _) = outcome(&format!("kill -{signal} $$"), || false);
            assert_eq!(end, WorkerEnd::Stopped, "{signal}");
        }
        assert!(began.elapsed() < Duration::from_secs(60));
    }
}
