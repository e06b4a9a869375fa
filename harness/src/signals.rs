//! Signals that ask the program to stop.

use crate::limits::start_thread;
use anyhow::Context;
use signal_hook::iterator::Signals;

/// From now on those of [`trial::STOP_SIGNALS`] do not end the program, but for SIGHUP where it is ignored: each calls
/// `heard` with its number, on a thread of its own, which says whether it is still of interest to anyone. Where it is
/// not, the signal does what it usually does.
pub fn forward(heard: impl Fn(i32) -> bool + Send + 'static) -> anyhow::Result<()> {
    let mut signals = Signals::new(trial::heeded_signals()).context("cannot watch for signals")?;
    start_thread(move || {
        for signal in signals.forever() {
            if !heard(signal) {
                // What a signal asked to stop with care is over.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    })?;
    Ok(())
}
