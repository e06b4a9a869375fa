//! `harness selfcheck` with its real worker on the processor, and with workers that crash.

mod common;

use common::{command, expect};
use records::SelfCheck;
use records::self_check::{Check, FILE, Finding, MARKDOWN, Outcome};
use signal_hook::consts::SIGINT;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use trial::Event;
use trial::protocol::Machine;

const INTO: [&str; 2] = ["--into", "check"];
/// A limit that only a worker that hangs reaches.
const LONG: [&str; 4] = ["--into", "check", "--time-budget", "1h"];

fn selfcheck(folder: &Path, arguments: &[&str]) -> Output {
    let usual = ["selfcheck", "--device", "cpu", "--threads", "1"];
    quick(folder, &[&usual, arguments].concat()).output().unwrap()
}

/// Without the comparisons with PyTorch, which loads for seconds; the engine's own tests make them.
fn quick(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(folder, arguments);
    command.env_remove("HARNESS_PYTHON");
    command
}

fn read(folder: &Path) -> Vec<Check> {
    SelfCheck::read(&folder.join("check")).unwrap().map(|check| check.checks).unwrap_or_default()
}

/// When each check that came out was made.
fn made(checks: &[Check]) -> Vec<(&str, &str)> {
    let made = |check: &&Check| check.finding.outcome != Outcome::Skipped;
    checks.iter().filter(made).map(|check| (check.name.as_str(), check.at.as_str())).collect()
}

/// Out of time, interrupted, to the end, and once more: what was made is kept, and in the end every check has passed,
/// except for those of what a processor does not have.
#[test]
fn everything_is_right_on_the_processor_however_often_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();

    let (out, _) = expect(&selfcheck(folder, &[&INTO[..], &["--time-budget", "2s"]].concat()), 5);
    assert!(out.contains("out of time"), "{out}");
    let first = read(folder);
    assert!(first.iter().any(|check| check.finding.what == "out of time"), "{out}");

    let usual = ["selfcheck", "--device", "cpu", "--threads", "1"];
    let mut running = quick(folder, &[&usual[..], &LONG].concat()).spawn().unwrap();
    let started = Instant::now();
    while made(&read(folder)).len() < made(&first).len() + 5 {
        assert!(started.elapsed() < Duration::from_secs(120), "no progress: {:?}", read(folder));
        std::thread::sleep(Duration::from_millis(20));
    }
    // SAFETY: kill is a system call without memory effects, and the process is a child that was not waited for.
    assert_eq!(unsafe { libc::kill(running.id() as i32, SIGINT) }, 0);
    assert_eq!(running.wait().unwrap().code(), Some(4));
    let second = read(folder);
    assert!(made(&first).iter().all(|check| made(&second).contains(check)), "what was made was made again");

    let (out, err) = expect(&selfcheck(folder, &LONG), 0);
    assert!(err.contains("were made before and are kept"), "{err}");
    let checks = read(folder);
    assert!(made(&second).iter().all(|check| made(&checks).contains(check)), "what was made was made again");
    for Check { name, finding, .. } in &checks {
        let there = match name.as_str() {
            "recorded steps and evaluations" => [Outcome::Skipped; 2],
            "python" => [Outcome::Skipped; 2],
            _ => [Outcome::Pass; 2],
        };
        assert!(there.contains(&finding.outcome), "{name}: {finding:?}");
    }
    let count = |start: &str| checks.iter().filter(|check| check.name.starts_with(start)).count();
    for (start, least) in [("libtorch", 1), ("step: ", 25), ("choice: ", 15), ("model: ", 5)] {
        assert!(count(start) >= least, "{start}: {}", count(start));
    }
    for name in ["checkpoint", "stopped and resumed", "same seed"] {
        assert_eq!(count(name), 1, "{name}");
    }
    for (stage, least) in [("fast", 4), ("throughput", 2), ("latency table", 1), ("trains", 3)] {
        let measured = |check: &&Check| check.stage == stage && !check.finding.quantities.is_empty();
        assert!(checks.iter().filter(measured).count() >= least, "{stage}");
    }
    let seconds: f64 = checks.iter().map(|check| check.seconds).sum();
    assert!(out.contains("0 fail") && seconds > 0.0, "{out}");
    assert!(fs::read_to_string(folder.join("check").join(MARKDOWN)).unwrap().contains("| correct | model: "));
    assert!(!folder.join("check/scratch").exists());

    expect(&selfcheck(folder, &INTO), 0);
    assert_eq!(made(&read(folder)), made(&checks));

    let (out, _) = expect(&command(folder, &["doctor", "--out", "check"]).output().unwrap(), 0);
    assert!(out.contains("selfcheck") && out.contains("0 fail"), "{out}");
    let report = command(folder, &["report", "--out", "check", "--to", "report.html"]).output().unwrap();
    expect(&report, 0);
    assert!(fs::read_to_string(folder.join("report.html")).unwrap().contains("Self-checks"));
}

