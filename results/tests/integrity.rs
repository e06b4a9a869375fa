//! Rows that cannot be trusted are named with file and line, and left out; a rewrite keeps what it can.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use results::{FpsRow, FpsStore, Record, Store, StoreError};

fn record(key: &str) -> Record {
    Record {
        key: key.into(),
        suite: "cifar10".into(),
        model: "wrn-16-1".into(),
        method: "rigl".into(),
        distribution: "erk".into(),
        sparsity_target: Some(0.9),
        sparsity: Some(0.899952908205458),
        top1: Some(75.92),
        top5: Some(98.7),
        params_total: Some(175066),
        params_active: Some(18359),
        macs_dense: Some(26657408),
        macs: Some(4615104),
        train_seconds: Some(1505.1),
        status: "ok".into(),
        settings: "alpha=0.3;interval=100".into(),
        ..Record::default()
    }
}

struct Folder {
    out: tempfile::TempDir,
    store: Store,
}

impl Folder {
    /// Records `a`, `b` and `c`, on lines 2 to 4.
    fn new() -> Folder {
        let out = tempfile::tempdir().unwrap();
        let store = Store::new(out.path());
        ["a", "b", "c"].iter().for_each(|key| store.upsert(&record(key)).unwrap());
        Folder { out, store }
    }

    fn text(&self) -> String {
        fs::read_to_string(self.store.path()).unwrap()
    }

    fn put(&self, text: &str) {
        fs::write(self.store.path(), text).unwrap();
    }

    fn run(&self, key: &str) -> PathBuf {
        let run = self.out.path().join("runs").join(key);
        fs::create_dir_all(&run).unwrap();
        run
    }

    /// Writes the record of a run as the worker does.
    fn left_by_run(&self, record: &Record) -> PathBuf {
        let path = self.run(&record.key).join("record.json");
        fs::write(&path, serde_json::to_vec_pretty(record).unwrap()).unwrap();
        path
    }

    /// The keys that are used, and what is said of the others.
    fn load(&self) -> (String, Vec<(u64, String)>) {
        let loaded = self.store.load().unwrap();
        assert!(loaded.complaints.iter().all(|complaint| complaint.file.starts_with(self.out.path())));
        let mut keys: Vec<&str> = loaded.records.iter().map(|record| record.key.as_str()).collect();
        keys.sort();
        (
            keys.concat(),
            loaded.complaints.into_iter().map(|complaint| (complaint.line, complaint.what)).collect(),
        )
    }

    /// What is said if only the row of `key` is left out.
    fn only(&self, key: &str) -> String {
        let (keys, said) = self.load();
        let of_key = |line: &str| line.split(',').next() == Some(key);
        let line = self.text().lines().position(of_key).unwrap() as u64 + 1;
        assert_eq!((keys.len(), said.len(), said[0].0), (2, 1, line), "{said:?}");
        said[0].1.clone()
    }
}

#[test]
fn a_cut_row_is_left_out_and_keeps_the_file_from_being_rewritten() {
    let folder = Folder::new();
    let whole = folder.text();
    let row = whole.trim_end().rfind('\n').unwrap() + 1;
    for length in row + 2..whole.len() {
        if whole.is_char_boundary(length) {
            folder.put(&whole[..length]);
            folder.only("c");
            assert!(matches!(folder.store.check(), Err(StoreError::Unreadable { .. })), "at {length}");
            assert!(folder.store.upsert(&record("d")).is_err());
            assert_eq!(folder.text(), whole[..length]);
        }
    }
    folder.put(whole.trim_end());
    assert!(folder.only("c").contains("does not end"), "{:?}", folder.load());
    folder.put(&whole);
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    folder.store.check().unwrap();
}

#[test]
fn a_quotation_that_swallows_rows_is_no_field() {
    let folder = Folder::new();
    let text = folder.text().replacen("\nb,cifar10", "\nb,\"cifar10", 1);
    folder.put(&text);
    let (keys, said) = folder.load();
    assert_eq!((keys.as_str(), said.len(), said[0].0), ("a", 1, 3));
    // In the last column the number of fields is right.
    let mut lines: Vec<String> = folder.text().replace('"', "").lines().map(String::from).collect();
    lines[0] += ",remark";
    lines[1] += ",fine";
    lines[2] += ",\"odd";
    lines[3] += ",fine";
    folder.put(&(lines.join("\n") + "\n"));
    let (keys, said) = folder.load();
    assert_eq!((keys.as_str(), said.len(), said[0].0), ("a", 1, 3), "{said:?}");
}

#[test]
fn what_cannot_be_is_named() {
    type Change = fn(&mut Record);
    let cases: [(Change, &str); 12] = [
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
    let failed = Record { status: "diverged".into(), top1: None, sparsity: None, macs: None, ..record("c") };
    folder.store.upsert(&failed).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
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
    let row = Record { step_ms: Some(4.5), peak_memory_mb: Some(812.0), fps: Some(9.0), ..record("b") };
    folder.store.upsert(&Record { fps_device: "AMD EPYC".into(), ..row }).unwrap();
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
    let good = format!("{}  spec.json\n{}  record.json\n", sum(b"{}"), sum(&fs::read(&path).unwrap()));
    fs::write(&marker, &good).unwrap();
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    // Both files changed in the same way still do not fit the marker.
    let changed = Record { top1: Some(95.0), ..record("b") };
    folder.store.upsert(&changed).unwrap();
    folder.left_by_run(&changed);
    assert_eq!(folder.only("b"), format!("{} is not as it was committed", path.display()));
    fs::write(&marker, good.lines().next().unwrap()).unwrap();
    assert_eq!(folder.load().0, "abc", "a marker that does not speak of it");
    for broken in [&b"{\"key\": \"b\", \"seed\""[..], b"[]", b"", b"\xff"] {
        fs::write(&path, broken).unwrap();
        assert!(folder.only("b").contains("record.json is no record"), "{:?}", folder.load());
    }
}

#[test]
fn a_key_that_is_no_folder_leads_nowhere() {
    let folder = Folder::new();
    let elsewhere = folder.left_by_run(&record("outside"));
    fs::rename(elsewhere, folder.out.path().join("record.json")).unwrap();
    for key in ["..", "/etc", "x/../..", "."] {
        folder.store.upsert(&record(key)).unwrap();
    }
    assert_eq!(folder.load().1, vec![]);
}

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
    let expected = ["column `fps`: -5 is negative", "column `fps`: invalid float literal"];
    assert_eq!(said, [(3, expected[0].to_string()), (4, expected[1].to_string())]);
    folder.store.check().unwrap();
    assert_eq!(folder.store.load().unwrap().records[0].fps, Some(5.0));
}

#[test]
fn a_repeated_row_is_named_and_a_rewrite_drops_it() {
    let folder = Folder::new();
    let text = folder.text();
    let copy = text.lines().nth(2).unwrap();
    folder.put(&format!("{text}{copy}\n"));
    assert_eq!(folder.load(), ("abc".into(), vec![(5, "the line repeats line 3".into())]));
    folder.store.upsert(&record("d")).unwrap();
    assert_eq!(folder.load(), ("abcd".into(), vec![]));
}

/// Every record that a run can leave is taken in without a word, exactly.
fn legitimate() -> impl Strategy<Value = Record> {
    let numbers = proptest::collection::vec(proptest::option::of(0.0..1e6f64), 6);
    (numbers, 0.0..=100.0f64, 0.0..=1.0f64, any::<u64>(), "[ -~±\",]{0,12}").prop_map(
        |(numbers, top1, share, seed, text)| Record {
            top1: Some(top1),
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
