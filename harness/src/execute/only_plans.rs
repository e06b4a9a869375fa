//! What is done with a plan where nothing is trained: it is shown, timed or written to a file.

use super::cluster::{statuses, submission};
use super::jobs;
use crate::columns;
use crate::duration;
use crate::hours;
use crate::jobs::JobsChoice;
use crate::options::TrainingOptions;
use crate::output;
use crate::plan::{self, PreparedPlan, label};
use crate::plan_file::{Asked, SavedPlan};
use crate::slurm::Executor;
use crate::stdio;
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use anyhow::bail;
use std::path::Path;
use suites::counted;

/// Where nothing is to be trained: shows the plan, or writes it to a file. Whether that is so.
pub fn only_plans(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    asked: &Asked,
) -> anyhow::Result<bool> {
    if let Some(plan) = &asked.plan {
        let keys: Vec<String> = prepared.trials.iter().map(|trial| trial.spec.key()).collect();
        let differs = plan.differences(keys.iter().map(String::as_str));
        // Whoever asks for something else by options knows it.
        let refuses = !options.only_plans() && asked.asks_the_same(&plan.asked);
        if let Some(what) = differs.as_ref().filter(|_| refuses) {
            bail!(
                "{what}; correct what differs, or save the plan again with --save-plan (--dry-run shows it)"
            );
        }
        differs.iter().for_each(|what| stdio::say(format!("warning: {what}")));
    }
    if options.calibrate {
        hours::calibrate(prepared, options, worker)?;
    }
    if options.slurm.executor() == Executor::Slurm && options.dry_run {
        let statuses = statuses(prepared, options);
        say_estimate(prepared, options, &statuses)?;
        stdio::show(&submission(options, asked, &statuses).preview()?)?;
    } else if options.shows_plan() {
        stdio::show(&dry_run(prepared, options, worker)?)?;
    }
    if let Some(file) = &options.save_plan {
        save(prepared, file, asked)?;
        if !options.quiet && !output::is_standard(file) {
            let trials = counted(prepared.trials.len(), "trial", "trials");
            stdio::say(format!("the plan of {trials} is in {}", file.display()));
        }
    }
    Ok(options.only_plans())
}

/// Writes the plan to `file`, with the profile and the real data that were chosen, which another machine may choose
/// otherwise. Where the data are assumed, nobody knows the keys of its trials.
pub fn save(prepared: &PreparedPlan, file: &Path, asked: &Asked) -> anyhow::Result<()> {
    let (preset, data) = (&prepared.plan.request.preset, &prepared.data);
    // Where channels are pruned, a profile has a name of its own, which is not that of the option.
    let profile = preset.name.strip_suffix("-channels").unwrap_or(&preset.name);
    let mut asked = asked.clone().with("profile", profile);
    if preset.synthetic.is_none() && !data.assumed {
        asked = asked.with("data", &data.folder.to_string_lossy());
    }
    if let Some(option) = asked.without_text() {
        bail!(
            "the value of --{option} is not UTF-8, which a plan cannot hold; rename it, or give another path"
        );
    }
    let trials = prepared.trials.iter().filter(|_| !data.assumed);
    let trials = trials.map(|trial| (trial.spec.key(), label(&trial.spec))).collect();
    let plan = SavedPlan::new(asked, trials);
    // Only a regular file can hold a plan: reading a pipe, such as /dev/stdout, might never return.
    if file.is_file() {
        refuse_other(&plan, file)?;
    }
    output::write(file, plan.to_toml()?.as_bytes(), "--save-plan")
}

/// Refuses to replace what is in `file` by `plan`, unless it is the same plan, of now or of other data.
fn refuse_other(plan: &SavedPlan, file: &Path) -> anyhow::Result<()> {
    let Ok(there) = SavedPlan::read(file) else {
        bail!("{} is there and is no plan; give another file with --save-plan", file.display());
    };
    if there.asked.asks_the_same(&plan.asked) || !plan.trials.is_empty() && there.trials == plan.trials {
        return Ok(());
    }
    let first = there.trials.values().next().map(|label| format!(", such as {label}")).unwrap_or_default();
    bail!(
        "{} holds another plan: {} {} of {}{first}; give another file with --save-plan, or remove that one",
        file.display(),
        there.asked.command,
        there.asked.of,
        counted(there.trials.len(), "trial", "trials")
    )
}

/// Says what the plan comes to, beside the script that is printed, and whether an element has the time for a trial.
fn say_estimate(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    statuses: &[TrialStatus],
) -> anyhow::Result<()> {
    if options.quiet {
        return Ok(());
    }
    let summary = plan::summary(prepared, statuses, &options.out, columns::width())?;
    summary.lines().for_each(stdio::say);
    if let Some(limit) = options.slurm.time_limit() {
        let longer = hours::longer_than(limit, &plan::works(prepared, statuses), &options.out)?;
        if !longer.is_empty() {
            stdio::say(format!(
                "note: a trial takes up to {}, and an element has {}: before its limit it requeues itself, and resumes from its \
                 checkpoint",
                longer.join(", "),
                duration::write(limit)
            ));
        }
    }
    Ok(())
}

/// The plan in words, with how many trials run at once where that is left to the program.
fn dry_run(prepared: &PreparedPlan, options: &TrainingOptions, worker: &Worker) -> anyhow::Result<String> {
    let report = plan::report(prepared, &options.out)?;
    // Otherwise nobody asks for devices, for which libtorch has to be loaded.
    if options.jobs != Some(JobsChoice::Auto) {
        return Ok(report);
    }
    let why = jobs(prepared, options, worker)?.why;
    Ok(why.map_or(report.clone(), |why| format!("{report}\n{why}\n")))
}
