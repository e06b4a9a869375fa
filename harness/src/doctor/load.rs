//! How many of the cores that this program may use are taken by others.

use super::Finding;
use std::thread::sleep;
use std::time::Duration;

/// How long the cores are watched.
const WATCHED: Duration = Duration::from_millis(300);

/// Time that is spent by a core since the start of the system, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ticks {
    busy: u64,
    idle: u64,
}

/// A note where other processes leave less than all cores; nothing where the system does not say.
pub fn finding() -> Option<Finding> {
    let cores = allowed();
    let before = read(&cores)?;
    sleep(WATCHED);
    let after = read(&cores)?;
    // Linux may count time of waiting for disks back.
    let busy = after.busy.saturating_sub(before.busy);
    let idle = after.idle.saturating_sub(before.idle);
    let taken = busy as f64 / (busy + idle).max(1) as f64 * cores.len() as f64;
    let free = (cores.len() as f64 - taken).round().max(1.0);
    (taken > 0.5).then(|| {
        let text = format!(
            "other processes use {taken:.1} of {} cores; as long as they do, `--jobs {free:.0}` is as fast as more, and a \
             trial of several threads (--threads) is slow, because they wait for each other",
            cores.len()
        );
        Finding::note("load", text)
    })
}

/// The numbers of the cores that this program may run on.
#[cfg(target_os = "linux")]
fn allowed() -> Vec<usize> {
    // SAFETY: the set is plain bits, filled by a call that is given its size.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size_of_val(&set), &mut set) != 0 {
            return Vec::new();
        }
        (0..libc::CPU_SETSIZE as usize).filter(|core| libc::CPU_ISSET(*core, &set)).collect()
    }
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Vec<usize> {
    Vec::new()
}

fn read(cores: &[usize]) -> Option<Ticks> {
    ticks(&std::fs::read_to_string("/proc/stat").ok()?, cores)
}

/// The sum over `cores`, from the text of `/proc/stat`: user, nice, system, idle, waiting for disks, interrupts (hard
/// and soft), taken by the host. None if a core is not there.
fn ticks(stat: &str, cores: &[usize]) -> Option<Ticks> {
    let of = |core: &usize| {
        let name = format!("cpu{core}");
        let fields = stat.lines().find_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            (fields.next() == Some(&name)).then_some(fields)
        })?;
        let numbers: Vec<u64> = fields.map_while(|field| field.parse().ok()).take(8).collect();
        let idle = numbers.get(3)? + numbers.get(4)?;
        Some(Ticks { busy: numbers.iter().sum::<u64>() - idle, idle })
    };
    if cores.is_empty() {
        return None;
    }
    cores.iter().try_fold(Ticks::default(), |sum, core| {
        let Ticks { busy, idle } = of(core)?;
        Some(Ticks { busy: sum.busy + busy, idle: sum.idle + idle })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  30 0 3 300 30 0 0 0 0 0\n\
                        cpu0 10 2 1 100 10 0 0 5 7 0\n\
                        cpu1 20 0 2 200 20 0 0 0 0 0\n\
                        intr 1 2 3\n";

    #[test]
    fn only_the_cores_that_may_be_used_count() {
        assert_eq!(ticks(STAT, &[0]), Some(Ticks { busy: 18, idle: 110 }));
        assert_eq!(ticks(STAT, &[0, 1]), Some(Ticks { busy: 40, idle: 330 }));
        assert_eq!(ticks(STAT, &[2]), None);
        assert_eq!(ticks("cpu0 1 2\n", &[0]), None);
        assert_eq!(ticks(STAT, &[]), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_system_says_how_busy_it_is() {
        let cores = allowed();
        assert!(cores.len() >= std::thread::available_parallelism().unwrap().get());
        assert!(read(&cores).is_some());
    }
}
