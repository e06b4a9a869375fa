//! The checks of a stage that run in the worker, in one process after another if need be.

use super::Session;
use super::logbook::WORKER;
use crate::stdio;
use crate::worker_client::{WorkerEnd, supervise};
use anyhow::Context;
use records::self_check::Finding;
use std::cell::RefCell;
use std::time::{Duration, Instant};
use trial::protocol::{CheckJob, CheckStage};
use trial::{Event, Job};

/// How long a check may take. Most take seconds, and PyTorch compiles a network for minutes; one that hangs would leave
/// no time for those behind it.
const LONGEST: Duration = Duration::from_secs(240);

/// How one worker's part of a stage ended.
pub enum StageEnd {
    /// All checks are made.
    Done,
    /// Its time is up, or a signal ended it.
    Stopped,
    /// The worker failed at a check, which is written down, and the rest is left.
    Crashed,
    /// It failed and was at no check; the next one would, too.
    Useless,
}

/// Has one worker make those `checks` that were not made yet; `names` are all of them, once it has said so.
pub fn run(
    session: &mut Session,
    checks: CheckStage,
    names: &mut Option<Vec<String>>,
) -> anyhow::Result<StageEnd> {
    run_each_within(LONGEST, session, checks, names)
}

fn run_each_within(
    longest: Duration,
    session: &mut Session,
    checks: CheckStage,
    names: &mut Option<Vec<String>>,
) -> anyhow::Result<StageEnd> {
    let scratch = session.scratch();
    std::fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot make the folder {}; name another with --into", scratch.display()))?;
    let job = Job::Check(CheckJob {
        stage: checks,
        leave_out: session.made(),
        device: session.bench.device,
        threads: session.bench.threads,
        seconds: session.seconds_left(),
        python: session.bench.python.clone(),
        scratch: scratch.clone(),
    });
    let worker = session.bench.worker.clone();
    let at: RefCell<Option<(String, Instant)>> = RefCell::new(None);
    let hangs = || at.borrow().as_ref().is_some_and(|(_, began)| began.elapsed() >= longest);
    let shared = RefCell::new(&mut *session);
    let end = supervise(
        &worker,
        &job,
        || hangs() || shared.borrow().is_over(),
        |event| {
            match event {
                Event::Checks { names: all } => *names = Some(all),
                Event::Checking { name } => *at.borrow_mut() = Some((name, Instant::now())),
                Event::Checked { name, finding } => {
                    let took = at.take().map_or(Duration::ZERO, |(_, began)| began.elapsed());
                    shared.borrow_mut().write_down(&name, took, finding)?;
                }
                Event::Warning { message } => stdio::say(format!("warning: {message}")),
                _ => {}
            }
            Ok(())
        },
    );
    // Nothing of a check is needed once it has ended.
    let _ = std::fs::remove_dir_all(&scratch);
    let hangs = hangs();
    let (name, took) = match at.into_inner() {
        Some((name, began)) => (Some(name), began.elapsed()),
        None => (None, Duration::ZERO),
    };
    match end? {
        WorkerEnd::Answered(_) => Ok(StageEnd::Done),
        WorkerEnd::Stopped if hangs && !session.is_over() => {
            let why = format!("no answer within {} s", longest.as_secs_f64());
            session.write_down(name.as_deref().unwrap_or(WORKER), took, Finding::fail(why))?;
            Ok(StageEnd::Crashed)
        }
        WorkerEnd::Stopped => {
            if let Some(name) = name.filter(|_| !session.is_interrupted()) {
                session.write_down(&name, took, Finding::out_of_time(None))?;
            }
            Ok(StageEnd::Stopped)
        }
        WorkerEnd::Refused(why) | WorkerEnd::Failed(why) => {
            let end = if name.is_some() { StageEnd::Crashed } else { StageEnd::Useless };
            session.write_down(name.as_deref().unwrap_or(WORKER), took, Finding::fail(why))?;
            Ok(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::logbook::Logbook;
    use super::super::session::Bench;
    use super::super::stages::Stage;
    use super::*;
    use crate::device::Device;
    use records::self_check::{Outcome, Subject};
    use std::os::unix::fs::PermissionsExt;

    /// Two workers, each check within a moment.
    static STAGES: [Stage; 1] = [Stage {
        name: "one",
        share: 1.0,
        run: |session| {
            let longest = Duration::from_millis(300);
            let mut once = || run_each_within(longest, session, CheckStage::Machine, &mut None);
            assert!(matches!(once()?, StageEnd::Crashed));
            assert!(matches!(once()?, StageEnd::Done));
            Ok(())
        },
    }];

    /// The first worker hangs at its second check; the next one, told to leave both out, ends.
    #[test]
    fn a_check_that_hangs_has_failed_and_the_next_one_has_a_new_worker() {
        let folder = tempfile::tempdir().unwrap();
        let say = |event: Event| format!("echo '{}'", event.to_line());
        let begins = |name: &str| say(Event::Checking { name: name.into() });
        let script = format!(
            "#!/bin/sh\ncase \"$(cat)\" in\n*slow*) {end};;\n*) {first}; {done}; {second}; exec sleep 600;;\nesac\n",
            end = say(Event::ChecksDone),
            first = begins("good"),
            done = say(Event::Checked { name: "good".into(), finding: Finding::pass("fine") }),
            second = begins("slow"),
        );
        let worker = folder.path().join("worker");
        std::fs::write(&worker, script).unwrap();
        std::fs::set_permissions(&worker, std::fs::Permissions::from_mode(0o755)).unwrap();
        let text = |text: &str| text.to_string();
        let subject = Subject {
            commit: text("a"),
            libtorch: text("2"),
            device: text("cpu"),
            device_name: text("a processor"),
        };
        let (mut logbook, _) = Logbook::open(&folder.path().join("check"), subject).unwrap();
        let bench = Bench { worker, device: Device::Cpu, threads: 1, python: None };
        let mut session = Session::begin(bench, &mut logbook, Duration::from_secs(600)).unwrap();
        assert!(session.run(&STAGES).unwrap());
        let checks = &logbook.self_check().checks;
        let found: Vec<_> = checks.iter().map(|c| (c.name.as_str(), c.finding.outcome)).collect();
        assert_eq!(found, [("good", Outcome::Pass), ("slow", Outcome::Fail)]);
        assert_eq!(checks[1].finding.what, "no answer within 0.3 s");
        assert!(checks[1].seconds >= 0.3 && checks[1].seconds < 300.0);
    }
}
