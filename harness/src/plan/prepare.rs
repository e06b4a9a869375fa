//! From options to a checked plan with its data set.

use super::data::{DEFAULT_FOLDER, DataSet};
use super::{Plan, profile};
use crate::device::{Device, DeviceChoice};
use crate::options::RunOptions;
use crate::{stdio, worker};
use anyhow::{Context, anyhow};
use sparsity::Description;
use std::path::Path;
use suites::preset::Preset;
use trial::TrialSpec;

/// A plan that can be carried out.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// Its data set.
    pub data: DataSet,
    /// Its trials.
    pub trials: Vec<TrialSpec>,
}

/// Chooses the profile, checks the plan, then finds or draws the data. In a dry run nothing is written.
pub fn prepare(options: &RunOptions, usual: Vec<Description>) -> anyhow::Result<Prepared> {
    let given = options.data.as_deref().map(DataSet::read).transpose()?;
    let (preset, data) = choose(options, given)?;
    let plan = Plan::new(options.request(preset, usual))?;
    let preset = &plan.request.preset;
    let data = match (data, preset.generated) {
        (Some(data), _) => data,
        (None, Some(set)) => DataSet::generated(&options.out, set, options.dry_run)?,
        (None, None) => DataSet::read(Path::new(DEFAULT_FOLDER)).with_context(|| {
            format!("profile {} wants the real data; name their folder with --data", preset.name)
        })?,
    };
    let trials = plan.trials(&data.identity);
    Ok(Prepared { plan, data, trials })
}

/// The profile, and the data set if it is known already. Without --data, drawings belong to a profile
/// that has them, even where the real data are in their usual folder.
fn choose(options: &RunOptions, given: Option<DataSet>) -> anyhow::Result<(Preset, Option<DataSet>)> {
    if let Some(name) = &options.profile {
        return Ok((preset(name)?, given));
    }
    let found = match given.clone() {
        Some(data) => Ok(data),
        None => DataSet::read(Path::new(DEFAULT_FOLDER)),
    };
    let real = match &found {
        Ok(data) if data.is_real() => Ok(data.folder.display().to_string()),
        Ok(data) => {
            Err(format!("{} holds {}, not the real data", data.folder.display(), data.identity.dataset))
        }
        Err(_) => Err(format!("the real data are not in {DEFAULT_FOLDER}")),
    };
    let (name, reason) = profile::automatic(real, || cuda(options.device));
    if !options.quiet {
        stdio::say(format!("profile {name}, because {reason} (--profile chooses another)"));
    }
    let preset = preset(name)?;
    let data = if preset.generated.is_some() { given } else { found.ok() };
    Ok((preset, data))
}

fn preset(name: &str) -> anyhow::Result<Preset> {
    let found = suites::preset::cifar10().into_iter().find(|preset| preset.name == name);
    found.ok_or_else(|| anyhow!("there is no profile `{name}`; `harness list profiles` lists them"))
}

/// The CUDA devices in words, or why there are none to use.
fn cuda(device: DeviceChoice) -> Result<String, String> {
    if device == DeviceChoice::One(Device::Cpu) {
        return Err("--device cpu was asked for".into());
    }
    let probe = worker::locate().and_then(|worker| worker::probe(&worker));
    let probe = probe.map_err(|error| format!("the worker cannot be asked for CUDA: {error:#}"))?;
    match probe.devices.as_slice() {
        [first, ..] if probe.cuda => Ok(first.clone()),
        _ => Err("there is no CUDA device".into()),
    }
}
