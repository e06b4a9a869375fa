//! Jobs of training: one run directory, kept from other processes, until it is committed or stopped.

use crate::failure::JobFailure;
use crate::ranks::{self, Party, is_first, was_started_by_another};
use crate::{device, tell};
use engine::{RunError, RunOptions, TrainingEnd, run as train};
use records::{RunDirectory, files, is_at, open_lock, remedy};
use signal_hook::consts::SIGXCPU;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tch::Device;
use trial::protocol::TrainJob;
use trial::{Event, Exit, TrialSpec};

/// How long after a refusal a lock is asked for again.
const MOMENT: Duration = Duration::from_millis(50);

/// Trains until the trial is committed, or until a signal or its time stops it with a checkpoint.
pub fn run(job: TrainJob) -> Result<Exit, JobFailure> {
    let device = device::find(job.device)?;
    let run = RunDirectory::at(&job.run);
    let first = is_first(&job);
    // Ranks that somebody else has started wait for the first, whatever it finds, so that it meets them before it looks.
    let met = if was_started_by_another(&job) { ranks::meet(&job, device)? } else { None };
    let claimed = if first { claim(&run).map(Some) } else { Ok(None) };
    let begins = !matches!(claimed, Err(_) | Ok(Some(Claim::Ended(_))));
    let party = match met {
        None if begins => ranks::meet(&job, device)?,
        met => met,
    };
    if let Some(party) = &party
        && !party.first_says(begins)?
        && !first
    {
        return Ok(Exit::Done);
    }
    let _lock = match claimed? {
        Some(Claim::Locked(file)) => Some(file),
        Some(Claim::Ended(exit)) => return Ok(exit),
        None => None,
    };
    let trained = train_with(&job, run, device, party.as_ref());
    if let (Ok(_), Some(party)) = (&trained, party) {
        party.leave();
    }
    match trained {
        // What became of the trial is told by the first.
        Ok(Exit::TrialFailed) if !first => Ok(Exit::Done),
        trained => trained,
    }
}

/// What a run directory answers to the process that wants it for itself.
enum Claim {
    /// It is this process's as long as the file is open.
    Locked(File),
    /// There is nothing to do, or another process does it.
    Ended(Exit),
}

/// Takes the directory of `run` for this process, unless another one has it or it is finished.
fn claim(run: &RunDirectory) -> Result<Claim, JobFailure> {
    read_spec(run.path())?;
    let Some(file) = lock(&run.file(files::LOCK))? else { return Ok(Claim::Ended(Exit::Busy)) };
    // Another process may have finished it between the plan and the lock.
    if run.is_committed().map_err(JobFailure::usage)? {
        // A process killed right after its commit left them.
        run.remove_leftovers();
        return Ok(Claim::Ended(Exit::Done));
    }
    run.remove_unfinished_writes();
    Ok(Claim::Locked(file))
}

