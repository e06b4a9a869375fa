//! Exports as they are read again; what other programs make of them is compared in the engine's tests.

use exchange::{Card, Format, Head, InitialWeights, Model, WeightsFile, check, export, places};
use network::{Network, models};

/// `network` with numbers that tell every place from every other.
fn model(network: Network) -> Model {
    let mut number = 0u32;
    let mut next = || {
        number += 1;
        (number % 4096) as f32 / 4096.0
    };
    let tensors = places(&network).into_iter().map(|place| {
        let values = (0..place.len()).map(|_| next()).collect();
        (place, values)
    });
    Model { tensors: tensors.collect(), network }
}

fn card() -> Card {
    Card::from([("classes".into(), "[\"ä\",\"b\"]".into()), ("method".into(), "iee".into())])
}

#[test]
fn what_is_exported_is_read_again_and_the_same_network_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, side) in [
        ("wrn-10-1", 32),
        ("resnet20", 32),
        ("resnet50-0.125", 64),
        ("mobilenet-v1-0.25", 64),
        ("mobilenet-v2-0.25", 64),
        // A map of one pixel, of the classifier's size, and of twice that.
        ("vgg16-bn-0.0625", 32),
        ("vgg16-bn-0.0625", 224),
        ("vgg16-bn-0.0625", 448),
        ("ssd64-resnet50-0.1", 64),
    ] {
        let model = model(models::model(name, 10, side).unwrap());
        for format in [Format::Torch, Format::Safetensors, Format::Onnx] {
            let bytes = export(&model, &card(), format).unwrap();
            assert_eq!(export(&model, &card(), format).unwrap(), bytes, "{name} {format:?}");
            if format == Format::Onnx {
                continue;
            }
            let path = folder.path().join("network.pth");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(
                check(&model.network, &path, Head::File).unwrap(),
                InitialWeights::Whole,
                "{name} {format:?}"
            );
            let file = WeightsFile::open(&path).unwrap();
            for (place, values) in &model.tensors {
                assert_eq!(&file.values(&place.name).unwrap(), values, "{name} {format:?} {}", place.name);
            }
            if format == Format::Safetensors {
                let again = Model::compact(&path).unwrap();
                assert_eq!((&again.network, again.tensors), (&model.network, model.tensors.clone()));
                assert_eq!(file.metadata()["classes"], card()["classes"]);
            } else {
                let message = Model::compact(&path).unwrap_err().to_string();
                assert!(message.contains("does not describe its network"), "{message}");
            }
        }
    }
}

/// Maps of two pixels a side, whose means are to be seven a side: PyTorch's windows overlap, and those of ONNX cannot.
#[test]
fn what_onnx_has_no_operator_for_is_refused_by_name() {
    let model = model(models::model("vgg16-bn-0.0625", 10, 64).unwrap());
    let message = export(&model, &card(), Format::Onnx).unwrap_err().to_string();
    for words in ["`avgpool` of vgg16-bn-0.0625", "from 2 x 2 to 7 x 7 pixels", "as torch or safetensors"] {
        assert!(message.contains(words), "{message}");
    }
    assert!(export(&model, &card(), Format::Torch).is_ok());
}
