//! Weights that a training starts from: those of the whole network, of all but its head, or of a detector's backbone.
//!
//! A classifier of other classes starts from everything but its head, and a detector from a classifier's weights: a
//! ResNet-50's, with the names that torchvision gives them, fit the backbone of an SSD. The other layers keep what the
//! seed gave them, and what the file has beyond that, such as the classifier, is not used.

use crate::{Place, WeightsError, WeightsFile, places};
use network::{DefaultBoxes, Network, NodeId};
use std::collections::HashSet;
use std::fmt;
use std::path::Path;

/// Where the head starts from: the classifier, or the classes' heads of a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The file, like everything else.
    File,
    /// The seed, whatever the file has.
    Seed,
}

/// What a file of weights fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitialWeights {
    /// The whole network.
    Whole,
    /// Everything but the head.
    WithoutHead {
        /// The file.
        path: String,
        /// How many tensors were taken from it.
        taken: usize,
        /// The tensors of the network that keep the values that the seed gave them.
        drawn: Vec<String>,
    },
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
            Self::WithoutHead { path, taken, drawn } => {
                write!(f, "all but the head starts from {path} ({taken} tensors); the head ")?;
                match drawn.as_slice() {
                    [first, .., last] => write!(f, "(`{first}` to `{last}`) ")?,
                    all => all.iter().try_for_each(|one| write!(f, "(`{one}`) "))?,
                }
                write!(f, "is drawn from the seed")
            }
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

/// What `file` fills of `network`, and with which of its places.
///
/// # Errors
///
/// If it has the head of another number of classes or none and that is to be used, or it holds neither exactly the tensors
/// of this network nor all those of its backbone.
pub fn fit(
    network: &Network,
    file: &WeightsFile,
    head: Head,
) -> Result<(InitialWeights, Vec<Place>), WeightsError> {
    if let (Head::File, Some((tensor, found, expected))) = (head, other_classes(network, file)) {
        return Err(WeightsError::OtherClasses { path: file.path().into(), tensor, found, expected });
    }
    let all = places(network);
    let last = network.backbone.unwrap_or(network.nodes.len());
    let (backbone, rest): (Vec<Place>, Vec<Place>) =
        all.iter().cloned().partition(|place| place.node <= last);
    let has = |place: &Place| file.shape(&place.name).is_some();
    if !rest.is_empty() && !rest.iter().any(has) {
        fitting(backbone.iter().map(Place::named), file)?;
        let unused = file.names().filter(|name| !backbone.iter().any(|place| place.name == *name));
        let filled = InitialWeights::Backbone {
            path: file.path().into(),
            taken: backbone.len(),
            drawn: rest.len(),
            unused: unused.map(Into::into).collect(),
        };
        return Ok((filled, backbone));
    }
    let heads = heads(network);
    let (drawn, taken): (Vec<Place>, Vec<Place>) =
        all.iter().cloned().partition(|place| heads.contains(&place.node));
    if head == Head::File {
        let fits_else = || fitting(taken.iter().map(Place::named), file).is_ok();
        if let Some(first) = drawn.first().filter(|_| !drawn.iter().any(has) && fits_else()) {
            return Err(WeightsError::NoHead { path: file.path().into(), tensor: first.name.clone() });
        }
        fit_exactly(all.iter().map(Place::named), file)?;
        return Ok((InitialWeights::Whole, all));
    }
    let of_head = |name: &str| {
        let mut prefixes = heads.iter().map(|&node| format!("{}.", network.nodes[node].name));
        prefixes.any(|prefix| name.starts_with(&prefix))
    };
    fitting(taken.iter().map(Place::named), file)?;
    nothing_else(taken.iter().map(Place::named), file.names().filter(|name| !of_head(name)), file)?;
    let path = file.path().into();
    let drawn = drawn.into_iter().map(|place| place.name).collect();
    Ok((InitialWeights::WithoutHead { path, taken: taken.len(), drawn }, taken))
}

/// What the file at `path` fills of `network`, with every value looked at.
///
/// # Errors
///
/// If it cannot be read or used.
pub fn check(network: &Network, path: &Path, head: Head) -> Result<InitialWeights, WeightsError> {
    let file = WeightsFile::open(path)?;
    let (filled, places) = fit(network, &file, head)?;
    places.iter().try_for_each(|place| file.values(&place.name).map(drop))?;
    Ok(filled)
}

/// That `file` holds exactly the tensors of these names and shapes.
///
/// # Errors
///
/// The first tensor that is missing, of another shape, or not among them.
pub fn fit_exactly<'a>(
    places: impl Iterator<Item = (&'a str, &'a [usize])> + Clone,
    file: &WeightsFile,
) -> Result<(), WeightsError> {
    // A tensor that is missing or of another shape says more than one that has no place.
    fitting(places.clone(), file)?;
    nothing_else(places, file.names(), file)
}

fn fitting<'a>(
    places: impl Iterator<Item = (&'a str, &'a [usize])>,
    file: &WeightsFile,
) -> Result<(), WeightsError> {
    let other = |what| WeightsError::OtherNetwork { path: file.path().into(), what };
    for (name, shape) in places {
        let found = file.shape(name).ok_or_else(|| {
            let first = file.names().next().map(|first| format!(" (its first tensor is `{first}`)"));
            other(format!("`{name}` is missing{}", first.unwrap_or_default()))
        })?;
        if found != shape {
            return Err(other(format!("`{name}` is {found:?}, not {shape:?}")));
        }
    }
    Ok(())
}

fn nothing_else<'p, 'f>(
    places: impl Iterator<Item = (&'p str, &'p [usize])>,
    mut names: impl Iterator<Item = &'f str>,
    file: &WeightsFile,
) -> Result<(), WeightsError> {
    let places: HashSet<&str> = places.map(|(name, _)| name).collect();
    match names.find(|name| !places.contains(*name)) {
        None => Ok(()),
        Some(extra) => Err(WeightsError::OtherNetwork {
            path: file.path().into(),
            what: format!("`{extra}` is not part of it"),
        }),
    }
}

/// The nodes that tell classes apart.
fn heads(network: &Network) -> Vec<NodeId> {
    let outputs = network.output_nodes();
    match DefaultBoxes::of(network) {
        // Those of a detector alternate: locations, classes.
        Ok(_) => outputs.into_iter().skip(1).step_by(2).collect(),
        Err(_) => outputs,
    }
}

/// The first head in a file that is for another number of classes: its name, that number, and the network's.
fn other_classes(network: &Network, file: &WeightsFile) -> Option<(String, usize, usize)> {
    let expected = network.classes();
    let detector = DefaultBoxes::of(network).is_ok();
    let outputs = network.output_nodes();
    heads(network).into_iter().enumerate().find_map(|(number, id)| {
        let node = &network.nodes[id];
        let name = format!("{}.weight", node.name);
        let shape = file.shape(&name)?;
        let place = places(network).into_iter().find(|place| place.name == name)?;
        let (rows, same) = (*shape.first()?, shape.get(1..) == place.shape.get(1..));
        let boxes = match detector {
            true => network.nodes[*outputs.get(2 * number)?].shape.channels / 4,
            false => 1,
        };
        // The first class of a detector is the background.
        let found = (rows / boxes.max(1)).checked_sub(usize::from(detector))?;
        (same && rows.is_multiple_of(boxes.max(1)) && found != expected).then_some((name, found, expected))
    })
}
