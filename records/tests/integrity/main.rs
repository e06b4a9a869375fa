//! Rows that cannot be trusted are named with file and line, and left out; a rewrite keeps what it can.

mod folder;
mod text;
mod throughput;

use std::fs;
use std::path::Path;

use folder::{Folder, record};
use proptest::prelude::*;
use records::{FpsRow, FpsStore, Record};

#[test]
fn what_cannot_be_is_named() {
    type Change = fn(&mut Record);
    let cases: [(Change, &str); 17] = [
        (|r| r.top1 = Some(120.0), "`top1`: 120 is outside 0 to 100"),
        (|r| r.top5 = Some(-0.5), "`top5`: -0.5 is outside"),
        (|r| r.map = Some(100.5), "`map`: 100.5"),
        (|r| r.top1_best = Some(759.2), "`top1_best`: 759.2"),
        (|r| r.sparsity = Some(90.0), "`sparsity`: 90 is outside 0 to 1"),
        (|r| r.sparsity_target = Some(-0.1), "`sparsity_target`: -0.1"),
        (|r| r.sparsity = Some(0.5), "`sparsity`: 0.5, while 18359 of 175066"),
        (|r| r.params_active = Some(175067), "`params_active`: 175067 of params_total 175066"),
        (|r| r.macs = Some(26657500), "`macs`: 26657500 is more than macs_dense 26657408"),
        (|r| r.train_seconds = Some(-1.0), "`train_seconds`: -1 is negative"),
        (|r| r.step_ms = Some(-3.0), "`step_ms`: -3 is negative"),
        (|r| r.latency_ms = Some(-3.0), "`latency_ms`: -3 is negative"),
        (|r| r.top5 = Some(60.0), "`top1`: 75.92 is more than top5 60"),
        (|r| r.top1_best = Some(75.9), "`top1`: 75.92 is more than top1_best 75.9"),
        (|r| (r.fps, r.fps_low) = (Some(5.0), Some(6.0)), "`fps_low`: 6 is more than fps 5"),
        (|r| (r.fps, r.fps_high) = (Some(5.0), Some(4.0)), "`fps`: 5 is more than fps_high 4"),
        (|r| (r.fps_low, r.fps_high) = (Some(5.0), Some(4.0)), "`fps_low`: 5 is more than fps_high 4"),
    ];
    for (change, expected) in cases {
        let folder = Folder::new();
        let mut wrong = record("b");
        change(&mut wrong);
        folder.store.upsert(&wrong).unwrap();
        let said = folder.only("b");
        assert!(said.contains(expected), "{said}");
        // The row stays as it is for its owner to correct.
        folder.store.check().unwrap();
        folder.store.upsert(&record("d")).unwrap();
        assert_eq!(folder.load().0, "acd");
        assert_eq!(folder.text().lines().count(), 5);
    }
}

#[test]
fn edges_of_what_can_be_are_accepted() {
    let folder = Folder::new();
    folder.store.upsert(&Record { top1: Some(100.0), top5: Some(100.0), ..record("a") }).unwrap();
    let dense = Record {
        sparsity_target: Some(0.0),
        sparsity: Some(0.0),
        params_active: Some(175066),
        macs: Some(26657408),
        top1: Some(0.0),
        ..record("b")
    };
    folder.store.upsert(&dense).unwrap();
    // As a paper rounds them.
    let rounded = Record { top1: Some(75.924), top5: Some(75.92), top1_best: Some(75.92), ..record("d") };
    let narrow = Record { fps: Some(5.0), fps_low: Some(5.0), fps_high: Some(5.0), ..rounded };
    folder.store.upsert(&narrow).unwrap();
    let failed = Record { status: "diverged".into(), top1: None, sparsity: None, macs: None, ..record("c") };
    folder.store.upsert(&failed).unwrap();
    assert_eq!(folder.load(), ("abcd".into(), vec![]));
}

#[test]
fn a_row_that_differs_from_what_its_run_left_is_named_with_both_values() {
    let folder = Folder::new();
    let path = folder.left_by_run(&record("b"));
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    folder.put(&folder.text().replacen("\nb,cifar10", "\nb,cifar100", 1));
    let said = folder.only("b");
    let expected = format!("column `suite` is \"cifar100\" here and \"cifar10\" in {}", path.display());
    assert!(said.starts_with(&expected), "{said}");
    folder.store.upsert(&Record { top1: Some(79.92), seed: 5, top5: None, ..record("b") }).unwrap();
    let said = folder.only("b");
    assert!(
        said.contains("column `seed` is 5 here and 0 in") && said.contains("(and 2 more columns)"),
        "{said}"
    );
    // Taking the run's record in again, as every command that trains does, mends it.
    folder.store.upsert(&record("b")).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
}

#[test]
fn what_the_run_could_not_know_is_no_difference() {
    let folder = Folder::new();
    // An older run: no columns for these.
    let path = folder.left_by_run(&record("b"));
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    ["step_ms", "peak_memory_mb", "schema"].iter().for_each(|name| drop(fields.remove(*name)));
    // A newer one: columns of its own.
    fields.insert("top1_ema".into(), 76.5.into());
    fs::write(&path, serde_json::to_vec(&fields).unwrap()).unwrap();
    folder.commit_again("b");
    let row = Record { step_ms: Some(4.5), peak_memory_mb: Some(812.0), ..record("b") };
    folder.store.upsert(&row).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    // A measurement that is joined is none either.
    let fps = FpsRow { key: "a".into(), fps: Some(5.0), valid: true, ..FpsRow::default() };
    FpsStore::new(folder.out.path()).append(&[fps]).unwrap();
    folder.left_by_run(&record("a"));
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    assert_eq!(folder.store.load().unwrap().records[0].fps, Some(5.0));
}

