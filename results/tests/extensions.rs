//! What it costs to add a table or a figure: its file and the line that names it. Its target in the Makefile and
//! the line of `make help` follow. And the target that collects evidence on a GPU.

use std::path::Path;
use std::process::{Command, Output};

use results::{figure_ids, table_ids};

/// `make` in the root of the project.
fn run_make(arguments: &[&str]) -> Output {
    let mut command = Command::new("make");
    // Nothing of a `make` that runs the tests, nor of variables that it reads from the environment.
    for name in ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DATA", "JOBS"] {
        command.env_remove(name);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    command.arg("--no-print-directory").args(arguments).current_dir(root).output().unwrap()
}

/// What `make` prints.
fn make(arguments: &[&str]) -> String {
    let output = run_make(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_table_and_figure_has_a_target_and_is_in_the_help() {
    let help = make(&["help"]);
    for id in table_ids().into_iter().chain(figure_ids()) {
        let target = format!("reproduce-{id}");
        let line = help.lines().find(|line| line.split_whitespace().next() == Some(&target));
        let said =
            line.unwrap_or_else(|| panic!("no {target} in\n{help}")).trim().strip_prefix(&target).unwrap();
        assert!(said.trim().len() > 20, "{target} says {said:?}: the first line of its file is its help");
        let plan = make(&["--dry-run", &target]);
        let run = plan.lines().last().unwrap_or_default();
        assert!(run.contains(&format!("harness reproduce {id} ")), "{target} runs {run:?}");
    }
}

/// IEE by both readings of the paper's epochs and RigL, resumed by the same command; without data nothing is built.
#[test]
fn evidence_on_a_gpu_is_one_command_that_names_its_data() {
    assert!(make(&["help"]).lines().any(|line| line.trim().starts_with("evidence-gpu ")));
    let plan = make(&["--dry-run", "evidence-gpu", "DATA=/datasets/cifar10", "DEVICE=cuda:1", "BUDGET=1h"]);
    let command = plan.replace("\\\n", " ");
    let command: Vec<&str> = command.lines().last().unwrap().split_whitespace().collect();
    for (option, value) in [
        ("--profile", "paper"),
        ("--method", "iee,rigl"),
        ("--sparsity", "0.9"),
        ("--data", "/datasets/cifar10"),
        ("--device", "cuda:1"),
        ("--jobs", "3"),
        ("--time-budget", "1h"),
    ] {
        let at = command.iter().position(|word| *word == option).unwrap_or_else(|| panic!("{command:?}"));
        assert_eq!(command[at + 1], value, "{option}");
    }
    let refused = run_make(&["evidence-gpu"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("DATA=") && refused.stdout.is_empty(), "{said}");
}
