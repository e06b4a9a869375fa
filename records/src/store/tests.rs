use std::fs;
use std::process::Command;

use proptest::prelude::*;

use super::*;

const DIRECTORY_VARIABLE: &str = "RESULTS_TEST_STORE";

fn record(key: &str, seed: u64) -> Record {
    Record { key: key.into(), suite: "cifar10".into(), seed, status: "ok".into(), ..Record::default() }
}

fn scratch() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(&directory.path().join("runs"));
    (directory, store)
}

#[test]
fn a_missing_file_holds_no_records() {
    assert_eq!(scratch().1.load().unwrap(), Loaded::default());
}

#[test]
fn the_same_key_replaces_and_another_is_added_in_order() {
    let (_directory, store) = scratch();
    for (key, seed) in [("c", 2), ("a", 1), ("b", 0), ("c", 7)] {
        store.upsert(&record(key, seed)).unwrap();
    }
    let Loaded { records, complaints, .. } = store.load().unwrap();
    let seen: Vec<_> = records.iter().map(|r| (r.key.as_str(), r.seed)).collect();
    assert_eq!(seen, [("b", 0), ("a", 1), ("c", 7)]);
    assert!(complaints.is_empty());
    assert!(matches!(store.upsert(&record("", 0)), Err(StoreError::NoKey { .. })));
}

#[test]
fn rows_that_cannot_be_read_are_named_and_never_lost() {
    let (_directory, store) = scratch();
    for key in ["a", "b", "c"] {
        store.upsert(&record(key, 0)).unwrap();
    }
    let good = fs::read_to_string(store.path()).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let text_in_a_number = lines[2].replacen(",0,", ",soon,", 1);
    let not_finite = {
        let mut fields: Vec<&str> = lines[3].split(',').collect();
        fields[19] = "NaN";
        fields.join(",")
    };
    let bad = [lines[0], lines[1], &text_in_a_number, &not_finite, "a,few,fields"].join("\n");
    fs::write(store.path(), &bad).unwrap();

    let Loaded { records, complaints, .. } = store.load().unwrap();
    assert_eq!(records, [record("a", 0)]);
    let said: Vec<_> = complaints.iter().map(|c| (c.line, c.what.as_str())).collect();
    assert_eq!(said[0], (3, "column `seed`: \"soon\" is not a whole number"));
    assert_eq!(said[1], (4, "column `top1`: NaN is not a finite number; leave the field empty instead"));
    let columns = Record::columns().len();
    assert_eq!(said[2], (5, format!("has 3 fields where the header has {columns}").as_str()));

    let refusal = store.upsert(&record("d", 0)).unwrap_err().to_string();
    assert!(refusal.contains("records.csv:3: column `seed`"), "{refusal}");
    assert!(refusal.contains("(and 2 more like it)"), "{refusal}");
    assert!(refusal.contains("trial d was left as it is"), "{refusal}");
    assert!(refusal.contains("correct or delete the line"), "{refusal}");
    assert_eq!(fs::read_to_string(store.path()).unwrap(), bad);
}

#[test]
fn equal_duplicates_are_one_and_contradicting_ones_are_none() {
    let (_directory, store) = scratch();
    store.upsert(&record("a", 0)).unwrap();
    store.upsert(&record("b", 5)).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let contradiction = lines[2].replacen(",5,", ",6,", 1);
    fs::write(store.path(), [lines[0], lines[1], lines[2], lines[1], &contradiction, ""].join("\n")).unwrap();
    let Loaded { records, complaints, .. } = store.load().unwrap();
    assert_eq!(records, [record("a", 0)]);
    assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(complaints[1].what, "the line repeats line 2");
    assert_eq!(complaints[0].what, "key b is on lines 3 and 5 with different content");
}

