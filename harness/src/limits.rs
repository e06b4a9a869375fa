//! Limits of the system (`ulimit`, `prlimit`, a batch system's) end what cannot go on with a message that names the
//! limit, not with a signal or a panic.

use anyhow::{Context, anyhow};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io;
use std::thread::{Builder, JoinHandle};

/// From now on a write beyond the limit of file sizes is an error of that write, as on a full disk, and not a signal
/// that ends the program.
pub fn survive_file_size_limit() -> anyhow::Result<()> {
    let heard = signal_hook::flag::register(libc::SIGXFSZ, Default::default());
    heard.map(|_| ()).context("cannot watch for signals")
}

/// Starts a thread.
pub fn start_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<JoinHandle<T>> {
    Builder::new().spawn(work).map_err(no_thread)
}

/// Why no thread could be started, with the remedy.
pub fn no_thread(cause: io::Error) -> anyhow::Error {
    anyhow!(
        "cannot start a thread: {cause}; raise the limit of processes (`ulimit -u`) or of memory (`ulimit -v`)"
    )
}

/// The system's allocator. Where memory runs out it ends the program with what to do, which Rust's own message lacks.
/// It does so too where a caller would have got an error (`try_reserve`, as in `std::fs::read`) and named its file, since
/// an allocator is not told who asks. The worker has the system's own, in which such errors arrive.
pub struct Allocator;

const NO_MEMORY: &str = "error: memory ran out; free some, or raise its limit (`ulimit -v`, the memory of a job), \
                         and run the same command again\n";

/// Ends the program. Nothing may be allocated here; what is half-written has a temporary name, as after a crash.
fn without_memory() -> ! {
    // SAFETY: the pointer and the length are those of a constant; both calls are allowed at any time.
    unsafe {
        libc::write(libc::STDERR_FILENO, NO_MEMORY.as_ptr().cast(), NO_MEMORY.len());
        libc::_exit(trial::Exit::Usage as i32)
    }
}

fn given(memory: *mut u8) -> *mut u8 {
    if memory.is_null() { without_memory() } else { memory }
}

// SAFETY: every call is handed on to the system's allocator, with the same arguments; what it returns is returned,
// unless the program ends.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        given(unsafe { System.realloc(memory, layout, size) })
    }
}
