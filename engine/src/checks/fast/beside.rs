//! A dense training step with graphs and without, beside PyTorch's, in turns.

use super::{COMPILED, EAGER, judged};
use crate::checks::peak::peak;
use crate::checks::pytorch::{PyTorch, STEPS};
use crate::checks::turns::{Contender, Repeated, Rounds, in_turns};
use crate::checks::workload::{Pruned, Workload};
use crate::environment::{Environment, Meter};
use records::self_check::{Finding, Quantity};
use sparsity::StepPlan;
use std::cell::RefCell;
use std::path::PathBuf;
use tch::Device;
use trial::protocol::CheckJob;

const RECORDED: &str = "recorded";
const LAUNCHED: &str = "launched";
const ROUNDS: usize = 3;

/// How many times as fast as another a step has to be.
pub(super) struct Bar {
    /// The other.
    pub over: &'static str,
    /// How many times.
    pub times: f64,
}

/// A step and what it is timed beside.
pub(super) struct Beside<'a> {
    pub workload: Workload,
    pub bars: Vec<Bar>,
    pub job: &'a CheckJob,
    pub device: Device,
}

impl Beside<'_> {
    /// Times all in turns, and judges the ratios on CUDA.
    pub fn find(&self) -> Finding {
        let cuda = self.device.is_cuda();
        let best = if cuda { RECORDED } else { LAUNCHED };
        let start = |python: &PathBuf| PyTorch::start(python, &self.job.scratch, &STEPS, &self.arguments());
        let pytorch = self.job.python.as_ref().map(start);
        let (pytorch, mut absent) = match pytorch {
            Some(Ok(pytorch)) => (Some(RefCell::new(pytorch)), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, Some("no Python with it".to_string())),
        };
        let mut contenders = vec![Contender::new(LAUNCHED, |seconds| self.own(false, seconds))];
        if cuda {
            contenders.push(Contender::new(RECORDED, |seconds| self.own(true, seconds)));
        }
        if let Some(pytorch) = &pytorch {
            contenders.push(Contender::new(EAGER, |seconds| pytorch.borrow_mut().turn("eager", seconds)));
            if cuda {
                contenders
                    .push(Contender::new(COMPILED, |seconds| pytorch.borrow_mut().turn("compiled", seconds)));
            }
        }
        let all = in_turns(contenders, ROUNDS, if cuda { 1.0 } else { 0.5 });
        if let Some(why) = all.iter().find_map(|rounds| match &rounds.measured {
            Err(why) if rounds.name == best || rounds.name == LAUNCHED => Some(why),
            _ => None,
        }) {
            return Finding::fail(why.clone());
        }
        let mut notes = Vec::new();
        for Rounds { name, measured } in &all {
            if let Err(why) = measured {
                notes.push(format!("{name} could not be measured: {why}"));
            }
        }
        notes.extend(absent.take().map(|why| format!("not compared with PyTorch: {why}")));
        self.judge(&all, best, notes)
    }

    fn judge(&self, all: &[Rounds], best: &str, notes: Vec<String>) -> Finding {
        let mut words = Vec::new();
        let mut missed = false;
        let mut measured = Vec::new();
        for Rounds { name, .. } in all {
            let Some(values) = Rounds::of(all, name) else { continue };
            let step = Repeated::of(values);
            words.push(format!("{:.2} ± {:.2} ms {name}", step.median * 1e3, step.spread * 1e3));
            measured.push(step.quantity(format!("{name} step"), 1e3, "ms"));
        }
        for other in [LAUNCHED, EAGER, COMPILED].into_iter().filter(|other| *other != best) {
            let Some(ratio) = Rounds::ratio(all, other, best) else { continue };
            let bar = self.bars.iter().find(|bar| bar.over == other && self.device.is_cuda());
            let wanted = bar.map_or_else(String::new, |bar| format!(" (at least {})", bar.times));
            missed |= bar.is_some_and(|bar| ratio.median < bar.times);
            words.push(format!("{:.2} ± {:.2} times as fast as {other}{wanted}", ratio.median, ratio.spread));
            measured.push(ratio.quantity(format!("{other} / {best}"), 1.0, ""));
        }
        let seconds = Rounds::of(all, best).map_or(f64::NAN, |values| Repeated::of(values).median);
        let rate = self.workload.flops() / seconds;
        measured.push(Quantity::new("arithmetic", rate / 1e12, "TFLOP/s"));
        let device = Environment::of(self.device, &Meter::of(self.device), self.job.threads, "").device;
        match peak(&device, self.workload.precision).filter(|_| self.device.is_cuda()) {
            Some(peak) => {
                words.push(format!("{:.0} % of the device's peak", 100.0 * rate / peak));
                measured.push(Quantity::new("share of peak", 100.0 * rate / peak, "%"));
            }
            None => words.push(format!("{:.3} TFLOP/s", rate / 1e12)),
        }
        words.extend(notes);
        judged(words.join("; "), missed, self.device.is_cuda()).with(measured)
    }

    /// A turn of the engine's step. It is made anew and let go, so that the others have the device's memory.
    fn own(&self, graphs: bool, seconds: f64) -> Result<f64, String> {
        let mut trainer = self.workload.trainer(self.device, Pruned::Dense, graphs);
        let found = self.workload.seconds_a_step(&mut trainer, &StepPlan::train("train"), seconds);
        if let Some(error) = trainer.graphs_refused().filter(|_| graphs) {
            return Err(format!("it cannot be recorded: {error}"));
        }
        drop(trainer);
        torch_ext::release_memory().map_err(|error| error.to_string())?;
        found
    }

    fn arguments(&self) -> Vec<String> {
        let Workload { model, side, batch, precision } = self.workload;
        let mut arguments = vec!["--model".to_string(), model.into(), "--batch".into(), batch.to_string()];
        arguments.extend(["--precision".into(), precision.to_string()]);
        arguments.extend(["--device".into(), self.job.device.to_string()]);
        arguments.extend(["--threads".into(), self.job.threads.to_string()]);
        arguments.extend(side.into_iter().flat_map(|side| ["--side".into(), side.to_string()]));
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;
    use suites::recipe::Precision;
    use trial::protocol::CheckStage;

    fn rounds(name: &'static str, values: [f64; 3]) -> Rounds {
        Rounds { name, measured: Ok(values.to_vec()) }
    }

    /// Whether a bar is met is judged on CUDA alone.
    #[test]
    fn a_step_that_is_too_slow_fails_and_the_ratio_is_written_down() {
        let workload = Workload { model: "wrn-22-2", side: None, batch: 128, precision: Precision::Bf16 };
        let job = CheckJob {
            stage: CheckStage::Fast,
            leave_out: Vec::new(),
            device: trial::protocol::Device::Cpu,
            threads: 1,
            seconds: 0.0,
            python: None,
            scratch: "nowhere".into(),
        };
        let beside =
            |device| Beside { workload, bars: vec![Bar { over: EAGER, times: 1.5 }], job: &job, device };
        let all = |eager: f64| {
            vec![
                rounds(LAUNCHED, [0.03, 0.03, 0.03]),
                rounds(RECORDED, [0.010, 0.011, 0.010]),
                rounds(EAGER, [eager; 3]),
            ]
        };
        let find = |eager, device| beside(device).judge(&all(eager), RECORDED, vec![]);
        assert_eq!(find(0.016, Device::Cuda(4_000)).outcome, Outcome::Pass);
        let slow = find(0.014, Device::Cuda(4_000));
        assert_eq!(slow.outcome, Outcome::Fail);
        assert!(
            slow.what.contains("1.40 ± 0.06 times as fast as PyTorch eager (at least 1.5)"),
            "{}",
            slow.what
        );
        let ratio =
            slow.quantities.iter().find(|quantity| quantity.name == "PyTorch eager / recorded").unwrap();
        assert!((ratio.value.unwrap() - 1.4).abs() < 1e-9);
        assert!((ratio.spread.unwrap() - (1.4 - 14.0 / 11.0) / 2.0).abs() < 1e-9);
        assert_eq!(find(0.014, Device::Cpu).outcome, Outcome::Pass);
    }
}
