//! Checks of a device: that it and its libraries are what they should be, and that every kind of step computes on
//! it what it should.
//!
//! A stage is a list of [`Check`]s, made one after another. Each is told before it begins and when it has ended, so
//! that whoever listens knows what a process was at that a fault of the device ended.

mod check;
mod correct;
mod machine;

use check::Check;
use tch::Device;
use trial::Event;
use trial::protocol::{CheckJob, CheckStage};

/// Makes the checks of `job` on `device`.
pub fn run(job: &CheckJob, device: Device, tell: &mut dyn FnMut(Event)) {
    let checks: Vec<Check> = match job.stage {
        CheckStage::Machine => machine::checks(device),
        CheckStage::Correct => correct::checks(device, job.threads, &job.scratch),
    };
    tell(Event::Checks { names: checks.iter().map(|check| check.name.clone()).collect() });
    for Check { name, find } in checks {
        if !job.leave_out.contains(&name) {
            tell(Event::Checking { name: name.clone() });
            let finding = find();
            tell(Event::Checked { name, finding });
        }
    }
    tell(Event::ChecksDone);
}
