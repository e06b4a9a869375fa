use crate::fixtures::{smoke, structured};

use super::*;

fn side<'a>(selection: &'a Selection, records: &'a [Record]) -> Side<'a> {
    Side { selection, records }
}

fn selection(text: &str) -> Selection {
    text.parse().unwrap()
}

/// Five trials of a method with accuracies around `level` and steps of about a length of `step`.
fn trials(method: &str, level: f64, step: f64) -> Vec<Record> {
    let trial = |seed: u64| {
        let off = seed as f64 - 2.0;
        Record {
            key: format!("{method}-{level}-{seed}"),
            suite: "cifar10".into(),
            profile: "lite".into(),
            method: method.into(),
            sparsity_target: Some(0.9),
            steps: Some(100),
            top1: Some(level + off),
            step_per_reference: Some(step * 1.1_f64.powf(off)),
            train_flops_ratio: Some(0.25),
            seed,
            status: "ok".into(),
            ..Record::default()
        }
    };
    (0..5).map(trial).collect()
}

fn refuse(a: &[Record], b: &[Record], across: &[&str]) -> String {
    let (here, there) = (selection("here"), selection("there"));
    let across: Vec<String> = across.iter().map(|column| column.to_string()).collect();
    compare(side(&here, a), side(&there, b), &across).unwrap_err().to_string()
}

#[test]
fn equal_conditions_are_compared_with_interval_and_test() {
    let (here, there) = (selection("here"), selection("there"));
    let (a, b) = (trials("rigl", 80.0, 2.0), trials("rigl", 82.0, 3.0));
    let comparison = compare(side(&here, &a), side(&there, &b), &[]).unwrap();
    let row = |column: &str| comparison.rows.iter().find(|row| row.quantity.column == column).unwrap();

    // Equal variances 2.5 over five and five: the standard error is 1, of 8 degrees of freedom; Student's
    // quantile of 0.975 there is 2.306004, and the two-sided chance of t = 2 is 0.080516 (SciPy).
    let top1 = row("top1");
    let (low, high) = top1.interval.unwrap();
    assert!((top1.effect - 2.0).abs() < 1e-12);
    assert!((low + 0.306_004).abs() < 1e-6 && (high - 4.306_004).abs() < 1e-6, "{low} {high}");
    assert!((top1.p.unwrap() - 0.080_516).abs() < 1e-6, "{:?}", top1.p);
    assert!((top1.adjusted.unwrap() - 0.080_516).abs() < 1e-6, "the larger of two is not adjusted");

    let step = row("step_per_reference");
    let (low, high) = step.interval.unwrap();
    assert!((step.effect - 1.5).abs() < 1e-12 && low < 1.5 && 1.5 < high && low > 1.0, "{low} {high}");
    assert_eq!(step.adjusted, step.p.map(|p| 2.0 * p));
    // scipy.stats.mannwhitneyu(a, b), with ties.
    assert!((top1.ranks.unwrap() - 0.113_846).abs() < 1e-6, "{:?}", top1.ranks);
    let flops = row("train_flops_ratio");
    assert_eq!((flops.effect, flops.interval, flops.p), (1.0, Some((1.0, 1.0)), None));
    assert!(comparison.text().contains("for the 2 tests of this comparison"), "{}", comparison.text());
}

#[test]
fn one_trial_on_both_sides_has_neither_interval_nor_test() {
    let here = selection("here");
    let (a, b) = (&trials("rigl", 80.0, 2.0)[..1], &trials("rigl", 81.0, 2.0)[..1]);
    let comparison = compare(side(&here, a), side(&here, b), &[]).unwrap();
    let row = &comparison.rows[0];
    assert_eq!((row.effect, row.interval, row.p, row.adjusted, row.ranks), (1.0, None, None, None, None));
}

