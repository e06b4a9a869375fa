//! Who runs a plan: this program, or a cluster that is given it.

use super::execute;
use super::only_plans::save;
use super::outcome::{TrialOutcome, overall};
use crate::options::TrainingOptions;
use crate::plan::{PlannedTrial, PreparedPlan, label};
use crate::plan_file::Asked;
use crate::slurm::{self, Executor, Submission};
use crate::status::{State, look};
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
    let statuses = statuses(prepared, options);
    let submission = submission(options, asked, &statuses);
    if submission.missing == 0 {
        return Ok(Some(ended(prepared, options, &statuses)));
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

/// How far each trial of the plan is.
pub fn statuses(prepared: &PreparedPlan, options: &TrainingOptions) -> Vec<TrialStatus> {
    let status = |trial: &PlannedTrial| TrialStatus::of(&RunDirectory::of(&options.out, &trial.spec.key()));
    prepared.trials.iter().map(status).collect()
}

/// What a cluster is given, where the trials of the plan are so far.
pub fn submission<'a>(
    options: &'a TrainingOptions,
    asked: &'a Asked,
    statuses: &[TrialStatus],
) -> Submission<'a> {
    let missing = statuses.iter().filter(|status| status.is_missing()).count();
    Submission { of: &asked.of, out: &options.out, missing, options: &options.slurm }
}

/// How a plan has ended of which no trial is missing, as a run on this machine would say.
fn ended(prepared: &PreparedPlan, options: &TrainingOptions, statuses: &[TrialStatus]) -> Exit {
    let outcome = |(trial, status): (&PlannedTrial, &TrialStatus)| match status {
        TrialStatus::Damaged(why) | TrialStatus::Unreadable(why) => {
            stdio::say(format!("error: {}: {why}", label(&trial.spec)));
            TrialOutcome::Refused(why.clone())
        }
        _ => match look(&RunDirectory::of(&options.out, &trial.spec.key())) {
            State::Diverged { why } => TrialOutcome::Diverged(Some(why)),
            _ => TrialOutcome::Done,
        },
    };
    overall(&prepared.trials.iter().zip(statuses).map(outcome).collect::<Vec<_>>())
}
