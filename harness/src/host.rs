//! The machine that this program runs on, and its processes.

/// The machine's name; empty where it cannot be known.
pub fn name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("HOSTNAME"));
    name.map(|name| name.trim().to_string()).unwrap_or_default()
}

/// Whether a process of this number runs on this machine.
pub fn has_process(process: u32) -> bool {
    let Ok(process) = libc::pid_t::try_from(process) else { return false };
    // SAFETY: signal 0 is sent to nobody; it is only asked whether it could be.
    let answer = unsafe { libc::kill(process, 0) };
    // One of another user may not be signalled, and is there.
    process > 0 && (answer == 0 || std::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_there_and_one_that_has_ended_is_not() {
        assert!(has_process(std::process::id()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let ended = child.id();
        child.wait().unwrap();
        assert!(!has_process(ended) && !has_process(0) && !has_process(u32::MAX));
    }
}
