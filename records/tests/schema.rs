//! Files of every version of the records' columns, as they were written then, are read for good.

use std::fs;
use std::path::Path;

use records::record::{SCHEMA, Schema};
use records::{Loaded, Record, Store};

fn frozen(version: u32) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/schema/v{version}.csv"));
    fs::read_to_string(path).unwrap()
}

fn store(text: &str) -> (tempfile::TempDir, Store) {
    let out = tempfile::tempdir().unwrap();
    let store = Store::new(out.path());
    fs::write(store.path(), text).unwrap();
    (out, store)
}

fn load(text: &str) -> Loaded {
    store(text).1.load().unwrap()
}

#[test]
fn every_version_has_a_file_that_is_read_without_a_word() {
    for version in 1..=SCHEMA {
        let text = frozen(version);
        let Loaded { records, complaints, remarks, other_columns, .. } = load(&text);
        assert_eq!((complaints, remarks, other_columns), (vec![], vec![], vec![]), "version {version}");
        assert_eq!(records.len(), text.lines().count() - 1);
        assert!(records.iter().all(|record| record.schema == Schema(version)), "version {version}");
    }
}

#[test]
fn the_newest_file_has_today_s_columns() {
    let header: Vec<String> = frozen(SCHEMA).lines().next().unwrap().split(',').map(String::from).collect();
    let now: Vec<String> = Record::columns().iter().map(String::from).collect();
    assert_eq!(header, now, "new columns need a new version, with a file of its own");
}

#[test]
fn the_values_of_old_files_are_what_they_were() {
    let first = &load(&frozen(1)).records[1];
    assert_eq!((first.key.as_str(), first.method.as_str(), first.seed), ("9d7532c176062e42", "iee", 0));
    assert_eq!((first.top1, first.params_active, first.macs), (Some(72.49), Some(18359), Some(4615104)));
    assert_eq!((first.step_ms, first.fps_per_reference, first.peak_memory_mb), (None, None, None));

    let second = &load(&frozen(2)).records[0];
    assert_eq!((second.step_ms, second.step_per_reference), (Some(191.8), Some(21.25)));
    assert_eq!((second.fps_per_reference, second.fps_doubt.as_str()), (Some(58.5), "the clock moved"));
    assert_eq!((second.seed, second.steps, second.commit.as_str()), (3, Some(450360), "0123abc4567d"));
    assert_eq!((first.threads, second.threads), (None, None));

    let third = load(&frozen(3)).records;
    let told: Vec<_> = third.iter().map(|record| (record.device.as_str(), record.threads)).collect();
    assert_eq!(told, [("NVIDIA H100", None), ("AMD EPYC", Some(2))]);
    assert!(third.iter().all(|record| record.instruction_set.is_empty()));

    let fourth = load(&frozen(4)).records;
    let told: Vec<_> = fourth.iter().map(|record| record.instruction_set.as_str()).collect();
    assert_eq!(told, ["", "AVX512"]);
    assert!(fourth.iter().all(|record| record.map_all_points.is_none() && record.map_last_mean.is_none()));

    let fifth = load(&frozen(5)).records;
    let detected = fifth.iter().find(|record| record.suite == "voc").unwrap();
    assert_eq!((detected.map, detected.map_all_points), (Some(77.5), Some(79.75)));
    assert_eq!((detected.map_last_mean, detected.top1), (Some(77.25), None));
    let unknown =
        |record: &Record| (record.structure_changes, record.method_revision, record.profile_revision);
    assert!(fifth.iter().all(|record| unknown(record) == (None, None, None)));

    let sixth = load(&frozen(6)).records;
    let told: Vec<_> = sixth.iter().map(|record| (record.method.as_str(), unknown(record))).collect();
    assert!(told.contains(&("iee", (Some(30), Some(1), Some(0)))), "{told:?}");
    assert!(told.contains(&("rigl", (Some(7), Some(0), Some(2)))), "{told:?}");
}

#[test]
fn an_old_file_stays_of_its_version_when_a_record_is_added() {
    let (_out, store) = store(&frozen(1));
    let before = store.load().unwrap().records;
    store.upsert(&Record { key: "new".into(), ..Record::default() }).unwrap();
    let after = store.load().unwrap().records;
    assert_eq!(after.len(), before.len() + 1);
    for record in &after {
        let version = if record.key == "new" { SCHEMA } else { 1 };
        assert_eq!(record.schema, Schema(version), "{}", record.key);
    }
    assert!(before.iter().all(|record| after.contains(record)));
}

#[test]
fn rows_of_a_newer_harness_are_used_and_keep_their_columns() {
    let text = frozen(SCHEMA);
    let mut lines = text.lines();
    let (header, row) =
        (lines.next().unwrap(), lines.next().unwrap().strip_suffix(&format!(",{SCHEMA}")).unwrap());
    let newer = SCHEMA + 3;
    let (_out, store) = store(&format!("{header},top1_ema\n{row},{newer},75.25\n"));
    let loaded = store.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.complaints.len()), (1, 0));
    assert_eq!((loaded.records[0].schema, loaded.records[0].top1), (Schema(newer), Some(74.5)));
    assert_eq!(
        (loaded.other_columns, loaded.other_fields),
        (vec!["top1_ema".into()], vec![vec!["75.25".into()]])
    );
    assert_eq!((loaded.remarks.len(), loaded.remarks[0].line), (1, 2));
    let said = &loaded.remarks[0].what;
    assert!(said.contains("newer harness") && said.contains("kept but not shown"), "{said}");

    store.upsert(&Record { key: "new".into(), ..Record::default() }).unwrap();
    let kept = fs::read_to_string(store.path()).unwrap();
    assert!(kept.lines().any(|line| line.ends_with(&format!(",{newer},75.25"))), "{kept}");
}

/// The evidence of this project: older files, and the records of their runs, which lack columns too.
#[test]
fn everything_recorded_is_read_without_a_word() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/recorded");
    let mut records = 0;
    for folder in fs::read_dir(recorded).unwrap() {
        let out = folder.unwrap().path();
        let loaded = Store::new(&out).load().unwrap();
        assert_eq!((loaded.complaints, loaded.remarks), (vec![], vec![]), "{}", out.display());
        for record in &loaded.records {
            let text = fs::read_to_string(out.join("runs").join(&record.key).join("record.json")).unwrap();
            let of_run: Record = serde_json::from_str(&text).unwrap();
            assert_eq!((of_run.schema, of_run.top1), (record.schema, record.top1), "{}", record.key);
            records += 1;
        }
    }
    assert!(records >= 16);
}
