use std::fs;

use proptest::prelude::*;

use super::*;
use crate::Record;
use crate::csv_file::Entry;
use crate::store::Store;
use crate::words;

fn row(key: &str, protocol: &str, batch: u64, fps: f64) -> FpsRow {
    FpsRow {
        key: key.into(),
        protocol: protocol.into(),
        batch,
        precision: "fp32".into(),
        layout: words::usual_layout(protocol).into(),
        device: "NVIDIA H100".into(),
        fps: Some(fps),
        fps_low: Some(fps - 1.0),
        fps_high: Some(fps + 1.0),
        relative_to_dense: Some(2.5),
        valid: true,
        measured_at: "2026-11-22T16:42:13Z".into(),
        ..FpsRow::default()
    }
}

fn invalid(row: FpsRow) -> FpsRow {
    FpsRow { valid: false, reason: "the clock moved".into(), ..row }
}

fn scratch() -> (tempfile::TempDir, FpsStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = FpsStore::new(&directory.path().join("runs"));
    (directory, store)
}

/// The record of trial `a` as the store reads it beside these measurements.
fn joined(record: Record, rows: &[FpsRow]) -> Record {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    store.upsert(&Record { key: "a".into(), ..record }).unwrap();
    FpsStore::new(directory.path()).append(rows).unwrap();
    store.load().unwrap().records.swap_remove(0)
}

#[test]
fn the_columns_are_those_of_the_interchange_format() {
    let (_directory, store) = scratch();
    store.append(&[row("a", "stable", 256, 1000.0)]).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let expected = "key,protocol,batch,precision,layout,device,fps,fps_low,fps_high,relative_to_dense,per_reference,\
        milliseconds,postprocess_ms,postprocess_sd_ms,valid,reason,notes,sm_clock_mhz,power_w,energy_mj_per_image,temperature_c,timer_ns,\
        threads,commit,measured_at,row_checksum,rows_in_file\n\
        a,stable,256,fp32,channels-last,NVIDIA H100,1000.0,999.0,1001.0,2.5,,,,,true,,,,,,,,0,,2026-11-22T16:42:13Z,";
    let (row, checksum) = text
        .trim_end()
        .rsplit_once(",1")
        .unwrap()
        .0
        .rsplit_once(',')
        .map(|(row, sum)| (format!("{row},"), sum))
        .unwrap();
    assert_eq!((row.as_str(), checksum.len()), (expected, 16));
}

/// A disturbed measurement does not take the place of a good one; a good one that of a disturbed one.
#[test]
fn what_is_valid_stays() {
    let (_directory, store) = scratch();
    let rates = || -> Vec<Option<f64>> { store.load().unwrap().0.iter().map(|row| row.fps).collect() };
    store.append(&[invalid(row("a", "stable", 256, 500.0))]).unwrap();
    store.append(&[invalid(row("a", "stable", 256, 600.0))]).unwrap();
    assert_eq!(rates(), [Some(600.0)]);
    store.append(&[row("a", "stable", 256, 1000.0)]).unwrap();
    store.append(&[invalid(row("a", "stable", 256, 700.0))]).unwrap();
    assert_eq!(rates(), [Some(1000.0)]);
    // Another number of threads is another measurement.
    store.append(&[FpsRow { threads: 2, ..row("a", "stable", 256, 1900.0) }]).unwrap();
    assert_eq!(rates(), [Some(1000.0), Some(1900.0)]);
}

#[test]
fn only_a_measurement_of_the_same_kind_is_replaced() {
    let (_directory, store) = scratch();
    assert_eq!(store.load().unwrap(), (Vec::new(), Vec::new()));
    store.append(&[]).unwrap();
    let first = row("a", "stable", 256, 1000.0);
    store.append(&[row("b", "stable", 256, 1.0), first.clone()]).unwrap();
    let others = [
        FpsRow { protocol: "halp".into(), ..first.clone() },
        FpsRow { batch: 1, ..first.clone() },
        FpsRow { precision: "fp16".into(), ..first.clone() },
        FpsRow { device: "cpu".into(), ..first.clone() },
        FpsRow { layout: "nchw".into(), ..first.clone() },
    ];
    store.append(&others).unwrap();
    store.append(&[row("a", "stable", 256, 2000.0)]).unwrap();
    let (rows, complaints) = store.load().unwrap();
    assert_eq!((rows.len(), complaints), (7, Vec::new()));
    let speeds: Vec<_> = rows.iter().filter(|r| r.is_same(&first)).map(|r| r.fps.unwrap()).collect();
    assert_eq!(speeds, [2000.0]);
    let error = store.append(&[FpsRow { device: "cpu".into(), ..FpsRow::default() }]).unwrap_err();
    assert!(error.to_string().contains("measured on \"cpu\" has no key"), "{error}");
}

