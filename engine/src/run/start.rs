//! What a training starts from beside its seed: weights of a file or of another
//! trial, and the choices of channels that a latency table allows.

use super::{RunError, RunOptions};
use crate::{Channels, Parameters, load_initial_weights, memory};
use exchange::{Head, InitialWeights, WeightsFile};
use network::Network;
use records::{CommitError, RunDirectory};
use sparsity::Method;
use std::path::Path;
use tch::Device;
use trial::{Resolved, TrainingMemory, TrialSpec, bytes};

/// Takes the weights of the file that `spec` names in the place of those drawn from the seed, and says where that
/// is a part of them.
pub(super) fn weights(
    spec: &TrialSpec,
    options: &RunOptions,
    network: &Network,
    parameters: &Parameters,
) -> Result<Option<String>, RunError> {
    let Some(expected) = &spec.initial_weights else {
        return Ok(None);
    };
    let file = options.initial_weights.as_ref().ok_or(RunError::NoInitialWeights)?;
    let other = |found: String| RunError::OtherWeights {
        file: file.display().to_string(),
        found,
        expected: expected.clone(),
    };
    let found = match spec.initial_trial() {
        // A trial's weights are in its directory, which is named for it and guarded by checksums.
        Some(_) => {
            let unusable = |error: CommitError| RunError::UnusableWeights {
                file: file.display().to_string(),
                why: error.to_string(),
            };
            let key = file.parent().map(committed_key).transpose().map_err(unusable)?;
            format!("trial:{}", key.flatten().unwrap_or_default())
        }
        None => trial::of_weights_file(&WeightsFile::open(file)?.fingerprint()?, spec.has_new_head()),
    };
    if found != *expected {
        return Err(other(found));
    }
    let head = if spec.has_new_head() { Head::Seed } else { Head::File };
    let loaded = load_initial_weights(network, parameters, file, head)?;
    Ok((loaded != InitialWeights::Whole).then(|| loaded.to_string()))
}

/// The key of the committed trial in a run directory; none if there is none.
fn committed_key(directory: &Path) -> Result<Option<String>, CommitError> {
    let run = RunDirectory::at(directory);
    let spec = if run.is_committed()? { run.spec()? } else { None };
    Ok(spec.and_then(|spec| serde_json::from_str::<TrialSpec>(&spec).ok()).map(|spec| spec.key()))
}

/// A warning if a step is likely to need more memory than the device has left. What lasts is there already. The memory
/// of recorded steps is not there for those that are still launched kernel by kernel, so these need it again.
pub(super) fn too_little_memory(
    spec: &TrialSpec,
    resolved: &Resolved,
    method: &dyn Method,
    steps: u64,
    options: &RunOptions,
) -> Option<String> {
    let once = TrainingMemory::of(resolved, method, steps, options.device == Device::Cpu).step;
    let (step, graphs) = match options.device {
        Device::Cuda(_) if options.records() => (2 * once, "--no-cuda-graphs takes half of that; "),
        _ => (once, ""),
    };
    let free = memory::free_bytes(options.device).filter(|free| *free < step)?;
    Some(format!(
        "a step is estimated to need {} of memory beside what is held already, and {} are free, so it may run out: {graphs}{}",
        bytes(step),
        bytes(free),
        spec.less_memory()
    ))
}

/// The channels that training starts with, if channels are pruned.
pub(super) fn channels(
    spec: &TrialSpec,
    resolved: &Resolved,
    options: &RunOptions,
    method: &dyn Method,
    parameters: &mut Parameters,
) -> Result<Option<Channels>, RunError> {
    let Some(target) = spec.target.channels() else { return Ok(None) };
    let latency = target.latency(options.latency_table.as_deref())?;
    let space = resolved.space(latency).map_err(trial::ResolveError::from)?;
    space.map(|space| Channels::initial(space, method, parameters)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_that_cannot_be_read_is_told_from_one_that_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        assert!(committed_key(run.path()).unwrap().is_none());
        std::fs::write(run.file("weights.safetensors"), "x").unwrap();
        assert!(committed_key(run.path()).unwrap().is_none());
        run.commit(&["weights.safetensors"]).unwrap();
        std::fs::write(run.file("weights.safetensors"), "y").unwrap();
        let error = committed_key(run.path()).unwrap_err().to_string();
        assert!(error.contains("weights.safetensors") && error.contains("checksum"), "{error}");
    }
}
