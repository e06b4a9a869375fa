//! Compact networks as files: what is written is read, what is damaged is refused, and PyTorch
//! computes the same from one.

mod python;
mod random_network;

use engine::{Parameters, compacted, folded, load_compact, save_compact};
use network::Network;
use random_network::{images, kept, logits, network, random, settle};
use safetensors::{SafeTensors, tensor::TensorView};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use tch::{Device, Tensor};

/// A compact network of `name` with random channels.
fn compact(name: &str, side: usize) -> (Network, Parameters) {
    let network = network(name, side);
    let groups = network.channel_groups().unwrap();
    compacted(&network, &groups, &kept(&groups, 0.5, 2), &random(&network, 2))
}

fn provenance() -> BTreeMap<String, String> {
    BTreeMap::from([("model".into(), "wrn-10-1".into()), ("note".into(), "ä \"quoted\" \n line".into())])
}

#[test]
fn a_file_is_read_as_it_was_written_and_the_same_network_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    for (name, side) in [
        ("wrn-10-1", 32),
        ("resnet50-0.125", 64),
        ("mobilenet-v1-0.25", 64),
        ("mobilenet-v2-0.25", 64),
        ("vgg16-bn-0.0625", 64),
    ] {
        let (network, parameters) = compact(name, side);
        for (network, parameters) in [folded(&network, &parameters), (network, parameters)] {
            save_compact(&network, &parameters, &provenance(), &first).unwrap();
            let file = load_compact(&first, Device::Cpu).unwrap();
            assert_eq!((&file.network, &file.provenance), (&network, &provenance()));
            for (left, right) in [
                (&file.parameters.weights, &parameters.weights),
                (&file.parameters.others, &parameters.others),
                (&file.parameters.statistics, &parameters.statistics),
            ] {
                assert!(left.equal(right), "{name}");
            }
            save_compact(&file.network, &file.parameters, &file.provenance, &second).unwrap();
            assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
        }
    }
    let nowhere = folder.path().join("absent").join("file");
    let (network, parameters) = compact("wrn-10-1", 32);
    let message = save_compact(&network, &parameters, &provenance(), &nowhere).unwrap_err().to_string();
    assert!(message.contains("absent"), "{message}");
}

/// A file with its metadata and tensors changed.
fn changed(bytes: &[u8], change: impl FnOnce(&mut HashMap<String, String>, &mut Tensors)) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let mut texts = metadata.metadata().clone().unwrap();
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors: Tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| (name, (view.shape().to_vec(), view.data().to_vec())))
        .collect();
    change(&mut texts, &mut tensors);
    let views = tensors.iter().map(|(name, (shape, data))| {
        (name.clone(), TensorView::new(safetensors::Dtype::F32, shape.clone(), data).unwrap())
    });
    safetensors::serialize(views, Some(texts)).unwrap()
}

type Tensors = BTreeMap<String, (Vec<usize>, Vec<u8>)>;

