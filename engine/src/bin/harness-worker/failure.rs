//! Why a job ended without a result.

use std::any::Any;
use trial::Exit;

/// The cause with its remedy, for a person, and the exit code for its kind.
pub struct JobFailure {
    pub message: String,
    pub exit: Exit,
}

impl JobFailure {
    /// Something about the job itself is wrong: its configuration or its data.
    pub fn usage(message: impl ToString) -> Self {
        Self { message: message.to_string(), exit: Exit::Usage }
    }

    /// Something went wrong on the way.
    pub fn runtime(message: impl ToString) -> Self {
        Self { message: message.to_string(), exit: Exit::TrialFailed }
    }

    /// An error of libtorch: its message, and what to do. `less` says how to need less memory where that
    /// ran out; `otherwise` is the remedy in all other cases.
    pub fn crash(panic: &(dyn Any + Send), less: impl FnOnce() -> String, otherwise: &str) -> Self {
        let said = torch_ext::panic_message(panic);
        let full = ["out of memory", "not enough memory"].iter().any(|words| said.contains(words));
        let remedy = if full { format!("memory ran out: {}", less()) } else { otherwise.into() };
        Self::runtime(format!("{said}; {remedy}"))
    }
}
