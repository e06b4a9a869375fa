//! Each kind of step beside a dense one.

use super::judged;
use crate::checks::turns::{Contender, Repeated, Rounds, in_turns};
use crate::checks::workload::{Pruned, Workload};
use records::self_check::Finding;
use sparsity::{Criterion, Population, StepPlan, Update};
use tch::Device;

const DENSE: &str = "dense";
/// Most that a step of a sparse network may take over a dense one.
const MOST: f64 = 1.03;
/// The kinds that most steps of a training are of.
const JUDGED: [&str; 2] = ["sparse", "exploring"];

/// Times the kinds in turns.
pub(super) fn find(workload: Workload, device: Device) -> Finding {
    let train = || StepPlan::train("train");
    let explore = StepPlan {
        forward: Population::Everything,
        update: Update::Inactive { others: false },
        ..StepPlan::train("explore")
    };
    let score =
        StepPlan { update: Update::Nothing, score: vec![Criterion::Gradient], ..StepPlan::train("score") };
    let kinds = [
        (DENSE, Pruned::Dense, train()),
        ("sparse", Pruned::Sparse, train()),
        ("exploring", Pruned::Sparse, explore),
        ("scoring", Pruned::Sparse, score),
    ];
    let contenders = kinds.into_iter().map(|(name, pruned, plan)| {
        let mut trainer = workload.trainer(device, pruned, true);
        Contender::new(name, move |seconds| workload.seconds_a_step(&mut trainer, &plan, seconds))
    });
    let all = in_turns(contenders.collect(), 3, if device.is_cuda() { 0.5 } else { 0.2 });
    judge(&all, device.is_cuda())
}

fn judge(all: &[Rounds], bars: bool) -> Finding {
    let mut words = Vec::new();
    let mut measured = Vec::new();
    let mut missed = false;
    for Rounds { name, measured: values } in all {
        match values {
            Err(why) => return Finding::fail(format!("{name}: {why}")),
            Ok(values) => measured.push(Repeated::of(values).quantity(format!("{name} step"), 1e3, "ms")),
        }
    }
    for Rounds { name, .. } in all.iter().filter(|rounds| rounds.name != DENSE) {
        let Some(ratio) = Rounds::ratio(all, name, DENSE) else { continue };
        let judged = bars && JUDGED.contains(name);
        missed |= judged && ratio.median > MOST;
        let wanted = if judged { format!(" (at most {MOST})") } else { String::new() };
        words.push(format!(
            "{name} {:.3} ± {:.3} times as long as {DENSE}{wanted}",
            ratio.median, ratio.spread
        ));
        measured.push(ratio.quantity(format!("{name} / {DENSE}"), 1.0, ""));
    }
    judged(words.join("; "), missed, bars).with(measured)
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;

    #[test]
    fn a_sparse_step_that_takes_longer_than_allowed_fails_on_a_device() {
        let rounds = |name, value: f64| Rounds { name, measured: Ok(vec![value; 3]) };
        let all =
            |sparse, scoring| vec![rounds(DENSE, 1.0), rounds("sparse", sparse), rounds("scoring", scoring)];
        assert_eq!(judge(&all(1.02, 1.5), true).outcome, Outcome::Pass);
        assert_eq!(judge(&all(1.04, 1.0), true).outcome, Outcome::Fail);
        assert_eq!(judge(&all(1.04, 1.0), false).outcome, Outcome::Pass);
        let broken = Rounds { name: "sparse", measured: Err("the loss is NaN".into()) };
        assert_eq!(judge(&[rounds(DENSE, 1.0), broken], false).outcome, Outcome::Fail);
    }
}
