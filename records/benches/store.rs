//! Reading a folder of 10,000 records with 20,000 measured throughputs, without and with the records of
//! the runs to compare them with.

use criterion::{Criterion, criterion_group, criterion_main};
use records::{FpsRow, FpsStore, Record, Store};
use std::hint::black_box;
use std::path::Path;

const RECORDS: u64 = 10_000;

fn record(at: u64) -> Record {
    let name = |text: &str| text.to_string();
    Record {
        key: format!("{:016x}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        suite: name("cifar10"),
        dataset: name("cifar10"),
        data_fingerprint: name("6b387b501e1e6c8f"),
        model: name("wrn-16-1"),
        method: ["iee", "rigl", "set", "static"][at as usize % 4].into(),
        criterion: name("magnitude+gradient"),
        distribution: name("erk"),
        sparsity_target: Some(0.9),
        sparsity: Some(0.899952908205458),
        seed: at / 4,
        profile: name("lite"),
        epochs: Some(9.99936),
        steps: Some(3906),
        top1: Some(70.0 + (at % 977) as f64 / 97.7),
        top5: Some(98.0 + (at % 101) as f64 / 101.0),
        val_loss: Some(0.46578587799072263),
        params_total: Some(175066),
        params_active: Some(18359),
        macs_dense: Some(26657408),
        macs: Some(4615104),
        train_flops_ratio: Some(0.17499999999),
        inference_flops_ratio: Some(0.173126509),
        train_seconds: Some(1505.123456789),
        device_hours: Some(0.418089849),
        peak_memory_mb: Some(812.5),
        device: name("AMD EPYC"),
        status: name("ok"),
        settings: name("exploration_steps=20;importance_steps=20;recovery_steps=20"),
        choices: name("unused_values=zero"),
        commit: name("faf8e9bd39d1"),
        ..Record::default()
    }
}

fn measurements(key: &str) -> [FpsRow; 2] {
    [1, 256].map(|batch| FpsRow {
        key: key.into(),
        protocol: "stable".into(),
        batch,
        precision: "fp32".into(),
        device: "NVIDIA H100".into(),
        fps: Some(1000.5 * batch as f64),
        valid: true,
        commit: "faf8e9bd39d1".into(),
        measured_at: "2026-11-22T16:42:13Z".into(),
        ..FpsRow::default()
    })
}

/// Writes the folder in one go: adding records one by one would rewrite the file as often.
fn fill(out: &Path, records: &[Record]) {
    let mut writer = csv::Writer::from_path(Store::new(out).path()).unwrap();
    records.iter().for_each(|record| writer.serialize(record).unwrap());
    writer.flush().unwrap();
    let rows: Vec<FpsRow> = records.iter().flat_map(|record| measurements(&record.key)).collect();
    let mut writer = csv::Writer::from_path(FpsStore::new(out).path()).unwrap();
    rows.iter().for_each(|row| writer.serialize(row).unwrap());
    writer.flush().unwrap();
}

fn loading(criterion: &mut Criterion) {
    let records: Vec<Record> = (0..RECORDS).map(record).collect();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &records);
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    let store = Store::new(folder.path());
    assert_eq!(store.load().unwrap().records.len(), records.len());
    group.bench_function("10000 records", |bencher| bencher.iter(|| black_box(store.load().unwrap())));
    for record in &records {
        let run = folder.path().join("runs").join(&record.key);
        std::fs::create_dir_all(&run).unwrap();
        std::fs::write(run.join("record.json"), serde_json::to_vec_pretty(record).unwrap()).unwrap();
    }
    let loaded = store.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.complaints.len()), (records.len(), 0));
    group.bench_function("10000 records with their runs", |bencher| {
        bencher.iter(|| black_box(store.load().unwrap()));
    });
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
