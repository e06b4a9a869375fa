//! Slurm's commands, and what they say.

use anyhow::{anyhow, bail};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

/// What a command of Slurm printed.
///
/// # Errors
///
/// If it is not there, or failed: in its own words, with the remedy.
pub fn ask<Word: AsRef<OsStr>>(program: &str, words: &[Word]) -> anyhow::Result<String> {
    let output = Command::new(program).args(words).stdin(Stdio::null()).output();
    let output = output.map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => anyhow!(
            "{program} is not on PATH: Slurm's commands are on a cluster's login nodes; submit there, or leave --executor \
             slurm out to train on this machine"
        ),
        _ => anyhow!("cannot start {program}: {cause}"),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let words = if said.is_empty() { format!("it ended with {}", output.status) } else { said.join("; ") };
    bail!("Slurm refused ({program}): {words}; {}", remedy(&words))
}

/// What to do where Slurm says `words`.
fn remedy(words: &str) -> &'static str {
    let says = |all: &[&str]| all.iter().any(|part| words.to_lowercase().contains(part));
    if says(&["unable to contact", "configuration source", "connection refused", "timed out", "munge"]) {
        "no cluster answers this machine: submit on a login node, or ask whoever runs the cluster (`sinfo` shows it)"
    } else if says(&["partition"]) {
        "name another partition in --slurm-args (`sinfo` lists them)"
    } else if says(&["account", "qos", "limit", "time", "memory", "gres", "node config", "cpu", "task"]) {
        "ask for something else in --slurm-args (`sinfo` and `scontrol show partition` show what there is)"
    } else {
        "correct --slurm-args (`--executor slurm --dry-run` prints the script)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_what_it_printed_and_a_refusal_has_its_own_words() {
        assert_eq!(ask("echo", &["1;here"]).unwrap(), "1;here\n");
        let missing = ask::<&str>("no-such-command-of-slurm", &[]).unwrap_err().to_string();
        assert!(missing.contains("login node"), "{missing}");
        let script = "echo 'sbatch: error: invalid partition specified: gpus' >&2; echo >&2; exit 1";
        let refused = ask("sh", &["-c", script]).unwrap_err().to_string();
        assert!(
            refused.contains("(sh): sbatch: error: invalid partition specified: gpus; name another"),
            "{refused}"
        );
        let refused = ask("sh", &["-c", "exit 7"]).unwrap_err().to_string();
        assert!(refused.contains("exit status: 7; correct --slurm-args"), "{refused}");
    }

    /// Words of Slurm 22.05 and 23.11.
    #[test]
    fn the_remedy_follows_from_the_words() {
        for (words, needs) in [
            (
                "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
                "login",
            ),
            ("sbatch: fatal: Could not establish a configuration source", "login"),
            (
                "sbatch: error: Batch job submission failed: Protocol authentication error; Munge decode failed",
                "login",
            ),
            (
                "sbatch: error: Batch job submission failed: Requested node configuration is not available",
                "something else",
            ),
            (
                "sbatch: error: Batch job submission failed: Invalid account or account/partition combination",
                "partition",
            ),
            ("sbatch: unrecognized option '--gpu'", "--dry-run"),
        ] {
            assert!(remedy(words).contains(needs), "{words}: {}", remedy(words));
        }
    }
}
