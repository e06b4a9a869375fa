//! `harness status`: the trials of a folder of results by state.

use crate::columns::{fit, width};
use crate::plan_file::SavedPlan;
use crate::recorded::no_folder;
use crate::slurm;
use crate::status::{Running, State, Trial, clean, survey};
use crate::{duration, stdio, timestamp};
use anyhow::ensure;
use clap::ValueEnum;
use records::RunDirectory;
use std::path::{Path, PathBuf};
use std::time::Duration;
use suites::counted;
use trial::{Exit, bytes};

/// Show which trials run, wait, are interrupted, abandoned or done
///
/// Only files are read, so it can be asked on a login node while trials run elsewhere. Waiting are the trials of saved
/// plans: those that --plan names, those in the folder of the results, and those submitted to a cluster from there.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// A plan that `--save-plan` has written; its trials that are not there yet are waiting; may be repeated
    #[arg(long, value_name = "FILE")]
    plan: Vec<PathBuf>,
    /// Remove what is abandoned: directories of trials that have no result and no checkpoint and that no process is using,
    /// and what killed processes have left of their writes
    #[arg(long)]
    clean: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: StatusFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness status
  harness status --out /scratch/runs --plan plan.toml
  harness status --format json
  harness status --clean";

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum StatusFormat {
    /// By state, within the width of the terminal
    Text,
    /// An array of objects
    Json,
}

impl Arguments {
    /// Prints the states, after removing what is abandoned if that is wanted.
    pub fn run(self) -> anyhow::Result<Exit> {
        // A plan that was saved and not begun has no folder yet.
        ensure!(self.out.is_dir() || !self.out.exists() && !self.plan.is_empty(), no_folder(&self.out));
        let mut trials = survey(&self.out)?;
        if self.clean {
            let cleaned = clean(&self.out, &trials);
            cleaned.failures.iter().for_each(|why| stdio::say(format!("warning: {why}")));
            let what = counted(cleaned.directories, "abandoned directory", "abandoned directories");
            stdio::say(format!("removed {what}, {}", bytes(cleaned.bytes)));
            trials = survey(&self.out)?;
        }
        self.add_waiting(&mut trials)?;
        stdio::show(&match self.format {
            StatusFormat::Json => format!("{}\n", serde_json::to_string_pretty(&trials)?),
            StatusFormat::Text => text(&self.out, &trials, width(), timestamp::seconds()),
        })?;
        Ok(Exit::Done)
    }

