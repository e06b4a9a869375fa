//! A process that does not outlive the one that started it.

use libc::c_int;
use std::process::Command;

/// Lets the kernel send `signal` to the process of `command` when this one dies, however it does, so that none is left
/// behind. Does nothing where the kernel cannot.
#[cfg(target_os = "linux")]
pub fn die_with_parent(command: &mut Command, signal: c_int) {
    use std::os::unix::process::CommandExt;
    let parent = std::process::id() as libc::pid_t;
    let set = move || {
        // SAFETY: prctl and getppid are system calls without memory effects, allowed after a fork.
        unsafe {
            if libc::prctl(libc::PR_SET_PDEATHSIG, signal) != 0 {
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

/// As above.
#[cfg(not(target_os = "linux"))]
pub fn die_with_parent(_: &mut Command, _: c_int) {}
