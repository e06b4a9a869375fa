//! Why a job ended without a result.

use crate::tell;
use std::any::Any;
use std::io::Write;
use trial::{Event, Exit};

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
        let remedy = if torch_ext::memory_ran_out(&said) {
            format!("memory ran out: {}", less())
        } else {
            otherwise.into()
        };
        Self::runtime(format!("{said}; {remedy}"))
    }
}

/// Ends the process at once with `failure`, because its first thread waits for what never comes, in a call that nothing else
/// ends.
pub fn end(failure: JobFailure) -> ! {
    let JobFailure { message, exit } = failure;
    let _ = writeln!(std::io::stderr(), "{message}");
    // A program that no longer listens learns it from the exit code.
    let _ = tell(&Event::Failed { message });
    // SAFETY: ends the process, and runs nothing of it that could wait for that call.
    unsafe { libc::_exit(exit as i32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As tch unwraps them.
    #[test]
    fn only_what_ran_out_of_memory_is_told_to_need_less() {
        let told = |said: &str| {
            let panic = format!("called `Result::unwrap()` on an `Err` value: Torch({said:?})");
            JobFailure::crash(&panic, || "need less".into(), "resume").message
        };
        let cuda = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB\nException";
        assert_eq!(
            told(cuda),
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB; memory ran \
             out: need less"
        );
        for said in [
            "CUDA error: out of memory\nCUDA kernel errors might be reported later",
            "[enforce fail at alloc_cpu.cpp:126] . DefaultCPUAllocator: can't allocate memory: you tried to allocate",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        ] {
            assert!(told(said).ends_with("memory ran out: need less"), "{}", told(said));
        }
        assert_eq!(
            told("CUDA error: an illegal memory access"),
            "CUDA error: an illegal memory access; resume"
        );
    }
}
