//! Drawings of groups against points computed by hand from small synthetic runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use roxmltree::Document;

use crate::fixtures::{smoke, structured};

use super::super::*;
use super::{assert_readable, words};

pub(super) type CsvRow = BTreeMap<String, String>;

pub(super) fn record(method: &str, sparsity: f64, seed: u64, top1: f64) -> Record {
    Record {
        key: format!("{method}{}-{seed}", (100.0 * sparsity).round()),
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        model: "wrn-22-2".into(),
        method: method.into(),
        distribution: if method == "dense" { "none" } else { "erk" }.into(),
        sparsity_target: Some(sparsity),
        seed,
        profile: "lite".into(),
        top1: Some(top1),
        train_flops_ratio: Some(1.0 - sparsity + 0.01 * seed as f64),
        status: "ok".into(),
        ..Record::default()
    }
}

fn records() -> Vec<Record> {
    vec![
        record("dense", 0.0, 0, 94.0),
        record("rigl", 0.9, 0, 91.0),
        record("iee", 0.9, 0, 92.0),
        record("iee", 0.9, 1, 94.0),
        Record { status: "diverged".into(), ..record("iee", 0.9, 2, 10.0) },
    ]
}

pub(super) fn write(out: &Path, key: &str, name: &str, text: &str) {
    let folder = out.join("runs").join(key);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
}

pub(super) fn lines(drawing: &Drawing) -> Vec<CsvRow> {
    let mut reader = ::csv::Reader::from_reader(drawing.csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let line = |row: ::csv::StringRecord| {
        header.iter().zip(&row).map(|(name, cell)| (name.to_string(), cell.to_string())).collect()
    };
    reader.records().map(|row| line(row.unwrap())).collect()
}

pub(super) fn find<'d>(drawn: &'d Drawings, kind: &str) -> &'d Drawing {
    drawn.drawings.iter().find(|drawing| drawing.id.starts_with(kind)).unwrap()
}

/// The cells of the lines of a panel and series.
fn cells<const N: usize>(drawing: &Drawing, panel: &str, series: &str, names: [&str; N]) -> Vec<[String; N]> {
    let wanted =
        |line: &&CsvRow| line["panel"] == panel && line["series"] == series && line["kind"] == "measured";
    lines(drawing).iter().filter(wanted).map(|line| names.map(|name| line[name].clone())).collect()
}

#[test]
fn accuracies_are_means_over_seeds_with_their_deviation() {
    let drawn = drawings(Path::new("nowhere"), &records());
    let sparsity = find(&drawn, "sparsity-table3-cifar10-lite-wrn-22-2");
    let iee = cells(sparsity, "sparsity", "IEE (ERK)", ["x", "y", "y_deviation", "n", "key"]);
    assert_eq!(iee, [["90", "93", "1.414214", "2", "iee90-0;iee90-1"]]);
    let rigl = cells(sparsity, "sparsity", "RigL (ERK)", ["x", "y", "y_deviation", "y_low", "n"]);
    assert_eq!(rigl, [["90", "91", "", "", "1"]]);
    let published: Vec<CsvRow> =
        lines(sparsity).into_iter().filter(|line| line["kind"] == "published").collect();
    assert!(published.iter().any(|line| line["series"] == "RigL (ERK)" && line["sparsity_target"] == "0.9"));
    let others = records().into_iter().map(|record| Record { model: "wrn-10-1".into(), ..record });
    let others: Vec<Record> = others.collect();
    let drawn_others = drawings(Path::new("nowhere"), &others);
    let other_network = find(&drawn_others, "sparsity-table3-cifar10-lite-wrn-10-1");
    assert!(lines(other_network).iter().all(|line| line["kind"] == "measured"));
    let flops = words(&find(&drawn_others, "train-flops-table3").svg);
    let level = "All sparse networks: 90% of the weights are zero.";
    assert!(flops.contains(level) && flops.matches("90%").count() == 1, "{flops}");
    let flops = find(&drawn, "train-flops-table3");
    assert_eq!(cells(flops, "train-flops", "IEE (ERK)", ["x", "y"]), [["0.105", "93"]]);
    assert_eq!(cells(flops, "train-flops", "Dense", ["x", "y"]), [["1", "94"]]);
}

