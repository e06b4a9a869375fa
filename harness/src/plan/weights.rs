//! Whether the weights file that trials start from can be used, before anything runs.

use super::PlannedTrial;
use exchange::{Head, InitialWeights, WeightsError, check as check_file};
use network::Network;
use std::path::Path;

/// Reads the weights `file` for every network that starts from it, to the last value; gives what there is to say where
/// it fills a part of one.
pub fn check(trials: &[PlannedTrial], file: &Path) -> Result<Vec<String>, WeightsError> {
    let mut checked: Vec<(&Network, Head)> = Vec::new();
    let mut said = Vec::new();
    for trial in trials.iter().filter(|trial| trial.spec.has_initial_file()) {
        let network = &trial.resolved.network;
        let head = if trial.spec.has_new_head() { Head::Seed } else { Head::File };
        if checked.contains(&(network, head)) {
            continue;
        }
        let filled = check_file(network, file, head)?;
        if filled != InitialWeights::Whole {
            said.push(format!("{}: {filled}", network.name));
        }
        checked.push((network, head));
    }
    Ok(said)
}
