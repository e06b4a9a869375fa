//! What a signal that ended a worker means, and what to do about it.

use signal_hook::consts::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV};
use signal_hook::low_level::signal_name;
use trial::STOP_SIGNALS;

/// What C++ and Rust say of an allocation that failed.
const ALLOCATION_FAILED: [&str; 4] =
    ["bad_alloc", "out of memory", "can't allocate memory", "memory allocation of"];

/// Says which signal ended a worker that nobody here had sent it, its likely cause, and the remedy. `log`
/// is what the worker wrote last; `less_memory` says how to need less of it.
pub fn ended_by(signal: i32, log: &[String], less_memory: &str) -> String {
    let name = signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_string);
    let failed = log.iter().any(|line| ALLOCATION_FAILED.iter().any(|words| line.contains(words)));
    let cause = match signal {
        SIGABRT if failed => format!("an allocation failed: memory ran out; {less_memory}"),
        SIGKILL => format!("most likely memory ran out, or a job's limit was reached; {less_memory}"),
        SIGABRT => "libtorch or the C library found a fault and gave up; if it happens again, report it \
             with what the worker printed last and the output of `harness doctor`"
            .into(),
        SIGSEGV => "an invalid memory access, a fault in the worker or in libtorch; if it happens again, \
             report it with the output of `harness doctor`"
            .into(),
        SIGBUS => "a mapped file could not be read, as when it was cut short or its disk failed, or \
             memory was accessed wrongly; check the data set's disk"
            .into(),
        SIGILL => "an instruction that this processor lacks; libtorch was built for another one, so \
             install it again on this machine (remove .torch.env and .venv, then `make setup`)"
            .into(),
        SIGFPE => "an arithmetic fault in a kernel of libtorch; if it happens again, report it with the \
             output of `harness doctor`"
            .into(),
        libc::SIGXCPU => "the limit of processor time was reached; raise it (`ulimit -t`) and run the same \
             command to resume"
            .into(),
        libc::SIGXFSZ => "the limit of file sizes was reached; raise it (`ulimit -f`) and run the same \
             command to resume"
            .into(),
        _ if STOP_SIGNALS.contains(&signal) => {
            "another process or the system ended it; run the same command to resume".into()
        }
        _ => "run the same command to resume".into(),
    };
    format!("{name} ended the worker: {cause}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use signal_hook::consts::{SIGHUP, SIGTERM};

    const LESS: &str = "try --set batch_size=8";

    #[test]
    fn memory_ran_out_only_where_a_signal_or_a_message_says_so() {
        let log = |line: &str| vec![line.to_string()];
        let told = |signal, line| ended_by(signal, &log(line), LESS);
        assert!(told(SIGKILL, "").contains(LESS));
        assert!(told(SIGABRT, "terminate called after throwing 'std::bad_alloc'").contains(LESS));
        assert!(told(SIGABRT, "DefaultCPUAllocator: can't allocate memory").contains(LESS));
        for signal in
            [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTERM, SIGHUP, libc::SIGXCPU, libc::SIGXFSZ, 64]
        {
            let told = told(signal, "free(): invalid next size");
            assert!(!told.contains("memory ran out") && !told.contains(LESS), "{told}");
        }
    }

    #[test]
    fn signals_have_their_names() {
        assert!(ended_by(SIGABRT, &[], LESS).starts_with("SIGABRT ended the worker"));
        assert!(ended_by(SIGKILL, &[], LESS).starts_with("SIGKILL ended the worker"));
        assert!(ended_by(64, &[], LESS).starts_with("signal 64 ended the worker"));
    }
}
