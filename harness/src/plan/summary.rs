//! What a plan comes to, in a few lines: trials, steps, hours, memory and disk.

use super::cost::{Cost, estimate, flops};
use super::planned_trial::kinds;
use super::report::memory;
use super::{PlannedTrial, PreparedPlan};
use crate::columns::fit;
use crate::hours;
use crate::trial_status::TrialStatus;
use std::path::Path;
use suites::counted;
use trial::bytes;

/// What is left to do of each trial that has no result, of which `states` says. What was interrupted is counted whole.
pub fn works(prepared: &PreparedPlan, states: &[TrialStatus]) -> Vec<hours::Work> {
    let PreparedPlan { data, trials, .. } = prepared;
    // Trials that differ in their seeds alone have the same work, which takes a look at every step.
    let of_kinds: Vec<(&PlannedTrial, hours::Work)> = kinds(trials)
        .into_iter()
        .map(|(trial, _)| (trial, hours::work(trial, data.identity.train, data.identity.test)))
        .collect();
    let work_of = |trial: &PlannedTrial| {
        of_kinds.iter().find(|(kind, _)| kind.is_like(trial)).map(|(_, work)| work.clone())
    };
    let missing = trials.iter().zip(states).filter(|(_, state)| state.is_missing());
    missing.filter_map(|(trial, _)| work_of(trial)).collect()
}

/// The lines, for trials in these states.
///
/// # Errors
///
/// If the file of step times in `out` is damaged.
pub fn summary(
    prepared: &PreparedPlan,
    states: &[TrialStatus],
    out: &Path,
    width: Option<usize>,
) -> anyhow::Result<String> {
    let PreparedPlan { data, trials, .. } = prepared;
    let train = data.identity.train;
    let kinds = kinds(trials);
    let missing: Vec<&PlannedTrial> =
        trials.iter().zip(states).filter(|(_, state)| state.is_missing()).map(|(trial, _)| trial).collect();
    // What is done costs nothing more; what was interrupted is counted whole.
    let count_of = |kind: &PlannedTrial| missing.iter().filter(|trial| kind.is_like(trial)).count() as u64;
    let costs: Vec<(Cost, u64)> =
        kinds.iter().map(|(trial, _)| (estimate(trial, train), count_of(trial))).collect();
    let costs: Vec<(Cost, u64)> = costs.into_iter().filter(|(_, count)| *count > 0).collect();
    let steps: u64 = costs.iter().map(|(cost, count)| cost.steps * count).sum();
    let all: f64 = costs.iter().map(|(cost, count)| cost.flops * *count as f64).sum();
    let up_to = |most: bool| if most { "up to " } else { "" };
    let work = format!(
        "{}{steps} steps, {}{}",
        up_to(costs.iter().any(|(cost, _)| cost.most_steps)),
        up_to(costs.iter().any(|(cost, _)| cost.most_flops)),
        flops(all)
    );
    let count = |word: &str| states.iter().filter(|state| state.word() == word).count();
    let done = count(TrialStatus::Done.word());
    let count = match done {
        0 => counted(trials.len(), "trial", "trials"),
        done if done == trials.len() => format!("{}, all done", counted(done, "trial", "trials")),
        done => format!("{}, of which {done} are done; the others", counted(trials.len(), "trial", "trials")),
    };
    let works = works(prepared, states);
    let mut rows = vec![vec!["plan".to_string(), format!("{count}: {work}")]];
    for (at, line) in hours::sentences(&works, out)?.into_iter().enumerate() {
        rows.push(vec![if at == 0 { "time".into() } else { String::new() }, line]);
    }
    let most = kinds.iter().map(|(trial, _)| memory(trial, train)).max_by_key(|memory| memory.total());
    if let Some(most) = most {
        rows.push(vec![
            "memory".into(),
            format!("up to {} a trial on the device, without data and libraries", bytes(most.total())),
        ]);
        // Two checkpoints of what lasts; then weights, their mask, and those of the network without pruned channels.
        let results: u64 = missing.iter().map(|trial| result(trial)).sum();
        rows.push(vec![
            "disk".into(),
            format!(
                "about {} of results, and {} more for the checkpoints of each trial that runs",
                bytes(results),
                bytes(2 * most.lasting)
            ),
        ]);
    }
    Ok(fit(&rows, 0, width))
}

/// Bytes that a trial leaves, but for tables of some hundred kilobytes: weights of four bytes and a mask of a bit each;
/// where channels are pruned, the weights of the compact network at most once more.
fn result(trial: &PlannedTrial) -> u64 {
    let parameters = trial.resolved.network.parameters() as u64;
    let compact = if trial.spec.target.channels().is_some() { 4 } else { 0 };
    (4 + compact) * parameters + parameters / 8
}
