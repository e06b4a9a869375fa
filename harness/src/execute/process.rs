//! One worker process: its start, its messages, its end.

use super::Orders;
use crate::device::Device;
use crate::limits::start_thread;
use crate::worker_client::{last_lines, listen, start};
use anyhow::anyhow;
use records::{RunDirectory, files, open_append, remedy};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::Sender;
use std::time::{Instant, SystemTime};
use trial::protocol::TrainJob;
use trial::{Event, Job};

/// How many of the last lines of a log are shown when a trial fails.
const LAST_LINES: usize = 8;

/// What is reported to the scheduler while it waits.
#[derive(Debug)]
pub enum SchedulerMessage {
    /// The worker of this trial says something.
    Event(usize, Event),
    /// The worker of this trial has closed its output: it is ending.
    Closed(usize),
    /// The program was asked to stop, by the signal of this number.
    Signal(i32),
}

/// A worker that was started.
pub struct Process {
    child: Child,
    directory: RunDirectory,
    /// Length of the log before this worker wrote to it.
    log_before: u64,
}

impl Process {
    /// Starts the worker of trial `number` in its prepared directory, from the weights in `init` if it
    /// does not start from its seed.
    pub fn start(
        orders: &Orders,
        directory: RunDirectory,
        device: Device,
        init: Option<PathBuf>,
        number: usize,
        messages: Sender<SchedulerMessage>,
    ) -> anyhow::Result<Self> {
        let log_path = directory.file(files::LOG);
        let log = open_append(&log_path)
            .map_err(|cause| anyhow!("cannot write {}: {cause}; {}", log_path.display(), remedy(&cause)))?;
        let log_before = log.metadata().map_or(0, |log| log.len());
        // Who cleans up sees that something starts here, before the worker has the lock.
        let _ = log.set_modified(SystemTime::now());
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now()).as_secs().max(1);
        let job = TrainJob {
            device,
            decoders: orders.decoders,
            stop_after: orders.deadline.map(|deadline| left(deadline) as f64),
            cuda_graphs: orders.cuda_graphs,
            strict: orders.strict,
            initial_weights: init,
            latency_table: orders.latency_table.clone(),
            ranks: orders.ranks.clone(),
            ..TrainJob::new(directory.path().into(), orders.data.clone())
        };
        // In a group of its own, so that a terminal's Ctrl-C reaches it once, through this program.
        let mut child = start(&orders.worker, &Job::Train(job), |command| {
            command.stderr(log).process_group(0);
        })?;
        let output = child.stdout.take();
        let listening = start_thread(move || {
            if let Some(output) = output {
                listen(BufReader::new(output), |event| {
                    match messages.send(SchedulerMessage::Event(number, event)) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                });
            }
            // When nobody listens any more, there is nobody to report to.
            let _ = messages.send(SchedulerMessage::Closed(number));
        });
        if let Err(error) = listening {
            // It has ended already, or does now.
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
        Ok(Self { child, directory, log_before })
    }

    /// Asks the worker to write a checkpoint and end.
    pub fn terminate(&self) {
        // SAFETY: the child is not yet waited for, so its number is still its own.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM) };
    }

    /// Ends the worker at once.
    pub fn kill(&mut self) {
        // A worker that has ended already needs no killing.
        let _ = self.child.kill();
    }

    /// Waits for the end.
    pub fn wait(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait()
    }

    /// The last lines this worker wrote to its log.
    pub fn last_words(&self) -> Vec<String> {
        let read = || -> std::io::Result<String> {
            let mut log = File::open(self.directory.file(files::LOG))?;
            log.seek(SeekFrom::Start(self.log_before))?;
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        last_lines(&read().unwrap_or_default(), LAST_LINES)
    }

    /// The trial's directory.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }
}
