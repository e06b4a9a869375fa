//! SSD-ResNet50 against the same network in PyTorch in Python: outputs and gradients of both variants,
//! torchvision's ResNet-50 weights in the backbone, and weights that do not fit.

mod python;

use engine::{Forward, Mode, Parameters, initial_weights, load_initial_weights, load_weights, save_weights};
use exchange::{Head, InitialWeights};
use network::{Network, models::model};
use sparsity::BatchStatistics;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use tch::{Device, Kind, Tensor};

type Named = BTreeMap<String, Tensor>;

/// Whether a Python has what the script imports; importing it to find out would take seconds.
const FIND: &str = "import importlib.util as u, sys
sys.exit(not all(map(u.find_spec, ('torch', 'torchvision', 'safetensors'))))";

/// Runs the script for `model` in `folder`; false without torchvision.
fn ran(model: &str, folder: &Path) -> bool {
    let Some(python) = python::that_runs(FIND) else {
        eprintln!(
            "skipped: HARNESS_PYTHON has no torchvision and safetensors (setup.sh says how to get them)"
        );
        return false;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ssd_parity.py");
    // One thread each, for the tests of this file run side by side.
    tch::set_num_threads(1);
    let mut command = Command::new(python);
    let output = command.arg(script).arg(model).arg(folder).env("OMP_NUM_THREADS", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

fn read(folder: &Path, name: &str) -> Named {
    let path = folder.join(format!("{name}.safetensors"));
    Tensor::read_safetensors(path).unwrap().into_iter().collect()
}

/// Everything of `parameters` by its name in a weights file.
fn by_name(parameters: &Parameters, folder: &Path) -> Named {
    save_weights(parameters, &parameters.weights, &folder.join("engine.safetensors")).unwrap();
    read(folder, "engine")
}

fn to_kind(parameters: &mut Parameters, kind: Kind) {
    for flat in [&mut parameters.weights, &mut parameters.others, &mut parameters.statistics] {
        *flat = flat.to_kind(kind);
    }
}

fn evaluated(network: &Network, parameters: &Parameters, images: &Tensor) -> Vec<Tensor> {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    Forward::new(network).run(&weights, &others, parameters, images, Mode::Evaluate)
}

#[track_caller]
fn assert_close(found: &Tensor, expected: &Tensor, tolerance: f64, what: &str) {
    assert_eq!(found.size(), expected.size(), "{what}");
    let largest = |tensor: &Tensor| f64::try_from(tensor.abs().max()).unwrap();
    let distance = largest(&(found - expected)) / largest(expected).max(1e-12);
    assert!(distance < tolerance, "{what}: {distance}");
}

/// In double precision on both sides, as PyTorch's own; what remains is the rounding of files to 32 bits.
#[test]
fn outputs_and_gradients_are_those_of_pytorch() {
    for (kind, name) in [("full", "ssd128-resnet50-0.25"), ("skim", "ssd128-resnet50-skim-0.25")] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        if !ran(kind, folder) {
            return;
        }
        let network = model(name, 3, 128).unwrap();
        let mut parameters = Parameters::neutral(&network, Device::Cpu);
        load_weights(&mut parameters, &folder.join("theirs.safetensors")).unwrap();
        to_kind(&mut parameters, Kind::Double);
        let images = read(folder, "images")["images"].to_kind(Kind::Double);
        let outputs = evaluated(&network, &parameters, &images);
        let expected = read(folder, "outputs");
        assert_eq!(outputs.len(), expected.len());
        for (output, (number, expected)) in outputs.iter().zip(&expected) {
            assert_close(output, expected, 1e-6, &format!("{name}: output {number}"));
        }

        let leaves: Vec<Tensor> = parameters
            .weight_views(&parameters.weights)
            .into_iter()
            .chain(parameters.other_views(&parameters.others))
            .map(|view| view.detach().set_requires_grad(true))
            .collect();
        let (weights, others) = leaves.split_at(network.layers().len());
        let mode = Mode::Train { statistics: BatchStatistics::Hold, dropout: 0.0, seed: 0 };
        let outputs = Forward::new(&network).run(weights, others, &parameters, &images, mode);
        let directions = read(folder, "directions");
        let products = outputs.iter().zip(directions.values()).map(|(output, direction)| output * direction);
        let loss = products.map(|product| product.sum(Kind::Double)).reduce(|sum, part| sum + part).unwrap();
        let gradients = Tensor::run_backward(&[&loss], &leaves, false, false);
        // In the places of the values they belong to, gradients get their names.
        let holder = Parameters::neutral(&network, Device::Cpu);
        let places =
            holder.weight_views(&holder.weights).into_iter().chain(holder.other_views(&holder.others));
        for (mut place, gradient) in places.zip(&gradients) {
            place.copy_(gradient);
        }
        let (ours, theirs) = (by_name(&holder, folder), read(folder, "gradients"));
        assert_eq!(theirs.len(), gradients.len());
        for (tensor, theirs) in &theirs {
            assert_close(&ours[tensor], theirs, 1e-5, &format!("{name}: gradient of {tensor}"));
        }
    }
}

#[test]
fn torchvisions_resnet50_is_the_backbone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if !ran("torchvision", folder) {
        return;
    }
    let path = folder.join("theirs.safetensors");
    let theirs = read(folder, "theirs");
    for (name, side) in [("ssd128-resnet50", 128), ("ssd512-resnet50", 512), ("ssd512-resnet50-skim", 512)] {
        let network = model(name, 20, side).unwrap();
        let parameters = initial_weights(&network, 4, Device::Cpu);
        let before = by_name(&parameters, folder);
        let loaded = load_initial_weights(&network, &parameters, &path, Head::File).unwrap();
        // 43 convolutions and as many batch norms of four tensors.
        let InitialWeights::Backbone { taken, drawn, unused, .. } = &loaded else { panic!("{loaded}") };
        assert_eq!((*taken, taken + drawn), (43 * 5, before.len()));
        assert_eq!(unused.len(), 2 + 10 * 5, "fc and layer4: {unused:?}");
        let message = loaded.to_string();
        for words in
            ["only the backbone", "theirs.safetensors", "(215 tensors)", "51 more tensors of the file"]
        {
            assert!(message.contains(words), "{message}");
        }
        let from_theirs = |tensor: &str| {
            theirs.get(tensor).filter(|_| !["fc.", "layer4."].iter().any(|other| tensor.starts_with(other)))
        };
        for (tensor, value) in &by_name(&parameters, folder) {
            assert!(value.equal(from_theirs(tensor).unwrap_or(&before[tensor])), "{name}: {tensor}");
        }
        if side == 128 {
            let expected = read(folder, "backbone");
            let backbone = Network { outputs: network.backbone.into_iter().collect(), ..network };
            let found = evaluated(&backbone, &parameters, &expected["images"]);
            assert_close(&found[0], &expected["map"], 1e-4, name);
        }
    }
}

/// A whole detector is loaded whole; what does not fit is refused by name, and nothing is half loaded.
#[test]
fn weights_that_do_not_fit_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let saved = |name: &str, classes: usize, side: usize| {
        let parameters = initial_weights(&model(name, classes, side).unwrap(), 1, Device::Cpu);
        save_weights(&parameters, &parameters.weights, &path).unwrap();
        parameters
    };
    let network = model("ssd64-resnet50-0.1", 20, 64).unwrap();
    let parameters = initial_weights(&network, 2, Device::Cpu);
    let before = parameters.weights.copy();
    let refused = |words: &[&str]| {
        let message = load_initial_weights(&network, &parameters, &path, Head::File).unwrap_err().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert!(parameters.weights.equal(&before), "nothing is half loaded");
    };
    saved("ssd64-resnet50-0.1", 2, 64);
    refused(&[
        "weights.safetensors holds the heads of 2 classes",
        "`head4_3.class.weight`",
        "there are 20 here",
    ]);
    saved("ssd64-resnet50-skim-0.1", 20, 64);
    refused(&["does not hold this network", "`conv5_3.weight` is missing"]);
    saved("resnet50", 20, 64);
    refused(&["`conv1.weight` is [64, 3, 7, 7], not [6, 3, 7, 7]"]);
    saved("wrn-10-1", 20, 32);
    refused(&["does not hold this network", "conv1.weight"]);
    let other = saved("ssd64-resnet50-0.1", 20, 64);
    assert_eq!(
        load_initial_weights(&network, &parameters, &path, Head::File).unwrap(),
        InitialWeights::Whole
    );
    assert!(parameters.weights.equal(&other.weights));
}