#[test]
fn what_is_damaged_or_something_else_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compact.safetensors");
    let message = |path: &Path| load_compact(path, Device::Cpu).unwrap_err().to_string();
    assert!(message(&path).contains("cannot read"));
    let (network, parameters) = compact("wrn-10-1", 32);
    save_compact(&network, &parameters, &provenance(), &path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let refused = |bytes: &[u8], words: &str| {
        std::fs::write(&path, bytes).unwrap();
        let message = message(&path);
        assert!(message.contains(words) && message.contains("compact.safetensors"), "{words}: {message}");
    };

    refused(b"", "not a safetensors");
    refused(b"nonsense of some length", "not a safetensors");
    refused(&whole[..whole.len() - 1], "not a safetensors");
    refused(&changed(&whole, |texts, _| texts.clear()), "does not hold a compact network");
    refused(&changed(&whole, |texts, _| drop(texts.insert("version".into(), "2".into()))), "has version 2");
    let network_is = |text: String| changed(&whole, |texts, _| drop(texts.insert("network".into(), text)));
    refused(&network_is("{}".into()), "cannot be read");
    let text = serde_json::to_string(&network).unwrap();
    refused(&network_is(text.replacen("\"inputs\":[0]", "\"inputs\":[7]", 1)), "node 1");
    refused(&network_is(text.replacen("\"inputs\":[0]", "\"inputs\":[0,0]", 1)), "node 1");
    // A network that is one, but far larger than the file.
    let mut huge = network::models::model("wrn-10-16", 10, 32).unwrap();
    huge.name = "huge".into();
    refused(&network_is(serde_json::to_string(&huge).unwrap()), "more than fit");

    let tensor = |change: &dyn Fn(&mut Tensors)| changed(&whole, |_, tensors| change(tensors));
    refused(&tensor(&|all| drop(all.remove("fc.bias"))), "`fc.bias` is missing");
    refused(&tensor(&|all| drop(all.insert("extra".into(), (vec![1], vec![0; 4])))), "`extra`");
    refused(&tensor(&|all| drop(all.insert("fc.bias".into(), (vec![9], vec![0; 36])))), "`fc.bias` is [9]");
    let first = |name: &'static str, value: f32| {
        tensor(&move |all: &mut Tensors| {
            all.get_mut(name).unwrap().1[..4].copy_from_slice(&value.to_le_bytes());
        })
    };
    refused(&first("conv1.weight", f32::NAN), "`conv1.weight` has values");
    refused(&first("fc.bias", f32::INFINITY), "`fc.bias` has values");
    refused(&first("bn1.running_var", -1.0), "negative variance");
}

/// Whatever byte is changed, the file is refused or still the same network; nothing panics.
#[test]
fn no_changed_byte_makes_it_fall_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compact.safetensors");
    let (network, parameters) = compact("wrn-10-1", 32);
    save_compact(&network, &parameters, &provenance(), &path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let in_values = (header..whole.len()).step_by(10_007);
    for at in (0..header).step_by(13).chain(in_values) {
        for byte in [b'0', b'"', 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            std::fs::write(&path, &bytes).unwrap();
            if let Ok(file) = load_compact(&path, Device::Cpu) {
                assert_eq!(file.network.check(), Ok(()));
                assert_eq!(file.network, network, "at {at}");
                assert!(file.parameters.weights.equal(&parameters.weights), "at {at}");
                assert!(file.parameters.others.equal(&parameters.others), "at {at}");
            }
        }
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/compact_reference.py")
}

/// The folder of the module that the script imports.
fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../python")
}

#[test]
fn pytorch_computes_the_same_from_the_file_alone() {
    let Some(python) = python::that_runs("import torch, safetensors") else {
        eprintln!("skipped: HARNESS_PYTHON has no PyTorch and safetensors (setup.sh installs them)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, side) in [
        ("wrn-16-2", 32),
        ("resnet50-0.125", 64),
        ("mobilenet-v1-0.25", 64),
        ("mobilenet-v2-0.25", 64),
        ("vgg16-bn-0.0625", 64),
        ("ssd64-resnet50-0.125", 64),
        ("ssd64-resnet50-skim-0.125", 64),
    ] {
        let (network, parameters) = compact(name, side);
        let images = images(4, side);
        settle(&network, &parameters, &images);
        Tensor::write_safetensors(&[("images", &images)], folder.join("images.safetensors")).unwrap();
        for (network, parameters) in [folded(&network, &parameters), (network, parameters)] {
            save_compact(&network, &parameters, &provenance(), &folder.join("compact.safetensors")).unwrap();
            let mut command = Command::new(&python);
            command.env("PYTHONPATH", modules());
            command.arg(script()).arg(folder.join("compact.safetensors")).arg("--threads").arg("1");
            command.arg("--images").arg(folder.join("images.safetensors"));
            let output = command.arg("--logits").arg(folder.join("logits.safetensors")).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let ours = logits(&network, &parameters, &images);
            let theirs = Tensor::read_safetensors(folder.join("logits.safetensors")).unwrap();
            assert_eq!(theirs.len(), 2 * ours.len());
            for (tensor, theirs) in theirs {
                let (_, number) = tensor.rsplit_once('_').unwrap();
                let ours = &ours[number.parse::<usize>().unwrap()];
                let distance = (ours - &theirs).abs().max() / theirs.abs().max();
                assert!(distance.double_value(&[]) < 1e-4, "{name} {tensor}: {distance:?}");
            }
        }
    }
}
