//! A plan on a Slurm cluster: a job array whose elements are this program with the saved plan.
//!
//! Slurm decides when and where an element runs; which trial it trains follows from the locks of the run directories, as for
//! any programs that share a folder of results. So elements know nothing of each other, what finished is not run again, and
//! an array of fewer elements than trials ends the plan, too.

mod ask;
mod folder;
mod nodes;
mod options;
mod script;
mod submit;
mod time_limit;
mod wait;

pub use options::{Executor, SlurmOptions};
pub use submit::{Submission, submit};
pub use wait::wait;

use std::path::{Path, PathBuf};

/// The plans of the arrays that were submitted from the results `out`, each with the number of its job, if it has one.
pub fn plans(out: &Path) -> Vec<(PathBuf, Option<String>)> {
    folder::ArrayFolder::plans(out)
}

/// The number of this element of an array; zero elsewhere. Elements begin with different trials, so that those that start at
/// once do not all ask for the same.
pub fn element() -> usize {
    std::env::var("SLURM_ARRAY_TASK_ID").ok().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The number of the job array that this program is an element of, if it is one; it stays when an element is requeued.
pub fn submission() -> Option<String> {
    std::env::var("SLURM_ARRAY_JOB_ID").ok().filter(|number| !number.is_empty())
}

/// The cores that Slurm gave this job on this machine, if it did; not every cluster keeps a job from using others.
pub fn cores() -> Option<usize> {
    std::env::var("SLURM_CPUS_ON_NODE").ok()?.parse().ok().filter(|cores| *cores > 0)
}
