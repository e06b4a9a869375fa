//! The networks that are measured, from files, runs and names, each with its dense one.

use super::MeasureError;
use crate::{CompactFile, Parameters, initial_weights, load_compact, load_weights};
use network::{Network, models};
use std::path::Path;
use std::rc::Rc;
use tch::Device;
use trial::TrialSpec;
use trial::measure::{FpsTask, Source};

/// A network to be timed.
#[derive(Debug)]
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// The network.
    pub network: Network,
    /// Its values.
    pub parameters: Rc<Parameters>,
    /// Which of the subjects is its dense network.
    pub dense: Option<usize>,
}

/// The networks of `task`, followed by the dense ones that are measured beside them.
pub fn load(task: &FpsTask, device: Device) -> Result<Vec<Subject>, MeasureError> {
    let mut subjects = Vec::new();
    let mut originals = Vec::new();
    for timed in &task.networks {
        let (network, parameters, dense) = read(&timed.source, device)?;
        let parameters = Rc::new(parameters);
        subjects.push(Subject { name: timed.name.clone(), network, parameters, dense: None });
        originals.push(dense);
    }
    for (index, dense) in originals.into_iter().enumerate() {
        let Some(dense) = dense else { continue };
        let there = subjects.iter().position(|subject| subject.network.nodes == dense.nodes);
        subjects[index].dense = there.or_else(|| {
            task.dense.then(|| {
                let parameters = Rc::new(initial_weights(&dense, 0, device));
                let name = format!("{} (dense)", dense.name);
                subjects.push(Subject { name, network: dense, parameters, dense: None });
                subjects.len() - 1
            })
        });
    }
    Ok(subjects)
}

/// A network, its values, and the dense network that it came from if that is known.
fn read(source: &Source, device: Device) -> Result<(Network, Parameters, Option<Network>), MeasureError> {
    match source {
        Source::Checkpoint(path) => {
            let CompactFile { network, parameters, provenance } = load_compact(path, device)?;
            let ends = network.nodes.first().zip(network.nodes.last());
            // A name that this program does not know is no reason not to time the network.
            let dense = provenance.get("model").zip(ends).and_then(|(model, (images, logits))| {
                models::model(model, logits.shape.channels, images.shape.height).ok()
            });
            Ok((network, parameters, dense))
        }
        Source::Run(directory) => {
            let resolved = spec(&directory.join("spec.json"))?.resolve()?;
            let mut parameters = Parameters::neutral(&resolved.network, device);
            load_weights(&mut parameters, &directory.join("weights.safetensors"))?;
            Ok((resolved.network, parameters, Some(resolved.dense)))
        }
        Source::Model { name, classes, side, seed } => {
            let network = models::model(name, *classes, *side)?;
            let parameters = initial_weights(&network, *seed, device);
            Ok((network, parameters, None))
        }
    }
}

fn spec(path: &Path) -> Result<TrialSpec, MeasureError> {
    let wrong = |cause: String| MeasureError::Spec { path: path.display().to_string(), cause };
    let text = std::fs::read_to_string(path).map_err(|cause| wrong(cause.to_string()))?;
    serde_json::from_str(&text).map_err(|cause| wrong(cause.to_string()))
}
