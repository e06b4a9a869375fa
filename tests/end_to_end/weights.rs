//! Trainings that start from a weights file.

use crate::{expect, imagenet, photographs, records, runs};

/// The weights that one trial ends with are what another starts from.
#[test]
fn a_training_can_start_from_a_weights_file() {
    let folder = photographs();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    let first = runs(folder.path()).remove(0);
    let last: f64 = records(folder.path())[0].val_loss.unwrap();
    let file = first.join("weights.safetensors");
    let init = ["--method", "dense", "--init", file.to_str().unwrap(), "--set", "evaluate_every=1"];
    expect(&imagenet(folder.path(), &init).output().unwrap(), 0);
    let second = runs(folder.path()).into_iter().find(|run| *run != first).unwrap();
    let metrics = std::fs::read_to_string(second.join("metrics.csv")).unwrap();
    let start: Vec<&str> = metrics.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(start[0], "0");
    assert!((start[6].parse::<f64>().unwrap() - last).abs() < 1e-5, "{metrics} {last}");
    assert!(records(folder.path()).iter().any(|record| record.settings.contains("initial_weights=")));
    // Weights of another network are refused by name.
    let wrong = imagenet(folder.path(), &["--method", "small-dense", "--init", file.to_str().unwrap()]);
    let (_, err) = expect(&{ wrong }.output().unwrap(), 2);
    assert!(err.contains("does not hold this network"), "{err}");
    let absent = imagenet(folder.path(), &["--method", "dense", "--init", "absent"]).output().unwrap();
    assert!(expect(&absent, 2).1.contains("--init"));
}

/// A plan reads the weights to the last value, so that nothing is found out by a worker.
#[test]
fn weights_that_cannot_be_used_are_refused_by_the_plan() {
    let folder = photographs();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    let weights = std::fs::read(runs(folder.path()).remove(0).join("weights.safetensors")).unwrap();
    let file = folder.path().join("given.safetensors");
    let plan = |more: &[&str]| {
        let given = ["--method", "dense", "--init", file.to_str().unwrap(), "--dry-run"];
        imagenet(folder.path(), &[&given, more].concat()).output().unwrap()
    };
    let refused = |bytes: &[u8], words: &[&str]| {
        std::fs::write(&file, bytes).unwrap();
        let (_, err) = expect(&plan(&[]), 2);
        assert!(words.iter().all(|word| err.contains(word)), "{words:?}: {err}");
    };
    refused(b"version https://git-lfs.github.com/spec/v1\n", &["given.safetensors", "git lfs pull"]);
    refused(&weights[..weights.len() - 1], &["given.safetensors is not a safetensors file"]);
    // Every value is one that no network can have; the checksum of the harness is left out.
    let views = safetensors_with(&weights, |bytes| bytes.fill(0xff));
    refused(&views, &["not finite", "had diverged"]);

    std::fs::write(&file, &weights).unwrap();
    // The same weights in another file are the same trial.
    let (planned, _) = expect(&plan(&[]), 0);
    std::fs::write(&file, safetensors_with(&weights, |_| {})).unwrap();
    assert_eq!(expect(&plan(&[]), 0).0, planned);
    std::fs::write(&file, safetensors_with(&weights, |bytes| bytes[0] ^= 1)).unwrap();
    assert_ne!(expect(&plan(&[]), 0).0, planned);
    let (_, err) = expect(&plan(&["--new-head"]), 0);
    assert!(err.contains("all but the head starts from") && err.contains("`fc.weight`"), "{err}");
    let (_, err) =
        expect(&imagenet(folder.path(), &["--method", "dense", "--new-head"]).output().unwrap(), 2);
    assert!(err.contains("--init"), "{err}");
}

/// The tensors of a safetensors file without its metadata, their bytes changed.
fn safetensors_with(file: &[u8], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    header.as_object_mut().unwrap().remove("__metadata__");
    let header = header.to_string();
    let mut data = file[8 + length..].to_vec();
    change(&mut data);
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}
