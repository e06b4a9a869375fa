//! What was measured, and what rows say was measured.

use std::fs;

use records::{FpsRow, FpsStore, Record};

use super::folder::{Folder, record};

#[test]
fn a_bad_measurement_is_named_and_the_records_stay() {
    let folder = Folder::new();
    let store = FpsStore::new(folder.out.path());
    let row = |key: &str, fps| FpsRow { key: key.into(), fps: Some(fps), valid: true, ..FpsRow::default() };
    store.append(&[row("a", 5.0), row("b", -5.0), row("c", 7.0)]).unwrap();
    let text = fs::read_to_string(store.path()).unwrap().replacen("7.0", "fast", 1);
    fs::write(store.path(), text).unwrap();
    let (keys, said) = folder.load();
    assert_eq!(keys, "abc");
    let expected = ["column `fps`: -5 is negative", "column `fps`: \"fast\" is not a number"];
    assert_eq!(said, [(3, expected[0].to_string()), (4, expected[1].to_string())]);
    folder.store.check().unwrap();
    assert_eq!(folder.store.load().unwrap().records[0].fps, Some(5.0));
}

#[test]
fn a_throughput_that_nobody_measured_is_named() {
    let folder = Folder::new();
    let store = FpsStore::new(folder.out.path());
    let row = |key: &str, batch, fps| FpsRow {
        key: key.into(),
        protocol: "stable".into(),
        precision: "fp32".into(),
        device: "AMD EPYC".into(),
        batch,
        fps: Some(fps),
        valid: true,
        ..FpsRow::default()
    };
    let changed = |record: &Record, fps: f64| Record { fps: Some(fps), ..record.clone() };
    store.append(&[row("b", 32, 500.0), row("b", 1, 100.0), row("c", 32, 700.0)]).unwrap();
    let joined = folder.store.load().unwrap().records;
    assert_eq!(joined.iter().map(|record| record.fps).collect::<Vec<_>>(), [None, Some(500.0), Some(700.0)]);
    // A row may carry what was measured of its key, as exported ones do.
    folder.store.upsert(&joined[1]).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    let wrong = [
        changed(&joined[1], 99999.0),
        changed(&record("b"), 500.0),
        Record { fps_high: Some(1e6), ..record("b") },
        Record { fps_device: "NVIDIA H100".into(), ..joined[1].clone() },
        Record { key: "b".into(), ..joined[2].clone() },
    ];
    for wrong in wrong {
        folder.store.upsert(&wrong).unwrap();
        let said = folder.only("b");
        assert!(said.contains("is not a measurement of this key in") && said.contains("fps.csv"), "{said}");
    }
    folder.store.upsert(&record("b")).unwrap();
    assert_eq!(folder.store.load().unwrap().records, joined);
    // Trials that ran here are measured here, so without measurements there is no throughput.
    fs::remove_file(store.path()).unwrap();
    folder.left_by_run(&record("a"));
    folder.store.upsert(&changed(&record("a"), 5.0)).unwrap();
    folder.only("a");
}

#[test]
fn a_measurement_outside_its_interval_is_named() {
    let folder = Folder::new();
    let store = FpsStore::new(folder.out.path());
    let row = FpsRow { key: "a".into(), fps: Some(99999.0), valid: true, ..FpsRow::default() };
    store.append(&[FpsRow { fps_low: Some(200000.0), fps_high: Some(1.0), ..row }]).unwrap();
    let expected = "column `fps_low`: 200000 is more than fps 99999";
    assert_eq!(folder.load(), ("abc".into(), vec![(2, expected.into())]));
    assert_eq!(folder.store.load().unwrap().records[0].fps, None);
}
