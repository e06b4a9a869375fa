//! Who runs a plan: this program, or a cluster that is given it.

use super::execute;
use super::only_plans::save;
use crate::options::TrainingOptions;
use crate::plan::{PlannedTrial, PreparedPlan};
use crate::plan_file::Asked;
use crate::slurm::{self, Executor, Submission};
use crate::stdio;
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use records::RunDirectory;
use suites::counted;
use trial::Exit;

/// Runs the trials that are not finished yet, here or on a cluster, and says how that ended; nothing where a cluster has them
/// and nobody waits.
pub fn carry_out(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    asked: &Asked,
) -> anyhow::Result<Option<Exit>> {
    if options.slurm.executor() == Executor::Local {
        return execute(prepared, options, worker).map(Some);
    }
    let submission = submission(prepared, options, asked);
    if submission.missing == 0 {
        return Ok(Some(Exit::Done));
    }
    // Elements would not find it either.
    worker.path()?;
    let array = slurm::submit(&submission, |file| save(prepared, file, &asked.clone().without_cluster()))?;
    if !options.quiet {
        stdio::say(format!(
            "job array {}: {} for {}; logs and plan in {}, `harness status` shows the trials",
            array.job,
            counted(array.elements, "element", "elements"),
            counted(submission.missing, "trial", "trials"),
            array.folder.display()
        ));
    }
    if !options.slurm.wait {
        return Ok(None);
    }
    let keys: Vec<String> = prepared.trials.iter().map(|trial| trial.spec.key()).collect();
    slurm::wait(&array, &options.out, &keys, options.quiet).map(Some)
}

/// What a cluster is given.
pub fn submission<'a>(
    prepared: &PreparedPlan,
    options: &'a TrainingOptions,
    asked: &'a Asked,
) -> Submission<'a> {
    let status = |trial: &PlannedTrial| TrialStatus::of(&RunDirectory::of(&options.out, &trial.spec.key()));
    let is_missing = |trial: &&PlannedTrial| matches!(status(trial), TrialStatus::Started | TrialStatus::New);
    let missing = prepared.trials.iter().filter(is_missing).count();
    Submission { of: &asked.of, out: &options.out, missing, options: &options.slurm }
}
