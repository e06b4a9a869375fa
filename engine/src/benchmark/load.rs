//! Whether a processor was this process's own while something was measured on it.
//!
//! The system's load average looks a minute back. What counts here is the time between two moments:
//! how much processor time this process had, and how much everything else on the machine.

use std::time::Instant;

/// The processor time that was used until a moment.
#[derive(Clone, Copy, Debug)]
pub struct ProcessorClock {
    at: Instant,
    process: f64,
    machine: Option<f64>,
}

/// What a process and its machine used over some time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Use {
    wall: f64,
    process: f64,
    machine: Option<f64>,
}

/// How the processor was shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProcessorShare {
    /// Threads of libtorch.
    pub threads: usize,
    /// Cores of the machine, those included that this process may not use.
    pub cores: usize,
    /// ProcessorShare of the threads' time in which they ran.
    pub busy: f64,
    /// Cores that other processes used; none where the system does not report it.
    pub others: Option<f64>,
}

impl ProcessorClock {
    /// The clock now.
    pub fn now() -> Self {
        let machine = std::fs::read_to_string("/proc/stat").ok();
        Self {
            at: Instant::now(),
            process: process_seconds(),
            machine: machine.as_deref().and_then(busy_seconds),
        }
    }
}

impl Use {
    /// Adds what was used from one moment to another.
    pub fn add(&mut self, from: ProcessorClock, to: ProcessorClock) {
        let machine = from.machine.zip(to.machine).map(|(from, to)| to - from);
        self.machine = if self.wall == 0.0 {
            machine
        } else {
            self.machine.zip(machine).map(|(before, more)| before + more)
        };
        self.wall += to.at.duration_since(from.at).as_secs_f64();
        self.process += to.process - from.process;
    }

    /// The shares of a machine with `cores`, where this process runs `threads`; there was some use.
    pub fn share(&self, threads: usize, cores: usize) -> ProcessorShare {
        ProcessorShare {
            threads,
            cores,
            busy: self.process / (self.wall * threads as f64),
            others: self.machine.map(|machine| ((machine - self.process) / self.wall).max(0.0)),
        }
    }
}

/// The cores whose use `/proc/stat` adds up.
pub fn cores() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let of_core = |line: &&str| line.strip_prefix("cpu").is_some_and(|rest| !rest.starts_with(' '));
    Some(text.lines().filter(of_core).count()).filter(|cores| *cores > 0)
}

/// Processor time of this process, all its threads, in seconds.
fn process_seconds() -> f64 {
    // SAFETY: all-zero bytes are a valid rusage, and the call fills it or leaves it alone.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Processor time of everything on the machine in seconds, from the text of `/proc/stat`; time that
/// a hypervisor gave to others counts.
fn busy_seconds(text: &str) -> Option<f64> {
    let fields = text.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Vec<f64> = fields.map_while(|field| field.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
    let busy: f64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|field| ticks.get(*field)).sum();
    // SAFETY: sysconf reads a constant of the system and touches no memory of this program.
    let a_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    (busy > 0.0 && a_second > 0).then(|| busy / a_second as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn clock(start: Instant, seconds: f64, process: f64, machine: Option<f64>) -> ProcessorClock {
        ProcessorClock { at: start + Duration::from_secs_f64(seconds), process, machine }
    }

    #[test]
    fn shares_are_of_the_time_between() {
        let start = Instant::now();
        let mut used = Use::default();
        used.add(clock(start, 0.0, 10.0, Some(100.0)), clock(start, 2.0, 13.0, Some(105.0)));
        // What happens between two slices does not count.
        used.add(clock(start, 5.0, 20.0, Some(300.0)), clock(start, 7.0, 24.0, Some(305.0)));
        let share = used.share(2, 4);
        assert_eq!(share, ProcessorShare { threads: 2, cores: 4, busy: 7.0 / 8.0, others: Some(0.75) });
        used.add(clock(start, 8.0, 24.0, None), clock(start, 9.0, 26.0, None));
        assert_eq!(used.share(2, 4).others, None);
    }

    #[test]
    fn the_machine_is_read() {
        let text = "cpu  100 20 30 4000 50 6 7 8 9 10\ncpu0 1 2 3\n";
        // SAFETY: as above.
        let a_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        assert_eq!(busy_seconds(text), Some(171.0 / a_second));
        for other in ["", "cpu\n", "cpu  0 0 0 0\n", "intr 5\n"] {
            assert_eq!(busy_seconds(other), None, "{other:?}");
        }
    }

    #[test]
    fn this_process_uses_what_it_spins() {
        let before = ProcessorClock::now();
        while ProcessorClock::now().process < before.process + 0.05 {}
        let mut used = Use::default();
        used.add(before, ProcessorClock::now());
        let share = used.share(1, 1);
        assert!(cores().is_none_or(|cores| cores >= std::thread::available_parallelism().unwrap().get()));
        assert!(share.busy > 0.0 && share.others.is_none_or(|others| others >= 0.0), "{share:?}");
    }
}