#[test]
fn rows_that_cannot_be_read_are_named_and_never_lost() {
    let directory = tempfile::tempdir().unwrap();
    let store = FpsStore::new(directory.path());
    store.append(&[row("a", "stable", 256, 1000.0), row("b", "stable", 256, 1.0)]).unwrap();
    let text = fs::read_to_string(store.path()).unwrap().replace("\nb,stable,256", "\nb,stable,many");
    fs::write(store.path(), &text).unwrap();
    let (rows, complaints) = store.load().unwrap();
    assert_eq!((rows.len(), complaints[0].line), (1, 3));
    assert!(complaints[0].to_string().contains("fps.csv:3: column `batch`"), "{}", complaints[0]);
    let refusal = store.append(&[row("c", "stable", 1, 1.0)]).unwrap_err().to_string();
    assert!(refusal.contains("the throughput of c was left as it is"), "{refusal}");
    assert_eq!(fs::read_to_string(store.path()).unwrap(), text);
    let loaded = Store::new(directory.path()).load().unwrap();
    assert_eq!((loaded.records, loaded.complaints), (Vec::new(), complaints));
}

#[test]
fn a_record_gets_the_best_measurement_of_its_key() {
    let fps = |rows: &[FpsRow]| joined(Record::default(), rows).fps;
    assert_eq!(fps(&[row("b", "stable", 256, 9.0)]), None);
    let stable = [row("a", "stable", 64, 1.0), row("a", "stable", 256, 2.0), row("a", "stable", 1, 3.0)];
    assert_eq!(fps(&stable), Some(2.0), "the largest batch");
    let halp = row("a", "halp", 512, 4.0);
    assert_eq!(
        fps(&[stable.as_slice(), std::slice::from_ref(&halp)].concat()),
        Some(2.0),
        "protocol before batch"
    );
    let throttled = invalid(row("a", "stable", 1024, 5.0));
    assert_eq!(fps(&[halp, throttled.clone()]), Some(4.0), "validity before protocol");
    assert_eq!(fps(&[FpsRow { fps: None, ..row("a", "stable", 256, 0.0) }]), None);

    let record = joined(Record::default(), &[row("a", "stable", 256, 2.0)]);
    assert_eq!((record.fps_low, record.fps_high, record.fps_batch), (Some(1.0), Some(3.0), Some(256)));
    assert_eq!((record.fps_precision.as_str(), record.fps_device.as_str()), ("fp32, stable", "NVIDIA H100"));
    assert_eq!((record.fps_relative, record.fps_doubt.as_str()), (Some(2.5), ""));
    assert_eq!(joined(Record::default(), &[throttled]).fps_doubt, "the clock moved");
}

/// HALP's protocol was channels-last before the layout was a column.
#[test]
fn earlier_rows_were_channels_last_and_are_not_taken_for_those_of_halps_layout() {
    let directory = tempfile::tempdir().unwrap();
    let store = FpsStore::new(directory.path());
    let earlier = "key,protocol,batch,precision,device,fps,valid\n\
        a,stable,256,fp32,NVIDIA H100,1000.0,true\nb,halp,256,fp32,NVIDIA H100,900.0,true\n";
    fs::write(store.path(), earlier).unwrap();
    let (rows, complaints) = store.load().unwrap();
    assert_eq!(complaints, Vec::new());
    assert_eq!(rows.iter().map(|row| row.layout.as_str()).collect::<Vec<_>>(), ["channels-last"; 2]);
    // A rewrite keeps what they were, and a measurement of the other layout beside them.
    store.append(&[row("b", "halp", 256, 800.0)]).unwrap();
    let layouts = |key| {
        let rows = store.load().unwrap().0.into_iter().filter(move |row| row.key == key);
        rows.map(|row| (row.layout, row.fps.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(layouts("a"), [("channels-last".to_string(), 1000.0)]);
    assert_eq!(layouts("b"), [("channels-last".to_string(), 900.0), ("nchw".to_string(), 800.0)]);
    let said = |row| joined(Record::default(), &[row]).fps_precision;
    assert_eq!(said(row("a", "halp", 256, 1.0)), "fp32, halp");
    let other = FpsRow { layout: "channels-last".into(), ..row("a", "halp", 256, 1.0) };
    assert_eq!(said(other), "fp32, halp, channels-last");
}

/// A record whose row carries a measurement of its key keeps it, be it the best or not.
#[test]
fn a_throughput_of_the_record_itself_stays_if_it_was_measured() {
    let rows = [row("a", "stable", 256, 2.0), invalid(row("a", "halp", 8, 7.0))];
    for measured in &rows {
        let own = joined(Record::default(), std::slice::from_ref(measured));
        assert_eq!(joined(own.clone(), &rows), own);
    }
}

#[test]
fn reading_does_not_write_the_join_into_the_records() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    store.upsert(&Record { key: "a".into(), ..Record::default() }).unwrap();
    FpsStore::new(directory.path()).append(&[row("a", "stable", 256, 4321.0)]).unwrap();
    store.load().unwrap();
    store.upsert(&Record { key: "b".into(), ..Record::default() }).unwrap();
    assert!(!fs::read_to_string(store.path()).unwrap().contains("4321"));
}

#[test]
fn threads_lose_nothing() {
    let (_directory, store) = scratch();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                (1..=8).for_each(|b| store.append(&[row(&format!("{thread}"), "stable", b, 1.0)]).unwrap());
            });
        }
    });
    assert_eq!(store.load().unwrap().0.len(), 32);
}