#[test]
fn the_marker_is_held_against_the_run_s_record() {
    let folder = Folder::new();
    let path = folder.left_by_run(&record("b"));
    let marker = path.with_file_name("COMMITTED");
    let sum = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    // A marker of an earlier version, without a checksum of its own.
    let others = ["spec.json", "environment.json", "metrics.csv", "updates.csv", "layers.csv"];
    others.iter().for_each(|name| fs::write(path.with_file_name(name), "{}").unwrap());
    let lines: String = others.iter().map(|name| format!("{}  {name}\n", sum(b"{}"))).collect();
    let good = format!("{lines}{}  record.json\n", sum(&fs::read(&path).unwrap()));
    fs::write(&marker, &good).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    // Both files changed in the same way still do not fit the marker.
    let changed = Record { top1: Some(95.0), ..record("b") };
    folder.store.upsert(&changed).unwrap();
    fs::write(&path, serde_json::to_vec_pretty(&changed).unwrap()).unwrap();
    let said = folder.only("b");
    assert!(said.starts_with(&format!("{}: checksum mismatch", path.display())), "{said}");
    fs::write(&marker, lines).unwrap();
    assert!(folder.only("b").contains("COMMITTED: does not name record.json"), "{:?}", folder.load());
    fs::remove_file(&marker).unwrap();
    assert!(folder.only("b").contains("no run behind this row"), "{:?}", folder.load());
    for broken in [&b"{\"key\": \"b\", \"seed\""[..], b"[]", b""] {
        fs::write(&path, broken).unwrap();
        folder.commit_again("b");
        assert!(folder.only("b").contains("record.json is not a record"), "{:?}", folder.load());
    }
    fs::write(&path, b"\xff").unwrap();
    folder.commit_again("b");
    assert!(folder.only("b").contains("record.json: is not text"), "{:?}", folder.load());
}

#[test]
fn a_row_needs_a_run_and_a_run_a_row() {
    let folder = Folder::new();
    // Records alone, as they are exported.
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    folder.left_by_run(&record("b"));
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    assert_eq!(folder.store.load().unwrap().remarks, []);
    // One digit of the key, and a row that was made up.
    folder.put(&folder.text().replacen("\nb,cifar10", "\nd,cifar10", 1));
    assert!(folder.only("d").contains("no run behind this row"), "{:?}", folder.load());
    let remarks = folder.store.load().unwrap().remarks;
    assert!(remarks.len() == 1 && remarks[0].what.contains("runs/b"), "{remarks:?}");
    fs::remove_file(folder.store.path()).unwrap();
    let remarks = folder.store.load().unwrap().remarks;
    assert!(remarks[0].what.contains("runs/a (and 2 more like it)"), "{remarks:?}");
    // A damaged run is not one whose row its command would add.
    fs::write(folder.out.path().join("runs/a/COMMITTED"), "x").unwrap();
    let remarks = folder.store.load().unwrap().remarks;
    assert!(remarks[0].what.contains("runs/b (and 1 more like it)"), "{remarks:?}");
}

#[test]
fn a_key_that_is_no_folder_leads_nowhere() {
    let folder = Folder::new();
    let elsewhere = folder.left_by_run(&record("outside"));
    fs::rename(elsewhere, folder.out.path().join("record.json")).unwrap();
    for key in ["..", "/etc", "x/../..", "."] {
        folder.store.upsert(&record(key)).unwrap();
    }
    let (keys, said) = folder.load();
    assert_eq!((keys.as_str(), said.len()), ("abc", 4));
    assert!(said.iter().all(|(_, what)| what.contains("no run behind this row")), "{said:?}");
}

/// Every record that a run can leave is taken in without a word, exactly.
fn legitimate() -> impl Strategy<Value = Record> {
    let numbers = proptest::collection::vec(proptest::option::of(0.0..1e6f64), 6);
    (numbers, 0.0..=100.0f64, 0.0..=1.0f64, any::<u64>(), "[ -~±\",]{0,12}").prop_map(
        |(numbers, top1, share, seed, text)| Record {
            top1: Some(top1),
            top5: Some(top1 + (100.0 - top1) * share),
            sparsity: Some(share),
            params_total: Some(1 << 40),
            params_active: Some(((1.0 - share) * (1u64 << 40) as f64) as u64),
            latency_ms: numbers[0],
            train_seconds: numbers[1],
            energy_kj: numbers[2],
            step_ms: numbers[3],
            val_loss: numbers[4],
            saliency_variance: numbers[5],
            seed,
            settings: text,
            ..record("b")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_a_run_left_and_the_store_took_in_agree(record in legitimate()) {
        let folder = Folder::new();
        let path = folder.left_by_run(&record);
        let of_run: Record = serde_json::from_slice(&fs::read(Path::new(&path)).unwrap()).unwrap();
        folder.store.upsert(&of_run).unwrap();
        prop_assert_eq!(folder.load(), ("abc".to_string(), vec![]));
    }
}
