use super::*;
use records::{FpsRow, FpsStore};
use std::fs;

fn provenance() -> Provenance {
    let (from, taken) = ("runs".to_string(), "2026-02-01T12:00:00Z".to_string());
    Provenance { from, taken, by: "0123abc".to_string() }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (key, status) in [("a", "ok"), ("b", "ok"), ("c", "diverged"), ("d", "ok")] {
        let record = Record {
            key: key.into(),
            method: "rigl".into(),
            status: status.into(),
            sparsity: Some(0.9),
            params_active: Some(1000),
            macs: Some(50_000),
            top1: Some(60.0),
            ..Record::default()
        };
        Store::new(folder.path()).upsert(&record).unwrap();
    }
    folder
}

fn committed(key: &str) -> Result<(), String> {
    if key == "d" { Err("is not committed".to_string()) } else { Ok(()) }
}

#[test]
fn a_baseline_is_of_committed_trials_and_tells_its_origin() {
    let folder = folder();
    let row = FpsRow {
        key: "a".into(),
        per_reference: Some(2.5),
        fps: Some(9.0),
        valid: true,
        ..FpsRow::default()
    };
    FpsStore::new(folder.path()).append(&[row]).unwrap();
    let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
    assert_eq!((taken.records.len(), taken.left_out.len()), (2, 2));
    assert!(taken.left_out[0].contains("c (rigl): diverged"), "{:?}", taken.left_out);

    let file = folder.path().join("baseline.csv");
    fs::write(&file, &taken.csv).unwrap();
    let baseline = Baseline::read(&file).unwrap();
    let keys: Vec<_> = baseline.records.iter().map(|record| record.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(baseline.records[0].fps_per_reference, Some(2.5));
    assert_eq!(baseline.origins, ["runs at 2026-02-01T12:00:00Z by 0123abc"]);
}

#[test]
fn trials_that_a_new_baseline_would_lose_are_named() {
    let folder = folder();
    let take = |of: fn(&str) -> Result<(), String>| Baseline::take(folder.path(), &provenance(), of).unwrap();
    let all = take(|_| Ok(()));
    let old = Baseline { records: all.records.clone(), origins: Vec::new() };
    assert_eq!(all.lost(&old), Vec::<String>::new());
    assert_eq!(take(committed).lost(&old), ["rigl: 2 of 3 trials"]);
}

#[test]
fn columns_that_the_harness_does_not_know_survive() {
    let folder = folder();
    let path = Store::new(folder.path()).path();
    let text = fs::read_to_string(&path).unwrap();
    let remarked = text.lines().enumerate().map(|(at, line)| {
        if at == 0 { format!("{line},remark,baseline_by\n") } else { format!("{line},\"good, {at}\",old\n") }
    });
    fs::write(&path, remarked.collect::<String>()).unwrap();
    let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
    let csv = String::from_utf8(taken.csv.clone()).unwrap();
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with("commit,schema,remark,baseline_by,baseline_from,baseline_taken")
    );
    assert!(csv.contains("\"good, 1\",0123abc,runs,2026"), "{csv}");

    // They also survive in a file that a later harness takes for records and rewrites.
    let other = tempfile::tempdir().unwrap();
    let store = Store::new(other.path());
    fs::write(store.path(), &taken.csv).unwrap();
    store.upsert(&Record { key: "e".into(), ..Record::default() }).unwrap();
    let rewritten = fs::read_to_string(store.path()).unwrap();
    assert!(rewritten.contains("\"good, 1\",0123abc,runs,2026"), "{rewritten}");
}

#[test]
fn nothing_to_take_says_why() {
    let folder = folder();
    let never = |_: &str| Err("is not committed".to_string());
    let message = Baseline::take(folder.path(), &provenance(), never).unwrap_err().to_string();
    assert!(
        message.contains("a (rigl): is not committed") && message.contains("left unchanged"),
        "{message}"
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(Baseline::take(empty.path(), &provenance(), committed).is_err());
}

#[test]
fn what_cannot_be_read_is_named_with_file_and_line() {
    let folder = folder();
    let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
    let good = String::from_utf8(taken.csv).unwrap();
    let file = folder.path().join("baseline.csv");
    let refuse = |text: &str| {
        fs::write(&file, text).unwrap();
        Baseline::read(&file).unwrap_err().to_string()
    };
    let second = good.lines().nth(1).unwrap();
    for (text, said) in [
        (good.replacen(",ok,", ",ok", 1), "baseline.csv:2: has"),
        (good.clone() + &second.replacen(",rigl,", ",set,", 1) + "\n", "baseline.csv:2: key a"),
        (good.trim_end().to_string(), "baseline.csv:3: the line does not end"),
        (good.replace("rigl,,,,", "rigl,,,many,"), "baseline.csv:2: column `sparsity_target`"),
        (good.replace("top1", "Top1"), "no record of"),
        ("key,suite\na,b\n".to_string(), "baseline.csv:1: the header lacks"),
        (good.lines().next().unwrap().to_string(), "contains no records"),
        (String::new(), "contains no records"),
    ] {
        let message = refuse(&text);
        assert!(message.contains(said), "{said}: {message}");
    }
    fs::write(&file, b"\xff\xfe\n\xff").unwrap();
    assert!(Baseline::read(&file).is_err());
    assert!(Baseline::read(&folder.path().join("none")).unwrap_err().to_string().contains("--update"));
}
