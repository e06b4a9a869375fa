//! On CUDA everything that the self-check looks at is right: recorded steps, what the device computes beside the
//! processor, and the choices of every method. On the processor the end-to-end test of the self-check sees to it.
//!
//! Alone in its process, for every step of a training seeds the generators of all devices.

use records::self_check::Outcome;
use tch::Device;
use trial::Event;
use trial::protocol::{self, CheckJob, CheckStage};

#[test]
fn every_kind_of_step_computes_on_cuda_what_it_computes_elsewhere() {
    if !tch::Cuda::is_available() {
        eprintln!("skipped: libtorch sees no CUDA device");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let job = CheckJob {
        stage: CheckStage::Correct,
        leave_out: vec![],
        device: protocol::Device::Cuda(0),
        threads: 1,
        seconds: f64::INFINITY,
        python: None,
        scratch: scratch.path().into(),
    };
    let mut failed = Vec::new();
    let done = engine::checks::run(&job, Device::Cuda(0), &mut |event| match event {
        Event::Checked { name, finding } if finding.outcome == Outcome::Fail => failed.push((name, finding)),
        _ => {}
    });
    assert_eq!((done, failed), (Ok(()), vec![]));
}
