//! Writes a model with random weights as a compact network, for comparisons with other programs:
//!
//!     cargo run --release -p engine --example compact_model -- wrn-16-2 10 32 wrn.safetensors

use engine::{initial_weights, save_compact};
use std::collections::BTreeMap;
use std::path::Path;
use tch::Device;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, classes, side, file] = arguments.as_slice() else {
        return Err("give MODEL, CLASSES, SIDE and FILE".into());
    };
    let network = network::models::model(name, classes.parse()?, side.parse()?)?;
    let parameters = initial_weights(&network, 0, Device::Cpu);
    let provenance = BTreeMap::from([("model".to_string(), name.clone())]);
    Ok(save_compact(&network, &parameters, &provenance, Path::new(file))?)
}
