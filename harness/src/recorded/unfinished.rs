//! Trials that were begun in a folder and are not finished, and the commands that go on with them.

use crate::status::{State, look};
use records::{Record, RunDirectory, files};
use results::evidence::command::{Places, commands};
use std::path::Path;
use trial::TrialSpec;

/// Most commands that are printed.
const MOST: usize = 5;

/// What was begun and how to go on, in lines; nothing if there are no unfinished trials.
pub fn said(out: &Path) -> Option<String> {
    of(begun(out), out, &[], Places::default())
}

/// The same just after the trials called `keys` were tried with what lies in `places`. Of those that failed before their
/// first checkpoint was said why, and there is nothing to go on from.
pub fn said_after(out: &Path, keys: &[String], places: Places) -> Option<String> {
    let mut begun = begun(out);
    begun.retain(|(directory, spec)| saved(directory) || !keys.contains(&spec.key()));
    of(begun, out, keys, places)
}

/// What is unfinished in `out` and how to go on: the trials called `keys` with what lies in `places`.
fn of(begun: Vec<(RunDirectory, TrialSpec)>, out: &Path, keys: &[String], places: Places) -> Option<String> {
    if begun.is_empty() {
        return None;
    }
    let with_checkpoint = begun.iter().filter(|(directory, _)| saved(directory)).count();
    let (own, others): (Vec<_>, Vec<_>) = begun.iter().partition(|(_, spec)| keys.contains(&spec.key()));
    let with = |begun: Vec<&(RunDirectory, TrialSpec)>, places| {
        let records: Vec<Record> = begun.into_iter().map(|(_, spec)| as_record(spec)).collect();
        commands(&records, Places { out: Some(out), ..places })
    };
    let mut lines = with(own, places);
    lines.extend(with(others, Places::default()));
    let left_out = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    lines.extend((left_out > 0).then(|| format!("and {left_out} more")));
    let trials =
        if begun.len() == 1 { "1 trial is".to_string() } else { format!("{} trials are", begun.len()) };
    Some(format!(
        "note: {trials} unfinished in {}, {with_checkpoint} of them with a checkpoint to go on from; repeat the command that \
         started them, or run\n  {}",
        out.join("runs").display(),
        lines.join("\n  ")
    ))
}

/// Whether there is a checkpoint to go on from.
fn saved(directory: &RunDirectory) -> bool {
    [files::CHECKPOINT, files::PREVIOUS_CHECKPOINT].iter().any(|name| directory.file(name).exists())
}

/// The run directories that have a spec, no result and no process; a directory that cannot be read is none of them.
fn begun(out: &Path) -> Vec<(RunDirectory, TrialSpec)> {
    let Ok(entries) = std::fs::read_dir(out.join("runs")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let directories = paths.iter().map(|path| RunDirectory::at(path));
    let is_unfinished = |directory: &RunDirectory| {
        matches!(
            look(directory),
            State::Starting | State::Interrupted { .. } | State::Failed { .. } | State::Abandoned
        )
    };
    directories
        .filter(is_unfinished)
        .filter_map(|directory| {
            let text = directory.spec().ok()??;
            let spec = serde_json::from_str(&text).ok()?;
            Some((directory, spec))
        })
        .collect()
}

/// What a trial will be recorded as, as far as it was asked for.
fn as_record(spec: &TrialSpec) -> Record {
    let channels = spec.target.channels();
    Record {
        suite: spec.suite.clone(),
        dataset: spec.dataset.clone(),
        model: spec.model.clone(),
        method: spec.method.clone(),
        distribution: spec.target.name().into(),
        sparsity_target: spec.target.sparsity(),
        latency_target: channels.map(|target| target.latency_target),
        latency_table: channels.map(|target| target.latency_table.clone()).unwrap_or_default(),
        pretrained: spec.pretrained().unwrap_or_default().into(),
        seed: spec.seed,
        profile: spec.profile.clone(),
        threads: Some(spec.threads.get() as u64),
        settings: spec.user_settings(),
        ..Record::default()
    }
}
