//! Throughput of networks, measured by a worker process: for `harness fps`, and for a command that
//! has trained them.

mod network;
mod options;
mod rows;

pub use network::NamedNetwork;
pub use options::FpsOptions;

use crate::stdio;
use crate::worker_client::{Crashed, Worker, WorkerEnd, supervise};
use anyhow::bail;
use records::FpsStore;
use std::path::PathBuf;
use trial::protocol::FpsAnswer;
use trial::{Event, Job};

/// What was measured.
pub struct MeasuredThroughput {
    /// Everything.
    pub answer: FpsAnswer,
    /// The measurements of the runs among the networks, as they were added to `fps.csv`.
    pub rows: Vec<records::FpsRow>,
}

/// Measures `networks` side by side and adds what was measured of runs to `fps.csv` of their results, if it
/// was measured as tables show it: batch norms folded, channels not filled up. Nothing is measured, and none returned, if
/// `stopped` is true before it is done.
///
/// # Errors
///
/// [`Crashed`] where the worker itself failed; others are of usage or data.
pub fn measure(
    networks: &[NamedNetwork],
    options: &FpsOptions,
    worker: &Worker,
    stopped: impl Fn() -> bool,
) -> anyhow::Result<Option<MeasuredThroughput>> {
    let job = Job::Fps(options.job(networks, worker.device(options.device)?));
    let heard = |event| {
        heard(event, options.quiet);
        Ok(())
    };
    let answer = match supervise(&worker.path()?, &job, stopped, heard)? {
        WorkerEnd::Answered(Event::Fps(answer)) => answer,
        WorkerEnd::Answered(_) => {
            bail!("the worker gave an unexpected answer; build program and worker from one commit")
        }
        WorkerEnd::Stopped => return Ok(None),
        WorkerEnd::Refused(why) => bail!(why),
        WorkerEnd::Failed(why) => return Err(Crashed(why).into()),
    };
    let usual = options.fold && options.round_to.is_none();
    let rows = if usual { rows::rows(networks, &answer) } else { Vec::new() };
    let mut folders: Vec<&PathBuf> = rows.iter().map(|(folder, _)| folder).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        let own: Vec<_> =
            rows.iter().filter(|(other, _)| other == folder).map(|(_, row)| row.clone()).collect();
        FpsStore::new(folder).append(&own)?;
    }
    Ok(Some(MeasuredThroughput { answer, rows: rows.into_iter().map(|(_, row)| row).collect() }))
}

/// Prints what the worker reports on the way; progress only where it is wanted.
fn heard(event: Event, quiet: bool) {
    match event {
        Event::Measuring { done, total, what } if !quiet => {
            stdio::say(format!("measuring {} of {total}: {what}", done + 1));
        }
        Event::Warning { message } => stdio::say(format!("warning: {message}")),
        _ => {}
    }
}
