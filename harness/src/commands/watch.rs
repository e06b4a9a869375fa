//! `harness watch`: the curves of trials that run, from another terminal or for TensorBoard.

use crate::columns::{fit, width};
use crate::recorded::no_folder;
use crate::status::{State, Trial, sparkline, survey};
use crate::stdio;
use crate::stop_condition::StopCondition;
use crate::{duration, output};
use anyhow::{bail, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use records::run_directory::{ProgressLine, Reached};
use records::text::visible;
use results::export::LiveCurves;
use std::io::{IsTerminal, stderr};
use std::path::PathBuf;
use std::time::Duration;
use trial::Exit;

/// Watch the curves of the trials that run
///
/// Only files are read, in which running trials record their progress. Ends when no trial runs any more. Where the output is
/// not a terminal, or with --once, the curves so far are printed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Keys of the trials to watch, or how they begin [default: all that run]
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Keep event files of the curves below this folder, which TensorBoard can follow meanwhile
    #[arg(long, value_name = "FOLDER")]
    tensorboard: Option<PathBuf>,
    /// Time between two looks
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration::parse)]
    every: Duration,
    /// Look once
    #[arg(long)]
    once: bool,
}

const EXAMPLES: &str = "\
Examples:
  harness watch
  harness watch 3f170b --out /scratch/runs
  harness watch --tensorboard curves & tensorboard --logdir curves";

/// Points of a curve in the terminal.
const POINTS: usize = 24;

impl Arguments {
    /// Watches until nothing runs, or until it is interrupted.
    pub fn run(self) -> anyhow::Result<Exit> {
        ensure!(self.out.is_dir(), no_folder(&self.out));
        let stop = StopCondition::watch(None)?;
        if let Some(folder) = &self.tensorboard {
            output::refuse_results(folder, "--tensorboard")?;
        }
        let mut curves = self.tensorboard.as_deref().map(LiveCurves::new);
        let lives = stderr().is_terminal() && !self.once;
        let target = if lives { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let shown =
            ProgressBar::with_draw_target(None, target).with_style(ProgressStyle::with_template("{msg}")?);
        loop {
            let trials = survey(&self.out)?;
            let names = |key: &&String| trials.iter().any(|trial| trial.key.starts_with(key.as_str()));
            if let Some(unknown) = self.keys.iter().find(|key| !names(key)) {
                bail!(
                    "no trial in {} has a key that begins with {unknown}; `harness status` lists them",
                    self.out.display()
                );
            }
            let watched: Vec<&Trial> = trials.iter().filter(|trial| self.watches(trial)).collect();
            if let Some(curves) = &mut curves {
                // One that has ended since the last look has its last points still to come.
                for trial in &trials {
                    if self.watches(trial) || curves.follows(&trial.key) {
                        curves.add(&trial.key, &trial.run)?;
                    }
                }
            }
            let lines = text(&watched, width());
            shown.set_message(visible_lines(&lines));
            let goes_on =
                watched.iter().any(|trial| runs(trial)) && (lives || curves.is_some()) && !self.once;
            if !goes_on {
                shown.finish_and_clear();
                stdio::show(if watched.is_empty() { "no trial runs\n" } else { &lines })?;
                return Ok(Exit::Done);
            }
            // In small pieces, so that an interruption is noticed.
            let looked = std::time::Instant::now();
            while looked.elapsed() < self.every {
                if stop.reason().is_some() {
                    shown.finish_and_clear();
                    return Ok(Exit::Interrupted);
                }
                std::thread::sleep(self.every.min(Duration::from_millis(100)));
            }
        }
    }

    /// Whether a trial is watched: one of those that are named, else one that runs.
    fn watches(&self, trial: &Trial) -> bool {
        match self.keys.is_empty() {
            true => runs(trial),
            false => self.keys.iter().any(|key| trial.key.starts_with(key.as_str())),
        }
    }
}

/// Whether a trial runs, or may be about to.
fn runs(trial: &Trial) -> bool {
    matches!(trial.state, State::Running(_) | State::Starting)
}

/// Text without control characters but for the ends of its lines.
fn visible_lines(text: &str) -> String {
    text.lines().map(|line| visible(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// The curves of trials, some lines each.
fn text(trials: &[&Trial], width: Option<usize>) -> String {
    let mut text = String::new();
    for trial in trials {
        let lines = trial.run.progress();
        let reached: Vec<&Reached> = lines
            .iter()
            .filter_map(|line| match line {
                ProgressLine::Reached(reached) => Some(reached),
                ProgressLine::Began(_) | ProgressLine::Ended(_) => None,
            })
            .collect();
        text += &format!("{} {} {}\n", trial.key, trial.of, trial.label);
        let Some(last) = reached.last() else {
            text += &match &trial.state {
                State::Finished { result } => format!("  finished: {}\n", visible(result)),
                State::Diverged { why } => format!("  diverged: {}\n", visible(why)),
                _ => "  no progress reported yet\n".into(),
            };
            continue;
        };
        let of = |value: fn(&Reached) -> Option<f64>| {
            let points: Vec<(u64, f64)> =
                reached.iter().filter_map(|reached| Some((reached.step, value(reached)?))).collect();
            sparkline(&points, POINTS)
        };
        let number =
            |value: Option<f64>, digits: usize| value.map_or("-".into(), |value| format!("{value:.digits$}"));
        let place = format!("epoch {:.1}, step {} of {}, {}", last.epoch, last.step, last.steps, last.stage);
        let rows = [
            ["loss".into(), of(|reached| reached.loss), number(last.loss, 3)],
            ["score".into(), of(|reached| reached.score), number(last.score, 2)],
            ["sparsity".into(), of(|reached| Some(reached.sparsity)), number(Some(last.sparsity), 4)],
        ];
        text += &fit(&[vec![place]], 2, width);
        text += &fit(&rows.map(|row: [String; 3]| row.to_vec()), 2, width);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::RunDirectory;

    #[test]
    fn curves_are_drawn_of_what_was_written_down() {
        let out = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(out.path(), "0123");
        run.prepare("{}").unwrap();
        let trial = |run: &RunDirectory| Trial {
            key: "0123".into(),
            label: "iee seed 0".into(),
            of: "cifar10 wrn".into(),
            state: State::Starting,
            bytes: 0,
            run: run.clone(),
        };
        assert_eq!(text(&[&trial(&run)], None), "0123 cifar10 wrn iee seed 0\n  no progress reported yet\n");
        let finished = Trial { state: State::Finished { result: "top-1 93.46%".into() }, ..trial(&run) };
        assert!(text(&[&finished], None).ends_with("\n  finished: top-1 93.46%\n"));
        for step in 0..100 {
            run.note(&ProgressLine::Reached(Reached {
                at: step as f64,
                step,
                steps: 200,
                epoch: 0.5,
                stage: "train".into(),
                loss: Some(100.0 - step as f64),
                sparsity: 0.9,
                score: None,
            }))
            .unwrap();
        }
        let drawn = text(&[&trial(&run)], Some(80));
        assert!(drawn.contains("epoch 0.5, step 99 of 200, train"), "{drawn}");
        let loss = drawn.lines().find(|line| line.contains("loss")).unwrap();
        assert!(loss.contains('█') && loss.ends_with("▁  1.000"), "{drawn}");
    }
}
