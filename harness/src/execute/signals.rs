//! Signals that ask the program to stop, as messages to the scheduler.

use super::process::Message;
use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::mpsc::Sender;

/// From now on, while somebody listens, SIGINT and SIGTERM do not end the program but arrive as messages.
/// SIGHUP keeps its meaning, so that `nohup` works; the workers are told when it ends the program.
pub fn forward(to: Sender<Message>) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot watch for signals")?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if to.send(Message::Signal).is_err() {
                // The trials are over, and with them what a signal asked to stop with care.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
    Ok(())
}
