//! A panic inside a piece of work, as an error that the caller can act on.
//!
//! tch's methods panic where libtorch reports an error, and there is a second form of each only for those who
//! expect one. Whoever can go on without the work catches the panic here.

use crate::{Error, Result};
use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread expects a panic, which is then not printed.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; if it panics, what the panic says ([`panic_message`]), of which nothing is printed.
///
/// What `work` had changed before it panicked stays changed: the caller must know that this is nothing, or put it
/// right.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T> {
    static QUIET: Once = Once::new();
    // A hook belongs to the whole process, so it is added once, and only what this thread expects is kept from the
    // hook before it.
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                before(panic);
            }
        }));
    });
    let outer = EXPECTED.replace(true);
    // Unwind safe by what is asked of the caller above.
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    EXPECTED.set(outer);
    done.map_err(|panic| Error::new(panic_message(&*panic)))
}

/// What a panic says, in one line. Of an error of libtorch that tch unwrapped, libtorch's own first line.
pub fn panic_message(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("libtorch gave no reason");
    // tch unwraps `TchError::Torch(message)`, which prints the message as Rust would write it.
    let Some((_, error)) = said.split_once("Torch(\"") else {
        return said.lines().next().unwrap_or_default().trim().into();
    };
    let error = error.strip_suffix("\")").unwrap_or(error);
    error.split("\\n").next().unwrap_or_default().trim().replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_message() {
        assert_eq!(caught(|| 3), Ok(3));
        let said = |work: fn()| caught(work).unwrap_err().to_string();
        assert_eq!(said(|| panic!("not {}", "allowed")), "not allowed");
        assert_eq!(said(|| panic!("fixed (\"here\")\nand more")), "fixed (\"here\")");
        assert_eq!(said(|| panic::panic_any(7)), "libtorch gave no reason");
    }

    #[test]
    fn an_error_that_tch_unwrapped_is_libtorchs_first_line() {
        #[derive(Debug)]
        enum TchError {
            Torch(#[allow(dead_code)] String),
        }
        fn refused(message: &str) -> Result<(), TchError> {
            Err(TchError::Torch(message.into()))
        }
        let unwrapped = |message: &str| caught(|| refused(message).unwrap()).unwrap_err().to_string();
        assert_eq!(
            unwrapped(
                "CUDA error: operation not permitted when stream is capturing\nException raised from a.cpp"
            ),
            "CUDA error: operation not permitted when stream is capturing"
        );
        assert_eq!(unwrapped("expected \"float\" (not long)"), "expected \"float\" (not long)");
    }

    #[test]
    fn what_is_expected_ends_with_the_work() {
        let inner = || caught(|| assert!(!EXPECTED.get(), "inner"));
        let outer = caught(|| {
            let inner = inner().unwrap_err().to_string();
            assert!(!EXPECTED.get(), "outer after {inner}");
        });
        assert_eq!(outer.unwrap_err().to_string(), "outer after inner");
        assert!(!EXPECTED.get());
    }
}