    /// Adds the trials of plans of which nothing is there.
    fn add_waiting(&self, trials: &mut Vec<Trial>) -> anyhow::Result<()> {
        let mut plans = self
            .plan
            .iter()
            .map(|file| Ok((file.display().to_string(), SavedPlan::read(file)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        // Reading from a pipe would wait for ever.
        let files = self.out.exists().then(|| std::fs::read_dir(&self.out)).transpose()?;
        let files = files.into_iter().flatten().flatten();
        let files = files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let beside = files.map(|entry| entry.path());
        let beside = beside.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
        // Another file of that kind is no plan.
        plans.extend(
            beside.filter_map(|file| Some((file.display().to_string(), SavedPlan::read(&file).ok()?))),
        );
        plans.extend(slurm::plans(&self.out).into_iter().filter_map(|(file, job)| {
            let name = job.map_or(String::new(), |job| format!("job array {job}, "));
            Some((format!("{name}{}", file.display()), SavedPlan::read(&file).ok()?))
        }));
        for (plan_name, plan) in plans {
            for (key, label) in plan.trials {
                if trials.iter().any(|trial| trial.key == key) {
                    continue;
                }
                let run = RunDirectory::of(&self.out, &key);
                let state = State::Waiting { plan: plan_name.clone() };
                trials.push(Trial { key, label, of: plan.asked.of.clone(), state, bytes: 0, run });
            }
        }
        Ok(())
    }
}

/// The trials by state, at the time `now` in seconds since 1970.
fn text(out: &Path, trials: &[Trial], width: Option<usize>, now: f64) -> String {
    let of = |heading: usize| trials.iter().filter(move |trial| trial.state.heading() == heading);
    let counts = State::HEADINGS.iter().enumerate().map(|(at, name)| (of(at).count(), *name));
    let counts = counts.filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let mut text = match trials.len() {
        0 => format!("no trials in {}\n", out.display()),
        all => format!("{} in {}: {counts}\n", counted(all, "trial", "trials"), out.display()),
    };
    for (at, heading) in State::HEADINGS.iter().enumerate() {
        let rows: Vec<Vec<String>> = of(at)
            .map(|trial| {
                let name = format!("{} {}", trial.of, trial.label);
                vec![trial.key.clone(), name.trim().into(), words(trial, now)]
            })
            .collect();
        if !rows.is_empty() {
            text += &format!("\n{heading}{}\n{}", remark(heading), fit(&rows, 2, width));
        }
    }
    text
}

/// What to do about trials under a heading.
fn remark(heading: &str) -> &'static str {
    match heading {
        "interrupted" => " (the same command resumes them)",
        "failed" => " (the same command tries again)",
        "abandoned" => " (harness status --clean removes them)",
        _ => "",
    }
}

/// What is to be known of a trial beside its state.
fn words(trial: &Trial, now: f64) -> String {
    match &trial.state {
        State::Running(running) => of_running(running, now),
        State::Starting => String::new(),
        State::Interrupted { step, why } => format!("checkpoint at step {step}; {why}"),
        State::Failed { why, step: None } => why.clone(),
        State::Failed { why, step: Some(step) } => format!("{why}; checkpoint at step {step}"),
        State::Abandoned => format!("no result and no checkpoint, {}", bytes(trial.bytes)),
        State::Waiting { plan } => plan.clone(),
        State::Finished { result } => result.clone(),
        State::Diverged { why } | State::Damaged { why } => why.clone(),
    }
}

fn of_running(running: &Running, now: f64) -> String {
    let Some(since) = running.since else { return "no progress reported yet".into() };
    let span =
        |seconds: f64| duration::write(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default());
    let place =
        [&running.device, &running.host].into_iter().flatten().cloned().collect::<Vec<_>>().join(" of ");
    let mut words = vec![format!("on {place} for {}", span(now - since))];
    if let (Some(epoch), Some(step), Some(steps)) = (running.epoch, running.step, running.steps) {
        let share = 100.0 * step as f64 / (steps.max(1)) as f64;
        words.push(format!("epoch {epoch:.1}, step {step} of {steps} ({share:.0} %)"));
    }
    words.extend(running.score.map(|score| format!("last evaluation {score:.2}")));
    words.extend(running.ends.map(|end| {
        let left = if end > now { format!("{} left, until", span(end - now)) } else { "due at".into() };
        format!("{left} {}", timestamp::rfc3339(end.max(0.0) as u64))
    }));
    words.extend(
        running
            .heard
            .filter(|heard| now - heard > 600.0)
            .map(|heard| format!("silent for {}", span(now - heard))),
    );
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(label: &str, state: State) -> Trial {
        let run = RunDirectory::at(Path::new(label));
        Trial {
            key: "0123456789abcdef".into(),
            label: label.into(),
            of: "cifar10 wrn-22-2".into(),
            state,
            bytes: 2_000_000,
            run,
        }
    }

    #[test]
    fn every_state_is_shown_under_its_heading_within_the_width() {
        let running = Running {
            host: Some("gpu3".into()),
            device: Some("cuda:1".into()),
            since: Some(1_000.0),
            heard: Some(4_000.0),
            step: Some(500),
            steps: Some(1000),
            epoch: Some(5.0),
            score: Some(70.0),
            ends: Some(8_600.0),
        };
        let trials = [
            trial("iee erk 90% seed 0", State::Running(running)),
            trial("iee erk 90% seed 1", State::Running(Running::default())),
            trial("set erk 90% seed 0", State::Starting),
            trial("set erk 90% seed 1", State::Waiting { plan: "plan.toml".into() }),
            trial("rigl erk 90% seed 0", State::Interrupted { step: 70, why: "out of time".into() }),
            trial("rigl erk 90% seed 1", State::Failed { why: "no memory".into(), step: None }),
            trial("snip erk 90% seed 0", State::Abandoned),
            trial("snip erk 90% seed 1", State::Damaged { why: "checksum mismatch".into() }),
            trial("dense seed 0", State::Diverged { why: "the loss is NaN".into() }),
            trial("dense seed 1", State::Finished { result: "top-1 93.46%".into() }),
        ];
        let wide = text(Path::new("runs"), &trials, None, 5_000.0);
        for words in [
            "10 trials in runs: 2 running, 1 starting",
            "on cuda:1 of gpu3 for 1h 06m 40s, epoch 5.0, step 500 of 1000 (50 %), last evaluation 70.00, 1h 00m 00s left, \
             until 1970-01-01T02:23:20Z, silent for 16m 40s",
            "no progress reported yet",
            "waiting\n",
            "checkpoint at step 70; out of time",
            "harness status --clean",
            "no result and no checkpoint, 2 MB",
            "diverged\n",
            "cifar10 wrn-22-2 dense seed 1  top-1 93.46%",
        ] {
            assert!(wide.contains(words), "{words} in\n{wide}");
        }
        for width in [60, 80, 100] {
            let narrow = text(Path::new("runs"), &trials, Some(width), 5_000.0);
            let rows = narrow.lines().skip(1);
            assert!(rows.clone().all(|line| line.chars().count() <= width), "{narrow}");
            assert!(narrow.contains("top-1 93.46%"));
        }
        assert_eq!(text(Path::new("runs"), &[], None, 0.0), "no trials in runs\n");
    }
}
