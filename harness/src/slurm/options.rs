//! The options of a plan on a Slurm cluster.

use super::time_limit;
use anyhow::{bail, ensure};
use clap::ValueEnum;
use std::num::NonZeroUsize;
use std::time::Duration;

/// Who runs the trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Executor {
    /// This program, on this machine
    #[default]
    Local,
    /// A job array of a Slurm cluster; the command ends once it is submitted
    Slurm,
}

/// How a plan is run on a Slurm cluster.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SlurmOptions {
    /// Who runs the trials [default: local]
    #[arg(long, value_name = "WHO", help_heading = "On a cluster")]
    executor: Option<Executor>,
    /// Options of sbatch for each element of the array: "--partition=gpu --gres=gpu:1 --time=8:00:00"
    #[arg(long, value_name = "OPTIONS", allow_hyphen_values = true, value_parser = sbatch_options, help_heading = "On a cluster")]
    pub slurm_args: Option<String>,
    /// Elements of the array that run at once at most [default: as many as Slurm allows]
    #[arg(long, value_name = "N", help_heading = "On a cluster")]
    pub array_parallelism: Option<NonZeroUsize>,
    /// How many times an element that reaches its time limit requeues itself, to go on from its checkpoints [default: 100]
    #[arg(long, value_name = "N", help_heading = "On a cluster")]
    pub max_requeues: Option<u32>,
    /// Wait for the array, show how many trials are done, and print the results at the end
    #[arg(long, help_heading = "On a cluster")]
    pub wait: bool,
}

/// Requeues of an element where nobody says how many. They only have to end at some time: a training of two days under a
/// limit of an hour takes 48.
const REQUEUES: u32 = 100;

impl SlurmOptions {
    /// Who runs the trials.
    pub fn executor(&self) -> Executor {
        self.executor.unwrap_or_default()
    }

    /// Refuses options for Slurm where nothing says that it is to run the trials.
    pub fn check(&self) -> anyhow::Result<()> {
        let given = [
            ("--slurm-args", self.slurm_args.is_some()),
            ("--array-parallelism", self.array_parallelism.is_some()),
            ("--max-requeues", self.max_requeues.is_some()),
            ("--wait", self.wait),
        ];
        let given = given.iter().find(|(_, given)| *given && self.executor.is_none());
        given.map_or(Ok(()), |(name, _)| {
            bail!("{name} is for a cluster; add --executor slurm, or leave it out")
        })
    }

    /// The time limit of an element, if one is asked for.
    pub fn time_limit(&self) -> Option<Duration> {
        self.slurm_args.as_deref().and_then(time_limit::time_limit)
    }

    /// How many times an element requeues itself at most.
    pub fn requeues(&self) -> u32 {
        self.max_requeues.unwrap_or(REQUEUES)
    }
}

/// Why the elements of the array are not to be chosen.
const ARRAY: &str =
    "the array has an element for each trial; --array-parallelism limits how many run at once";
/// Why another cluster is not to be named.
const CLUSTERS: &str = "submit on a login node of that cluster, where Slurm's other commands ask it, too";

/// What the array needs to be otherwise, or not to be in a script.
const REFUSED: [(&str, &str); 8] = [
    ("--array", ARRAY),
    ("-a", ARRAY),
    ("--clusters", CLUSTERS),
    ("-M", CLUSTERS),
    ("--wait", "give --wait to this program instead"),
    ("-W", "give --wait to this program instead"),
    ("--wrap", "the script is written by this program; --executor slurm --dry-run prints it"),
    ("--test-only", "--executor slurm --dry-run prints the script without submitting it"),
];

/// The name of an option of sbatch, without its value: a short one has it directly behind its letter.
fn option_name(word: &str) -> &str {
    let short = word.strip_prefix('-').and_then(|rest| rest.chars().next()).filter(char::is_ascii_alphabetic);
    if short.is_some() { &word[..2] } else { word.split('=').next().unwrap_or(word) }
}

fn sbatch_options(text: &str) -> Result<String, String> {
    let check = || {
        ensure!(!text.contains(|c: char| c.is_control()), "write the options of sbatch in one line");
        for word in text.split_whitespace() {
            let name = option_name(word);
            if let Some((name, why)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
                bail!("{name} cannot be given here: {why}");
            }
        }
        time_limit::check(text)?;
        let first = text.split_whitespace().next();
        ensure!(first.is_none_or(|word| word.starts_with('-')), "options of sbatch begin with a dash");
        Ok(text.trim().to_string())
    };
    check().map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_sbatch_are_taken_as_they_are_unless_they_would_make_it_another_array() {
        let usual = " --partition=gpu -t 8:00:00 --comment='two words' ";
        assert_eq!(sbatch_options(usual).as_deref(), Ok(usual.trim()));
        assert_eq!(sbatch_options("").as_deref(), Ok(""));
        for warned in ["--signal=B:USR1@600", "--signal B:USR1@600 -A group"] {
            assert_eq!(sbatch_options(warned).as_deref(), Ok(warned));
        }
        for (text, why) in [
            ("--array=0-3", "--array-parallelism"),
            ("-p gpu -a 3", "--array-parallelism"),
            ("-a0-3", "--array-parallelism"),
            ("-Mother", "login node of that cluster"),
            ("--signal=TERM@60", "B:USR1@SECONDS"),
            ("--time=2", "without having trained"),
            ("--wrap=ls", "written by this program"),
            ("-W", "--wait to this program"),
            ("--time=1\n--wrap=ls", "one line"),
            ("gpu", "begin with a dash"),
        ] {
            assert!(sbatch_options(text).unwrap_err().contains(why), "{text}");
        }
    }

    #[test]
    fn options_for_slurm_are_refused_where_it_is_not_asked_for() {
        let asks = |executor| SlurmOptions { executor, wait: true, ..SlurmOptions::default() };
        assert!(
            asks(None)
                .check()
                .unwrap_err()
                .to_string()
                .contains("--wait is for a cluster; add --executor slurm")
        );
        assert!(asks(Some(Executor::Slurm)).check().is_ok());
        // Those of a plan that is run here this time.
        assert!(asks(Some(Executor::Local)).check().is_ok() && SlurmOptions::default().check().is_ok());
        assert_eq!(SlurmOptions::default().executor(), Executor::Local);
    }
}
