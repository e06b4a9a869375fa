use proptest::prelude::*;

use super::*;

fn run(files: &[(&str, &str)]) -> (tempfile::TempDir, RunDirectory) {
    let out = tempfile::tempdir().unwrap();
    let run = RunDirectory::of(out.path(), "abc");
    fs::create_dir_all(run.path()).unwrap();
    files.iter().for_each(|(name, text)| fs::write(run.file(name), text).unwrap());
    (out, run)
}

#[test]
fn only_an_intact_marker_makes_a_run_done() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(folder.path());
    assert!(!run.is_committed().unwrap());
    write_atomically(&run.file("record.json"), b"{}").unwrap();
    write_atomically(&run.file("metrics.csv"), b"step\n").unwrap();
    run.commit(&["record.json", "metrics.csv"]).unwrap();
    assert!(run.is_committed().unwrap());

    fs::write(run.file("metrics.csv"), b"stop\n").unwrap();
    let message = run.is_committed().unwrap_err().to_string();
    assert!(message.contains("metrics.csv: checksum mismatch") && message.contains("delete"), "{message}");
    fs::remove_file(run.file("metrics.csv")).unwrap();
    assert!(run.is_committed().is_err());
    fs::write(run.file("COMMITTED"), b"").unwrap();
    assert!(run.is_committed().is_err());
    for nonsense in [&b"nonsense\n"[..], b"\xff\xfe"] {
        fs::write(run.file("COMMITTED"), nonsense).unwrap();
        assert!(run.is_committed().is_err());
    }
}

#[test]
fn a_reader_gets_what_was_committed_or_the_name_of_the_file() {
    let (_out, run) = run(&[
        ("spec.json", "{}"),
        ("metrics.csv", "step\n1\n"),
        ("layers.csv", "step,layer,density\n1,conv,0.5\n"),
    ]);
    run.commit(&["spec.json", "metrics.csv"]).unwrap();
    assert_eq!((run.evaluations().rows.len(), run.updates()), (1, Rows::default()));
    let added = run.layers();
    assert!(added.rows.is_empty() && added.complaints[0].what.contains("not among the files"), "{added:?}");
    fs::write(run.file("metrics.csv"), "step\n2\n").unwrap();
    let changed = run.evaluations();
    assert!(
        changed.rows.is_empty() && changed.complaints[0].what.contains("checksum mismatch"),
        "{changed:?}"
    );
    assert!(changed.complaints[0].file.ends_with("metrics.csv"));
    fs::remove_file(run.file("metrics.csv")).unwrap();
    assert!(run.evaluations().complaints[0].what.contains("is missing"));
    let marker = fs::read_to_string(run.file("COMMITTED")).unwrap();
    let (lines, own) = marker.trim_end().rsplit_once('\n').unwrap();
    fs::write(run.file("COMMITTED"), format!("{}\n{own}\n", lines.lines().next().unwrap())).unwrap();
    assert!(run.spec().unwrap_err().to_string().contains("its own checksum"));
    fs::remove_file(run.file("COMMITTED")).unwrap();
    assert_eq!(run.spec().unwrap().as_deref(), Some("{}"));
}

#[test]
fn what_is_no_file_is_refused_and_what_is_out_of_reach_is_not_damaged() {
    let (out, run) = run(&[("metrics.csv", "step\n1\n")]);
    let secret = out.path().join("secret");
    fs::write(&secret, "{\"secret\": 1}").unwrap();
    std::os::unix::fs::symlink(&secret, run.file("spec.json")).unwrap();
    let link = run.spec().unwrap_err();
    let said = link.to_string();
    assert!(said.contains("spec.json: it is a link") && said.contains("the file itself"), "{said}");
    assert!(!link.is_damage() && !said.contains("delete"), "{said}");
    std::os::unix::fs::symlink("/dev/zero", run.file("COMMITTED")).unwrap();
    assert!(run.is_committed().unwrap_err().to_string().contains("COMMITTED: it is a link"));
    fs::remove_file(run.file("COMMITTED")).unwrap();
    run.commit(&["metrics.csv"]).unwrap();
    fs::remove_file(run.file("metrics.csv")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(run.file("metrics.csv")).status().unwrap().success());
    let pipe = run.is_committed().unwrap_err();
    assert!(pipe.is_damage() && pipe.to_string().contains("metrics.csv: it is a pipe"), "{pipe}");
    let cause = || std::io::Error::from_raw_os_error(libc::ESTALE);
    let unreadable = CommitError::Unreadable { file: run.file("metrics.csv"), cause: cause() };
    let said = unreadable.to_string();
    assert!(
        !unreadable.is_damage() && !said.contains("delete") && said.contains("nothing was removed"),
        "{said}"
    );
}

