//! Plans for a cluster, with scripts in place of Slurm's commands: what is submitted, and that a refusal leaves nothing.

use crate::{err, folder, harness, out};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PLAN: [&str; 10] = [
    "suite",
    "cifar10",
    "--profile",
    "smoke",
    "--data",
    "data",
    "--method",
    "rigl,iee,static",
    "--sparsity",
    "0.8,0.9",
];

/// A folder with a data set.
fn prepared() -> TempDir {
    let folder = folder();
    let generate = ["data", "generate", "cifar10", "--data", "data", "--train", "20", "--test", "20"];
    assert_eq!(harness(folder.path(), &generate).status.code(), Some(0));
    folder
}

/// Puts a shell script in place of a command.
fn fake(bin: &Path, name: &str, script: &str) {
    let file = bin.join(name);
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The plan with `more`, where no commands are on PATH but those in `bin`.
fn submit(folder: &TempDir, bin: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(PLAN).args(["--executor", "slurm"]).args(more).current_dir(folder.path());
    // Any program stands for the worker, since none is started.
    command.env("PATH", bin).env("HARNESS_WORKER", "/bin/sh").output().unwrap()
}

#[track_caller]
fn is_refused(folder: &TempDir, bin: &Path, more: &[&str], words: &str) {
    let output = submit(folder, bin, more);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains(words), "{}", err(&output));
    assert!(!folder.path().join("runs").exists(), "something is left");
}

#[test]
fn a_dry_run_prints_the_script_and_needs_no_cluster() {
    let (folder, bin) = (prepared(), folder());
    let more =
        ["--slurm-args", "--time=8:00:00 --gres=gpu:1", "--array-parallelism", "2", "--max-requeues", "5"];
    let output = submit(&folder, bin.path(), &[&more[..], &["--dry-run"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let script = out(&output);
    assert!(script.starts_with("#!/bin/sh\n"), "{script}");
    for words in [
        "#SBATCH --array=0-5%2\n",
        "#SBATCH --time=8:00:00 --gres=gpu:1\n",
        "#SBATCH --signal=B:USR1@120\n",
        "run \"$plan\" --executor=local --free-only &",
        "-lt 5 ]",
    ] {
        assert!(script.contains(words), "{words} in\n{script}");
    }
    // Beside the script, and not in it: what the plan comes to.
    assert!(err(&output).contains("time    not known; --calibrate"), "{}", err(&output));
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn an_array_is_the_saved_plan_and_its_script() {
    let (folder, bin) = (prepared(), folder());
    fake(bin.path(), "scontrol", "echo 'MaxArraySize            = 4'");
    fake(bin.path(), "sinfo", "");
    fake(bin.path(), "sbatch", "echo '77;here'");
    let output = submit(&folder, bin.path(), &["--slurm-args", "--time=30", "--seeds", "0-1"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    // Twelve trials, and no more elements than Slurm allows.
    assert!(err(&output).contains("job array 77: 4 elements for 12 trials"), "{}", err(&output));
    let array = std::fs::read_dir(folder.path().join("runs/slurm")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(array.join("job")).unwrap(), "77\n");
    assert!(std::fs::read_to_string(array.join("job.sh")).unwrap().contains("--array=0-3\n"));
    let plan = std::fs::read_to_string(array.join("plan.toml")).unwrap();
    assert!(!plan.contains("executor") && !plan.contains("slurm-args"), "{plan}");
    let again = harness(folder.path(), &["run", array.join("plan.toml").to_str().unwrap(), "--dry-run"]);
    assert!(out(&again).contains("Trials: 12 (12 new)"), "{} {}", out(&again), err(&again));
    let status = out(&harness(folder.path(), &["status"]));
    assert!(status.contains("12 waiting") && status.contains("job array 77, "), "{status}");
}

#[test]
fn a_saved_plan_keeps_how_its_cluster_runs_it() {
    let (folder, bin) = (prepared(), folder());
    let saved = submit(&folder, bin.path(), &["--slurm-args", "--time=30", "--save-plan", "plan.toml"]);
    assert_eq!(saved.status.code(), Some(0), "{}", err(&saved));
    let script = harness(folder.path(), &["run", "plan.toml", "--dry-run"]);
    assert!(out(&script).contains("#SBATCH --time=30\n"), "{} {}", out(&script), err(&script));
    let here = harness(folder.path(), &["run", "plan.toml", "--executor=local", "--dry-run"]);
    assert!(out(&here).contains("Trials: 6 (6 new)"), "{} {}", out(&here), err(&here));
}

#[test]
fn what_cannot_be_submitted_leaves_nothing() {
    let (folder, bin) = (prepared(), folder());
    let bin = bin.path();
    is_refused(&folder, bin, &[], "scontrol is not on PATH");
    let silent = "slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)";
    fake(bin, "scontrol", &format!("echo '{silent}' >&2; exit 1"));
    is_refused(&folder, bin, &[], &format!("{silent}; no cluster answers this machine"));
    fake(bin, "scontrol", "echo 'MaxArraySize            = 1001'");
    fake(bin, "sinfo", "echo node1");
    is_refused(&folder, bin, &[], "sbatch is not on PATH");
    fake(
        bin,
        "sbatch",
        "echo 'sbatch: error: Batch job submission failed: Invalid qos specification' >&2; exit 1",
    );
    is_refused(
        &folder,
        bin,
        &["--slurm-args", "--qos=x"],
        "Invalid qos specification; ask for something else",
    );
    fake(bin, "sbatch", "echo 'slurm-wlm 22.05.8'");
    is_refused(&folder, bin, &["--slurm-args", "--version"], "sbatch answered `slurm-wlm 22.05.8`");
    // What an earlier array has left stays.
    let earlier = folder.path().join("runs/slurm/earlier");
    std::fs::create_dir_all(&earlier).unwrap();
    assert_eq!(submit(&folder, bin, &[]).status.code(), Some(2));
    assert_eq!(std::fs::read_dir(earlier.parent().unwrap()).unwrap().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn results_in_this_machines_memory_are_refused_where_there_are_other_nodes() {
    let (folder, bin) = (prepared(), folder());
    fake(bin.path(), "scontrol", "echo 'MaxArraySize            = 1001'");
    fake(bin.path(), "sinfo", "echo node1");
    fake(bin.path(), "sbatch", "echo 1");
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap();
    if !mounts.lines().any(|line| line.starts_with("tmpfs /dev/shm ") || line.contains(" /dev/shm tmpfs ")) {
        println!("skipped: /dev/shm is no tmpfs here");
        return;
    }
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        return println!("skipped: /dev/shm is not writable");
    };
    let results = memory.path().join("runs");
    let output = submit(&folder, bin.path(), &["--out", results.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(
        err(&output).contains("in the memory of this machine, where nodes such as node1"),
        "{}",
        err(&output)
    );
    assert!(!results.exists());
}