#[test]
fn training_curves_are_means_with_the_range_of_seeds() {
    let out = tempfile::tempdir().unwrap();
    let metrics = |rows: &str| format!("step,epoch,train_loss,val_loss,top1\n{rows}");
    write(out.path(), "iee90-0", "metrics.csv", &metrics("0,0,0,2.0,10\n10,1,1.5,1.0,50\n20,2,0.5,0.5,70\n"));
    write(out.path(), "iee90-1", "metrics.csv", &metrics("0,0,0,2.0,10\n10,1,1.7,,54\n20,2,inf,NaN,71\n"));
    write(out.path(), "iee90-2", "metrics.csv", &metrics("10,1,9.0,9.0,1\n"));
    let drawn = drawings(out.path(), &records());
    let curves = find(&drawn, "curves-table3");
    let names = ["x", "y", "y_low", "y_high", "n"];
    let series = "IEE (ERK), 90% zeros";
    let top1 = cells(curves, "top1", series, names);
    let expected =
        [["0", "10", "10", "10", "2"], ["1", "52", "50", "54", "2"], ["2", "70.5", "70", "71", "2"]];
    assert_eq!(top1, expected);
    let loss = cells(curves, "train-loss", series, names);
    assert_eq!(loss, [["1", "1.6", "1.5", "1.7", "2"], ["2", "0.5", "", "", "1"]], "no loss before a step");
    let loss = cells(curves, "val-loss", series, ["x", "y", "key"]);
    let expected = [["0", "2", "iee90-0;iee90-1"], ["1", "1", "iee90-0"], ["2", "0.5", "iee90-0"]];
    assert_eq!(loss, expected);
    assert!(curves.description.contains("IEE (ERK), 90% zeros from 10 at 0 to 70.5 at 2"));
    assert!(curves.description.contains("Epochs"), "{}", curves.description);
    assert_eq!(drawn.complaints, []);
}

/// The mean loss since the last evaluation but one is left out where it is that of a few steps.
#[test]
fn the_training_loss_ends_with_a_whole_interval() {
    let rows = |last: u32| {
        format!("step,epoch,train_loss,val_loss,top1\n50,1,2,2,40\n100,2,1.5,1,50\n{last},3,9,1,60\n")
    };
    for (last, expected) in [(101, 2), (124, 2), (125, 3), (150, 3)] {
        let out = tempfile::tempdir().unwrap();
        write(out.path(), "iee90-0", "metrics.csv", &rows(last));
        let drawn = drawings(out.path(), &records());
        let curves = find(&drawn, "curves-table3");
        let of = |panel: &str| cells(curves, panel, "IEE (ERK), 90% zeros", ["y"]);
        assert_eq!((of("train-loss").len(), of("top1").len()), (expected, 3), "{last}");
    }
}

#[test]
fn figure_5_takes_the_rows_that_tell_agreement_and_survival() {
    let out = tempfile::tempdir().unwrap();
    let head = "step,stage,dropped,grown,active,iou_previous,iou_final,survival_1,survival_2\n";
    let iee = "100,importance,5,0,5,,,,\n300,exploration,0,5,10,0.5,0.25,,\n400,importance,5,0,5,,,0.8,\n\
               600,exploration,0,5,10,1,1,,\n700,importance,5,0,5,,,0.6,0.4\n";
    write(out.path(), "iee90-0", "updates.csv", &format!("{head}{iee}"));
    write(out.path(), "rigl90-0", "updates.csv", &format!("{head}1,update,5,5,10,0.75,0.5,0.1,\nbroken\n"));
    let drawn = drawings(out.path(), &records());
    let figure = find(&drawn, "fig5");
    let of =
        |panel: &str, series: &str| cells(figure, panel, &format!("{series} (ERK), 90% zeros"), ["x", "y"]);
    assert_eq!(of("iou-previous", "IEE"), [["300", "0.5"], ["600", "1"]]);
    assert_eq!(of("iou-final", "IEE"), [["300", "0.25"], ["600", "1"]]);
    assert_eq!(of("survival", "IEE"), [["400", "0.8"], ["700", "0.6"]]);
    assert_eq!(of("survival-by-age", "IEE"), [["1", "0.7"], ["2", "0.4"]]);
    assert_eq!(of("iou-previous", "RigL"), [["1", "0.75"]]);
    assert!(figure.svg.contains("Overlap with the final structure"));
    assert!(
        words(&figure.svg)
            .contains("not in the curves: RigL (ERK) at 90% (1 of 1), IEE (ERK) at 90% (1 of 2)."),
        "{}",
        figure.svg
    );
    assert_eq!(drawn.complaints.len(), 1, "said once, though two drawings read the file");
    assert!(drawn.complaints[0].file.ends_with("runs/rigl90-0/updates.csv"));
}