/// Files without a byte on the disk: weights have no bound and are hashed in pieces, rows and objects are refused.
#[test]
fn a_large_file_is_neither_committed_nor_taken_for_damage() {
    let (_out, run) = run(&[("record.json", "{}"), ("weights.safetensors", ""), ("layers.csv", "step\n")]);
    let grow = |name: &str, length| {
        fs::OpenOptions::new().write(true).open(run.file(name)).unwrap().set_len(length).unwrap();
    };
    grow("weights.safetensors", 300 << 20);
    run.commit(&["record.json", "weights.safetensors", "layers.csv"]).unwrap();
    assert!(run.is_committed().unwrap());
    grow("layers.csv", 300 << 20);
    let large = run.is_committed().unwrap_err();
    let said = large.to_string();
    assert!(!large.is_damage() && said.contains("layers.csv: it has 300 MB"), "{said}");
    assert!(said.contains("nothing was removed") && !said.contains("delete"), "{said}");
    fs::remove_file(run.file("COMMITTED")).unwrap();
    let refused = run.commit(&["layers.csv"]).unwrap_err().to_string();
    assert!(refused.contains("layers.csv: it has 300 MB") && !run.is_committed().unwrap(), "{refused}");
}

#[test]
fn a_prepared_run_keeps_its_spec() {
    let out = tempfile::tempdir().unwrap();
    let run = RunDirectory::of(out.path(), "abc");
    run.prepare("{}\n").unwrap();
    run.prepare("something else").unwrap();
    assert_eq!(run.spec().unwrap().as_deref(), Some("{}\n"));
    assert!(!run.is_committed().unwrap());
}

#[test]
fn a_run_without_files_tells_nothing() {
    let (_out, run) = run(&[]);
    assert!(run.evaluations().rows.is_empty() && run.updates().rows.is_empty());
    assert!(run.layers().complaints.is_empty() && run.spec().unwrap().is_none());
}

#[test]
fn a_key_that_leads_out_of_the_folder_tells_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (folder.path().join("out"), folder.path().join("x/runs/abc"));
    fs::create_dir_all(out.join("runs")).unwrap();
    fs::create_dir_all(&elsewhere).unwrap();
    for name in ["spec.json", "environment.json", "metrics.csv", "updates.csv", "COMMITTED"] {
        fs::write(elsewhere.join(name), "step\n1\n").unwrap();
        fs::write(out.join(name), "step\n1\n").unwrap();
    }
    let absolute = elsewhere.display().to_string();
    for key in ["../../x/runs/abc", absolute.as_str(), "..", ".", "", "a/../../.."] {
        let run = RunDirectory::of(&out, key);
        assert_eq!((run.spec().unwrap(), run.environment().unwrap()), (None, None), "{key}");
        assert!(run.evaluations().rows.is_empty() && run.updates().rows.is_empty(), "{key}");
        assert!(!run.holds("spec.json") && !run.is_committed().unwrap(), "{key}");
    }
    // Where the key leads to the run, its files are looked at: this marker is none.
    assert!(RunDirectory::of(&folder.path().join("x"), "abc").spec().is_err());
}

#[test]
fn columns_may_be_missing_or_unknown_and_bad_rows_are_named() {
    let updates = "step,stage,dropped,grown,active,iou_previous,survival_1,survival_2,new\n\
                   1,update,5,5,90,0.5,,,x\n101,update,5,4,89,,0.25,0.125,x\nmany,update,5,5,90,,,,x\n\
                   201,update,5,4,89,,0.25,most,x\n301,update\n";
    let (_out, run) = run(&[("updates.csv", updates), ("metrics.csv", "step,epoch,top1\n10,1,50.5\n")]);
    let read = run.updates();
    assert_eq!(read.rows.len(), 2);
    assert_eq!((read.rows[0].iou_previous, read.rows[1].survival_after(1)), (Some(0.5), Some(0.25)));
    assert_eq!((read.rows[1].survival_after(2), read.rows[1].survival_after(3)), (Some(0.125), None));
    let said: Vec<_> = read.complaints.iter().map(|it| (it.line, it.what.as_str())).collect();
    assert_eq!(said[0], (4, "column `step`: \"many\" is not a whole number"));
    assert_eq!(said[1], (5, "column `survival_2`: invalid float literal"));
    assert_eq!(said[2], (6, "has 2 fields where the header has 9"));
    let evaluation = &run.evaluations().rows[0];
    assert_eq!((evaluation.top1, evaluation.val_loss), (Some(50.5), None));
}

