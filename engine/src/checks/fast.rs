//! How fast a training step is: beside PyTorch, of each kind beside a dense one, and what else a training costs.
//!
//! On a processor everything is smaller, and nothing is judged: times there depend on who else uses it.

mod beside;
mod costs;
mod kinds;
mod waits;

use super::check::Check;
use super::workload::Workload;
use beside::{Bar, Beside};
use records::self_check::Finding;
use std::path::Path;
use suites::recipe::Precision;
use tch::Device;
use trial::protocol::CheckJob;

/// What PyTorch does in one turn and how much faster a step has to be, as the project has set itself.
const EAGER: &str = "PyTorch eager";
const COMPILED: &str = "PyTorch compiled";

/// The checks of stage `fast`.
pub(super) fn checks(job: &CheckJob, device: Device) -> Vec<Check<'_>> {
    let cuda = device.is_cuda();
    let small = match cuda {
        true => Workload { model: "wrn-22-2", side: None, batch: 128, precision: Precision::Bf16 },
        false => Workload { model: "wrn-22-2", side: None, batch: 16, precision: Precision::Fp32 },
    };
    let large = match cuda {
        true => Workload { model: "resnet50", side: None, batch: 256, precision: Precision::Bf16 },
        false => Workload { model: "resnet50", side: Some(64), batch: 4, precision: Precision::Fp32 },
    };
    let beside = |workload: Workload, bars: Vec<Bar>, needs: f64| {
        let beside = Beside { workload, bars, job, device };
        Check::new(format!("step of {}", workload.title()), move || beside.find()).taking(needs)
    };
    let mut checks = vec![
        beside(
            small,
            vec![Bar { over: EAGER, times: 1.5 }, Bar { over: COMPILED, times: 1.1 }],
            if cuda { 30.0 } else { 8.0 },
        ),
        Check::new(format!("kinds of steps of {}", small.title()), move || kinds::find(small, device))
            .taking(3.0),
        cost(small, device, &job.scratch),
        beside(large, vec![Bar { over: EAGER, times: 1.1 }], if cuda { 50.0 } else { 10.0 }),
    ];
    if cuda {
        let tf32 = Workload { precision: Precision::Tf32, ..large };
        checks.push(cost(large, device, &job.scratch));
        checks.push(beside(tf32, vec![Bar { over: EAGER, times: 1.1 }], 50.0));
    }
    checks
}

fn cost(workload: Workload, device: Device, scratch: &Path) -> Check<'_> {
    Check::new(format!("costs of {}", workload.title()), move || costs::find(workload, device, scratch))
        .taking(5.0)
}

/// What was found where there are `bars`, of which some may be `missed`; without them it is measured and no more.
fn judged(text: String, missed: bool, bars: bool) -> Finding {
    match (bars, missed) {
        (true, true) => Finding::fail(text),
        (true, false) => Finding::pass(text),
        (false, _) => Finding::pass(format!("measured: {text}")),
    }
}
