//! `harness suite`: plan, train what is not finished, print the results.

use crate::execute;
use crate::options::TrainingOptions;
use crate::plan::{self, Experiment, PlanRow};
use crate::plan_file::Asked;
use crate::worker_client::Worker;
use clap::builder::{PossibleValue, PossibleValuesParser};
use sparsity::{Distribution, Prunes};
use suites::SUITES;
use trial::Exit;

/// Train methods on a suite and print the results
///
/// Finished trials are not run again, and interrupted ones resume from their checkpoints, so the same
/// command can be repeated at any time.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The suite
    #[arg(value_parser = suites())]
    suite: String,
    #[command(flatten)]
    options: TrainingOptions,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --profile smoke
  harness suite cifar10 --method iee,rigl --sparsity 0.9 --seeds 0,1,2 --profile lite --data data/cifar10
  harness suite cifar10 --method iee --set recovery_steps=0 --dry-run
  harness suite imagenet --method iee,rigl --sparsity 0.9 --distribution erk --data /datasets/imagenet
  harness suite imagenet --method iee,sr-ste --distribution 2:4
  harness suite imagenet --method iee,halp,magnitude --latency-target 0.55,0.3 --lut resnet50.csv
  harness suite cifar10 --profile paper --time-budget 8h     (repeat it to resume)
  harness suite imagenet --method iee,rigl --device cuda:0,cuda:2 --jobs 2
  harness suite imagenet --profile paper --executor slurm --slurm-args \"--gres=gpu:1 --time=8:00:00\"";

fn suites() -> PossibleValuesParser {
    PossibleValuesParser::new(SUITES.iter().map(|suite| PossibleValue::new(suite.name).help(suite.about)))
}

impl Arguments {
    /// Plans, trains what is not finished, and prints the results.
    pub fn run(self, asked: &Asked) -> anyhow::Result<Exit> {
        self.options.slurm.check()?;
        let experiment = Experiment {
            suite: suites::suite(&self.suite)?,
            rows: self.rows(),
            model: None,
            least_seeds: 1,
            most_synthetic_rows: usize::MAX,
            channels: false,
        };
        let worker = Worker::default();
        let prepared = plan::prepare(&self.options, experiment, &worker)?;
        if execute::only_plans(&prepared, &self.options, &worker, asked)? {
            return Ok(Exit::Done);
        }
        if let Some(exit) = execute::follow(&prepared, &self.options, &worker)? {
            return Ok(exit);
        }
        let Some(exit) = execute::carry_out(&prepared, &self.options, &worker, asked)? else {
            return Ok(Exit::Done);
        };
        execute::summarise(&prepared, &self.options)?;
        Ok(exit)
    }

    /// The methods that are asked for; without names, those that the distribution suits.
    fn rows(&self) -> Vec<PlanRow> {
        let distribution = self.options.distribution.unwrap_or(Distribution::Erk);
        let mut rows: Vec<PlanRow> = Vec::new();
        for description in trial::registry::all() {
            let suits = match description.prunes {
                Prunes::Nothing => true,
                prunes if !self.options.latency_target.is_empty() => prunes.channels(),
                Prunes::Patterns => distribution.pattern().is_some(),
                Prunes::FanIn => distribution.is_per_layer(),
                Prunes::Unasked => distribution.pattern().is_none(),
                prunes => prunes != Prunes::Channels,
            };
            if self.options.names(description.name) || self.options.wants_all() && suits {
                let mut row = PlanRow::new(description, distribution, &[], "");
                if let Some(pattern) = distribution.pattern().filter(|_| self.options.sparsity.is_empty()) {
                    row.levels = vec![pattern.sparsity()];
                }
                rows.push(row);
            }
        }
        rows
    }
}
