//! The throughput of one network beside PyTorch's, from the same file, in turns.

use super::{Bench, compact};
use crate::benchmark;
use crate::checks::pytorch::{FORWARDS, PyTorch};
use crate::checks::turns::{Contender, Repeated, Rounds, in_turns};
use records::self_check::Finding;
use std::cell::RefCell;
use std::path::Path;
use trial::protocol::Protocol;

const OWN: &str = "engine";
/// What PyTorch calls it, and what it is called here.
const THEIRS: [(&str, &str); 3] =
    [("eager", "PyTorch eager"), ("fused", "PyTorch fused"), ("compiled", "PyTorch compiled")];

/// Times the network `name` under protocol `stable` and in PyTorch, in 32 bits.
pub(super) fn find(bench: Bench, python: &Path, name: &'static str) -> Finding {
    compare(bench, python, name).unwrap_or_else(Finding::fail)
}

fn compare(bench: Bench, python: &Path, name: &'static str) -> Result<Finding, String> {
    let networks = compact::files(bench, &[name]).map_err(|error| error.to_string())?;
    let pytorch =
        PyTorch::start(python, &bench.job.scratch, &FORWARDS, &arguments(bench, &networks[0].file))?;
    let pytorch = &RefCell::new(pytorch);
    let mut contenders = vec![Contender::new(OWN, |seconds| {
        let job = bench.fps(&networks, Protocol::Stable, seconds);
        let answer = benchmark::fps(&job, bench.device, "", &mut |_| {});
        let answer = answer.map_err(|error| error.to_string())?;
        torch_ext::release_memory().map_err(|error| error.to_string())?;
        Ok(answer.measurements[0].fps)
    })];
    // Without a graph the compiler has little to save, and compiling takes a processor long.
    let modes = THEIRS.iter().filter(|(mode, _)| bench.device.is_cuda() || *mode != "compiled");
    contenders.extend(
        modes.map(|&(mode, name)| {
            Contender::new(name, move |seconds| pytorch.borrow_mut().turn(mode, seconds))
        }),
    );
    let all = in_turns(contenders, 3, 0.3);
    tell(&all)
}

fn tell(all: &[Rounds]) -> Result<Finding, String> {
    let (mut words, mut notes) = (Vec::new(), Vec::new());
    let mut measured = Vec::new();
    for Rounds { name, measured: values } in all {
        match values {
            Ok(values) => {
                measured.push(Repeated::of(values).quantity(*name, 1.0, "images/s"));
            }
            Err(why) if *name == OWN => return Err(why.clone()),
            Err(why) => notes.push(format!("{name} could not be measured: {why}")),
        }
    }
    for (_, other) in THEIRS {
        let Some(ratio) = Rounds::ratio(all, OWN, other) else { continue };
        words.push(format!("{:.2} ± {:.2} times {other}", ratio.median, ratio.spread));
        measured.push(ratio.quantity(format!("{OWN} / {other}"), 1.0, ""));
    }
    words.extend(notes);
    Ok(Finding::pass(words.join("; ")).with(measured))
}

fn arguments(bench: Bench, file: &Path) -> Vec<String> {
    let mut arguments = vec![file.display().to_string(), "--device".into(), bench.job.device.to_string()];
    arguments.extend(["--batch".into(), bench.batch().to_string()]);
    arguments.extend(["--threads".into(), bench.job.threads.to_string()]);
    arguments
}
