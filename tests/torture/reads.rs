//! Commands that only read: each of their calls fails once. What a command prints then is the same, or it says why not.

use crate::patience::output;
use crate::shim::{Fault, Shim};
use crate::works::{Prepared, Work, harness};
use std::path::Path;
use std::process::{Command, Output};

/// What is read by each of the commands.
const COMMANDS: [&[&str]; 5] = [
    &["data", "info", "cifar10", "--data", "data"],
    &["data", "info", "imagenet", "--data", "data"],
    &["data", "info", "voc", "--data", "data"],
    &["table", "table3", "--out", "recorded", "--format", "csv"],
    &["export-records", "--format", "csv", "--out", "recorded"],
];

/// How many calls were refused, and what came of it that should not.
pub fn refused(shim: &Shim, works: Vec<Work>) -> (u64, Vec<String>) {
    let (mut calls, mut wrong) = (0, Vec::new());
    for arguments in COMMANDS {
        let place = match arguments[0] {
            "data" => {
                let made = |work: &Work| work.commands[0][..3] == ["data", "generate", arguments[2]];
                Prepared::made_by(works.iter().find(|work| made(work)).expect("the set can be generated"))
            }
            _ => {
                let folder = tempfile::tempdir().unwrap();
                let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../results/recorded/voc-overfit-cpu");
                let mut copy = Command::new("cp");
                copy.args(["-r", recorded]).arg(folder.path().join("recorded"));
                assert!(copy.status().unwrap().success());
                folder
            }
        };
        let undisturbed = output(&mut harness(place.path(), arguments));
        assert!(undisturbed.status.success(), "{arguments:?}: {}", said(&undisturbed));
        let mut call = 1;
        while let Some(output) = with_refusal(shim, place.path(), arguments, call) {
            wrong.extend(
                fault(&undisturbed, &output).map(|what| format!("{arguments:?}, call {call}: {what}")),
            );
            (call, calls) = (call + 1, calls + 1);
        }
        assert!(call > 10, "{arguments:?} reads");
    }
    (calls, wrong)
}

/// What a command gives when one of its calls fails; none if it has no such call.
fn with_refusal(shim: &Shim, folder: &Path, arguments: &[&str], call: u64) -> Option<Output> {
    let mark = tempfile::tempdir().unwrap();
    let mark = mark.path().join("struck");
    let mut command = harness(folder, arguments);
    let fault = Fault::ReadError { number: libc::EIO, lasting: false };
    shim.disturb(&mut command, "harness", call, fault, &mark);
    let output = output(&mut command);
    mark.exists().then_some(output)
}

/// What is wrong with what a disturbed command printed.
fn fault(undisturbed: &Output, output: &Output) -> Option<String> {
    let printed = String::from_utf8_lossy(&output.stdout);
    let is_told = said(output) != said(undisturbed) || printed.contains("Input/output error");
    if said(output).contains("panicked at") {
        return Some(format!("panic: {}", said(output)));
    }
    match output.status.success() {
        true if output.stdout != undisturbed.stdout && !is_told => {
            Some(format!("printed without a word: {printed}"))
        }
        false if !is_told => Some(format!("{} without a word", output.status)),
        _ => None,
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
