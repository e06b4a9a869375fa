//! Weights that a training starts from: those of the whole network, or of a detector's backbone alone.
//!
//! A detector usually starts from a classifier's weights. A ResNet-50's, with the names that
//! torchvision gives them, fit the backbone of an SSD; the other layers keep what the seed gave them, and what the
//! file has beyond the backbone, such as the classifier, is not used.

use crate::weights_file::{Tensors, fill, load_tensors, read_tensors};
use crate::{Parameters, WeightsError};
use network::{DefaultBoxes, Network};
use std::fmt;
use std::path::Path;
use tch::Tensor;

/// What a file of weights filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitialWeights {
    /// The whole network.
    Whole,
    /// A detector's backbone.
    Backbone {
        /// The file.
        path: String,
        /// How many tensors were taken from it.
        taken: usize,
        /// How many tensors of the network keep the values that the seed gave them.
        drawn: usize,
        /// The tensors of the file that the network has no place for.
        unused: Vec<String>,
    },
}

impl fmt::Display for InitialWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => write!(f, "the whole network starts from the given weights"),
            Self::Backbone { path, taken, drawn, unused } => {
                write!(
                    f,
                    "only the backbone starts from {path} ({taken} tensors); the other {drawn} tensors are drawn \
                     from the seed"
                )?;
                match unused.as_slice() {
                    [] => Ok(()),
                    [one] => write!(f, "; `{one}` of the file is not used"),
                    [first, others @ ..] => {
                        write!(f, "; `{first}` and {} more tensors of the file are not used", others.len())
                    }
                }
            }
        }
    }
}

/// Fills `parameters` of `network` from a file, or only those of its backbone where the file has nothing for
/// the rest.
///
/// # Errors
///
/// If the file cannot be read, has the heads of another number of classes, or neither holds exactly the tensors of
/// this network nor all those of its backbone.
pub fn load_initial_weights(
    network: &Network,
    parameters: &Parameters,
    path: &Path,
) -> Result<InitialWeights, WeightsError> {
    let tensors = read_tensors(path)?;
    if let Some((tensor, found, expected)) = other_classes(network, &tensors) {
        return Err(WeightsError::OtherClasses { path: path.display().to_string(), tensor, found, expected });
    }
    let places = parameters.named_by_node(network);
    let last = network.backbone.unwrap_or(network.nodes.len());
    let (backbone, rest): (Vec<_>, Vec<_>) = places.into_iter().partition(|(node, _)| *node <= last);
    if rest.is_empty() || rest.iter().any(|(_, (name, _))| tensors.contains_key(name)) {
        load_tensors(parameters, path, tensors)?;
        return Ok(InitialWeights::Whole);
    }
    let places: Vec<(String, Tensor)> = backbone.into_iter().map(|(_, named)| named).collect();
    fill(&places, &tensors, path)?;
    let unused = tensors.into_keys().filter(|name| !places.iter().any(|(place, _)| place == name));
    Ok(InitialWeights::Backbone {
        path: path.display().to_string(),
        taken: places.len(),
        drawn: rest.len(),
        unused: unused.collect(),
    })
}

/// The first class head in a file that is for another number of classes: its name, that number, and the network's.
fn other_classes(network: &Network, tensors: &Tensors) -> Option<(String, usize, usize)> {
    let expected = DefaultBoxes::of(network).ok()?.classes;
    network.output_nodes().chunks(2).find_map(|heads| {
        let [location, class] = [heads[0], heads[1]].map(|id| &network.nodes[id]);
        let boxes = location.shape.channels / 4;
        let name = format!("{}.weight", class.name);
        let rows = *tensors.get(&name)?.size().first()? as usize;
        // The first class is the background.
        let found = (rows / boxes).checked_sub(1)?;
        (rows.is_multiple_of(boxes) && found != expected).then_some((name, found, expected))
    })
}
