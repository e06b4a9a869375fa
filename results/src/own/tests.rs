use records::Record;

use super::*;
use crate::fixtures::{short_rigl, structured};

/// A trial of ten epochs on CIFAR-10.
fn trial(method: &str, seed: u64, top1: f64) -> Record {
    Record {
        key: format!("{method}-{seed}-{top1}"),
        dataset: "cifar10".into(),
        model: "wrn-10-1".into(),
        method: method.into(),
        seed,
        top1: Some(top1),
        settings: String::new(),
        status: "ok".into(),
        ..short_rigl()
    }
}

fn text(records: &[Record], columns: &[&str]) -> String {
    let asked: Vec<_> = columns.iter().map(|name| column(name).unwrap()).collect();
    render(records, &asked, TableFormat::Text)
}

/// Student's quantile of 0.975 with one degree of freedom is 12.7062, so seeds at 62 and 64 are 63 ± 12.71.
#[test]
fn a_line_is_a_condition_with_mean_interval_and_seeds() {
    let records = [trial("iee", 0, 62.0), trial("iee", 1, 64.0), trial("rigl", 0, 60.0)];
    let page = text(&records, &["method", "score", "interval", "deviation", "seeds"]);
    let lines: Vec<Vec<&str>> =
        page.lines().map(|line| line.split("  ").filter(|it| !it.is_empty()).collect()).collect();
    let line = |method: &str| lines.iter().find(|line| line.first() == Some(&method)).unwrap();
    let trimmed = |line: &Vec<&str>| line.iter().map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
    assert_eq!(trimmed(line("IEE")), ["IEE", "63.00 ± 12.71", "[50.29, 75.71]", "1.41", "2"]);
    assert_eq!(trimmed(line("RigL")), ["RigL", "60.00", "–", "–", "1"]);
    assert!(page.contains("shortened recipe"), "{page}");
}

#[test]
fn markdown_begins_with_the_group() {
    let page = render(&[trial("iee", 0, 62.0)], &[], TableFormat::Markdown);
    assert!(page.starts_with("### suite cifar10 on cifar10"), "{page}");
}

#[test]
fn what_differs_is_a_column_and_what_does_not_is_said_once() {
    let shorter = Record { steps: Some(50), ..trial("iee", 1, 50.0) };
    let set = Record { settings: "update_fraction=0.1".into(), ..trial("iee", 2, 51.0) };
    let same = text(&[trial("iee", 0, 60.0), trial("rigl", 0, 61.0)], &[]);
    assert!(
        !same.contains("Steps") && !same.contains("Settings") && same.contains("All: distribution erk."),
        "{same}"
    );
    let differing = text(&[trial("iee", 0, 60.0), shorter, set], &[]);
    assert!(differing.contains("Steps") && differing.contains("update_fraction=0.1"), "{differing}");
    let faster = |method, top1| Record { settings: "learning_rate=0.2".into(), ..trial(method, 0, top1) };
    let shared = text(&[faster("iee", 60.0), faster("rigl", 61.0)], &[]);
    assert!(!shared.contains("Settings") && shared.contains("All with learning_rate=0.2."), "{shared}");
    let narrow = text(&[trial("rigl", 0, 60.0), faster("rigl", 61.0)], &["method", "score"]);
    assert!(narrow.contains("more columns tell them apart: settings."), "{narrow}");
    let uniform = Record { distribution: "uniform".into(), ..trial("rigl", 0, 61.0) };
    let spread = text(&[trial("rigl", 0, 60.0), uniform], &[]);
    assert!(spread.contains("Distribution") && !spread.contains("All:"), "{spread}");
}

/// A trial that failed is short of its length; it belongs to the condition that it was a trial of.
#[test]
fn failures_are_told_and_enter_no_mean() {
    let failed = Record { status: "diverged".into(), steps: Some(7), ..trial("iee", 1, 10.0) };
    let page = text(&[trial("iee", 0, 60.0), failed.clone()], &[]);
    assert!(page.contains("60.00") && page.contains("IEE at 90%: 1 of 2 trials diverged."), "{page}");
    let alone = text(&[failed], &["method", "score", "seeds"]);
    assert!(alone.contains("1 of 1 trials diverged") && !alone.contains("10.00"), "{alone}");
    let old = Record { outdated: Some("revision 0 of method iee".into()), ..trial("iee", 3, 11.0) };
    let page = text(&[trial("iee", 0, 60.0), old], &[]);
    assert!(page.contains("1 of revision 0 of method iee") && !page.contains("11.00"), "{page}");
}

#[test]
fn suites_and_recipes_have_grids_of_their_own() {
    let other =
        Record { profile: "smoke".into(), dataset: "cifar10-generated".into(), ..trial("iee", 0, 10.0) };
    let page = text(&[trial("iee", 0, 60.0), other], &[]);
    assert_eq!(page.matches("suite cifar10 on").count(), 2);
    assert!(page.contains("smoke test; not evidence about the methods"), "{page}");
}