#[test]
fn the_columns_are_those_of_the_interchange_format() {
    let columns = |columns: csv::StringRecord| columns.iter().collect::<Vec<_>>().join(",");
    let metrics = "step,epoch,stage,learning_rate,sparsity,train_loss,val_loss";
    // Without a score, as where a training diverged, nothing says which task it was.
    assert_eq!(columns(Evaluation::columns(&[])), metrics);
    let classified = Evaluation::default().with_score("top1", 1.0);
    assert_eq!(columns(Evaluation::columns(&[classified])), format!("{metrics},top1,top5"));
    let updates = "step,stage,dropped,grown,active,iou_previous,iou_final,\
        survival_1,survival_2,survival_3,survival_4,survival_5,survival_6,survival_7,survival_8,\
        saliency_variance,\
        drop_score_q00,drop_score_q05,drop_score_q25,drop_score_q50,drop_score_q75,drop_score_q95,drop_score_q100,\
        grow_score_q00,grow_score_q05,grow_score_q25,grow_score_q50,grow_score_q75,grow_score_q95,grow_score_q100,\
        latency";
    assert_eq!(columns(StructureUpdate::columns(&[])), updates);
    assert_eq!(columns(LayerDensity::columns(&[])), "step,layer,density");
    assert_eq!(columns(KeptChannels::columns(&[])), "group,channels,kept,block");
    let classes = "class,objects,detections,ap_11_points,ap_all_points";
    assert_eq!(columns(ClassPrecision::columns(&[])), classes);
    assert_eq!(columns(PrecisionRecall::columns(&[])), "class,score,precision,recall");
}

#[test]
fn evaluations_have_the_columns_of_their_task() {
    let text = |column: &str, percent: f64| {
        let row = Evaluation { step: 10, stage: "a, b".into(), ..Evaluation::default() };
        let (_out, run) = run(&[]);
        run.write_rows(&[row.clone(), row.with_score(column, percent)]).unwrap();
        fs::read_to_string(run.file(files::METRICS)).unwrap()
    };
    let classified = "step,epoch,stage,learning_rate,sparsity,train_loss,val_loss,top1,top5\n\
        10,0.0,\"a, b\",,,,,,\n10,0.0,\"a, b\",,,,,93.5,\n";
    assert_eq!(text("top1", 93.5), classified);
    let detected = "step,epoch,stage,learning_rate,sparsity,train_loss,val_loss,map,map_all_points\n\
        10,0.0,\"a, b\",,,,,,\n10,0.0,\"a, b\",,,,,77.0,\n";
    assert_eq!(text("map", 77.0), detected);
}

/// Checkpoints hold the rows as JSON, among them those of trainings that an earlier version began.
#[test]
fn rows_in_a_checkpoint_keep_their_form() {
    let update = r#"{"step":24,"stage":"update","dropped":5,"grown":4,"active":89,"iou_previous":0.5,"iou_final":null,
        "survival":[0.25,null],"saliency_variance":0.1,"drop_scores":[0,1,2,3,4,5,6],"grow_scores":null}"#;
    let read: StructureUpdate = serde_json::from_str(update).unwrap();
    assert_eq!((read.dropped, read.iou_previous, read.latency), (5, Some(0.5), None));
    assert_eq!((read.survival.as_slice(), read.survival_after(1)), (&[Some(0.25), None][..], Some(0.25)));
    assert_eq!(read.drop_scores.unwrap().len(), QUANTILES.len());
    let evaluation = r#"{"step":10,"epoch":0.5,"stage":"final","learning_rate":0.1,"sparsity":0.9,
        "train_loss":1.5,"val_loss":1.25,"top1":50.5,"top5":90.0}"#;
    let read: Evaluation = serde_json::from_str(evaluation).unwrap();
    assert_eq!((read.learning_rate, read.top1, read.top5), (Some(0.1), Some(50.5), Some(90.0)));
    let layer: LayerDensity = serde_json::from_str(r#"{"step":1,"layer":"conv1","density":0.25}"#).unwrap();
    assert_eq!((layer.layer.as_str(), layer.density), ("conv1", 0.25));
}

