//! The engine against torchvision and PyTorch in Python on networks for photographs: ResNet-50 with the
//! weights of either side, its loss, gradients and a step of the ImageNet recipe in micro-batches; the other networks
//! that torchvision has, with its weights; MobileNet-V1 against its published table.

mod python;

use engine::{
    Forward, Mode, Parameters, RunError, Source, Structure, Trainer, initial_weights, load_weights,
    save_weights,
};
use network::Network;
use sparsity::{Budget, Dormant, StepPlan};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use suites::recipe::{Precision, Recipe};
use tch::{Device, Kind, Tensor};

/// Images of a step and of a micro-batch of it.
const BATCH: i64 = 8;
const MICRO_BATCH: i64 = 4;

type Named = BTreeMap<String, Tensor>;

/// Whether a Python has what the script imports; importing it to find out would take seconds.
const FIND: &str = "import importlib.util as u, sys
sys.exit(not all(map(u.find_spec, ('torch', 'torchvision', 'safetensors'))))";

/// Runs a part of the script in `folder`, and returns what it found; none without torchvision.
fn torchvision(part: &str, folder: &Path) -> Option<Named> {
    let Some(python) = python::that_runs(FIND) else {
        eprintln!(
            "skipped: HARNESS_PYTHON has no torchvision and safetensors (setup.sh says how to get them)"
        );
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torchvision_parity.py");
    // One thread each, for the tests of this file run side by side.
    tch::set_num_threads(1);
    let mut command = Command::new(python);
    let output = command.arg(script).arg(part).arg(folder).env("OMP_NUM_THREADS", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(read(folder, part))
}

fn read(folder: &Path, name: &str) -> Named {
    let path = folder.join(format!("{name}.safetensors"));
    Tensor::read_safetensors(path).unwrap().into_iter().collect()
}

/// Parameters of `network` with the weights that the script wrote.
fn theirs(network: &Network, folder: &Path) -> Parameters {
    let mut parameters = Parameters::neutral(network, Device::Cpu);
    load_weights(&mut parameters, &folder.join("theirs.safetensors")).unwrap();
    parameters
}

/// Everything of `parameters` by its name in a weights file.
fn by_name(parameters: &Parameters, folder: &Path) -> Named {
    save_weights(parameters, &parameters.weights, &folder.join("engine.safetensors")).unwrap();
    read(folder, "engine")
}

fn to_kind(mut parameters: Parameters, kind: Kind) -> Parameters {
    for flat in [&mut parameters.weights, &mut parameters.others, &mut parameters.statistics] {
        *flat = flat.to_kind(kind);
    }
    parameters
}

fn logits(network: &Network, parameters: &Parameters, images: &Tensor) -> Tensor {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    Forward::new(network).run(&weights, &others, parameters, images, Mode::Evaluate).remove(0)
}

/// Largest difference over the largest expected value.
fn distance(found: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(found.size(), expected.size());
    let largest = |tensor: &Tensor| f64::try_from(tensor.abs().max()).unwrap();
    largest(&(found - expected)) / largest(expected).max(1e-12)
}

fn assert_close(found: &Named, expected: &Named, tolerance: f64) {
    for (name, expected) in expected {
        let distance = distance(&found[name], expected);
        assert!(distance < tolerance, "{name}: {distance}");
    }
}

#[test]
fn resnet50_is_torchvisions() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let network = network::resnet50(1000, 224);
    let ours = initial_weights(&network, 3, Device::Cpu);
    let _ = ours.others.shallow_clone().uniform_(0.5, 1.5);
    let _ = ours.statistics.shallow_clone().uniform_(0.5, 1.5);
    save_weights(&ours, &ours.weights, &folder.join("ours.safetensors")).unwrap();
    let Some(expected) = torchvision("resnet", folder) else { return };
    let images = &expected["images"];
    for (name, parameters) in [("ours", ours), ("theirs", theirs(&network, folder))] {
        let distance = distance(&logits(&network, &parameters, images), &expected[name]);
        assert!(distance < 1e-4, "{name}: {distance}");
    }
}

/// Names and shapes, since only a file with exactly the network's tensors is loaded; logits; and the parameters and
/// multiply-accumulates (in thousand millions, at 224 pixels) that torchvision documents.
#[test]
fn other_networks_are_torchvisions() {
    for (name, theirs_name) in [
        ("resnet18", "resnet18"),
        ("resnet34", "resnet34"),
        ("resnet101", "resnet101"),
        ("mobilenet-v2", "mobilenet_v2"),
        ("vgg16-bn", "vgg16_bn"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let Some(expected) = torchvision(theirs_name, folder) else { return };
        let [parameters, giga] =
            <[f64; 2]>::try_from(Vec::<f64>::try_from(&expected["counts"]).unwrap()).unwrap();
        let published = network::models::model(name, 1000, 224).unwrap();
        assert_eq!(published.parameters() as f64, parameters, "{name}");
        assert_eq!((published.macs() as f64 / 1e6).round() / 1e3, giga, "{name}");
        let network = network::models::model(name, 1000, 96).unwrap();
        let logits = logits(&network, &theirs(&network, folder), &expected["images"]);
        let distance = distance(&logits, &expected["theirs"]);
        assert!(distance < 1e-4, "{name}: {distance}");
    }
}

#[test]
fn mobilenet_v1_is_that_of_its_table() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let Some(expected) = torchvision("mobilenet", folder) else { return };
    let network = network::mobilenet_v1(1000, 224);
    let logits = logits(&network, &theirs(&network, folder), &expected["images"]);
    let distance = distance(&logits, &expected["theirs"]);
    assert!(distance < 1e-4, "{distance}");
}

/// The micro-batches of one batch, the same at every step.
struct MicroBatches {
    images: Tensor,
    labels: Tensor,
    current: i64,
}

impl Source for MicroBatches {
    fn load(&mut self, _: u64, micro_batch: u64) -> Result<(), RunError> {
        self.current = micro_batch as i64;
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        let micro_batch = |tensor: &Tensor| tensor.narrow(0, self.current * MICRO_BATCH, MICRO_BATCH);
        (micro_batch(&self.images), micro_batch(&self.labels))
    }
}

/// In double precision on both sides: in single precision some of the many activations near zero fall on
/// the other side of their ReLU, which moves the gradients of this network by whole percents.
#[test]
fn a_step_in_pieces_is_that_of_pytorch() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let Some(expected) = torchvision("step", folder) else { return };
    let network = network::resnet50(1000, 64);
    let mut parameters = to_kind(theirs(&network, folder), Kind::Double);
    let [images, labels] = ["images", "labels"].map(|name| expected[name].shallow_clone());
    let source = Box::new(MicroBatches { images, labels, current: 0 });
    let budget = Budget::dense(&network.layers());
    let mask = Tensor::ones([parameters.weights.numel() as i64], (Kind::Bool, Device::Cpu));
    let slices = parameters.slices();
    let structure = Structure::new(mask, budget, slices, Dormant::Forget, &mut parameters.weights);
    let published = suites::imagenet::SUITE.published_recipe();
    let recipe = Recipe {
        batch_size: BATCH as u64,
        micro_batch: MICRO_BATCH as u64,
        precision: Precision::Fp32,
        ..published
    };
    let mut trainer = Trainer::new(Forward::new(&network), parameters, structure, source, &recipe, false);
    trainer.step(&StepPlan::train("train"), 0, 0.1, 0).unwrap();

    let (sum, micro_batches) = trainer.losses();
    let loss = f64::try_from(&expected["loss"]).unwrap();
    assert!((sum / micro_batches as f64 - loss).abs() < 1e-6 * loss, "{sum} of {micro_batches}, not {loss}");

    // Momentum starts at zero, so it is the gradient now, with the decay where there is one.
    let mut holder = Parameters::neutral(&network, Device::Cpu);
    holder.weights.copy_(&trainer.momentum);
    holder.others.copy_(&trainer.other_momentum);
    assert_close(&by_name(&holder, folder), &read(folder, "momentum"), 1e-5);

    // What moved, for in the values themselves a wrong step would hardly show.
    let start = read(folder, "theirs");
    let moved = |end: Named| -> Named {
        let floats = end.into_iter().filter(|(name, _)| !name.ends_with("num_batches_tracked"));
        floats.map(|(name, value)| (name.clone(), value - &start[&name])).collect()
    };
    let trained = to_kind(trainer.parameters, Kind::Float);
    assert_close(&moved(by_name(&trained, folder)), &moved(read(folder, "trained")), 1e-3);
}

#[test]
fn weights_of_another_model_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet50.safetensors");
    let resnet = initial_weights(&network::resnet50(1000, 224), 0, Device::Cpu);
    save_weights(&resnet, &resnet.weights, &path).unwrap();
    let mut mobilenet = Parameters::neutral(&network::mobilenet_v1(1000, 224), Device::Cpu);
    let message = load_weights(&mut mobilenet, &path).unwrap_err().to_string();
    for part in ["resnet50.safetensors", "`conv1.weight` is [64, 3, 7, 7], not [32, 3, 3, 3]"] {
        assert!(message.contains(part), "{message}");
    }
}
