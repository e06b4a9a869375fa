//! What it costs to add a table or a figure: its file and the line that names it. Its target in the Makefile and
//! the line of `make help` follow.

use std::path::Path;
use std::process::Command;

use results::{figure_ids, table_ids};

/// What `make` prints in the root of the project.
fn make(arguments: &[&str]) -> String {
    let mut command = Command::new("make");
    // Nothing of a `make` that runs the tests.
    command.env_remove("MAKEFLAGS").env_remove("MAKELEVEL").env_remove("MFLAGS");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = command.arg("--no-print-directory").args(arguments).current_dir(root).output().unwrap();
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
