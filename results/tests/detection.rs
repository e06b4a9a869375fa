//! A suite whose trials are compared by another metric: synthetic records of detection show mean average precision
//! in tables, figures, report, comparison and regression check.

use std::path::Path;

use records::{Metric, Record, Store};
use results::compare::selection::Selection;
use results::compare::{Side, compare};
use results::export::{export_curves, render_parquet, render_records_csv, render_records_json};
use results::paper::{Axis, Curve, Panel};
use results::regress::regress;
use results::{
    FigureDefinition, Grouping, Report, RowDefinition, TableDefinition, TableFormat, draw, own, render,
};

fn record(method: &str, seed: u64, map: f64) -> Record {
    let dense = method == "dense";
    Record {
        key: format!("{method}-{seed}"),
        suite: "detection".into(),
        dataset: "boxes".into(),
        model: "detector".into(),
        method: method.into(),
        distribution: if dense { "none" } else { "erk" }.into(),
        sparsity_target: Some(if dense { 0.0 } else { 0.9 }),
        sparsity: Some(if dense { 0.0 } else { 0.9 }),
        seed,
        profile: "paper".into(),
        map: Some(map),
        map_all_points: Some(map + 1.5),
        map_last_mean: Some(map - 0.25),
        macs: Some(1_000_000),
        params_active: Some(1000),
        status: "ok".into(),
        ..Record::default()
    }
}

fn records() -> Vec<Record> {
    let means = [("dense", 77.0), ("rigl", 72.0), ("iee", 74.0)];
    let seeds =
        |(method, mean)| (0..3).map(move |seed| record(method, seed, mean + 0.1 * (seed as f64 - 1.0)));
    means.into_iter().flat_map(seeds).collect()
}

fn table() -> TableDefinition {
    let row = |method, label, distribution| RowDefinition {
        method: Some(method),
        name: label,
        label,
        distribution,
        settings: &[],
        pretrained: false,
    };
    TableDefinition {
        id: "detection",
        title: "Detection",
        of_paper: false,
        suite: "detection",
        dataset: "boxes",
        profile: "paper",
        model: "detector",
        metric: Metric::MAP,
        rows: vec![
            row("dense", "Dense", None),
            row("rigl", "RigL", Some("erk")),
            row("iee", "IEE", Some("erk")),
        ],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: Vec::new(),
    }
}

#[test]
fn tables_show_the_metric() {
    let page = render(&table(), &records(), TableFormat::Text);
    assert!(page.contains("Measured: mAP after the last epoch"), "{page}");
    assert!(page.contains("90%       RigL    72.00 ± 0.10 (3)") && !page.contains("top-1"), "{page}");
    let csv = render(&table(), &records(), TableFormat::Csv);
    assert!(csv.contains(",published_map,") && csv.contains(",measured_map,"), "{csv}");
    assert!(page.contains("mAP: by rule voc2007 unless a row names another."), "{page}");
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let columns =
        ["label", "metric_rule", "measured_map", "measured_map_all_points", "measured_map_last_mean"];
    let cells = |line: &[&str]| {
        columns.map(|name| line[lines[0].iter().position(|c| *c == name).unwrap()].to_string())
    };
    assert_eq!(cells(&lines[3]), ["IEE", "voc2007", "74", "75.5", "73.75"]);
    let other = records().into_iter().map(|record| Record { settings: "metric_rule=smcp".into(), ..record });
    let csv = render(&table(), &other.collect::<Vec<_>>(), TableFormat::Csv);
    assert!(
        csv.lines().any(|line| line.contains("IEE [metric_rule=smcp]") && line.contains(",smcp,")),
        "{csv}"
    );
    let summary = own::render(&records(), &[], TableFormat::Text);
    assert!(summary.contains("All points  Last mean") && summary.contains("75.50      73.75"), "{summary}");
    assert!(summary.contains("mAP %") && summary.contains("74.00 ± 0.25      3"), "{summary}");
    assert!(!summary.contains("Best") && !summary.contains("Top-1"), "{summary}");
    let mut failed = records();
    failed[4].map = None;
    let page = render(&table(), &failed, TableFormat::Text);
    assert!(page.contains("RigL at 90%: 1 of 3 trials recorded no mAP."), "{page}");
}

const PANELS: &[Panel] = &[Panel::result("sparsity", Axis::Sparsity)];

#[test]
fn figures_draw_the_metric() {
    let figure =
        FigureDefinition { id: "detection", title: "Detection", table: table(), panels: PANELS, notes: &[] };
    let drawing = draw(&figure, Path::new("nowhere"), &records()).drawings.remove(0);
    for words in ["Mean average precision vs. sparsity", "Mean average precision (%)"] {
        assert!(drawing.svg.contains(words), "{words}: {}", drawing.svg);
    }
    assert!(drawing.csv.lines().any(|line| line.contains("IEE,0.9,,,90,74,0.1,")), "{}", drawing.csv);
}

