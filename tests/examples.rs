//! The examples of help and README that print what is recorded: each is run as it is written.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// The commands whose examples need nothing but results.
const COMMANDS: [&str; 3] = ["table", "figure", "report"];

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn help(command: &str) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_harness")).args([command, "--help"]).output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// The commands under `Examples:`, each in one line.
fn examples(command: &str) -> Vec<String> {
    let help = help(command);
    let (_, examples) = help.split_once("Examples:\n").unwrap();
    let joined = examples.replace("\\\n", " ");
    joined.lines().map(str::trim).filter(|line| line.starts_with("harness ")).map(String::from).collect()
}

/// The command lines of the README that begin with one of the commands.
fn of_readme() -> Vec<String> {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let lines = readme.lines().filter_map(|line| line.strip_prefix("target/release/"));
    let starts =
        |line: &&str| COMMANDS.iter().any(|command| line.starts_with(&format!("harness {command} ")));
    lines.filter(starts).map(String::from).collect()
}

/// A folder in which the examples find what they name: results in `runs`, and the project's own.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let results = Path::new(ROOT).canonicalize().unwrap().join("results");
    symlink(&results, folder.path().join("results")).unwrap();
    for name in ["runs", "runs-elsewhere"] {
        let out = folder.path().join(name);
        fs::create_dir(&out).unwrap();
        fs::copy(results.join("recorded/cifar10-pilot-cpu/records.csv"), out.join("records.csv")).unwrap();
    }
    let program = env!("CARGO_BIN_EXE_harness");
    fs::create_dir(folder.path().join("bin")).unwrap();
    symlink(program, folder.path().join("bin/harness")).unwrap();
    folder
}

#[test]
fn every_example_runs() {
    let folder = workplace();
    let mut all: Vec<String> = COMMANDS.iter().flat_map(|command| examples(command)).collect();
    all.extend(of_readme());
    assert!(all.len() > 15, "{all:#?}");
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap());
    for example in all {
        let mut shell = Command::new("sh");
        let ran =
            shell.args(["-c", &example]).current_dir(folder.path()).env("PATH", &path).output().unwrap();
        assert!(ran.status.success(), "{example}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    for picture in ["fig3.svg", "for-a-paper.pdf", "fig3.png"] {
        assert!(fs::metadata(folder.path().join(picture)).unwrap().len() > 1000, "{picture}");
    }
    assert!(fs::read(folder.path().join("for-a-paper.pdf")).unwrap().starts_with(b"%PDF-"));
    assert!(fs::read(folder.path().join("fig3.png")).unwrap().starts_with(b"\x89PNG"));
}