#[test]
fn densities_are_those_of_the_last_structure() {
    let out = tempfile::tempdir().unwrap();
    let layers = "step,layer,density\n1,conv1,0.9\n1,fc,0.8\n50,conv1,0.3\n50,fc,0.2\n";
    write(out.path(), "iee90-0", "layers.csv", layers);
    write(out.path(), "iee90-1", "layers.csv", "step,layer,density\n50,conv1,0.5\n50,fc,0.2\n");
    write(out.path(), "static90-0", "layers.csv", "step,layer,density\n");
    let mut records = records();
    records.push(record("static", 0.9, 0, 90.0));
    let drawn = drawings(out.path(), &records);
    let density = find(&drawn, "density-table3");
    let said = words(&density.svg);
    assert!(said.contains("because the structure never changes: Static (ERK) at 90%."), "{said}");
    assert!(said.contains("not in the curves: RigL (ERK) at 90% (1 of 1)."), "{said}");
    assert_eq!(density.id, "density-table3-cifar10-lite-wrn-22-2-90-zeros");
    let found = cells(density, "density", "IEE (ERK)", ["layer", "x", "y", "sparsity_target"]);
    assert_eq!(found, [["conv1", "1", "0.4", "0.9"], ["fc", "2", "0.2", "0.9"]]);
}

#[test]
fn nothing_is_mixed_across_groups() {
    let out = tempfile::tempdir().unwrap();
    let mut all = records();
    let smokes: Vec<Record> = records()
        .into_iter()
        .map(|record| Record { profile: "smoke".into(), key: format!("s-{}", record.key), ..record })
        .collect();
    let others = records().into_iter().map(|record| Record {
        data_fingerprint: "other".into(),
        key: format!("o-{}", record.key),
        ..record
    });
    all.extend(smokes.into_iter().chain(others));
    for record in &all {
        let metrics = "step,epoch,train_loss,val_loss,top1\n10,1,1,1,50\n";
        write(out.path(), &record.key, "metrics.csv", metrics);
    }
    let drawn = drawings(out.path(), &all);
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for drawing in &drawn.drawings {
        assert!(ids.insert(&drawing.id), "{} twice", drawing.id);
        assert!(titles.insert(&drawing.title), "{} twice", drawing.title);
        assert!(drawing.id.chars().all(|character| character.is_ascii_alphanumeric() || character == '-'));
        let starts =
            |line: &CsvRow| line["key"].split(';').map(|key| key[..2].to_string()).collect::<Vec<_>>();
        let measured: Vec<CsvRow> =
            lines(drawing).into_iter().filter(|line| line["kind"] == "measured").collect();
        let of: BTreeSet<bool> = measured.iter().flat_map(starts).map(|start| start == "s-").collect();
        assert_eq!(of.len(), 1, "{}", drawing.id);
        let of: BTreeSet<bool> = measured.iter().flat_map(starts).map(|start| start == "o-").collect();
        assert_eq!(of.len(), 1, "{}", drawing.id);
    }
    let curves = drawn.drawings.iter().filter(|drawing| drawing.id.starts_with("curves-table3"));
    assert_eq!(curves.count(), 3);
}

/// A fast network at chance would be on the front, since none as fast is more accurate.
#[test]
fn a_network_that_did_not_learn_is_marked_and_on_no_front() {
    let mut all = structured("resnet50");
    for record in all.iter_mut().filter(|record| record.method == "magnitude") {
        (record.fps, record.unlearned) = (Some(1e5), Some("its top-1 is what guessing gives".into()));
    }
    let drawn = drawings(Path::new("nowhere"), &all);
    let drawing = drawn.drawings.iter().find(|drawing| drawing.id.starts_with("fps-")).unwrap();
    let points = lines(drawing);
    let (unlearned, others): (Vec<&CsvRow>, Vec<&CsvRow>) =
        points.iter().partition(|line| line["key"].contains("magnitude"));
    assert!(!unlearned.is_empty() && unlearned.iter().all(|line| line["on_front"].is_empty()));
    assert!(points.iter().all(|line| line["unlearned"].is_empty() != line["key"].contains("magnitude")));
    assert!(others.iter().filter(|line| line["on_front"] == "true").count() >= 2);
    assert!(drawing.svg.contains("§:") && drawing.description.contains("Did not learn"));
}