/// Trains the trial of `run` on `device`, together with the others of a `party`.
fn train_with(
    job: &TrainJob,
    run: RunDirectory,
    device: Device,
    party: Option<&Party>,
) -> Result<Exit, JobFailure> {
    let spec = read_spec(run.path())?;
    let job = job.clone();
    let options = RunOptions {
        run,
        data: job.data,
        device,
        decoders: job.decoders.max(1),
        stop_after: job.stop_after.map(seconds).transpose()?,
        checkpoint_every: seconds(job.checkpoint_every)?,
        cuda_graphs: job.cuda_graphs,
        strict: job.strict,
        initial_weights: job.initial_weights,
        latency_table: job.latency_table,
        commit: env!("HARNESS_COMMIT").into(),
        ranks: party.map(|party| party.ranks.clone()),
    };
    let stop = Arc::new(AtomicBool::new(false));
    for signal in trial::heeded_signals() {
        signal_hook::flag::register(signal, stop.clone()).map_err(JobFailure::usage)?;
    }
    let processor_time = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGXCPU, processor_time.clone()).map_err(JobFailure::usage)?;
    let _ = torch_ext::flags::cudnn_benchmark(true);
    // A program that no longer listens does not stop the training.
    let mut tell = |event: Event| {
        if let Event::Failed { message } = &event {
            // All ranks find that their trial diverged; the first says so.
            if !options.writes() {
                return;
            }
            // Into the log, too, unless that cannot be written, such as on a full disk.
            let _ = writeln!(std::io::stderr(), "{message}");
        }
        drop(tell(&event));
    };
    match catch_unwind(AssertUnwindSafe(|| train(&spec, &options, &stop, &mut tell))) {
        Ok(Ok(TrainingEnd::Done)) => Ok(Exit::Done),
        Ok(Ok(TrainingEnd::Diverged)) => Ok(Exit::TrialFailed),
        Ok(Ok(TrainingEnd::Interrupted)) => {
            if processor_time.load(Ordering::Relaxed) {
                let message =
                    "SIGXCPU: the limit of processor time was reached (`ulimit -t`), or is about to be";
                tell(Event::Warning { message: message.into() });
            }
            Ok(Exit::Interrupted)
        }
        Ok(Ok(TrainingEnd::OutOfTime)) => Ok(Exit::OutOfTime),
        Ok(Err(error @ RunError::Ranks(_))) => {
            let failure = JobFailure::runtime(error);
            Err(match party.and_then(|party| party.followers.as_ref()) {
                // The one that is missing knows why.
                Some(followers) => followers.failure_or(failure),
                None => failure,
            })
        }
        Ok(Err(error @ (RunError::Device(_) | RunError::RanksDiffer { .. }))) => {
            Err(JobFailure::runtime(error))
        }
        Ok(Err(error)) => Err(JobFailure::usage(error)),
        Err(panic) => {
            let again = "run the same command to resume from the last checkpoint";
            Err(JobFailure::crash(&*panic, || spec.less_memory(), again))
        }
    }
}

/// A span of time of the job.
fn seconds(number: f64) -> Result<Duration, JobFailure> {
    Duration::try_from_secs_f64(number)
        .map_err(|cause| JobFailure::usage(format!("{number} is not a number of seconds: {cause}")))
}

/// The spec in the directory `run`, which must be named by its key.
fn read_spec(run: &Path) -> Result<TrialSpec, JobFailure> {
    let path = run.join(files::SPEC);
    let Some(text) = RunDirectory::at(run).spec().map_err(JobFailure::usage)? else {
        let path = path.display();
        return Err(JobFailure::usage(format!("there is no {path}; run directories are made by `harness`")));
    };
    let spec: TrialSpec = serde_json::from_str(&text).map_err(|cause| {
        let path = path.display();
        JobFailure::usage(format!(
            "{path} is not the spec of a trial ({cause}); delete the run directory and plan again"
        ))
    })?;
    let key = spec.key();
    if run.file_name().is_some_and(|name| name == key.as_str()) {
        return Ok(spec);
    }
    Err(JobFailure::usage(format!(
        "{} is the spec of trial {key}, and not of the one that its directory is named by: one of the two was changed; move \
         the directory away and run the same command again",
        path.display()
    )))
}

/// Locks the run directory for this process; `None` if another has it, or has just removed it.
fn lock(path: &Path) -> Result<Option<File>, JobFailure> {
    let failed = |what: &str, cause: std::io::Error| {
        JobFailure::usage(format!("cannot {what} {}: {cause}; {}", path.display(), remedy(&cause)))
    };
    let file = open_lock(path).map_err(|cause| failed("write", cause))?;
    let mut asked = file.try_lock();
    if matches!(asked, Err(TryLockError::WouldBlock)) {
        // A program that only looks at a run holds its lock for a moment.
        std::thread::sleep(MOMENT);
        asked = file.try_lock();
    }
    match asked {
        // A clean-up may have removed the directory since its lock was opened: the program makes it again.
        Ok(()) => {
            let is_at = is_at(&file, path).map_err(|cause| failed("look at", cause))?;
            Ok(is_at.then_some(file))
        }
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(failed("lock", cause)),
    }
}
