//! Whether the latencies that are asked for can be reached, before anything runs.

use anyhow::{Context, bail};
use sparsity::{Latency, LatencyTable};
use std::path::Path;
use trial::{MACS, TrialSpec};

/// The latencies of `table`, read from `file` unless multiply-accumulates stand in for them.
pub fn read(table: &str, file: Option<&Path>) -> anyhow::Result<Latency> {
    if table == MACS {
        return Ok(Latency::Macs { batch: 1 });
    }
    let file = file.context("a latency table has a file; name it with --lut")?;
    Ok(Latency::Table(LatencyTable::read(file)?))
}

/// Refuses trials whose network the table does not know, and those with less latency than the smallest
/// structure of it has.
pub fn check(trials: &[TrialSpec], file: Option<&Path>) -> anyhow::Result<()> {
    let mut checked: Vec<&trial::LatencyGoal> = Vec::new();
    for spec in trials {
        let Some(goal) = spec.latency.as_ref().filter(|goal| !checked.contains(goal)) else { continue };
        checked.push(goal);
        let Some(space) = spec.resolve()?.space(read(&goal.table, file)?)? else { continue };
        let smallest = space.smallest() / space.dense();
        if goal.target < smallest {
            bail!(
                "a latency target of {} is less than the smallest structure of {} needs, which is {:.3} of the \
                 dense network's latency; raise --latency-target, or take out fewer channels at once with \
                 --set channel_block=N, or the first convolution's too with --set keep_stem=false",
                goal.target,
                spec.model,
                (smallest * 1e3).ceil() / 1e3
            );
        }
    }
    Ok(())
}