fn three_rows() -> (tempfile::TempDir, FpsStore, String) {
    let (directory, store) = scratch();
    store
        .append(&[row("a", "stable", 256, 1000.0), row("b", "halp", 1, 20.5), row("c", "stable", 8, 300.25)])
        .unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    (directory, store, text)
}

#[test]
fn rows_that_are_gone_are_missed_and_old_files_are_taken_as_they_are() {
    let (_directory, store, text) = three_rows();
    for gone in 1..=3 {
        let lines: Vec<&str> =
            text.lines().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| line).collect();
        fs::write(store.path(), lines.join("\n") + "\n").unwrap();
        let said = store.load().unwrap().1;
        assert_eq!(
            (said.len(), said[0].what.contains("written with 3 rows and has 2")),
            (1, true),
            "{said:?}"
        );
        // No record is left out for it.
        let loaded = Store::new(store.path().parent().unwrap()).load().unwrap();
        assert_eq!((loaded.complaints, loaded.remarks), (vec![], said));
    }
    let header = text.lines().next().unwrap();
    for cut in [String::new(), format!("{header}\n")] {
        fs::write(store.path(), cut).unwrap();
        assert_eq!(store.load().unwrap().1[0].what, "there are no rows, so the file was cut");
    }
    let old: String =
        text.lines().map(|line| line.rsplitn(3, ',').last().unwrap().to_string() + "\n").collect();
    fs::write(store.path(), &old).unwrap();
    assert_eq!((store.load().unwrap().0.len(), store.load().unwrap().1), (3, vec![]));
    store.append(&[row("b", "halp", 1, 20.5)]).unwrap();
    assert_eq!(fs::read_to_string(store.path()).unwrap(), text);
}

#[test]
fn a_row_of_a_newer_harness_keeps_its_checksum() {
    let (_directory, store, text) = three_rows();
    let add = |line: &str| line.replacen(',', ",new,", 1);
    let newer: Vec<String> = text.lines().map(|line| add(line).replacen("key,new", "key,newer", 1)).collect();
    fs::write(store.path(), newer.join("\n") + "\n").unwrap();
    assert_eq!(store.load().unwrap().1.len(), 3, "a column was added behind the harness's back");
    let empty: Vec<String> = newer.iter().map(|line| line.replace(",new,", ",,")).collect();
    fs::write(store.path(), empty.join("\n") + "\n").unwrap();
    assert_eq!(
        store.load().unwrap().1,
        vec![],
        "an empty field of a column that is not known changes nothing"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Nothing in a row can be changed without a word.
    #[test]
    fn a_changed_byte_is_named_or_changes_nothing(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let (_directory, store, text) = three_rows();
        let before = store.load().unwrap();
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        fs::write(store.path(), bytes).unwrap();
        let after = store.load().unwrap();
        prop_assert!(after.0 == before.0 || !after.1.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read_back(
        words in proptest::collection::vec("[ -~\n±,\"]{0,12}", 8),
        floats in proptest::collection::vec(
            proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO), 13),
        (batch, threads, valid) in any::<(u64, u64, bool)>(),
    ) {
        let (_directory, store) = scratch();
        let row = FpsRow {
            key: format!("k{}", words[0]),
            protocol: words::PROTOCOLS[words[1].len() % 2].into(),
            batch,
            precision: words[2].clone(),
            layout: words::LAYOUTS[words[7].len() % 2].into(),
            device: words[3].clone(),
            fps: floats[0],
            fps_low: floats[1].map(|low| floats[0].map_or(low, |fps| low.min(fps))),
            fps_high: floats[2].map(|high| floats[..2].iter().flatten().fold(high, |most, x| most.max(*x))),
            relative_to_dense: floats[3],
            per_reference: floats[10],
            milliseconds: floats[4],
            postprocess_ms: floats[11],
            postprocess_sd_ms: floats[12],
            valid,
            reason: words[4].clone(),
            notes: words[6].clone(),
            sm_clock_mhz: floats[5],
            power_w: floats[6],
            energy_mj_per_image: floats[7],
            temperature_c: floats[8],
            timer_ns: floats[9],
            threads,
            commit: words[5].clone(),
            measured_at: "2026-11-22T16:42:13+01:00".into(),
        };
        store.append(std::slice::from_ref(&row)).unwrap();
        prop_assert_eq!(store.load().unwrap(), (vec![row], Vec::new()));
    }
}
