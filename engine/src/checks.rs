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
use records::self_check::Finding;
use std::time::Instant;
use tch::Device;
use trial::Event;
use trial::protocol::{CheckJob, CheckStage};

/// Makes the checks of `job` on `device`; one that takes longer than what is left of the time is not begun.
pub fn run(job: &CheckJob, device: Device, tell: &mut dyn FnMut(Event)) {
    let began = Instant::now();
    let checks: Vec<Check> = match job.stage {
        CheckStage::Machine => machine::checks(device),
        CheckStage::Correct => correct::checks(device, job.threads, &job.scratch),
        CheckStage::Fast => fast::checks(job, device),
        CheckStage::Throughput => throughput::checks(job, device),
    };
    tell(Event::Checks { names: checks.iter().map(|check| check.name.clone()).collect() });
    for Check { name, needs, find } in checks {
        if !job.leave_out.contains(&name) {
            tell(Event::Checking { name: name.clone() });
            let is_left = began.elapsed().as_secs_f64() + needs.unwrap_or(0.0) <= job.seconds;
            let finding = if is_left { find() } else { Finding::out_of_time(needs) };
            tell(Event::Checked { name, finding });
        }
    }
    tell(Event::ChecksDone);
}