/// A command is for a person to copy: it names the seeds that are lacking, and those alone.
#[test]
fn a_side_with_one_seed_is_told_which_seeds_to_run() {
    let here = selection("here");
    let (a, b) = (trials("rigl", 80.0, 2.0), trials("rigl", 81.0, 2.0));
    let said = |a: &[Record], b: &[Record]| compare(side(&here, a), side(&here, b), &[]).unwrap().more_seeds;
    let both = said(&a[..1], &b[2..3]);
    assert!(both[0].contains("5 seeds"), "{both:?}");
    let command = "harness suite cifar10 --method rigl --sparsity 0.9 --profile lite";
    assert!(
        both[1].starts_with(&format!("A: {command}")) && both[1].ends_with("--seeds 1,2,3,4"),
        "{both:?}"
    );
    assert!(
        both[2].starts_with(&format!("B: {command}")) && both[2].ends_with("--seeds 0,1,3,4"),
        "{both:?}"
    );
    assert_eq!((said(&a, &b[..1]).len(), said(&a, &b[..2]), said(&a, &b)), (2, vec![], vec![]));
    let page = compare(side(&here, &a), side(&here, &b[..1]), &[]).unwrap().text();
    assert!(page.contains("More seeds") && page.contains("--seeds 1,2,3,4"), "{page}");
}

#[test]
fn other_specifications_are_refused_unless_asked_for() {
    let a = trials("rigl", 80.0, 2.0);
    let change = |change: fn(&mut Record)| {
        let mut b = trials("rigl", 81.0, 2.0);
        b.iter_mut().for_each(change);
        b
    };
    let changes: [(&str, &str, Vec<Record>); 5] = [
        ("method_revision", "\"\" and \"2\"", change(|record| record.method_revision = Some(2))),
        ("profile", "\"lite\" and \"paper\"", change(|record| record.profile = "paper".into())),
        ("epochs", "\"\" and \"9.5\"", change(|record| record.epochs = Some(9.5))),
        ("settings", "\"\" and \"a=1,1\"", change(|record| record.settings = "a=1,1".into())),
        ("data_fingerprint", "\"\" and \"ff\"", change(|record| record.data_fingerprint = "ff".into())),
    ];
    for (column, values, b) in &changes {
        let message = refuse(&a, b, &[]);
        assert!(message.contains(&format!("{column}: {values}")), "{message}");
        assert!(message.ends_with(&format!("--across {column}")), "{message}");
        let (here, there) = (selection("here"), selection("there"));
        let asked = compare(side(&here, &a), side(&there, b), &[column.to_string()]).unwrap();
        assert_eq!((asked.matched, asked.rows[0].effect), (1, 1.0));
        assert!(asked.text().contains(&format!("Compared across: {column}")));
    }
    let two = change(|record| (record.steps, record.settings) = (Some(1), "b=2".into()));
    assert!(refuse(&a, &two, &[]).ends_with("--across steps,settings"));
    assert!(refuse(&a, &two, &["steps"]).ends_with("--across steps,settings"));
    assert!(refuse(&a, &a, &["sed"]).contains("data_fingerprint"));
}

#[test]
fn columns_that_both_filters_name_are_what_is_compared() {
    let both = [trials("rigl", 80.0, 2.0), trials("set", 78.0, 2.0)].concat();
    let of = |method: &str| -> Vec<Record> {
        both.iter().filter(|record| record.method == method).cloned().collect()
    };
    let (here, there) = (selection("runs:method=rigl"), selection("runs:method=set"));
    let (a, mut b) = (of("rigl"), of("set"));
    // What a method ranks weights by is its own affair, and what had to be chosen for it, and its revision.
    b.iter_mut().for_each(|record| record.criterion = "magnitude".into());
    b.iter_mut().for_each(|record| record.method_revision = Some(1));
    b[0].choices = "update_end=0.75".into();
    let comparison = compare(side(&here, &a), side(&there, &b), &[]).unwrap();
    let across = ["method", "criterion", "method_revision"].map(String::from).to_vec();
    assert_eq!((comparison.ignored.clone(), comparison.rows[0].effect), (across, -2.0));
    // Equal values, in whatever spelling, are no comparison of that column.
    let (here, there) = (selection("r:sparsity_target=0.9"), selection("s:sparsity_target=0.90"));
    assert!(compare(side(&here, &a), side(&there, &a), &[]).unwrap().ignored.is_empty());
}

