//! Files of torch.save, as PyTorch writes them and as they are when they are damaged or hold something else.
//!
//! `files/plain.pth` and `files/checkpoint.pth` are committed, so that the reader is checked where there is no PyTorch:
//! both were made by `files/make.py` with PyTorch 2.11.

use exchange::{
    FloatTensor, Head, InitialWeights, Place, WeightsFile, check, fit, places, safetensors_bytes,
};
use network::{Builder, Network, Shape};
use proptest::prelude::*;
use safetensors::{Dtype, tensor::TensorView};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A network that the files hold, of two classes.
fn network(classes: usize) -> Network {
    let mut net = Builder::new("tiny", Shape { channels: 3, height: 4, width: 4 });
    let x = net.conv("conv1", 0, 2, 3, 1);
    let x = net.batch_norm("bn1", x);
    let x = net.relu("relu1", x);
    let x = net.global_average_pool("pool", x);
    net.linear("fc", x, classes);
    net.finish()
}

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

fn counted(from: f32, count: usize) -> Vec<f32> {
    (0..count).map(|index| from + index as f32 / 8.0).collect()
}

/// The values that `make.py` gives: eighths, which are exact in every format.
fn assert_values(file: &WeightsFile, what: &str) {
    let conv: Vec<f32> = counted(-3.0, 54);
    assert_eq!(file.values("conv1.weight").unwrap(), conv, "{what}");
    assert_eq!(file.values("fc.weight").unwrap(), [0.5, -0.5, 0.25, -0.25], "{what}");
    assert_eq!(file.values("bn1.running_var").unwrap(), [1.0, 2.0], "{what}");
}

#[test]
fn committed_files_are_read_without_pytorch() {
    for name in ["plain.pth", "checkpoint.pth"] {
        assert_values(&WeightsFile::open(&committed(name)).unwrap(), name);
        assert_eq!(check(&network(2), &committed(name), Head::File).unwrap(), InitialWeights::Whole);
    }
}

