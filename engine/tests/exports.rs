//! Exported networks in other programs, beside the engine: in onnxruntime, in PyTorch by the module in python/, and in
//! torchvision's own model.

mod python;
mod random_network;

use engine::{Parameters, compacted, save_weights};
use exchange::{Card, Format, Model, export};
use network::Network;
use random_network::{images, kept, logits, network, random, settle};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tch::Tensor;

/// Images of a case.
const IMAGES: i64 = 3;

/// Writes a network in every format to a folder of its own, with the engine's logits.
fn write_case(folder: &Path, network: &Network, parameters: &Parameters, images: &Tensor) {
    fs::create_dir(folder).unwrap();
    let weights = folder.join("weights.safetensors");
    save_weights(parameters, &parameters.weights, &weights).unwrap();
    let model = Model::with_weights(network.clone(), &weights).unwrap();
    let card = Card::from([("classes".into(), "[\"ä\",\"b\"]".into()), ("sparsity".into(), "0.5".into())]);
    for (format, name) in [
        (Format::Onnx, "network.onnx"),
        (Format::Torch, "network.pth"),
        (Format::Safetensors, "network.safetensors"),
    ] {
        fs::write(folder.join(name), export(&model, &card, format).unwrap()).unwrap();
    }
    // The first entry of the archive has the earliest time of ZIP, 1980-01-01, and not the clock's, which the crate `zip`
    // takes in a build with `tch`.
    assert_eq!(fs::read(folder.join("network.pth")).unwrap()[10..14], [0u8, 0, 0x21, 0]);
    let logits = logits(network, parameters, images);
    let logits =
        logits.iter().enumerate().map(|(number, value)| (format!("logits_{number}"), value.contiguous()));
    let tensors: Vec<(String, Tensor)> = logits.chain([("images".into(), images.contiguous())]).collect();
    let named: Vec<(&str, &Tensor)> = tensors.iter().map(|(name, value)| (name.as_str(), value)).collect();
    Tensor::write_safetensors(&named, folder.join("expected.safetensors")).unwrap();
}

/// Keeps two of every four consecutive weights of the flat tensor where a layer has whole groups, else every second one.
fn masked(parameters: &Parameters) {
    let count = parameters.weights.numel() as i64;
    let places = Tensor::arange(count, (tch::Kind::Int64, tch::Device::Cpu));
    let keeps = places.remainder(4).ge(2);
    let mut weights = parameters.weights.shallow_clone();
    weights.copy_(&(&parameters.weights * keeps.to_kind(tch::Kind::Float)));
}

/// The module in python/, installed by pip into `folder`; where that is not possible, as it stands.
fn module(python: &str, folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    if !Command::new(python).args(["-c", "import pip, setuptools, wheel"]).output().unwrap().status.success()
    {
        eprintln!("skipped: installing the module, since HARNESS_PYTHON lacks pip, setuptools or wheel");
        return source;
    }
    // Building leaves files in the folder of the sources.
    let (copy, target) = (folder.join("source"), folder.join("installed"));
    fs::create_dir(&copy).unwrap();
    for file in ["pyproject.toml", "harness_network.py", "README.md"] {
        fs::copy(source.join(file), copy.join(file)).unwrap();
    }
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--target",
    ]);
    let output = pip.arg(&target).arg(&copy).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target
}

#[test]
fn other_programs_compute_the_same() {
    let Some(python) = python::that_runs("import torch, safetensors") else {
        eprintln!("skipped: HARNESS_PYTHON has no PyTorch and safetensors (setup.sh installs them)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (cases, modules) = (folder.path().join("cases"), folder.path().join("modules"));
    fs::create_dir(&cases).unwrap();
    fs::create_dir(&modules).unwrap();
    let mut count = 0;
    let mut write = |what: String, network: &Network, parameters: &Parameters, images: &Tensor| {
        write_case(&cases.join(what), network, parameters, images);
        count += 1;
    };
    for (name, side) in [
        ("wrn-16-2", 32),
        ("resnet20", 32),
        ("resnet50-0.125", 64),
        ("mobilenet-v1-0.25", 64),
        ("mobilenet-v2-0.25", 64),
        // Maps of one pixel are enlarged for the classifier, and those of 14 pixels a side averaged.
        ("vgg16-bn-0.0625", 32),
        ("vgg16-bn-0.0625", 448),
        ("ssd64-resnet50-0.125", 64),
    ] {
        let dense = network(name, side);
        let (parameters, images) = (random(&dense, 2), images(IMAGES, side));
        settle(&dense, &parameters, &images);
        write(format!("{name} {side} dense"), &dense, &parameters, &images);
        let groups = dense.channel_groups().unwrap();
        let (small, values) = compacted(&dense, &groups, &kept(&groups, 0.5, 2), &parameters);
        write(format!("{name} {side} compact"), &small, &values, &images);
        masked(&parameters);
        // The first layer of these has a multiple of four weights, and all others a multiple of four inputs.
        let pattern = if name == "wrn-16-2" { "2:4" } else { "masked" };
        write(format!("{name} {side} {pattern}"), &dense, &parameters, &images);
    }
    for name in ["resnet50", "mobilenet-v2"] {
        let whole = network(name, 64);
        let (parameters, images) = (random(&whole, 3), images(IMAGES, 64));
        settle(&whole, &parameters, &images);
        write(format!("{name} dense"), &whole, &parameters, &images);
    }

    let mut command = Command::new(&python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports.py")).arg(&cases);
    command.env("PYTHONPATH", module(&python, &modules)).env("OMP_NUM_THREADS", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: BTreeMap<String, BTreeMap<String, f64>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.len(), count);
    for (case, distances) in &found {
        assert!(distances.contains_key("network.pth") && distances.contains_key("network.safetensors"));
        for (program, distance) in distances {
            assert!(*distance < 1e-4, "{case}, {program}: {distance}");
        }
    }
    if !found.values().all(|distances| distances.contains_key("onnxruntime")) {
        eprintln!("skipped: ONNX, since HARNESS_PYTHON has no onnxruntime (pip install onnxruntime)");
    }
}