#[test]
fn one_side_does_not_mix_what_is_compared_across() {
    let (mut a, b) = (trials("rigl", 80.0, 2.0), trials("rigl", 80.0, 2.0));
    a[1].settings = "scope=layer".into();
    let message = refuse(&a, &b, &["settings"]);
    assert!(message.contains("here mixes") && message.contains("scope=layer"), "{message}");
}

#[test]
fn what_one_side_alone_has_and_what_failed_is_listed() {
    let (here, there) = (selection("here"), selection("there"));
    let mut a = [trials("rigl", 80.0, 2.0), trials("set", 78.0, 2.0)].concat();
    (a[0].status, a[0].steps) = ("diverged".into(), Some(3));
    a[2].seed = 1;
    let b = [trials("rigl", 80.0, 2.0), trials("snip", 70.0, 2.0)].concat();
    let comparison = compare(side(&here, &a), side(&there, &b), &[]).unwrap();
    assert_eq!(comparison.rows[0].sides.map(|side| side.n), [4, 5]);
    let text = comparison.text();
    for said in [
        "Only in A: 1\n\ncifar10 lite set 90% steps=100 (5)",
        "Only in B: 1\n\ncifar10 lite snip 90% steps=100 (5)",
        "A: 1 × diverged: cifar10 lite rigl 90%.",
        "A: seed 1 is counted more than once in the mean",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    a.iter_mut().for_each(|record| record.status = "diverged".into());
    assert!(refuse(&a, &b, &[]).contains("here has no trial that completed"));
}

#[test]
fn throughputs_measured_in_several_ways_are_not_compared() {
    let (here, there) = (selection("here"), selection("there"));
    let timed = |batch: u64| -> Vec<Record> {
        let mut records = trials("rigl", 80.0, 2.0);
        for record in &mut records {
            (record.fps_per_reference, record.fps_batch) = (Some(9.0), Some(batch));
        }
        records
    };
    let (a, b) = (timed(1), timed(256));
    let comparison = compare(side(&here, &a), side(&there, &b), &[]).unwrap();
    assert!(comparison.rows.iter().all(|row| row.quantity.column != "fps_per_reference"));
    assert!(comparison.text().contains("fps_per_reference was measured with different settings"));
    let same = compare(side(&here, &a), side(&there, &a), &[]).unwrap();
    assert_eq!(same.rows.last().unwrap().effect, 1.0);
}

#[test]
fn csv_has_the_condition_and_both_sides() {
    let records = structured("resnet50");
    let fewer: Vec<Record> = records.iter().filter(|record| record.method != "magnitude").cloned().collect();
    let (here, there) = (selection("here"), selection("there"));
    let csv = compare(side(&here, &records), side(&there, &fewer), &[]).unwrap().csv();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    // Seven conditions with top-1 and the ratio of FLOPs, and one on one side only.
    assert_eq!(rows.len(), 2 * 7 + 1);
    assert!(rows[..14].iter().all(|row| row[at("only_in")].is_empty() && !row[at("mean_b")].is_empty()));
    let last = &rows[14];
    assert_eq!((&last[at("method")], &last[at("only_in")], &last[at("n_a")]), ("magnitude", "A", "2"));
}

#[test]
fn drawings_are_not_compared_with_photographs() {
    let (here, there) = (selection("here"), selection("there"));
    let a = structured("resnet50");
    let b: Vec<Record> = a.iter().cloned().map(smoke).collect();
    let message = compare(side(&here, &a), side(&there, &b), &[]).unwrap_err().to_string();
    assert!(message.ends_with("--across dataset,profile,model"), "{message}");
}

#[test]
fn trials_that_are_not_what_they_seem_are_remarked() {
    let (here, there) = (selection("here"), selection("there"));
    let (a, mut b) = (trials("rigl", 80.0, 2.0), trials("rigl", 82.0, 3.0));
    b[0].skipped_files = Some(2);
    let comparison = compare(side(&here, &a), side(&there, &b), &[]).unwrap();
    let skipped = |remark: &&String| remark.contains("unreadable files were skipped");
    let said: Vec<&String> = comparison.remarks.iter().filter(skipped).collect();
    assert!(said.len() == 1 && said[0].starts_with("B: "), "{:?}", comparison.remarks);
}
