//! Every kind of step and every model computes what it should.
//!
//! Two computations of a step start from the same state and are compared before anything discrete is chosen from
//! them, for a choice makes a great difference of a small one; for the same reason on networks that decide nothing
//! ([`smooth`]). Choices are compared apart, given the same scores: those must be the same. On CUDA the device is
//! compared with the processor, and recorded steps with the same kernels launched one by one. On a processor oneDNN's
//! kernels are compared with libtorch's own, which share no code.

mod bench;
mod cases;
mod distance;
mod evaluations;
mod kind;
mod models;
mod recorded;
mod runs;
mod small_trial;
mod smooth;
mod steps;
mod tolerance;

use super::check::Check;
use crate::RunError;
use bench::{Bench, Obstacle};
use cases::{Aspect, Case};
use records::self_check::{Finding, Outcome};
use small_trial::SmallSuite;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use tch::Device;
use trial::TrialSpec;

/// The checks of stage `correct`.
pub(super) fn checks<'a>(device: Device, threads: usize, scratch: &Path) -> Vec<Check<'a>> {
    let bench = Bench::new(device, threads, scratch.into());
    let suites = SmallSuite::all();
    let data: Result<Vec<_>, RunError> = suites.iter().map(|suite| bench.data(suite)).collect();
    let data = match data {
        Ok(data) => data,
        Err(error) => {
            let why = error.to_string();
            return vec![Check::new("synthetic images", || Finding::fail(why))];
        }
    };
    let formats = if device.is_cuda() { &["bf16", "tf32"][..] } else { &["bf16"] };
    let cases = cases::all(&suites, &data, formats);
    let busiest = busiest(&cases);
    let bench = Rc::new(RefCell::new(bench));
    let mut checks: Vec<Check> = network::models::small()
        .map(|network| {
            let name = format!("model: {}", network.name);
            Check::new(name, move || models::computes_the_same(&network, device))
        })
        .collect();
    for case in cases {
        let (name, case) = (case.name.clone(), Rc::new(case));
        let of_case = |name: String, find: fn(&mut Bench, &Case) -> Result<Finding, Obstacle>| {
            let case = case.clone();
            on(&bench, name, move |bench| find(bench, &case))
        };
        match case.aspect {
            Aspect::Choice => checks.push(of_case(name, steps::chooses_the_same)),
            Aspect::Step => {
                if !case.draws() {
                    checks.push(of_case(name.clone(), steps::computes_the_same));
                }
                if device.is_cuda() {
                    checks.push(of_case(format!("recorded {name}"), recorded::records_the_same));
                }
            }
        }
    }
    match (device.is_cuda(), network::models::small().next()) {
        (true, Some(network)) => checks.push(Check::new("recorded evaluation", move || {
            let found = evaluations::evaluates_the_same(&network, device);
            found.unwrap_or_else(|error| Finding::fail(error.to_string()))
        })),
        _ => checks.push(Check::new("recorded steps and evaluations", || {
            Finding::skipped("nothing is recorded but on CUDA")
        })),
    }
    if let Some(spec) = busiest.map(Rc::new) {
        type Whole = fn(&mut Bench, &TrialSpec) -> Result<Finding, Obstacle>;
        let of_trial = |what: &str, find: Whole| {
            let (name, spec) = (format!("{what}, as {}", spec.method), spec.clone());
            on(&bench, name, move |bench| find(bench, &spec))
        };
        checks.push(of_trial("checkpoint", runs::checkpoint));
        checks.push(of_trial("stopped and resumed", runs::resumes));
        checks.push(of_trial("same seed", runs::same_seed));
    }
    checks
}

/// The trial that has the most kinds of steps and of choices.
fn busiest(cases: &[Case]) -> Option<TrialSpec> {
    let of_trial = cases.chunk_by(|one, next| one.spec == next.spec);
    of_trial.max_by_key(|cases| cases.len()).map(|cases| cases[0].spec.clone())
}

/// A check on `bench`.
fn on<'a>(
    bench: &Rc<RefCell<Bench>>,
    name: String,
    find: impl FnOnce(&mut Bench) -> Result<Finding, Obstacle> + 'a,
) -> Check<'a> {
    let bench = bench.clone();
    Check::new(name, move || {
        let mut bench = bench.borrow_mut();
        let finding = find(&mut bench).unwrap_or_else(|error| Finding::fail(error.to_string()));
        if finding.outcome == Outcome::Fail {
            bench.forget();
        }
        finding
    })
}
