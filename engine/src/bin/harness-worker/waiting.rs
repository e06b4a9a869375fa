//! What a rank says that waits for the others to come.

use crate::tell;
use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use trial::Event;

/// A wait, until it is dropped: after some time it is said what for, and again whenever that changes.
pub struct Waiting {
    what: Arc<Mutex<String>>,
    /// Ends the thread that says it when it is dropped.
    _over: Sender<()>,
}

impl Waiting {
    /// `rank` waits for `what`, which is said once that took as long as `patience`. Where no thread can be started, it is
    /// not said.
    pub fn new(rank: usize, what: String, patience: Duration) -> Self {
        let what = Arc::new(Mutex::new(what));
        let (over, ended) = channel::<()>();
        let known = what.clone();
        let _ = std::thread::Builder::new().spawn(move || {
            let mut said = String::new();
            while ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                let now = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if now != said {
                    say(rank, &format!("rank {rank} waits for {now}"));
                    said = now;
                }
            }
        });
        Self { what, _over: over }
    }

    /// It waits for `what` from now on.
    pub fn is_for(&self, what: String) {
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

/// Says something about the ranks: rank 0 to whoever listens to it, the others where their errors go.
pub fn say(rank: usize, message: &str) {
    if rank == 0 {
        let _ = tell(&Event::Warning { message: message.into() });
    } else {
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}
