//! Data sets: generated, verified, described.

use crate::{err, folder, harness, out};

#[test]
fn generated_data_are_verified_described_and_known_when_damaged() {
    let folder = folder();
    let draw =
        ["data", "generate", "cifar10", "--train", "20", "--test", "10", "--seed", "7", "--data", "set"];
    let output = harness(folder.path(), &draw);
    assert!(out(&output).contains("set: written"), "{}", err(&output));
    assert!(out(&harness(folder.path(), &draw)).contains("already there"));
    let verify = || harness(folder.path(), &["data", "verify", "cifar10", "--data", "set"]);
    assert_eq!(verify().status.code(), Some(0));
    assert!(out(&verify()).lines().all(|line| line.ends_with(": ok")));
    let info = out(&harness(folder.path(), &["data", "info", "cifar10", "--data", "set"]));
    assert!(info.contains("cifar10-generated") && info.contains("20") && info.contains("10"), "{info}");
    // Any profile takes them, if they are named.
    let lite = ["suite", "cifar10", "--profile", "lite", "--method", "static", "--data", "set", "--dry-run"];
    assert!(out(&harness(folder.path(), &lite)).contains("20 training and 10 test images"));

    let batch = folder.path().join("set/test_batch.bin");
    let mut bytes = std::fs::read(&batch).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&batch, bytes).unwrap();
    assert_eq!(verify().status.code(), Some(1));
    assert!(out(&verify()).contains("test_batch.bin: damaged"), "{}", out(&verify()));
}
