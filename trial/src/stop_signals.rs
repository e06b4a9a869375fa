//! Signals that ask a training to write its checkpoint and end.

use libc::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, c_int};

/// Those of a person, and those by which schedulers announce the end of a job's time.
pub const STOP_SIGNALS: [c_int; 6] = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU];

/// Those of [`STOP_SIGNALS`] that this process is to heed: all but SIGHUP where it is ignored, as under `nohup`.
pub fn heeded_signals() -> Vec<c_int> {
    STOP_SIGNALS.into_iter().filter(|signal| *signal != SIGHUP || !is_ignored(*signal)).collect()
}

fn is_ignored(signal: c_int) -> bool {
    // SAFETY: zeros are a valid sigaction, which the call fills; without a new one it changes nothing.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &mut action) != 0 {
            return false;
        }
        action
    };
    action.sa_sigaction == libc::SIG_IGN
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, since a disposition is that of the whole process.
    #[test]
    fn a_hangup_is_heeded_unless_it_is_ignored() {
        // SAFETY: neither disposition runs code.
        let set = |disposition| unsafe { libc::signal(SIGHUP, disposition) };
        // These tests may themselves run under `nohup`.
        let before = set(libc::SIG_DFL);
        assert_eq!(heeded_signals(), STOP_SIGNALS);
        set(libc::SIG_IGN);
        let heeded = heeded_signals();
        set(before);
        assert!(!heeded.contains(&SIGHUP) && heeded.len() == STOP_SIGNALS.len() - 1, "{heeded:?}");
    }
}
