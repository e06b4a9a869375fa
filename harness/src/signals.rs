//! Signals that ask the program to stop.

use crate::limits::start_thread;
use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// From now on SIGINT and SIGTERM do not end the program: each calls `heard`, on a thread of its own, which
/// says whether it is still of interest to anyone. Where it is not, the signal does what it usually does.
/// SIGHUP keeps its meaning, so that `nohup` works; the workers are notified when it ends the program.
pub fn forward(heard: impl Fn() -> bool + Send + 'static) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot watch for signals")?;
    start_thread(move || {
        for signal in signals.forever() {
            if !heard() {
                // What a signal asked to stop with care is over.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    })?;
    Ok(())
}
