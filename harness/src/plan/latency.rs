//! Whether the latencies that are asked for can be reached, before anything runs.

use anyhow::{Context, bail};
use sparsity::{Edit, InitialStructure, Latency, LatencyTable};
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

/// Refuses trials whose network the table does not know, those with less latency than the smallest
/// structure of it has, and those too short for their method to get there on so many images.
pub fn check(trials: &[TrialSpec], file: Option<&Path>, images: usize) -> anyhow::Result<()> {
    let mut checked: Vec<&trial::LatencyGoal> = Vec::new();
    for spec in trials {
        arrives(spec, images)?;
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

/// Whether the edits of the method end at the latency that is asked for.
fn arrives(spec: &TrialSpec, images: usize) -> anyhow::Result<()> {
    let Some(goal) = &spec.latency else { return Ok(()) };
    let resolved = spec.resolve()?;
    let steps = resolved.recipe.steps(resolved.recipe.images(images));
    let method = resolved.method(steps);
    let start = match method.initial_structure() {
        InitialStructure::Narrow { latency } => latency,
        InitialStructure::Dense | InitialStructure::Random => 1.0,
    };
    let end = (0..steps).flat_map(|step| method.plan(step).then).fold(start, |now, edit| match edit {
        Edit::DropChannels { latency, .. } => f64::min(now, latency),
        Edit::GrowChannels { latency, .. } => f64::max(now, latency),
        Edit::Drop { .. } | Edit::Grow { .. } | Edit::ActivateAll => now,
    });
    if end > goal.target + 1e-9 {
        bail!(
            "{}: {steps} steps are too few for {} to get to the target; it would end at {:.2} of the dense network's \
             latency. Train longer (--set epochs=N), or change its structure more often or for longer: see its \
             settings with --dry-run or `harness list settings`",
            super::label(spec),
            spec.method,
            end
        );
    }
    Ok(())
}