#[test]
fn channels_have_their_latency_and_speed() {
    let page = text(&structured("resnet50"), &[]);
    for title in ["Lat. ×", "Cost ×", "FPS", "Speed ×", "latency 30%", "IEE from pretrained"] {
        assert!(page.contains(title), "{title}: {page}");
    }
}

/// What other programs read has the values as they are recorded, whatever a person is shown.
#[test]
fn the_long_form_has_plain_numbers_and_every_subject() {
    let beyond =
        |seed, top1| Record { settings: "exploration_counts=false".into(), ..trial("iee", seed, top1) };
    let csv = render(&[beyond(0, 62.0), beyond(1, 64.0)], &[], TableFormat::Csv);
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let value = |name: &str| row.get(header.iter().position(|column| column == name).unwrap()).unwrap();
    assert_eq!([value("method_key"), value("settings")], ["iee", "exploration_counts=false"]);
    assert_eq!([value("metric"), value("score"), value("seeds")], ["top1", "63", "2"]);
    assert_eq!([value("sparsity_target"), value("latency_target")], ["0.9", ""]);
    let low: f64 = value("ci95_low").parse().unwrap();
    assert!((low - (63.0 - 12.706_205)).abs() < 1e-5, "{low}");
    let chosen = [column("method").unwrap(), column("seeds").unwrap()];
    let csv = render(&[trial("iee", 0, 62.0)], &chosen, TableFormat::Csv);
    assert_eq!(csv, "method,seeds\nIEE,1\n");
}

/// What a count of multiply-accumulates or an unreliable table says of time is said with every result.
#[test]
fn a_share_of_latency_is_not_taken_for_more_than_it_is() {
    let mut records = structured("resnet50");
    let page = text(&records, &[]);
    assert!(page.contains("Latencies looked up in table "), "{page}");
    assert!(!page.contains("MACs were used") && !page.contains("marked as unreliable"), "{page}");
    for record in records.iter_mut().filter(|record| !record.latency_table.is_empty()) {
        record.latency_table = words::MACS.into();
        record.settings = format!("{}=true", words::ALLOW_DOUBTFUL);
    }
    let page = text(&records, &[]).split_whitespace().collect::<Vec<_>>().join(" ");
    for doubt in ["MACs were used as a latency proxy", "of which much is marked as unreliable"] {
        assert!(page.contains(doubt), "{doubt}: {page}");
    }
    assert!(!page.contains("Latencies looked up"), "{page}");
}

/// A program that reads a line sees what a person is warned of.
#[test]
fn the_long_form_has_every_doubt() {
    let timed = Record { fps: Some(10.0), fps_doubt: "it drifted".into(), ..trial("iee", 0, 62.0) };
    let static_network = Record { structure_changes: Some(0), ..timed };
    let failed = Record { status: "diverged".into(), ..trial("iee", 1, 10.0) };
    let csv = render(&[static_network, failed], &[], TableFormat::Csv);
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let value = |name: &str| row.get(header.iter().position(|column| column == name).unwrap()).unwrap();
    assert_eq!([value("fps"), value("fps_doubt")], ["10", "it drifted"]);
    for remark in ["1 of 2 trials diverged", "the structure never changed in 1 of 1 trials"] {
        assert!(value("remarks").contains(remark), "{}", value("remarks"));
    }
}

/// Two lines that differ in their distribution alone are told apart in the notes too.
#[test]
fn notes_name_one_line_alone() {
    let failed = |distribution: &str| Record {
        status: "diverged".into(),
        distribution: distribution.into(),
        ..trial("rigl", 0, 10.0)
    };
    let page = text(&[failed("erk"), failed("uniform")], &[]);
    for name in ["RigL at 90%, distribution erk: 1 of 1", "RigL at 90%, distribution uniform: 1 of 1"] {
        assert!(page.contains(name), "{name}: {page}");
    }
}

/// Without a result, what would have been measured follows from the suite.
#[test]
fn the_metric_of_a_suite_does_not_wait_for_a_result() {
    let failed = |suite: &str| {
        let record = Record { suite: suite.into(), status: "diverged".into(), ..trial("iee", 0, 10.0) };
        text(&[record], &["method", "score"])
    };
    assert!(failed("voc").contains("mAP %") && failed("cifar10").contains("Top-1 %"), "{}", failed("voc"));
}

#[test]
fn columns_are_known_by_unique_names() {
    let names: BTreeSet<&str> = columns().iter().map(|column| column.name).collect();
    assert_eq!(names.len(), columns().len());
    for name in USUAL.into_iter().chain(TELLING) {
        assert_eq!(column(name).unwrap().name, name);
    }
    let unknown = column("accuracy").unwrap_err().to_string();
    assert!(unknown.contains("accuracy") && unknown.contains("score"), "{unknown}");
}