/// The same weights are known as such from any container; other names, shapes and values are not.
#[test]
fn the_fingerprint_is_of_names_shapes_and_values() {
    let of = |file: WeightsFile| file.fingerprint().unwrap();
    let plain = of(WeightsFile::open(&committed("plain.pth")).unwrap());
    assert_eq!(plain.len(), 16);
    assert_eq!(of(WeightsFile::open(&committed("checkpoint.pth")).unwrap()), plain);

    let file = WeightsFile::open(&committed("plain.pth")).unwrap();
    let tensors: Vec<FloatTensor> = file
        .names()
        .map(|name| {
            let bytes = file.values(name).unwrap().iter().flat_map(|value| value.to_le_bytes()).collect();
            (name.to_string(), file.shape(name).unwrap(), bytes)
        })
        .collect();
    let stored = |metadata: &[(&str, &str)], tensors: &[FloatTensor]| {
        of(WeightsFile::parse("w".into(), safetensors_bytes(metadata, tensors)).unwrap())
    };
    assert_eq!(stored(&[], &tensors), plain);
    assert_eq!(stored(&[("by", "somebody else")], &tensors), plain);
    let reversed: Vec<FloatTensor> = tensors.iter().rev().cloned().collect();
    assert_eq!(stored(&[], &reversed), plain);
    let wrapped: Vec<FloatTensor> = tensors
        .iter()
        .cloned()
        .map(|(name, shape, bytes)| (format!("module.{name}"), shape, bytes))
        .collect();
    assert_eq!(stored(&[], &wrapped), plain);

    let mut seen = vec![plain];
    for at in 0..tensors.len() {
        let changes: [fn(&mut FloatTensor); 3] = [
            |(name, ..)| name.push('2'),
            |(_, shape, _)| shape.insert(0, 1),
            |(.., bytes)| *bytes.last_mut().unwrap() ^= 1,
        ];
        for change in changes {
            let mut changed = tensors.clone();
            change(&mut changed[at]);
            seen.push(stored(&[], &changed));
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}

#[test]
fn a_head_of_other_classes_is_an_error_or_drawn() {
    let path = committed("plain.pth");
    let message = check(&network(5), &path, Head::File).unwrap_err().to_string();
    for words in ["plain.pth", "heads of 2 classes", "`fc.weight`", "there are 5 here", "--new-head"] {
        assert!(message.contains(words), "{message}");
    }
    let file = WeightsFile::open(&path).unwrap();
    for classes in [2, 5] {
        let (filled, places) = fit(&network(classes), &file, Head::Seed).unwrap();
        let InitialWeights::WithoutHead { taken: 5, drawn, .. } = &filled else { panic!("{filled:?}") };
        assert_eq!(drawn, &["fc.weight", "fc.bias"]);
        assert!(places.iter().all(|place| !place.name.starts_with("fc.")));
        assert!(filled.to_string().contains("the head (`fc.weight` to `fc.bias`) is drawn"), "{filled}");
    }
    let drawn = vec!["head.weight".to_string()];
    let filled = InitialWeights::WithoutHead { path: "plain.pth".into(), taken: 5, drawn };
    assert!(filled.to_string().contains("the head (`head.weight`) is drawn from the seed"), "{filled}");
}

/// A network without its classifier: the message names what takes it, and that does.
#[test]
fn a_file_without_a_head_is_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("headless.safetensors");
    let write = |places: &[Place]| {
        let tensor = |place: &Place| (place.name.clone(), place.shape.clone(), vec![0; 4 * place.len()]);
        let tensors: Vec<FloatTensor> = places.iter().map(tensor).collect();
        std::fs::write(&path, safetensors_bytes(&[], &tensors)).unwrap();
    };
    let mut held = places(&network(2));
    held.retain(|place| !place.name.starts_with("fc."));
    write(&held);
    let message = check(&network(2), &path, Head::File).unwrap_err().to_string();
    for words in ["headless.safetensors", "no head", "`fc.weight`", "--new-head"] {
        assert!(message.contains(words), "{message}");
    }
    let filled = check(&network(2), &path, Head::Seed).unwrap();
    assert!(matches!(filled, InitialWeights::WithoutHead { taken: 5, .. }), "{filled:?}");
    // What lacks more is of another network.
    held.remove(0);
    write(&held);
    let message = check(&network(2), &path, Head::File).unwrap_err().to_string();
    assert!(message.contains("`conv1.weight` is missing"), "{message}");
}

#[test]
fn what_is_no_state_dict_is_refused_by_name() {
    let refused = |bytes: &[u8], words: &[&str]| {
        let message = match WeightsFile::parse("model.pth".into(), bytes.to_vec()) {
            Ok(_) => panic!("{words:?}"),
            Err(error) => error.to_string(),
        };
        for word in words.iter().chain(&["model.pth"]) {
            assert!(message.contains(word), "{word}: {message}");
        }
    };
    refused(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", &["Git LFS", "git lfs pull"]);
    refused(
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
        &["before version 1.6", "torch.save(torch.load("],
    );
    refused(b"", &["not a safetensors file nor one of torch.save"]);
    refused(b"PK\x03\x04", &["no whole ZIP archive"]);
    // An empty archive, and others that hold no state dict.
    let archive = |pickle: &[u8]| archive(&[("archive/data.pkl", pickle)]);
    refused(&self::archive(&[("archive/other", b"")]), &["without `data.pkl`"]);
    refused(&self::archive(&[("a/data.pkl", b"N."), ("a/byteorder", b"big")]), &["other byte order"]);
    refused(&self::archive(&[("a/data.pkl", b"N."), ("a/constants.pkl", b"")]), &["TorchScript"]);
    // An entry that its directory calls smaller than it is.
    let mut small = archive(b"N.");
    let directory = small.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    small[directory + 24] = 1;
    refused(&small, &["`archive/data.pkl`", "two sizes"]);
    refused(&archive(b"N."), &["not a dict of tensors", "torch.save(model.state_dict()"]);
    refused(&archive(b"}X\x05\x00\x00\x00epochK\x03s."), &["(`epoch`)", "neither `state_dict` nor `model`"]);
    refused(&archive(b"cposix\nsystem\nX\x02\x00\x00\x00ls\x85R."), &["`posix.system`", "state_dict()"]);
    refused(&archive(b"\x8c\x08builtins\x8c\x04eval\x93."), &["`builtins.eval`"]);
    refused(&archive(b"ctorchvision.models.resnet\nResNet\n)\x81."), &["`torchvision.models.resnet.ResNet`"]);
    refused(&archive(b"ccollections\nOrderedDict\n)\x81."), &["torch.save does not"]);
    // What is skipped may not be called with what is not, nor take a tensor's place.
    refused(
        &archive(b"cargparse\nNamespace\n)\x81}X\x01\x00\x00\x00acposix\nsystem\nsb."),
        &["`posix.system`"],
    );
    refused(&archive(b"cargparse\nNamespace\n)\x81."), &["not a dict of tensors"]);
    refused(&archive(b"cargparse\nNamespace\nK\x01\x81."), &["torch.save does not"]);
    refused(&archive(b"ctorch\nSize\n)R."), &["torch.save does not"]);
    refused(&archive(b"h\x00."), &["not made before"]);
    refused(&archive(b"}("), &["ends"]);
    refused(&archive(b"u."), &["fewer objects"]);
    refused(&archive(b"(0."), &["fewer objects"]);
    refused(&archive(b"\x80\x09."), &["protocol 9"]);
    refused(&archive(b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff."), &["ends"]);
    // One instruction, five million times: refused before it takes memory. A list, a mark, the last object again, and a
    // place to find it again.
    for (before, instruction) in [("", b']'), ("", b'('), ("N", b'2'), ("N", 0x94)] {
        let bomb = joined(&[before.as_bytes(), &[instruction].repeat(5_000_000), b"."]);
        refused(&archive(&bomb), &["more than 4000000 objects"]);
    }
    // What storages and tensors copy: a long key, a long name, and the same tensor again and again.
    refused(&archive(&tensor(&"0".repeat(65))), &["torch.save does not"]);
    let named = joined(&[b"}", &item(&"w".repeat(1001), &tensor("0")), b"."]);
    refused(&archive(&named), &["a name of 1001 bytes"]);
    let again = joined(&[&tensor("0"), b"0", &b"h\0h\x01R0".repeat(100_000), b"."]);
    refused(&archive(&again), &["more than 100000 tensors"]);
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// The instruction that makes a text.
fn text(text: &str) -> Vec<u8> {
    joined(&[b"X", &(text.len() as u32).to_le_bytes(), text.as_bytes()])
}

/// Instructions that set the entry `name` of the dict on top of the stack to what `value` makes.
fn item(name: &str, value: &[u8]) -> Vec<u8> {
    joined(&[&text(name), value, b"s"])
}

/// Instructions that make a tensor of one number, all of the storage `key`; its function and its arguments are kept at
/// the places 0 and 1.
fn tensor(key: &str) -> Vec<u8> {
    let storage = joined(&[&text("storage"), b"ctorch\nFloatStorage\n", &text(key), &text("cpu"), b"K\x01"]);
    let rebuild = b"ctorch._utils\n_rebuild_tensor_v2\nq\0";
    // Offset, shape, strides; trained or not; hooks.
    let view = b"K\0K\x01\x85K\x01\x85\x89}";
    joined(&[rebuild, b"((", &storage, b"tQ", view, b"tq\x01R"])
}

/// PyTorch's own example for ImageNet saves the best accuracy, a tensor, beside the state dict; an entry without tensors
/// is none.
#[test]
fn a_tensor_beside_a_state_dict_is_not_taken_for_one() {
    let state = joined(&[b"}", &item("a.weight", &tensor("0"))]);
    for items in [
        [item("best_acc1", &tensor("1")), item("state_dict", &state)],
        [item("model", &state), item("best_acc1", &tensor("1"))],
        [item("state_dict", b"}"), item("a.weight", &tensor("0"))],
        [item("model", &tensor("1")), item("model_state_dict", &state)],
    ] {
        let program = joined(&[b"}", &items.concat(), b"."]);
        let number = 1.5f32.to_le_bytes();
        let bytes = archive(&[("a/data.pkl", &program), ("a/data/0", &number), ("a/data/1", &number)]);
        let file = WeightsFile::parse("checkpoint.pth".into(), bytes).unwrap();
        assert_eq!(file.names().collect::<Vec<_>>(), ["a.weight"]);
        assert_eq!(file.values("a.weight").unwrap(), [1.5]);
    }
}

/// The training scripts of torchvision and others save the arguments that they were started with, and their schedule.
#[test]
fn what_a_training_script_saves_beside_its_weights_is_skipped() {
    let state = joined(&[b"}", &item("a.weight", &tensor("0"))]);
    let path = joined(&[b"cpathlib\nPosixPath\n(", &text("/"), &text("data"), b"tR"]);
    let arguments =
        joined(&[b"}(", &text("lr"), b"G\x3f\xb9\x99\x99\x99\x99\x99\x9a", &text("data"), &path, b"u"]);
    let namespace = joined(&[b"cargparse\nNamespace\n)\x81", &arguments, b"b"]);
    let milestones = b"ccollections\nCounter\n}K\x10K\x01s\x85R";
    let factory = b"ccollections\ndefaultdict\n)RK\x01K\x02s";
    let device = joined(&[b"ctorch\ndevice\n", &text("cuda"), b"K\0\x86R"]);
    let beside = [
        item("args", &namespace),
        item("schedule", milestones),
        item("more", factory),
        item("device", &device),
    ];
    let program = joined(&[b"}", &item("model", &state), &beside.concat(), b"."]);
    let bytes = archive(&[("a/data.pkl", &program), ("a/data/0", &1.5f32.to_le_bytes())]);
    let file = WeightsFile::parse("checkpoint.pth".into(), bytes).unwrap();
    assert_eq!(
        (file.names().collect::<Vec<_>>(), file.values("a.weight").unwrap()),
        (vec!["a.weight"], vec![1.5])
    );
}

/// A mask that cannot be read is an error, and not one that keeps everything.
#[test]
fn a_mask_of_unknown_numbers_is_refused() {
    let file = |mask: Dtype, bytes: &[u8]| {
        let values: Vec<u8> = [2.0f32, 3.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let tensors = [("w_orig", Dtype::F32, values.as_slice()), ("w_mask", mask, bytes)];
        let views = tensors.map(|(name, kind, bytes)| (name, TensorView::new(kind, vec![2], bytes).unwrap()));
        WeightsFile::parse("pruned.safetensors".into(), safetensors::serialize(views, None).unwrap()).unwrap()
    };
    assert_eq!(file(Dtype::U8, &[0, 1]).values("w").unwrap(), [0.0, 3.0]);
    let message = file(Dtype::U16, &[0, 0, 1, 0]).values("w").unwrap_err().to_string();
    for words in ["pruned.safetensors", "`w_mask`", "is not read"] {
        assert!(message.contains(words), "{message}");
    }
}

/// An archive of such entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::FileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        std::io::Write::write_all(&mut archive, bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Whatever is asked of a file: nothing panics.
fn ask(bytes: Vec<u8>) {
    let Ok(file) = WeightsFile::parse("any".into(), bytes) else { return };
    let names: Vec<String> = file.names().map(Into::into).collect();
    for name in names {
        let shape = file.shape(&name).unwrap();
        if let Ok(values) = file.values(&name) {
            assert_eq!(values.len(), shape.iter().product::<usize>());
        }
    }
    let _ = fit(&network(2), &file, Head::File);
    let _ = fit(&network(2), &file, Head::Seed);
}

/// Each byte of a file in turn: a single one that is changed or cut off.
#[test]
fn no_changed_byte_panics() {
    for name in ["plain.pth", "checkpoint.pth"] {
        let whole = std::fs::read(committed(name)).unwrap();
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0xff, whole[at] ^ 0x10] {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                ask(bytes);
            }
            ask(whole[..at].to_vec());
        }
    }
}

/// The pickle of a committed file, in an archive without its checksum over it.
fn pickle() -> Vec<u8> {
    let bytes = std::fs::read(committed("checkpoint.pth")).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let name = archive.file_names().find(|name| name.ends_with("data.pkl")).unwrap().to_string();
    let mut pickle = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name(&name).unwrap(), &mut pickle).unwrap();
    pickle
}

proptest! {
    /// Pickles with several bytes changed, and of nothing but bytes: the checksum of the archive is that of the change.
    #[test]
    fn no_pickle_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        noise in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let mut program = pickle();
        for (at, byte) in changes {
            let at = at.index(program.len());
            program[at] = byte;
        }
        let storage = [0u8; 216];
        ask(archive(&[("a/data.pkl", &program), ("a/data/0", &storage)]));
        ask(archive(&[("a/data.pkl", &noise)]));
    }
}

/// Everything that PyTorch itself can write, from the same values.
#[test]
fn what_pytorch_writes_is_read() {
    let python = std::env::var("HARNESS_PYTHON").ok().filter(|python| {
        let imports = Command::new(python).args(["-c", "import torch, safetensors"]).output();
        imports.is_ok_and(|output| output.status.success())
    });
    let Some(python) = python else {
        eprintln!("skipped: HARNESS_PYTHON has no torch and safetensors (setup.sh installs them)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let output =
        Command::new(&python).arg(committed("make.py")).arg(folder.path()).arg("--all").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut read = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let message = || check(&network(2), &path, Head::File).unwrap_err().to_string();
        let expected: &[&str] = match name.as_str() {
            "legacy.pth" => &["before version 1.6"],
            "module.pth" => &["torch.nn.modules.", "state_dict()"],
            "nan.pth" | "nan.safetensors" => &["`conv1.weight`", "not finite", "diverged"],
            "overflow.pth" => &["`conv1.weight`", "not finite 32-bit"],
            "variance.pth" => &["`bn1.running_var`", "negative variance"],
            "integers.pth" | "integers.safetensors" => &["`fc.weight` is int64 and not floating-point"],
            "shape.pth" => &["`conv1.weight` is [2, 3, 1, 1], not [2, 3, 3, 3]"],
            "missing.pth" => &["`bn1.bias` is missing"],
            "extra.pth" => &["`extra` is not part of it"],
            "numpy.pth" => &["numpy", "state_dict()"],
            _ => {
                assert_values(&WeightsFile::open(&path).unwrap(), &name);
                assert_eq!(check(&network(2), &path, Head::File).unwrap(), InitialWeights::Whole, "{name}");
                let plain = WeightsFile::open(&committed("plain.pth")).unwrap().fingerprint().unwrap();
                assert_eq!(WeightsFile::open(&path).unwrap().fingerprint().unwrap(), plain, "{name}");
                read += 1;
                continue;
            }
        };
        for words in expected.iter().chain(&[name.as_str()]) {
            assert!(message().contains(words), "{name}: {}", message());
        }
    }
    assert_eq!(read, 20, "files that are read");
}
