//! One worker process: its start, its messages, its end.

use super::Orders;
use crate::device::Device;
use anyhow::Context;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;
use std::time::Instant;
use trial::{Event, RunDirectory};

/// How many of the last lines of a log are shown when a trial fails.
const LAST_LINES: usize = 8;

/// What the scheduler is told while it waits.
#[derive(Debug)]
pub enum Message {
    /// The worker of this trial says something.
    Event(usize, Event),
    /// The worker of this trial has closed its output: it is ending.
    Closed(usize),
    /// The program was asked to stop.
    Signal,
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
        messages: Sender<Message>,
    ) -> anyhow::Result<Self> {
        let log_path = directory.file("worker.log");
        let log = OpenOptions::new().create(true).append(true).open(&log_path);
        let log = log.with_context(|| {
            format!("cannot write {}; choose another folder with --out", log_path.display())
        })?;
        let log_before = log.metadata().map_or(0, |log| log.len());
        let mut command = Command::new(&orders.worker);
        command.arg(directory.path()).arg("--data").arg(&orders.data);
        command.args(["--device", &device.to_string(), "--threads", &orders.threads.to_string()]);
        for (option, file) in [("--init", &init), ("--lut", &orders.latency_table)] {
            if let Some(file) = file {
                command.arg(option).arg(file);
            }
        }
        if orders.strict {
            command.arg("--strict");
        }
        // CUDA then counts devices as NVML does.
        command.env("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        if let Some(deadline) = orders.deadline {
            let left = deadline.saturating_duration_since(Instant::now()).as_secs().max(1);
            command.args(["--stop-after", &left.to_string()]);
        }
        // In a group of its own, so that a terminal's Ctrl-C reaches it once, through this program.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).process_group(0);
        die_with_us(&mut command);
        let start = || format!("cannot start {}; build it anew with `make build`", orders.worker.display());
        let mut child = command.spawn().with_context(start)?;
        let output = child.stdout.take();
        std::thread::spawn(move || {
            if let Some(output) = output {
                listen(number, BufReader::new(output), &messages);
            }
            // When nobody listens any more, there is nobody to tell.
            let _ = messages.send(Message::Closed(number));
        });
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
            let mut log = File::open(self.directory.file("worker.log"))?;
            log.seek(SeekFrom::Start(self.log_before))?;
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text = read().unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].iter().map(|line| line.to_string()).collect()
    }

    /// The trial's directory.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }
}

/// Passes on what a worker says until it closes its output.
fn listen(number: usize, output: impl BufRead, messages: &Sender<Message>) {
    for line in output.lines().map_while(Result::ok) {
        let event = serde_json::from_str(&line)
            .unwrap_or_else(|_| Event::Warning { message: format!("the worker says: {line}") });
        if messages.send(Message::Event(number, event)).is_err() {
            return;
        }
    }
}

/// Lets the kernel ask the worker to end when this program dies, so that none is left behind.
#[cfg(target_os = "linux")]
pub(crate) fn die_with_us(command: &mut Command) {
    let parent = std::process::id() as libc::pid_t;
    let set = move || {
        // SAFETY: prctl and getppid are system calls without memory effects, allowed after a fork.
        unsafe {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            if libc::getppid() != parent {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
        }
        Ok(())
    };
    // SAFETY: the closure allocates nothing and makes only the two system calls above.
    unsafe { command.pre_exec(set) };
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn die_with_us(_: &mut Command) {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn every_line_of_a_worker_arrives() {
        let (sender, receiver) = channel();
        let said = Event::Failed { message: "no data".into() };
        let output = format!("{}\nnoise\n", said.to_line());
        listen(7, output.as_bytes(), &sender);
        assert!(matches!(receiver.recv().unwrap(), Message::Event(7, event) if event == said));
        let Message::Event(7, Event::Warning { message }) = receiver.recv().unwrap() else { panic!() };
        assert!(message.contains("noise"));
        assert!(receiver.try_recv().is_err());
    }
}
