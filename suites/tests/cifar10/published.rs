//! What can only be shown on the published data, in the folder that `CIFAR10_DIR` names:
//! `CIFAR10_DIR=... cargo test --release -p suites --test cifar10 published -- --nocapture`.
//! Without the variable these tests say that they were skipped.

use std::path::PathBuf;
use std::time::Instant;

use suites::cifar10::{Cifar10, FileReport, fingerprint, verify};

fn dir() -> Option<PathBuf> {
    let dir = std::env::var_os("CIFAR10_DIR").map(PathBuf::from);
    if dir.is_none() {
        eprintln!("skipped: CIFAR10_DIR names no folder with the published data");
    }
    dir
}

#[test]
fn the_files_with_the_publishers_checksums_have_the_publishers_name() {
    let Some(dir) = dir() else { return };
    let reports = verify(&dir);
    assert!(reports.len() == 6 && reports.iter().all(FileReport::is_ok), "{reports:?}");
    let start = Instant::now();
    let identity = fingerprint(&dir).unwrap();
    println!("fingerprint: {:.3} s", start.elapsed().as_secs_f64());
    assert_eq!((identity.train, identity.test), (50_000, 10_000));
    assert_eq!(identity.dataset, "cifar10", "fingerprint {}", identity.fingerprint);
}

#[test]
fn the_whole_set_loads_in_about_a_second() {
    let Some(dir) = dir() else { return };
    let start = Instant::now();
    let data = Cifar10::load(&dir).unwrap();
    println!("load: {:.3} s", start.elapsed().as_secs_f64());
    let count =
        |labels: &[u8]| (0..10).map(|c| labels.iter().filter(|&&l| l == c).count()).collect::<Vec<_>>();
    assert_eq!(count(&data.train.labels), [5_000; 10]);
    assert_eq!(count(&data.test.labels), [1_000; 10]);
    // The channel means that everyone uses to normalise: 0.4914, 0.4822, 0.4465.
    for (channel, expected) in [0.4914, 0.4822, 0.4465].into_iter().enumerate() {
        let values = data.train.pixels.iter().skip(channel).step_by(3);
        let mean = values.map(|&v| f64::from(v)).sum::<f64>() / (50_000.0 * 1024.0 * 255.0);
        assert!((mean - expected).abs() < 1e-4, "channel {channel}: {mean}");
    }
}