/// No method that is left out beats one that is drawn.
#[test]
fn the_front_is_of_the_methods_that_are_drawn() {
    let records = structured("resnet50");
    let beaten = |methods: Vec<String>| {
        let drawn = drawings_as(Path::new("nowhere"), &records, &Look { methods, ..Look::default() });
        let fronts = drawn.drawings.iter().filter(|drawing| drawing.id.starts_with("fps-"));
        let points: Vec<CsvRow> = fronts.flat_map(lines).filter(|point| point["series"] == "HALP").collect();
        assert!(!points.is_empty());
        points.iter().filter(|point| point["on_front"] == "false").count()
    };
    assert!(beaten(Vec::new()) > 0);
    assert_eq!(beaten(vec!["halp".into()]), 0);
}

#[test]
fn the_pareto_front_is_of_points_measured_in_one_way() {
    let mut all = structured("resnet50");
    let mut slow = all.clone();
    for record in &mut slow {
        record.key.push_str("-cpu");
        record.settings = "epochs=10".into();
        (record.fps, record.fps_device) = (record.fps.map(|fps| fps / 100.0), "cpu".into());
    }
    // All of another device are doubtful, but two; on this one, that of the most accurate network.
    for record in slow.iter_mut().filter(|record| !["dense", "magnitude"].contains(&record.method.as_str())) {
        record.fps_doubt = "busy".into();
    }
    let best = all.iter_mut().find(|record| record.top1 == Some(77.1)).unwrap();
    best.fps_doubt = "the clock moved".into();
    all.extend(slow);
    let drawn = drawings(Path::new("nowhere"), &all);
    let of: Vec<&Drawing> = drawn.drawings.iter().filter(|drawing| drawing.id.starts_with("fps-")).collect();
    assert_eq!(of.len(), 2);
    for drawing in of {
        let points = lines(drawing);
        let ways: BTreeSet<&String> = points.iter().map(|line| &line["fps_on"]).collect();
        assert_eq!(ways.len(), 1);
        let number = |line: &CsvRow, name: &str| line[name].parse::<f64>().unwrap();
        for point in &points {
            if !point["fps_doubt"].is_empty() {
                assert_eq!(point["on_front"], "");
                continue;
            }
            let beats = |other: &&CsvRow| {
                let (x, y) = (number(other, "x"), number(other, "y"));
                other["fps_doubt"].is_empty()
                    && x >= number(point, "x")
                    && y >= number(point, "y")
                    && (x > number(point, "x") || y > number(point, "y"))
            };
            let on_front = points.iter().find(beats).is_none();
            assert_eq!(point["on_front"] == "true", on_front, "{point:?}");
        }
        assert!(points.iter().filter(|line| line["on_front"] == "true").count() >= 2);
        assert!(drawing.svg.contains("Steps:") && drawing.svg.contains("so it is not part of the Pareto"));
        let (front, doubtful) = drawing.description.split_once("Invalid FPS measurements").unwrap();
        let name = |line: &&CsvRow| line["series"].split(" [").next().unwrap().to_string();
        for line in &points {
            let part = if line["fps_doubt"].is_empty() { front } else { doubtful };
            assert!(part.contains(&name(&line)), "{part}");
        }
    }
}

#[test]
fn fewer_than_two_valid_throughputs_have_no_pareto_front() {
    for valid in [0, 1] {
        let mut all = structured("resnet50");
        let doubted = all.iter_mut().filter(|record| valid == 0 || record.method != "dense");
        doubted.for_each(|record| record.fps_doubt = "busy".into());
        let drawn = drawings(Path::new("nowhere"), &all);
        let drawing = find(&drawn, "fps-");
        assert!(lines(drawing).iter().all(|line| line["on_front"].is_empty()));
        assert!(drawing.svg.contains("so there is no Pareto front"));
        assert!(!drawing.svg.contains("Steps:") && !drawing.description.contains("On the Pareto front"));
    }
}