#[test]
fn training_curves_show_the_metric() {
    let out = tempfile::tempdir().unwrap();
    let run = out.path().join("runs/iee-0");
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("metrics.csv"), "step,epoch,map\n10,1,40\n20,2,70\n").unwrap();
    const PANELS: &[Panel] = &[Panel::training("score", Curve::Score)];
    let figure =
        FigureDefinition { id: "detection", title: "Detection", table: table(), panels: PANELS, notes: &[] };
    let drawing = draw(&figure, out.path(), &records()).drawings.remove(0);
    assert!(drawing.svg.contains("Mean average precision (%)"), "{}", drawing.svg);
    assert!(drawing.csv.lines().any(|line| line.starts_with("detection,map,") && line.contains(",2,70,")));
}

#[test]
fn the_report_shows_and_ranks_by_the_metric() {
    let out = tempfile::tempdir().unwrap();
    records().iter().for_each(|record| Store::new(out.path()).upsert(record).unwrap());
    let page = Report::read(&[out.path().to_path_buf()], |_| ()).unwrap().html("2026-01-02T03:04:05Z");
    assert!(
        page.contains("Best method of each group and level, by mean average precision (mean over seeds)"),
        "{page}"
    );
    assert!(page.contains("mAP % (n)") && page.contains("mAP %") && !page.contains("Top-1 %"));
    let ranked =
        |line: &&str| line.contains(">90%<") && line.contains("74.00") && line.contains("RigL (ERK)");
    let row = page.lines().find(ranked).unwrap();
    assert!(row.find("IEE (ERK)").unwrap() < row.find("RigL (ERK)").unwrap(), "{row}");
}

#[test]
fn a_comparison_compares_the_metric() {
    let all = records();
    let of = |method: &str| all.iter().filter(|record| record.method == method).cloned().collect::<Vec<_>>();
    let [rigl, iee] = ["here:method=rigl", "here:method=iee"].map(|text| text.parse::<Selection>().unwrap());
    let (a, b) = (of("rigl"), of("iee"));
    let sides = [(&rigl, &a), (&iee, &b)].map(|(selection, records)| Side { selection, records });
    let page = compare(sides[0], sides[1], &[]).unwrap().text();
    assert!(page.contains("Mean average precision, % (map)") && page.contains("+2.00"), "{page}");
    // What says much the same is shown with its interval; testing it would only weaken the test of the result.
    assert!(page.contains("by all points, % (map_all_points)") && page.contains("(map_last_mean)"), "{page}");
    assert!(page.contains("for the 1 test of this comparison") && page.contains("are not tested"), "{page}");
}

#[test]
fn the_regression_check_checks_the_metric() {
    let mut now = records();
    assert!(!regress(&records(), &now).failed());
    now.iter_mut().filter(|record| record.method == "iee").for_each(|record| record.map = Some(60.0));
    let regression = regress(&records(), &now);
    let text = regression.text("a check");
    assert!(regression.failed() && text.contains("1 regression in 1 of 3 conditions"), "{text}");
    let row = text.lines().find(|line| line.starts_with("REGRESSED")).unwrap();
    assert!(row.contains("iee 90%") && row.contains(" map ") && row.contains("-14.00"), "{row}");
}

#[test]
fn exports_have_the_metric_and_what_stands_beside_it() {
    let out = tempfile::tempdir().unwrap();
    records().iter().for_each(|record| Store::new(out.path()).upsert(record).unwrap());
    let loaded = Store::new(out.path()).load().unwrap();
    let json: serde_json::Value = serde_json::from_str(&render_records_json(&loaded)).unwrap();
    let of_iee = json.as_array().unwrap().iter().find(|row| row["key"] == "iee-1").unwrap();
    for (column, value) in [("map", 74.0), ("map_all_points", 75.5), ("map_last_mean", 73.75)] {
        assert_eq!(of_iee[column], value, "{column}");
        assert!(render_records_csv(&loaded).lines().next().unwrap().contains(&format!(",{column},")));
    }
    assert!(render_parquet(&loaded).unwrap().windows(14).any(|bytes| bytes == b"map_all_points"));

    let run = out.path().join("runs/iee-1");
    std::fs::create_dir_all(&run).unwrap();
    let spec = r#"{"suite": "detection", "model": "detector", "method": "iee", "sparsity": 0.9, "seed": 1}"#;
    std::fs::write(run.join("spec.json"), spec).unwrap();
    std::fs::write(run.join("metrics.csv"), "step,epoch,map,map_all_points\n10,1,40,41.5\n").unwrap();
    let events = tempfile::tempdir().unwrap();
    let written = export_curves(out.path(), events.path()).unwrap().written.remove(0);
    let file = std::fs::read_dir(events.path().join(written)).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(file).unwrap();
    for tag in ["evaluation/map", "evaluation/map_all_points"] {
        // A tag is written behind its length.
        let entry = [&[tag.len() as u8], tag.as_bytes()].concat();
        assert!(bytes.windows(entry.len()).any(|window| window == entry), "{tag}");
    }
    assert!(!bytes.windows(15).any(|window| window == b"evaluation/top1"));
}
