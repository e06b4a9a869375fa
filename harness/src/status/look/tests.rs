//! A run directory in every state that it can be left in.

use super::*;
use crate::status::checkpoint::tests::write as write_checkpoint;
use std::path::Path;

fn began(process: u32, host: String) -> ProgressLine {
    ProgressLine::Began(Began { at: 1000.0, host, process, device: "cuda:0".into() })
}

fn reached(at: f64, step: u64) -> ProgressLine {
    ProgressLine::Reached(Reached {
        at,
        step,
        steps: 1000,
        epoch: step as f64 / 100.0,
        stage: "train".into(),
        loss: Some(1.0),
        sparsity: 0.9,
        score: Some(50.0),
    })
}

fn ended(resumes: bool, why: &str) -> ProgressLine {
    ProgressLine::Ended(Ended { at: 2000.0, resumes, why: why.into(), submission: None })
}

/// A process that has ended.
fn dead() -> u32 {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

fn prepared(folder: &tempfile::TempDir) -> RunDirectory {
    let run = RunDirectory::of(folder.path(), "key");
    run.prepare("{}").unwrap();
    run
}

/// As if nothing had changed in a folder of files for an hour.
pub fn age(folder: &Path) {
    let then = SystemTime::now() - Duration::from_secs(3600);
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(then).unwrap();
    }
}

#[test]
fn a_running_trial_says_where_it_is_and_when_it_will_end() {
    let folder = tempfile::tempdir().unwrap();
    let run = prepared(&folder);
    for line in [began(1, "old".into()), ended(true, "out of time"), began(2, "gpu3".into())] {
        run.note(&line).unwrap();
    }
    let lock = records::open_lock(&run.file(files::LOCK)).unwrap();
    lock.lock().unwrap();
    let State::Running(running) = look(&run) else { panic!("{:?}", look(&run)) };
    assert_eq!((running.host.as_deref(), running.step, running.ends), (Some("gpu3"), None, None));
    // It resumed at 400: 100 steps in 50 seconds, so 500 more take 250.
    run.note(&reached(1100.0, 400)).unwrap();
    run.note(&reached(1150.0, 500)).unwrap();
    let State::Running(running) = look(&run) else { panic!() };
    assert_eq!((running.step, running.steps, running.epoch), (Some(500), Some(1000), Some(5.0)));
    assert_eq!((running.since, running.ends, running.score), (Some(1000.0), Some(1400.0), Some(50.0)));
    drop(lock);
    assert!(!matches!(look(&run), State::Running(_)));
}

#[test]
fn without_a_process_it_is_interrupted_failed_starting_or_abandoned() {
    let folder = tempfile::tempdir().unwrap();
    let run = prepared(&folder);
    assert_eq!(look(&run), State::Starting, "its worker may be loading libtorch");
    age(run.path());
    assert_eq!(look(&run), State::Abandoned);
    // What began here has ended, but another process may just be starting; with one that lives, no time is too long.
    run.note(&began(dead(), host::name())).unwrap();
    assert_eq!(look(&run), State::Starting);
    age(run.path());
    assert_eq!(look(&run), State::Abandoned);
    run.note(&began(std::process::id(), host::name())).unwrap();
    age(run.path());
    assert_eq!(look(&run), State::Starting);
    run.note(&began(dead(), "elsewhere".into())).unwrap();
    assert_eq!(look(&run), State::Starting);
    age(run.path());
    assert_eq!(look(&run), State::Abandoned);
    write_checkpoint(&run, files::CHECKPOINT, 70);
    let State::Interrupted { step: 70, why } = look(&run) else { panic!("{:?}", look(&run)) };
    assert!(why.contains("killed"), "{why}");
    run.note(&ended(true, "out of time")).unwrap();
    assert_eq!(look(&run), State::Interrupted { step: 70, why: "out of time".into() });
    run.note(&began(1, "a".into())).unwrap();
    run.note(&ended(false, "no memory")).unwrap();
    assert_eq!(look(&run), State::Failed { why: "no memory".into(), step: Some(70) });
}

/// As a folder of another user is: the lock may be read, and not written.
#[test]
fn who_may_only_read_sees_what_runs() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let run = prepared(&folder);
    run.note(&reached(1100.0, 400)).unwrap();
    write_checkpoint(&run, files::CHECKPOINT, 70);
    let path = run.file(files::LOCK);
    let lock = records::open_lock(&path).unwrap();
    lock.lock().unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(look(&run), State::Running(_)), "{:?}", look(&run));
    drop(lock);
    assert!(matches!(look(&run), State::Interrupted { .. }), "{:?}", look(&run));
    // What cannot be opened as a lock says nothing, so the clock does.
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("elsewhere", &path).unwrap();
    assert!(matches!(look(&run), State::Running(_)), "{:?}", look(&run));
}

#[test]
fn a_checkpoint_that_was_set_aside_is_not_abandoned() {
    let folder = tempfile::tempdir().unwrap();
    let run = prepared(&folder);
    std::fs::write(run.file("checkpoint.damaged.safetensors"), "x").unwrap();
    age(run.path());
    let State::Interrupted { step: 0, why } = look(&run) else { panic!("{:?}", look(&run)) };
    assert!(why.contains("cannot be read"), "{why}");
}

#[test]
fn a_result_is_finished_diverged_or_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let run = prepared(&folder);
    let commit = |record: &Record| {
        std::fs::write(run.file(files::RECORD), serde_json::to_string(record).unwrap()).unwrap();
        run.commit(&[files::SPEC, files::RECORD]).unwrap();
        look(&run)
    };
    let ok = Record { status: "ok".into(), top1: Some(93.456), suite: "cifar10".into(), ..Record::default() };
    assert_eq!(commit(&ok), State::Finished { result: "top-1 93.46%".into() });
    let diverged = Record { status: "diverged".into(), ..ok };
    assert_eq!(commit(&diverged), State::Diverged { why: "training diverged".into() });
    std::fs::write(run.file(files::RECORD), "{").unwrap();
    let State::Damaged { why } = look(&run) else { panic!() };
    assert!(why.contains("record.json") && why.contains("delete"), "{why}");
    assert!(matches!(commit(&diverged), State::Diverged { .. }));
    std::fs::write(run.file(files::SPEC), "{ }").unwrap();
    let State::Damaged { why } = look(&run) else { panic!() };
    assert!(why.contains("spec.json: checksum mismatch") && why.contains("delete"), "{why}");
}