#[test]
fn what_all_lines_have_in_common_is_said_once() {
    let mut all = structured("resnet50");
    all.iter_mut().for_each(|record| {
        record.settings = "epochs=10;warmup_epochs=0.5".into();
        record.dataset = "image-folder-10".into();
    });
    let drawn = drawings(Path::new("nowhere"), &all);
    let latency = find(&drawn, "latency-table1");
    assert!(!latency.svg.contains(" [epochs"), "{}", latency.svg);
    assert_eq!(latency.svg.matches("epochs=10;").count(), 1);
    assert_eq!(cells(latency, "latency", "HALP", ["x", "n"]).len(), 3);

    all.iter_mut()
        .filter(|record| record.method == "halp")
        .for_each(|record| record.settings += ";seed_of=1");
    let drawn = drawings(Path::new("nowhere"), &all);
    let latency = find(&drawn, "latency-table1");
    assert_eq!(latency.svg.matches("epochs=10;").count(), 1, "{}", latency.svg);
    assert_eq!(cells(latency, "latency", "HALP [seed_of=1]", ["x", "n"]).len(), 3);
}

#[test]
fn every_drawing_can_be_read_and_scaled() {
    let out = tempfile::tempdir().unwrap();
    let mut all = [structured("resnet50"), structured("mobilenet-v1"), records()].concat();
    all.extend(structured("resnet50").into_iter().map(smoke));
    for (at, record) in all.iter_mut().enumerate() {
        record.key = format!("k{at}");
        let rows: String = (1..40).map(|n| format!("{n},{n}.5,0.{n},1,{n}\n")).collect();
        write(
            out.path(),
            &record.key,
            "metrics.csv",
            &format!("step,epoch,train_loss,val_loss,top1\n{rows}"),
        );
        let rows: String = (1..60).map(|n| format!("9,layer{n},0.{n}\n")).collect();
        write(out.path(), &record.key, "layers.csv", &format!("step,layer,density\n{rows}"));
    }
    let drawn = drawings(out.path(), &all).drawings;
    assert!(drawn.len() > 15);
    for drawing in &drawn {
        assert_readable(&drawing.id, &drawing.svg);
        let document = Document::parse(&drawing.svg).unwrap();
        assert!(document.root_element().attribute("viewBox").is_some());
        assert_eq!(document.root_element().attribute("aria-label"), Some(drawing.title.as_str()));
        assert!(drawing.description.len() > 100 && !drawing.description.contains("NaN"));
    }
}

#[test]
fn groups_beyond_those_drawn_are_counted() {
    let many = (0..20).flat_map(|n| {
        records().into_iter().map(move |record| Record { model: format!("wrn-22-{n}"), ..record })
    });
    let many: Vec<Record> = many.collect();
    let drawn = drawings(Path::new("nowhere"), &many);
    assert!(
        drawn.remarks.iter().any(|remark| remark == "table3: 12 further groups of records are not shown.")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_runs_can_be_drawn(
        top1 in proptest::collection::vec(proptest::option::of(any::<f64>()), 5),
        cost in proptest::option::of(any::<f64>()),
        cells in proptest::collection::vec((any::<f64>(), any::<f64>(), 0u64..5), 0..8),
        damage in "[ -~\n]{0,20}",
        words in "[ -~<>&\"'±\u{7}]{0,60}",
    ) {
        let out = tempfile::tempdir().unwrap();
        let mut all = records();
        for (record, top1) in all.iter_mut().zip(top1) {
            (record.top1, record.train_flops_ratio) = (top1, cost);
            (record.settings, record.model) = (format!("a={words}"), words.clone());
            let rows: String = cells.iter().map(|(a, b, step)| format!("{step},{a},{b},{b},{a}\n")).collect();
            let text = format!("step,epoch,train_loss,val_loss,top1\n{rows}{damage}");
            write(out.path(), &record.key, "metrics.csv", &text);
            let rows: String = cells.iter().map(|(a, b, step)| format!("{step},s,1,1,1,{a},{b},{a}\n")).collect();
            let text = format!("step,stage,dropped,grown,active,iou_previous,iou_final,survival_1\n{rows}{damage}");
            write(out.path(), &record.key, "updates.csv", &text);
        }
        for drawing in drawings(out.path(), &all).drawings {
            prop_assert!(Document::parse(&drawing.svg).is_ok(), "{}", drawing.svg);
            for line in lines(&drawing) {
                let finite = |name: &str| line[name].parse::<f64>().unwrap().is_finite();
                prop_assert!(finite("x") && finite("y"));
            }
        }
    }
}
