//! The other processes of a trial, which its first worker starts and watches. All end together: when one of them fails,
//! with its message, and when the first ends, however it does.

use crate::failure::{JobFailure, end};
use engine::RANKS_LOST;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use trial::protocol::{Device, RankPlace, Ranks, TrainJob};
use trial::{Event, Exit, Job, die_with_parent};

/// How often it is asked whether one has ended.
const PERIOD: Duration = Duration::from_millis(50);
/// How long the first may take to learn by itself that another one failed, and the others to end once the first has.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the first, once it lost the others, waits for the failure of one of them, which may be the cause.
const MOMENT: Duration = Duration::from_secs(2);

/// One of the processes.
struct Follower {
    rank: usize,
    child: Child,
    /// Hears what it says until its end: its last failure.
    said: Option<JoinHandle<Option<String>>>,
}

/// All of them.
pub struct Followers {
    shared: Arc<Shared>,
    watch: Option<JoinHandle<()>>,
}

/// What is known of them.
#[derive(Default)]
struct Shared {
    /// The first has ended, or is about to.
    over: AtomicBool,
    /// The first failure.
    failure: Mutex<Option<(String, Exit)>>,
}

impl Followers {
    /// Starts the ranks after the first of `asked`, which meet it at `port` of `host`.
    pub fn start(job: &TrainJob, asked: &Ranks, host: &str, port: u16) -> Result<Self, JobFailure> {
        let mut followers = Vec::new();
        for rank in 1..asked.count {
            let place = Some(RankPlace { rank, host: host.into(), port, serves: false });
            let job = TrainJob {
                device: beside(job.device, rank),
                ranks: Some(Ranks { place, ..asked.clone() }),
                ..job.clone()
            };
            match Follower::start(rank, &Job::Train(job)) {
                Ok(follower) => followers.push(follower),
                Err(failure) => {
                    followers.iter_mut().for_each(Follower::end);
                    return Err(failure);
                }
            }
        }
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        let watch = std::thread::Builder::new().spawn(move || watch(followers, &watched));
        let watch = watch.map_err(|cause| JobFailure::usage(format!("cannot watch the ranks: {cause}")))?;
        Ok(Self { shared, watch: Some(watch) })
    }

    /// Why one of them failed, if one did or is about to; else `other`, that they lost each other.
    pub fn failure_or(&self, other: JobFailure) -> JobFailure {
        let began = Instant::now();
        loop {
            // One that misses another may have ended first.
            if let Some((message, exit)) = self.shared.failure().filter(is_cause) {
                return JobFailure { message, exit };
            }
            if began.elapsed() >= MOMENT {
                return other;
            }
            std::thread::sleep(PERIOD);
        }
    }
}

impl Drop for Followers {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // A panic of its own has been printed.
        self.watch.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn failure(&self) -> Option<(String, Exit)> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether a failure is more than that a rank misses another one.
fn is_cause((message, _): &(String, Exit)) -> bool {
    !message.contains(RANKS_LOST)
}

/// The device of `rank`, where the first has `device`.
fn beside(device: Device, rank: usize) -> Device {
    match device {
        Device::Cuda(number) => Device::Cuda(number + rank),
        Device::Cpu => Device::Cpu,
    }
}

/// Waits until all `followers` have ended, and ends all if one fails.
fn watch(mut followers: Vec<Follower>, shared: &Shared) {
    let mut failed: Option<Instant> = None;
    let mut over: Option<Instant> = None;
    while !followers.is_empty() {
        if shared.over.load(Ordering::Relaxed) {
            let began = *over.get_or_insert_with(Instant::now);
            // After a failure they have nothing left to do.
            if failed.is_some() || began.elapsed() >= PATIENCE {
                break;
            }
        } else if failed.is_some_and(|failed| failed.elapsed() >= PATIENCE) {
            // The first still waits for what never comes.
            followers.iter_mut().for_each(Follower::end);
            if let Some((message, exit)) = shared.failure() {
                end(JobFailure { message, exit });
            }
        }
        followers.retain_mut(|follower| match follower.child.try_wait() {
            Ok(None) => true,
            Ok(Some(status)) => {
                if let Some(failure) = follower.failure(status) {
                    failed.get_or_insert_with(Instant::now);
                    let mut known = shared.failure.lock().unwrap_or_else(PoisonError::into_inner);
                    if known.as_ref().is_none_or(|known| is_cause(&failure) && !is_cause(known)) {
                        *known = Some(failure);
                    }
                }
                false
            }
            // It is no child any more, so nothing is left to end.
            Err(_) => false,
        });
        std::thread::sleep(PERIOD);
    }
    followers.iter_mut().for_each(Follower::end);
}

impl Follower {
    /// Starts this program again as `rank`, on `job`.
    fn start(rank: usize, job: &Job) -> Result<Self, JobFailure> {
        let cannot = |cause: &dyn std::fmt::Display| {
            JobFailure::usage(format!(
                "cannot start rank {rank}: {cause}; take fewer --ranks, or raise the limit of processes or memory (`ulimit -u`, -v)"
            ))
        };
        let program = std::env::current_exe().map_err(|cause| cannot(&cause))?;
        let job = job.to_json().map_err(|cause| cannot(&cause))?;
        let mut command = Command::new(program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        die_with_parent(&mut command, libc::SIGKILL);
        let mut child = command.spawn().map_err(|cause| cannot(&cause))?;
        if let Some(mut input) = child.stdin.take() {
            // One that has ended already says why by its exit status.
            let _ = input.write_all(job.as_bytes());
        }
        let output = child.stdout.take();
        let said = std::thread::Builder::new().spawn(move || output.and_then(last_failure));
        let mut follower = Self { rank, child, said: None };
        match said {
            Ok(said) => {
                follower.said = Some(said);
                Ok(follower)
            }
            Err(cause) => {
                follower.end();
                Err(cannot(&cause))
            }
        }
    }

    /// Ends it at once.
    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Why it failed, if it did, ending with `status`.
    fn failure(&mut self, status: ExitStatus) -> Option<(String, Exit)> {
        let rank = self.rank;
        let exit = status.code().and_then(Exit::from_code);
        if matches!(exit, Some(Exit::Done | Exit::Interrupted | Exit::OutOfTime)) {
            return None;
        }
        let said = self.said.take().and_then(|said| said.join().ok().flatten());
        let message = match (said, status.signal()) {
            (Some(message), _) => format!("rank {rank}: {message}"),
            (None, Some(signal)) => format!(
                "rank {rank} was ended by signal {signal}{}; run the same command to resume from the last checkpoint",
                if signal == libc::SIGKILL { ", most likely because memory ran out" } else { "" }
            ),
            (None, None) => format!(
                "rank {rank} ended with {status} and said nothing; run the same command to resume from the last checkpoint"
            ),
        };
        Some((message, if exit == Some(Exit::Usage) { Exit::Usage } else { Exit::TrialFailed }))
    }
}

/// The last failure that a worker tells on its `output`, until that is closed.
fn last_failure(output: impl std::io::Read) -> Option<String> {
    let events = BufReader::new(output).lines().map_while(Result::ok);
    let failures = events.filter_map(|line| match serde_json::from_str(&line) {
        Ok(Event::Failed { message }) => Some(message),
        _ => None,
    });
    failures.last()
}
