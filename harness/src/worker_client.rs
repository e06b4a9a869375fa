//! The worker program, from this program's side: where it is, which devices it can use, and how it is
//! given a job and listened to.

mod ask;
mod ending;
mod last_lines;
mod listen;
mod locate;
mod machine;
mod start;
mod supervise;

pub use ask::{Crashed, ask};
pub use ending::ended_by;
pub use last_lines::last_lines;
pub use listen::listen;
pub use start::start;
pub use supervise::{WorkerEnd, supervise};

use crate::device::{Device, DeviceChoice, DevicesChoice};
use anyhow::anyhow;
use locate::locate;
use machine::ask_machine;
use std::cell::OnceCell;
use std::path::PathBuf;
use trial::protocol::Machine;

/// The worker of one command. It is looked for, and asked for its machine, when that is first needed.
#[derive(Debug, Default)]
pub struct Worker {
    machine: OnceCell<Result<Machine, String>>,
}

impl Worker {
    /// Where the program is.
    pub fn path(&self) -> anyhow::Result<PathBuf> {
        locate()
    }

    /// What it says of itself and the machine. That takes about a second, for it loads libtorch, and is
    /// asked once.
    pub fn machine(&self) -> anyhow::Result<&Machine> {
        let ask = || locate().and_then(|path| ask_machine(&path)).map_err(|error| format!("{error:#}"));
        self.machine.get_or_init(ask).as_ref().map_err(|message| anyhow!(message.clone()))
    }

    /// The devices that `choice` selects, at least one. The CPU is available without asking the worker.
    pub fn devices(&self, choice: &DevicesChoice) -> anyhow::Result<Vec<Device>> {
        let count = if choice.is_processor() { 0 } else { self.machine()?.devices.len() };
        choice.among(count).map_err(|message| anyhow!(message))
    }

    /// The device that `choice` selects, where one job has the machine to itself.
    pub fn device(&self, choice: DeviceChoice) -> anyhow::Result<Device> {
        let count = if choice == DeviceChoice::One(Device::Cpu) { 0 } else { self.machine()?.devices.len() };
        choice.among(count).map_err(|message| anyhow!(message))
    }
}
