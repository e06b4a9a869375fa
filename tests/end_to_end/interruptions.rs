//! Trials beside others, interrupted, killed and moved: they end with the same results.

use crate::{code, expect, folder, harness, records, results_of, runs, suite, wait_for};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// What else a plan has, and how many trials run at once, changes nothing about a trial; the threads do, and so are in its
/// key.
#[test]
fn a_trial_is_the_same_alone_beside_others_and_interrupted() {
    let together = folder();
    let more = ["--sparsity", "0.9", "--set", "epochs=4"];
    let plan = |methods, options: &[&str]| {
        let start = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--set", "batch_size=16"];
        [&start[..], &more, &["--method", methods], options].concat().into_iter().map(String::from).collect()
    };
    let run = |folder: &Path, arguments: Vec<String>| {
        harness(folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).output().unwrap()
    };
    expect(&run(together.path(), plan("iee,rigl,static", &["--jobs", "3"])), 0);
    let expected = results_of(together.path());
    assert_eq!(expected.len(), 3 * 4);
    let same = |folder: &Path| {
        let found = results_of(folder);
        assert!(!found.is_empty());
        for (name, bytes) in found {
            assert!(expected[&name] == bytes, "{name:?} differs");
        }
    };
    for options in [&[][..], &["--jobs", "1"], &["--threads", "1", "--jobs", "2"]] {
        let alone = folder();
        expect(&run(alone.path(), plan("iee", options)), 0);
        assert_eq!(runs(alone.path()).len(), 1);
        same(alone.path());
    }
    // Stopped, then gone on with beside others.
    let stopped = folder();
    let code = code(&run(stopped.path(), plan("iee", &["--time-budget", "1s"])));
    assert!([0, 5].contains(&code), "{code}");
    expect(&run(stopped.path(), plan("iee,rigl,static", &["--jobs", "2"])), 0);
    same(stopped.path());
    // With other threads it is another trial.
    expect(&run(stopped.path(), plan("iee", &["--threads", "2"])), 0);
    assert_eq!(runs(stopped.path()).len(), 4);
    let threads = records(stopped.path()).iter().map(|record| record.threads.unwrap()).sum::<u64>();
    assert_eq!(threads, 1 + 1 + 1 + 2);
    // As many as it says, whatever the environment would have OpenMP do.
    let limited = folder();
    let plan: Vec<String> = plan("iee", &["--threads", "2"]);
    let mut command = harness(limited.path(), &plan.iter().map(String::as_str).collect::<Vec<_>>());
    expect(&command.env("OMP_THREAD_LIMIT", "1").env("OMP_DYNAMIC", "true").output().unwrap(), 0);
    let (found, free) = (results_of(limited.path()), results_of(stopped.path()));
    assert_eq!(found.len(), 4);
    found.iter().for_each(|(name, bytes)| assert!(free[name] == *bytes, "{name:?} differs"));
}

#[test]
fn two_programs_share_an_out_directory() {
    let folder = folder();
    let arguments = ["--method", "rigl,iee", "--sparsity", "0.8,0.9"];
    let mut programs: Vec<Child> =
        (0..2).map(|_| suite(folder.path(), &arguments).spawn().unwrap()).collect();
    for program in programs.drain(..) {
        expect(&program.wait_with_output().unwrap(), 0);
    }
    assert_eq!(records(folder.path()).len(), 4);
    assert_eq!(runs(folder.path()).len(), 4);
}

#[test]
fn killed_at_random_it_ends_with_the_same_result() {
    let arguments = ["--method", "rigl,iee", "--sparsity", "0.9", "--set", "epochs=4"];
    let whole = folder();
    expect(&suite(whole.path(), &arguments).output().unwrap(), 0);
    let killed = folder();
    for attempt in 0.. {
        let mut program = suite(killed.path(), &arguments).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(700 + 150 * attempt));
        program.kill().unwrap();
        let finished = program.wait().unwrap().success();
        if finished {
            break;
        }
        assert!(attempt < 40, "it never finishes");
    }
    expect(&suite(killed.path(), &arguments).output().unwrap(), 0);
    assert_eq!(records(killed.path()).len(), 2);
    let (left, right) = (results_of(whole.path()), results_of(killed.path()));
    assert!(left == right, "the results differ");
}

#[test]
fn a_time_budget_stops_and_the_same_command_goes_on_elsewhere() {
    let folder = folder();
    let arguments = ["--method", "iee", "--sparsity", "0.9", "--set", "epochs=300"];
    let (_, _) = expect(
        &suite(folder.path(), &[&arguments[..], &["--time-budget", "3s"]].concat()).output().unwrap(),
        5,
    );
    let run = &runs(folder.path())[0];
    assert!(run.join("checkpoint.safetensors").exists() && !run.join("COMMITTED").exists());
    assert!(records(folder.path()).is_empty());
    // The folder is moved, as to another machine, and stopped there by signals: a person's, and a scheduler's, which
    // reaches every process.
    let elsewhere = tempfile::tempdir().unwrap();
    let copied =
        Command::new("cp").arg("-r").arg(folder.path()).arg(elsewhere.path().join("x")).status().unwrap();
    assert!(copied.success());
    let moved = elsewhere.path().join("x");
    let steps = |folder: &Path| {
        let bytes = std::fs::read(runs(folder)[0].join("checkpoint.safetensors")).unwrap();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
        let after = text.split("\\\"step\\\":").nth(1).unwrap();
        after.split(',').next().unwrap().parse::<u64>().unwrap()
    };
    for (signal, everywhere) in [("-INT", false), ("-USR1", true)] {
        let reached = steps(&moved);
        let program = suite(&moved, &arguments).spawn().unwrap();
        let beyond = |trial: &serde_json::Value| trial["step"].as_u64() > Some(reached);
        wait_for(&moved, |trial| trial["state"] == "running" && beyond(trial));
        let id = program.id().to_string();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let workers: Vec<&str> = children.split_whitespace().filter(|_| everywhere).collect();
        assert_eq!(workers.len(), usize::from(everywhere), "{children}");
        assert!(Command::new("kill").arg(signal).arg(&id).args(workers).status().unwrap().success());
        let (_, err) = expect(&program.wait_with_output().unwrap(), 4);
        assert!(!err.contains("ended the worker"), "{err}");
        assert!(steps(&moved) > reached, "{signal}: it went on from step {reached}");
    }
}
