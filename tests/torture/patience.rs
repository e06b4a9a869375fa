//! How long a program may take: one that hangs is killed, and the test fails.

use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Many times what any command takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// What `command` leaves when it has ended.
///
/// # Panics
///
/// If it hangs.
pub fn output(command: &mut Command) -> Output {
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    end_of(started.unwrap(), command, PATIENCE)
}

/// What the program leaves that `command` has started, when it has ended.
///
/// # Panics
///
/// If it goes on for longer than `patience`.
pub fn end_of(program: Child, command: &Command, patience: Duration) -> Output {
    let process = libc::pid_t::try_from(program.id()).unwrap();
    let (ended, end) = channel::<()>();
    let watch = std::thread::spawn(move || {
        let hangs = end.recv_timeout(patience) == Err(RecvTimeoutError::Timeout);
        if hangs {
            // SAFETY: it sends a signal to a process that has not been waited for.
            unsafe { libc::kill(process, libc::SIGKILL) };
        }
        hangs
    });
    let output = program.wait_with_output().unwrap();
    drop(ended);
    assert!(!watch.join().unwrap(), "hung for {} s and was killed: {command:?}", patience.as_secs());
    output
}

#[test]
#[should_panic(expected = "hung for 1 s and was killed: \"sleep\" \"60\"")]
fn what_hangs_is_killed_and_named() {
    let mut command = Command::new("sleep");
    let program = command.arg("60").spawn().unwrap();
    end_of(program, &command, Duration::from_secs(1));
}