#[test]
fn columns_of_other_origin_survive_a_rewrite() {
    let (_directory, store) = scratch();
    store.upsert(&record("a", 0)).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let (header, row) = text.trim_end().split_once('\n').unwrap();
    fs::write(store.path(), format!("{header},remark\n{row},odd run\n")).unwrap();
    store.upsert(&record("b", 1)).unwrap();
    store.upsert(&Record { top1: Some(93.5), ..record("a", 0) }).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let ends: Vec<_> = text.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(ends, ["remark", "odd run", ""]);
    assert_eq!(store.load().unwrap().records.len(), 2);
}

#[test]
fn columns_may_be_missing_unless_they_tell_trials_apart() {
    let (_directory, store) = scratch();
    fs::create_dir_all(store.path().parent().unwrap()).unwrap();
    let required = crate::record::REQUIRED_COLUMNS.join(",");
    fs::write(store.path(), format!("{required}\na,cifar10,,,rigl,erk,0.8,3,lite,ok,\n")).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!((loaded.records[0].seed, loaded.records[0].top1), (3, None));
    fs::write(store.path(), "<<<<<<< ours\nkey,seed\na,1\n").unwrap();
    let complaints = store.load().unwrap().complaints;
    assert_eq!((complaints.len(), complaints[0].line), (1, 1));
    assert!(complaints[0].what.contains("lacks the columns key, "), "{}", complaints[0]);
}

/// What pandas, R and spreadsheets write of the file that the harness wrote.
#[test]
fn files_that_other_programs_wrote_are_read_where_nothing_is_lost() {
    let (_directory, store) = scratch();
    let first = Record { steps: Some(100_000), top1: Some(93.5), ..record("a", 7) };
    let second = Record { skipped_files: None, ..record("b", 8) };
    for record in [&first, &second] {
        store.upsert(record).unwrap();
    }
    let text = fs::read_to_string(store.path()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let column = |name: &str| Record::columns().iter().position(|column| column == name).unwrap();
    let with = |line: &str, changes: &[(&str, &str)]| {
        let mut fields: Vec<&str> = line.split(',').collect();
        changes.iter().for_each(|(name, field)| fields[column(name)] = *field);
        fields.join(",")
    };
    let read = |text: &str| {
        fs::write(store.path(), text).unwrap();
        store.load().unwrap()
    };
    let pandas = with(lines[1], &[("seed", "7.0"), ("steps", "100000.0"), ("schema", "6.0")]);
    let r =
        with(lines[1], &[("steps", "1e+05"), ("skipped_files", "NA"), ("fps_doubt", "NA"), ("map", "NA")]);
    let nothing = ",".repeat(Record::columns().len() - 1);
    for row in [pandas, r] {
        for end in ["\n", "\r\n", "\r"] {
            let text = [
                "\u{feff}".to_owned() + lines[0],
                row.clone(),
                nothing.clone(),
                lines[2].to_owned(),
                String::new(),
            ];
            let loaded = read(&text.join(end));
            assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
            assert_eq!(loaded.records, [first.clone(), second.clone()]);
        }
    }
    for (name, field, why) in [
        ("steps", "100000.5", "\"100000.5\" is not a whole number"),
        ("seed", "1.23457E+18", "\"1.23457E+18\" is not a whole number; another program has rounded it"),
        ("seed", "1.23457E+11", "\"1.23457E+11\" is not a whole number; another program has rounded it"),
        ("distribution", "02:04", "a spreadsheet writes 2:4 so"),
        ("distribution", "02:04:00", "a spreadsheet writes 2:4 so"),
    ] {
        for end in ["\n", "\r"] {
            let loaded = read(&[lines[0], lines[2], &with(lines[1], &[(name, field)]), ""].join(end));
            assert_eq!(loaded.records.len(), 1, "{field}");
            assert_eq!(loaded.complaints[0].line, 3);
            assert!(loaded.complaints[0].what.contains(why), "{}", loaded.complaints[0].what);
        }
    }
    assert_eq!(
        read(&[lines[0], &with(lines[1], &[("distribution", "2:4")]), ""].join("\n")).records.len(),
        1
    );
}

#[test]
fn files_of_before_a_column_was_added_are_read_and_extended() {
    let (_directory, store) = scratch();
    fs::create_dir_all(store.path().parent().unwrap()).unwrap();
    let old = "\
key,suite,dataset,data_fingerprint,model,method,criterion,distribution,sparsity_target,sparsity,\
latency_target,latency_ms,seed,profile,epochs,steps,top1,top5,map,val_loss,top1_best,params_total,\
params_active,macs_dense,macs,train_flops_ratio,inference_flops_ratio,train_cost_ratio,train_seconds,\
device_hours,energy_kj,fps,fps_low,fps_high,fps_batch,fps_precision,device,status,settings,choices,commit
a,cifar10,cifar10,6b38,wrn-16-1,rigl,magnitude+gradient,erk,0.9,0.8999,,,0,lite,9.99,3906,75.92,98.7,,\
0.68,75.92,175066,18359,26657408,4615104,0.175,0.173,,1505.1,0.418,,,,,,,AMD EPYC,ok,,,faf8
";
    fs::write(store.path(), old).unwrap();
    let loaded = store.load().unwrap();
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    let read = &loaded.records[0];
    assert_eq!((read.device.as_str(), read.top1, read.commit.as_str()), ("AMD EPYC", Some(75.92), "faf8"));
    assert_eq!(
        (read.latency_dense_ms, read.pretrained.as_str(), read.latency_table.as_str()),
        (None, "", "")
    );
    assert_eq!((read.skipped_files, read.peak_memory_mb, read.saliency_variance), (None, None, None));

    let new = Record { skipped_files: Some(2), peak_memory_mb: Some(812.5), ..record("b", 1) };
    store.upsert(&Record { saliency_variance: Some(0.25), ..new.clone() }).unwrap();
    let reread = store.load().unwrap();
    assert_eq!(reread.records, [Record { saliency_variance: Some(0.25), ..new }, read.clone()]);
}

#[test]
fn many_threads_and_processes_lose_nothing() {
    let (_directory, store) = scratch();
    let program = std::env::current_exe().unwrap();
    let mut children: Vec<_> = (0..3)
        .map(|child| {
            Command::new(&program)
                .args(["--exact", "store::tests::a_process_of_its_own"])
                .env(DIRECTORY_VARIABLE, format!("{child}:{}", store.path().parent().unwrap().display()))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for seed in 0..8 {
                    store.upsert(&record(&format!("thread-{thread}-{seed}"), seed)).unwrap();
                }
            });
        }
    });
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let loaded = store.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.complaints), (4 * 8 + 3 * 8, Vec::new()));
}