#[test]
fn what_cannot_be_checked_is_refused_with_cause_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("check")).unwrap();
    fs::write(folder.join("check").join(FILE), "{\"commit\": \"a\"").unwrap();
    let (_, err) = expect(&selfcheck(folder, &INTO), 2);
    assert!(err.contains("is damaged") && err.contains("--into"), "{err}");
    assert_eq!(fs::read_to_string(folder.join("check").join(FILE)).unwrap(), "{\"commit\": \"a\"");
    fs::write(folder.join("file"), "").unwrap();
    let (_, err) = expect(&selfcheck(folder, &["--into", "file/check"]), 2);
    assert!(err.contains("file/check") && err.contains("--into"), "{err}");
    let (_, err) = expect(&selfcheck(folder, &["--time-budget", "soon"]), 2);
    assert!(err.contains("is not a time"), "{err}");
    let (_, err) = expect(&command(folder, &["selfcheck", "--device", "cuda:99"]).output().unwrap(), 2);
    assert!(err.contains("cuda:99 is not available"), "{err}");
}

/// The program with a worker that is a shell script: its first check passes, its second crashes, its third hangs.
fn with_a_bad_worker(folder: &Path) -> PathBuf {
    let program = folder.join("harness");
    fs::copy(env!("CARGO_BIN_EXE_harness"), &program).unwrap();
    let machine = Machine {
        libtorch: "2.11.0".into(),
        processor: "a processor".into(),
        instruction_set: "AVX2".into(),
        devices: vec![],
        threads: 1,
    };
    let names = ["good", "bad", "slow"].map(String::from);
    let begins = |name: &String| Event::Checking { name: name.clone() }.to_line();
    let say = |event: Event| format!("echo '{}'", event.to_line());
    let done = Event::Checked { name: names[0].clone(), finding: Finding::pass("fine") };
    let script = format!(
        "#!/bin/sh\njob=$(cat)\ncase \"$job\" in\n\
         *probe*) {machine};;\n\
         *machine*bad*) {all}; echo '{slow}'; exec sleep 600;;\n\
         *machine*) {all}; echo '{good}'; {done}; echo '{bad}'; echo 'no kernel image' >&2; kill -SEGV $$;;\n\
         *) {nothing}; {end};;\nesac\n",
        machine = say(Event::Machine(machine)),
        all = say(Event::Checks { names: names.to_vec() }),
        good = begins(&names[0]),
        bad = begins(&names[1]),
        slow = begins(&names[2]),
        done = say(done),
        nothing = say(Event::Checks { names: vec![] }),
        end = say(Event::ChecksDone),
    );
    let worker = folder.join("harness-worker");
    fs::write(&worker, script).unwrap();
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn a_crash_is_the_failure_of_its_check_and_a_check_at_its_limit_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let program = with_a_bad_worker(folder.path());
    let arguments = ["selfcheck", "--device", "cpu", "--into", "check", "--time-budget", "20s"];
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path()).env_remove("HARNESS_PYTHON").stdin(Stdio::null());
    let (out, err) = expect(&command.output().unwrap(), 1);
    let checks = read(folder.path());
    let of = |name: &str| &checks.iter().find(|check| check.name == name).expect(name).finding;
    assert_eq!(of("good").outcome, Outcome::Pass);
    assert_eq!(of("bad").outcome, Outcome::Fail);
    assert!(of("bad").what.contains("SIGSEGV") && of("bad").what.contains("no kernel image"), "{out}");
    assert_eq!((of("slow").outcome, of("slow").what.as_str()), (Outcome::Skipped, "out of time"));
    assert!(out.contains("0 of ") && err.contains("machine: bad: fail"), "{out}{err}");
    // Such a worker measures nothing, and none of that is taken for a result.
    let passed = checks.iter().filter(|check| check.finding.outcome == Outcome::Pass);
    assert_eq!(passed.map(|check| check.name.as_str()).collect::<Vec<_>>(), ["good"]);
}
