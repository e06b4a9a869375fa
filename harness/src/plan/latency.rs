//! Whether the latencies that are asked for can be reached, before anything runs.

use super::PlannedTrial;
use anyhow::bail;
use records::words::ALLOW_DOUBTFUL;
use sparsity::{ChannelSpace, Doubtful, InitialStructure, PruneLatencies};
use std::path::Path;
use trial::ChannelTarget;

/// Of the latencies that a network can have, the share that may be marked as unreliable.
const DOUBTFUL: f64 = 0.1;

/// Refuses trials whose network the table does not know, those by a table of which much is marked as unreliable unless
/// that is allowed, those that allow it without need, those with less latency than the smallest structure of it has, and
/// those too short for their method to get there on so many images.
pub fn check<'a>(
    trials: impl IntoIterator<Item = &'a PlannedTrial>,
    file: Option<&Path>,
    images: usize,
) -> anyhow::Result<()> {
    // One table and network serve all targets.
    let mut known: Option<(&ChannelTarget, f64)> = None;
    for trial in trials {
        arrives(trial, images)?;
        let spec = &trial.spec;
        let Some(target) = spec.target.channels() else { continue };
        let alike = |(other, _): &(&ChannelTarget, f64)| {
            ChannelTarget { latency_target: target.latency_target, ..(*other).clone() } == *target
        };
        let smallest = match known.filter(alike) {
            Some((_, smallest)) => smallest,
            None => {
                let Some(space) = trial.resolved.space(target.latency(file)?)? else { continue };
                reliable(&spec.model, target, &space)?;
                space.smallest() / space.dense()
            }
        };
        known = Some((target, smallest));
        if target.latency_target < smallest {
            bail!(
                "a latency target of {} is less than the smallest structure of {} needs, which is {:.3} of the \
                 dense network's latency; raise --latency-target, or prune in smaller blocks of channels with \
                 --set channel_block=N, or also in the first convolution with --set keep_stem=false",
                target.latency_target,
                spec.model,
                (smallest * 1e3).ceil() / 1e3
            );
        }
    }
    Ok(())
}

/// Whether the latencies can be relied on, or it is asked for that they need not be; then every table with the result
/// says so, and so nobody may ask for it without need.
fn reliable(model: &str, target: &ChannelTarget, space: &ChannelSpace) -> anyhow::Result<()> {
    let allowed = target.resolve()?.flag(ALLOW_DOUBTFUL);
    let doubtful = space.doubtful().filter(|it| it.count as f64 > DOUBTFUL * it.of as f64);
    let Some(Doubtful { count, of, first }) = doubtful else {
        if allowed {
            bail!(
                "--set {ALLOW_DOUBTFUL}=true is not needed for {model}: its latencies are reliable enough, and every \
                 table would say that they are not; leave it out"
            );
        }
        return Ok(());
    };
    if !allowed {
        bail!(
            "{count} of the {of} latencies that {model} can have are marked as unreliable in the latency table, such as \
             one because \"{first}\"; measure them again on an idle device with `{}` into a \
             new file, or prune by them all the same with --set {ALLOW_DOUBTFUL}=true, which every table with \
             the result will say",
            space.measuring()
        );
    }
    Ok(())
}

/// Whether the edits of the method end at the latency that is asked for.
fn arrives(trial: &PlannedTrial, images: usize) -> anyhow::Result<()> {
    let spec = &trial.spec;
    let Some(target) = spec.target.channels() else { return Ok(()) };
    let steps = trial.steps(images);
    let method = trial.method(images);
    let start = match method.initial_structure() {
        InitialStructure::Narrow { latency } => latency,
        InitialStructure::Dense
        | InitialStructure::Random
        | InitialStructure::Largest
        | InitialStructure::Thresholds { .. }
        | InitialStructure::Ramp(_)
        | InitialStructure::RandomAt(_) => 1.0,
    };
    let edits = (0..steps).flat_map(|step| method.plan(step).then.channels().to_vec());
    let mut prunes = PruneLatencies::before_any(start);
    let end = edits.fold(start, |now, edit| prunes.aim(now, &edit));
    if end > target.latency_target + 1e-9 {
        bail!(
            "{}: {steps} steps are too few for {} to reach its latency target; it would end at {:.2} of the dense network's \
             latency. Train longer (--set epochs=N), or change its structure more often or for longer: see its \
             settings with --dry-run or `harness list settings`",
            super::label(spec),
            spec.method,
            end
        );
    }
    Ok(())
}
