//! `harness run`: a plan from its file.

use crate::plan_file::SavedPlan;
use std::path::PathBuf;
use trial::Exit;

/// Run a plan that `--save-plan` has written
///
/// The file holds what was asked for, by the names of the options of `suite` or `reproduce`. Options after the file replace
/// those of the plan, and --set only the same setting. A plan that leads to other trials than when it was saved is
/// refused, unless options after the file ask for others.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Options of `suite` or `reproduce`, such as --dry-run, --device or --time-budget
    #[arg(value_name = "OPTION", trailing_var_arg = true, allow_hyphen_values = true)]
    more: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --method iee,rigl --seeds 0-2 --save-plan plan.toml
  harness run plan.toml --dry-run
  harness run plan.toml --time-budget 8h
  harness run plan.toml --executor slurm --wait";

impl Arguments {
    /// Does what the plan says.
    pub fn run(self) -> anyhow::Result<Exit> {
        let (arguments, asked) = SavedPlan::read(&self.plan)?.arguments(&self.more)?;
        arguments.command.run(asked)
    }
}
