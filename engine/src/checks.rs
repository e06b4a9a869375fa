//! Checks of a device: that it and its libraries are what they should be, that every kind of step computes on it what
//! it should, and how fast it is.
//!
//! A stage is a list of [`Check`]s, made one after another. Each is told before it begins and when it has ended, so
//! that whoever listens knows what a process was at that a fault of the device ended.

mod check;
mod correct;
mod fast;
mod machine;
mod peak;
mod pytorch;
mod throughput;
mod turns;
mod workload;

use check::Check;
use records::self_check::{Finding, Outcome};
use std::time::Instant;
use tch::Device;
use trial::Event;
use trial::protocol::{CheckJob, CheckStage};

/// Makes the checks of `job` on `device`; one that takes longer than what is left of the time is not begun.
///
/// # Errors
///
/// If the device does not answer any more after a check that failed: what was found, and what the device says. It takes
/// a new process to go on.
pub fn run(job: &CheckJob, device: Device, tell: &mut dyn FnMut(Event)) -> Result<(), String> {
    let began = Instant::now();
    let checks: Vec<Check> = match job.stage {
        CheckStage::Machine => machine::checks(device),
        CheckStage::Correct => correct::checks(device, job.threads, &job.scratch),
        CheckStage::Fast => fast::checks(job, device),
        CheckStage::Throughput => throughput::checks(job, device),
    };
    tell(Event::Checks { names: checks.iter().map(|check| check.name.clone()).collect() });
    let left = || job.seconds - began.elapsed().as_secs_f64();
    make(checks, &job.leave_out, left, || answers(device), tell)?;
    tell(Event::ChecksDone);
    Ok(())
}

/// Makes `checks` but for those in `leave_out`; `left` are the seconds that are left, and `answers` is whether the
/// device can still be used.
fn make(
    checks: Vec<Check>,
    leave_out: &[String],
    left: impl Fn() -> f64,
    answers: impl Fn() -> Result<(), torch_ext::Error>,
    tell: &mut dyn FnMut(Event),
) -> Result<(), String> {
    for Check { name, needs, find } in checks {
        if !leave_out.contains(&name) {
            tell(Event::Checking { name: name.clone() });
            let finding = if needs.unwrap_or(0.0) <= left() { find() } else { Finding::out_of_time(needs) };
            if finding.outcome == Outcome::Fail
                && let Err(error) = answers()
            {
                return Err(format!("{}; the device no longer answers: {error}", finding.what));
            }
            tell(Event::Checked { name, finding });
        }
    }
    Ok(())
}

/// Waits for the device, which tells of errors that stay with a process.
fn answers(device: Device) -> Result<(), torch_ext::Error> {
    match device {
        Device::Cuda(number) => torch_ext::caught(|| tch::Cuda::synchronize(number as i64)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came out, and the names of the checks that began and of those that ended.
    fn made(answer: Result<(), torch_ext::Error>) -> (Result<(), String>, Vec<String>, Vec<String>) {
        let checks = vec![
            Check::new("first", || Finding::pass("fine")),
            Check::new("left out", || Finding::fail("made before")),
            Check::new("second", || Finding::fail("wrong")),
            Check::new("third", || Finding::pass("fine")),
        ];
        let (mut began, mut ended) = (Vec::new(), Vec::new());
        let done = make(checks, &["left out".into()], || 1.0, || answer.clone(), &mut |event| match event {
            Event::Checking { name } => began.push(name),
            Event::Checked { name, .. } => ended.push(name),
            _ => {}
        });
        (done, began, ended)
    }

    #[test]
    fn checks_go_on_after_a_failure_unless_the_device_no_longer_answers() {
        let (done, began, ended) = made(Ok(()));
        assert_eq!((done, began.len()), (Ok(()), 3));
        assert_eq!(began, ended);
        let lost = torch_ext::caught(|| panic!("illegal memory access")).unwrap_err();
        let (done, began, ended) = made(Err(lost));
        let why = done.unwrap_err();
        assert!(why.starts_with("wrong; ") && why.ends_with("illegal memory access"), "{why}");
        assert_eq!((began, ended), (vec!["first".into(), "second".into()], vec!["first".into()]));
    }
}