#[test]
fn what_a_detector_reached_is_read_back() {
    use crate::detection::{Detection, EvaluatedSet, Rule, Truth, average_precision};
    let bounds = [1.0, 1.0, 9.0, 9.0];
    let truths = [0, 1].map(|image| Truth { image, class: 1, bounds, difficult: false });
    let found = [(0, 1, 0.75), (0, 1, 0.5), (1, 0, 0.25)];
    let found = found.map(|(image, class, score)| Detection { image, class, score, bounds });
    let set = EvaluatedSet { images: 2, classes: 2 };
    let score = average_precision(&truths, &found, set, Rule::Voc2007, 0.5).unwrap();
    let names = ["head, bare".to_string(), "helmet".to_string()];
    let (_out, run) = run(&[]);
    let (classes, curves) = (ClassPrecision::of(&score, &names), PrecisionRecall::of(&score, &names));
    run.write_rows(&classes).unwrap();
    run.write_rows(&curves).unwrap();
    let text = |name| fs::read_to_string(run.file(name)).unwrap();
    let expected = "class,objects,detections,ap_11_points,ap_all_points\n\
        \"head, bare\",0,1,,\nhelmet,2,2,54.54545454545454,50.0\n";
    assert_eq!(text(files::CLASSES), expected);
    assert_eq!(text(files::PRECISION_RECALL), "class,score,precision,recall\nhelmet,0.75,1.0,0.5\n");
    assert_eq!(run.classes(), Rows { rows: classes, complaints: vec![] });
    assert_eq!(run.precision_recall(), Rows { rows: curves, complaints: vec![] });
}

fn shares() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of(0.0..=1.0f64)
}

fn scores() -> impl Strategy<Value = Option<Vec<f64>>> {
    proptest::option::of(proptest::collection::vec(proptest::num::f64::NORMAL, QUANTILES.len()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_are_read_back_as_they_were_written(
        (step, stage, counts) in (any::<u64>(), "[ -~\n,\"]{0,12}", any::<[u64; 3]>()),
        survival in proptest::collection::vec(0.0..=1.0f64, 0..=COHORTS),
        numbers in proptest::collection::vec(shares(), 9),
        (drop_scores, grow_scores) in (scores(), scores()),
    ) {
        let (_out, run) = run(&[]);
        let update = StructureUpdate {
            step,
            stage: stage.clone(),
            dropped: counts[0],
            grown: counts[1],
            active: counts[2],
            iou_previous: numbers[0],
            iou_final: numbers[1],
            survival: survival.into_iter().map(Some).collect(),
            saliency_variance: numbers[2],
            drop_scores,
            grow_scores,
            latency: numbers[3],
        };
        let evaluation = Evaluation {
            step,
            epoch: 0.5,
            stage: stage.clone(),
            learning_rate: numbers[4],
            top1: numbers[5],
            top5: numbers[6],
            ..Evaluation::default()
        };
        let detected = Evaluation { top1: None, top5: None, map: numbers[7], ..evaluation.clone() };
        let detected = Evaluation { map_all_points: numbers[7].and(numbers[8]), ..detected };
        let layer = LayerDensity { step, layer: stage.clone(), density: 0.25 };
        let channels = KeptChannels { group: stage, channels: counts[0], kept: counts[1], block: counts[2] };
        run.write_rows(std::slice::from_ref(&update)).unwrap();
        run.write_rows(std::slice::from_ref(&evaluation)).unwrap();
        run.write_rows(std::slice::from_ref(&layer)).unwrap();
        run.write_rows(std::slice::from_ref(&channels)).unwrap();
        prop_assert_eq!(run.updates(), Rows { rows: vec![update], complaints: vec![] });
        prop_assert_eq!(run.evaluations(), Rows { rows: vec![evaluation], complaints: vec![] });
        run.write_rows(std::slice::from_ref(&detected)).unwrap();
        prop_assert_eq!(run.evaluations(), Rows { rows: vec![detected], complaints: vec![] });
        prop_assert_eq!(run.layers(), Rows { rows: vec![layer], complaints: vec![] });
        prop_assert_eq!(run.channels(), Rows { rows: vec![channels], complaints: vec![] });
    }
}

#[test]
fn the_environment_says_how_many_images_were_tested_on() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(folder.path());
    assert_eq!(run.test_images(), None);
    for (text, images) in
        [("{\"threads\":1}", None), ("{\"test_images\":1000}", Some(1000)), ("no JSON", None)]
    {
        fs::write(run.file(files::ENVIRONMENT), text).unwrap();
        assert_eq!(run.test_images(), images, "{text}");
    }
}