/// Does nothing unless the test of many processes started it.
#[test]
fn a_process_of_its_own() {
    let Ok(given) = std::env::var(DIRECTORY_VARIABLE) else { return };
    let (child, directory) = given.split_once(':').unwrap();
    let store = Store::new(Path::new(directory));
    for seed in 0..8 {
        store.upsert(&record(&format!("process-{child}-{seed}"), seed)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(
        words in proptest::collection::vec("[ -~\n±,\"]{0,12}", 8),
        floats in proptest::collection::vec(
            proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO), 4),
        steps in proptest::option::of(any::<u64>()),
        seed in any::<u64>(),
    ) {
        let (_directory, store) = scratch();
        let record = Record {
            key: format!("k{}", words[0]),
            dataset: words[1].clone(),
            model: words[2].clone(),
            distribution: words[3].clone(),
            val_loss: floats[0],
            train_flops_ratio: floats[1],
            energy_kj: floats[2],
            fps: floats[3],
            steps,
            seed,
            fps_precision: words[4].clone(),
            settings: words[5].clone(),
            choices: words[6].clone(),
            commit: words[7].clone(),
            ..Record::default()
        };
        store.upsert(&record).unwrap();
        let loaded = store.load().unwrap();
        prop_assert_eq!(loaded.records, vec![record]);
        prop_assert!(loaded.complaints.is_empty());
    }
}
