pub mod colours;
mod dots;
mod groups;
mod parts;
mod widths;

use std::collections::BTreeSet;

use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::fixtures::{detection, smoke, smoke_detection, structured};
use crate::page::number::plain;
use crate::paper::catalogue::every_table;
use crate::paper::{published_values, table_ids};

use super::*;

/// A figure over records without run directories.
fn drawn(definition: &FigureDefinition, records: &[Record]) -> Drawing {
    draw(definition, Path::new("nowhere"), records).drawings.swap_remove(0)
}

fn render_svg(definition: &FigureDefinition, records: &[Record]) -> String {
    drawn(definition, records).svg
}

/// The chart of a figure over records without run directories.
fn chart_of<'a>(definition: &FigureDefinition, records: &'a [Record]) -> Chart<'a> {
    let mut source = DrawingSource::new(Path::new("nowhere"));
    build::figure(&mut source, definition, records, &Look::default())
}

/// The lines of a figure's CSV, each a list of column and content.
fn csv_of(definition: &FigureDefinition, records: &[Record]) -> Vec<Vec<(String, String)>> {
    let text = drawn(definition, records).csv;
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let cells = |line: ::csv::StringRecord| {
        header.iter().zip(&line).map(|(name, cell)| (name.to_string(), cell.to_string())).collect()
    };
    reader.records().map(|line| cells(line.unwrap())).collect()
}

fn cell<'l>(line: &'l [(String, String)], name: &str) -> &'l str {
    line.iter().find(|(column, _)| column == name).map(|(_, cell)| cell.as_str()).unwrap()
}

/// Lines with these contents.
fn with<'l>(lines: &'l [Vec<(String, String)>], wanted: &[(&str, &str)]) -> Vec<&'l [(String, String)]> {
    let fits = |line: &&Vec<(String, String)>| wanted.iter().all(|(name, value)| cell(line, name) == *value);
    lines.iter().filter(fits).map(Vec::as_slice).collect()
}

/// The text of a drawing, which must be XML.
fn words(svg: &str) -> String {
    let document = Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.filter_map(|node| node.text()).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_figure_shares_its_rows_with_a_table() {
    let mobilenet = figure("fig3").unwrap().table;
    assert_eq!((mobilenet.model, mobilenet.suite), ("mobilenet-v1", "imagenet"));
    let asked: Vec<_> = mobilenet.rows.iter().map(|row| (row.method.unwrap(), row.pretrained)).collect();
    let expected = [
        ("dense", false),
        ("halp", true),
        ("random-channels", true),
        ("magnitude", true),
        ("rigl-channels", false),
        ("iee", false),
        ("iee", false),
        ("iee", true),
    ];
    assert_eq!(asked, expected);
    assert!(mobilenet.latency_targets.contains(&0.42) && mobilenet.structured());
    assert_eq!(figure("fig3-resnet50").unwrap().table.id, "table1");
}

#[test]
fn every_published_value_behind_a_figure_is_drawn_where_it_has_a_place() {
    let drawn: Vec<FigureDefinition> = figure_ids().iter().map(|id| figure(id).unwrap()).collect();
    let tables = table_ids();
    for table in every_table().iter().filter(|table| !tables.contains(&table.id)) {
        assert!(drawn.iter().any(|figure| figure.table.id == table.id), "{}", table.id);
    }
    for figure in &drawn {
        let behind = || published_values().iter().filter(|value| value.table == figure.table.id);
        let lines = csv_of(figure, &[]);
        for value in behind().filter(|value| value.score().is_some() && figure.table.speedup(value).is_some())
        {
            let top1 = plain(value.score().unwrap());
            let same = [("series", value.label.as_str()), ("source", &value.source), ("y", &top1)];
            assert!(!with(&lines, &same).is_empty(), "{} of {}", value.label, value.source);
        }
    }
}

#[test]
fn published_places_follow_from_their_sources() {
    let figure = figure("fig3-resnet50").unwrap();
    let lines = csv_of(&figure, &[]);
    let x = |panel: &str, y: &str, source: &str| {
        let found = with(&lines, &[("panel", panel), ("y", y)]);
        let line = found.into_iter().find(|line| cell(line, "source").contains(source)).unwrap();
        (cell(line, "x").parse::<f64>().unwrap(), cell(line, "x_computed") == "true")
    };
    let near = |(x, computed): (f64, bool), expected: f64| (x - expected).abs() < 0.005 && computed;
    assert!(near(x("speed", "77.44", "NVlabs/HALP"), 1213.0 / 1019.0));
    assert!(near(x("speed", "74.6", "note on IEE"), 2736.0 / 1019.0));
    assert!(near(x("training-cost", "76.47", "NVlabs/HALP"), 1.0 + 1019.0 / 1674.0));
    assert_eq!(x("speed", "76.4", "2210.06659"), (1.44, false));
    assert_eq!(x("training-cost", "74.6", "note on IEE"), (0.39, false));
    assert!(with(&lines, &[("panel", "training-cost"), ("series", "SMCP")]).is_empty());
}

#[test]
fn a_detector_is_drawn_beside_what_was_published_of_its_network() {
    let figure = figure("fig4").unwrap();
    let records = detection();
    let lines = csv_of(&figure, &records);
    let x = |panel: &str, series: &str, y: &str| {
        let found = with(&lines, &[("panel", panel), ("series", series), ("y", y)]);
        assert_eq!(found.len(), 1, "{series} at {y} in {panel}");
        cell(found[0], "x").parse::<f64>().unwrap()
    };
    assert_eq!((x("speed", "Dense", "77.98"), x("training-cost", "Dense", "78")), (1.0, 1.0));
    assert_eq!(x("speed", "HALP", "77.42"), 1.94);
    assert!((x("speed", "MDP", "80") - 125.4 / 68.2).abs() < 1e-6);
    assert!((x("training-cost", "HALP", "77.42") - (1.0 + 1.0 / 1.94)).abs() < 1e-6);
    // What is published of other networks has no place on axes that are relative to this one.
    let other = lines.iter().filter(|line| cell(line, "series").starts_with("SSD"));
    assert_eq!(other.count(), 0);
    let measured =
        with(&lines, &[("panel", "speed"), ("series", "IEE from scratch"), ("latency_target", "0.2")]);
    assert_eq!((measured.len(), cell(measured[0], "y")), (1, "75.9"));

    assert!(
        words(&render_svg(&figure, &records)).contains("profile paper on voc: the full published recipe")
    );
    let synthetic: Vec<Record> = records.into_iter().map(smoke_detection).collect();
    let said = words(&render_svg(&figure, &synthetic));
    let expected = [
        "Mean average precision vs. speedup",
        "Mean average precision (%)",
        "FPS relative to the dense network, same device (×)",
        "Latency-weighted training cost over dense (×)",
        "synthetic images (voc-generated): smoke test; not evidence about the methods",
        "The points of IEE in the paper's own figure are not known.",
    ];
    for words in expected {
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined(&said).contains(words), "{words}: {said}");
    }
}

#[test]
fn measured_points_are_means_over_seeds() {
    let figure = figure("fig3").unwrap();
    let lines = csv_of(&figure, &structured("mobilenet-v1-0.25"));
    let halp = [("kind", "measured"), ("series", "HALP"), ("latency_target", "0.3"), ("panel", "speed")];
    let found = with(&lines, &halp);
    assert_eq!(found.len(), 1);
    // Top-1 of 74.3, 74.5 and 74.7, and 2.5 times the speed of the dense network.
    assert_eq!(["x", "y", "y_deviation"].map(|name| cell(found[0], name)), ["2.5", "74.5", "0.2"]);
    assert_eq!(cell(found[0], "key"), "halp-0.3-true-0;halp-0.3-true-1;halp-0.3-true-2");
    assert_eq!(cell(found[0], "fps_on"), "batch 256, fp32, stable, on NVIDIA H100");
    assert_eq!(cell(found[0], "model"), "mobilenet-v1-0.25");
    let dense = with(&lines, &[("kind", "measured"), ("series", "Dense")]);
    assert_eq!(dense.iter().map(|line| cell(line, "x")).collect::<Vec<_>>(), ["1", "1"]);
    assert!(with(&lines, &[("kind", "measured"), ("latency_target", "0.55")]).is_empty(), "not of fig3");
}

#[test]
fn throughputs_of_other_devices_are_drawn_only_relative_to_their_own_dense_network() {
    let figure = figure("fig3-resnet50").unwrap();
    let speeds = |records: &[Record]| -> Vec<(String, String)> {
        let lines = csv_of(&figure, records);
        let found = with(&lines, &[("kind", "measured"), ("panel", "speed"), ("latency_target", "0.3")]);
        found.into_iter().map(|line| (cell(line, "series").into(), cell(line, "x").into())).collect()
    };
    let own = structured("resnet50");
    let mut other = own.clone();
    for record in &mut other {
        (record.fps, record.fps_device) = (record.fps.map(|fps| fps / 100.0), "a slow device".into());
    }
    assert_eq!(speeds(&own), speeds(&other));
    assert_eq!(speeds(&own).len(), 4);
    // One of three seeds on another device: no mean, so no point.
    let mut mixed = own.clone();
    mixed.iter_mut().find(|r| r.method == "halp" && r.seed == 2).unwrap().fps_device = "cpu".into();
    assert!(speeds(&mixed).iter().all(|(series, _)| series != "HALP"));
    let costs = csv_of(&figure, &mixed);
    assert!(
        !with(&costs, &[("panel", "training-cost"), ("series", "HALP"), ("kind", "measured")]).is_empty()
    );
}

#[test]
fn what_is_written_is_every_point_of_the_drawing() {
    let records = structured("resnet50");
    for id in figure_ids() {
        let figure = figure(id).unwrap();
        let plot = chart_of(&figure, &records);
        let lines = csv_of(&figure, &records);
        assert_eq!(lines.len(), plot.points.len());
        for (point, line) in plot.points.iter().zip(&lines) {
            let number = |name: &str| cell(line, name).parse::<f64>().unwrap();
            assert!((number("x") - point.x).abs() < 1e-6 && (number("y") - point.y).abs() < 1e-6);
            assert_eq!(cell(line, "series"), plot.series[point.series].label);
            assert_eq!(cell(line, "panel"), point.panel.name);
            assert_eq!(cell(line, "kind") == "measured", point.is_measured());
            assert_eq!(cell(line, "key").is_empty(), !point.is_measured());
            assert_eq!(cell(line, "source").is_empty(), point.is_measured());
        }
    }
}

#[test]
fn a_drawing_says_what_its_records_are_worth() {
    let figure = figure("fig3-resnet50").unwrap();
    let alone = words(&render_svg(&figure, &[]));
    assert!(alone.contains("No results are recorded yet; only published values are shown."), "{alone}");
    for word in ["HALP", "IEE from scratch", "EagleEye", "Top-1 accuracy (%)", "30%"] {
        assert!(alone.contains(word), "{word}");
    }
    assert!(!alone.contains("Magnitude"), "a series without points");

    let paper = structured("resnet50");
    let small: Vec<Record> = paper.iter().cloned().map(smoke).collect();
    let generated = words(&render_svg(&figure, &small));
    assert!(generated.contains("not evidence about the methods (network resnet50-0.25)"), "{generated}");
    let both = words(&render_svg(&figure, &[small, paper].concat()));
    assert!(both.contains("the full published recipe"), "{both}");
    assert!(both.contains("Records of other profiles, data sets or networks are not shown."));
    let dense = structured("resnet50").swap_remove(0);
    let pruned = structured("resnet50").into_iter().map(smoke);
    let lone = words(&render_svg(&figure, &pruned.chain([dense]).collect::<Vec<_>>()));
    assert!(lone.contains("not evidence about the methods"), "the dense network alone is no figure: {lone}");
    let elsewhere = Record { method: "set".into(), ..structured("resnet50").swap_remove(0) };
    assert!(words(&render_svg(&figure, &[elsewhere])).contains(
        "None of these records has a point in this \
    figure."
    ));
}

#[test]
fn a_throughput_that_is_not_valid_is_marked() {
    let figure = figure("fig3-resnet50").unwrap();
    let mut records = structured("resnet50");
    records.iter_mut().for_each(|record| record.fps_doubt = "the clock moved".into());
    let drawn = words(&render_svg(&figure, &records));
    assert!(drawn.contains("30% †") && drawn.contains("†: the FPS measurement is invalid"), "{drawn}");
    let lines = csv_of(&figure, &records);
    let doubted = with(&lines, &[("fps_doubt", "the clock moved")]);
    assert!(doubted.iter().all(|line| cell(line, "panel") == "speed") && !doubted.is_empty());
}

#[test]
fn measured_marks_are_filled_and_published_ones_hollow() {
    let figure = figure("fig3-resnet50").unwrap();
    let records = structured("resnet50");
    let svg = render_svg(&figure, &records);
    let document = Document::parse(&svg).unwrap();
    let marks: Vec<Node> = document
        .descendants()
        .filter(|node| node.has_tag_name("polygon") || node.has_tag_name("circle"))
        .filter(|node| node.attribute("fill").is_some_and(|fill| fill != "none"))
        .collect();
    let hollow = marks.iter().filter(|node| node.attribute("fill") == Some("#FFFFFF")).count();
    let plot = chart_of(&figure, &records);
    let measured = |wanted: bool| plot.points.iter().filter(move |point| point.is_measured() == wanted);
    // The legend has one mark of a kind for every series that has points of it.
    let in_legend = |wanted| measured(wanted).map(|point| point.series).collect::<BTreeSet<_>>().len();
    assert_eq!(hollow, measured(false).count() + in_legend(false));
    assert_eq!(marks.len() - hollow, measured(true).count() + in_legend(true));
}

/// What a paper says in its caption can be left out, and so can methods; a narrow drawing has the same letters.
#[test]
fn a_drawing_for_a_paper_has_no_words_of_its_own() {
    let figure = figure("fig3-resnet50").unwrap();
    let records = structured("resnet50");
    let usual = drawn(&figure, &records);
    let methods = vec!["dense".to_string(), "halp".to_string()];
    let look = Look { title: false, notes: false, width: 480, methods };
    let bare = draw_as(&figure, Path::new("nowhere"), &records, &look).drawings.remove(0);
    let (usual_words, bare_words) = (words(&usual.svg), words(&bare.svg));
    for left_out in ["Measured:", "Hollow:", "IEE"] {
        assert!(usual_words.contains(left_out) && !bare_words.contains(left_out), "{left_out}: {bare_words}");
    }
    assert!(bare_words.contains("HALP") && bare_words.contains("Dense"), "{bare_words}");
    let root = |svg: &str| Document::parse(svg).unwrap().root_element().attribute("width").map(String::from);
    assert_eq!((root(&usual.svg).as_deref(), root(&bare.svg).as_deref()), (Some("720"), Some("480")));
    let series: BTreeSet<&str> =
        bare.csv.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(series, ["Dense", "HALP"].into());
}

/// In a drawing of one panel a series stands beside its marks, or in the legend, and never in both.
#[test]
fn every_series_is_named_once() {
    let records = structured("resnet50");
    let drawn = drawings(Path::new("nowhere"), &records);
    let latency = drawn.drawings.iter().find(|drawing| drawing.id.starts_with("latency-table1")).unwrap();
    let document = Document::parse(&latency.svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let texts: Vec<&str> = texts.filter_map(|node| node.text()).map(str::trim).collect();
    for label in ["HALP", "IEE from scratch", "IEE from pretrained", "Magnitude (channels)"] {
        assert_eq!(texts.iter().filter(|text| **text == label).count(), 1, "{label}: {texts:?}");
    }
}

#[test]
fn variants_stand_in_for_rows_without_trials_and_are_else_named() {
    let figure = figure("fig3-resnet50").unwrap();
    let shorter = |record: Record| Record { settings: "epochs=10".into(), ..record };
    let measured = |records: &[Record]| {
        let lines = csv_of(&figure, records);
        let found = with(&lines, &[("kind", "measured"), ("panel", "speed")]);
        found.into_iter().map(|line| cell(line, "series").to_string()).collect::<Vec<_>>()
    };
    let own = structured("resnet50");
    let alone: Vec<Record> = own.iter().cloned().map(shorter).collect();
    let svg = words(&render_svg(&figure, &alone));
    assert!(
        !svg.contains("None of these records has a point in this figure.") && !svg.contains("omitted"),
        "{svg}"
    );
    let named = |labels: Vec<String>| labels.into_iter().map(|label| format!("{label} [epochs=10]"));
    assert_eq!(measured(&alone), named(measured(&own)).collect::<Vec<_>>());

    // HALP's row has trials at one level only: its variants do not stand in for it at the others.
    let of_halp = |record: &Record| record.method == "halp" && record.latency_target == Some(0.3);
    let mut mixed = alone.clone();
    mixed.extend(own.into_iter().filter(of_halp));
    let svg = words(&render_svg(&figure, &mixed));
    let note = "3 rows with non-default settings are omitted: HALP [epochs=10] at 80%, HALP [epochs=10] at \
                55%, HALP [epochs=10] at 30%.";
    assert!(svg.contains(note), "{svg}");
    let labels = measured(&mixed);
    assert_eq!(labels.iter().filter(|label| label.starts_with("HALP")).collect::<Vec<_>>(), ["HALP"]);
    assert_eq!(labels.iter().filter(|label| label.ends_with(']')).count(), 5);
}

#[test]
fn labels_of_points_can_be_read_whatever_the_colour_of_their_series() {
    let svg = render_svg(&figure("fig3-resnet50").unwrap(), &structured("resnet50"));
    let document = Document::parse(&svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let labels: Vec<Node> = texts.filter(|node| node.text().unwrap().trim() == "30%").collect();
    assert!(!labels.is_empty());
    assert!(labels.iter().all(|label| label.attribute("fill") == Some("#5A5A5A")));
}

/// Whether every text of a drawing is within it and over no other.
fn assert_readable(id: &str, svg: &str) {
    let document = Document::parse(svg).unwrap();
    let size = |name| document.root_element().attribute(name).unwrap().parse::<f64>().unwrap();
    let boxes = boxes(&document);
    for (at, a) in boxes.iter().enumerate() {
        let inside = a.0 >= 0.0 && a.1 >= 0.0 && a.2 <= size("width") && a.3 <= size("height");
        assert!(inside, "{id}: {a:?} of {} x {}", size("width"), size("height"));
        for b in &boxes[at + 1..] {
            let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
            assert!(apart, "{id}: {a:?} and {b:?}");
        }
    }
}

/// Left, top, right and bottom of every text, by the advances of the font, with the text. A capital letter is 0.73 of the
/// font's size high, others reach 0.21 below the line.
fn boxes(document: &Document) -> Vec<(f64, f64, f64, f64, String)> {
    let place = |node: Node| {
        let number = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let text = node.text().unwrap_or_default().to_string();
        let size = number("font-size");
        let wide = font::width(&text, 1.24 * size);
        let said = node.attribute("textLength").map_or(wide, |length| length.parse().unwrap());
        assert!((said - wide).abs() < 0.1, "{text}: {said} {wide}");
        let (x, y) = (number("x"), number("y"));
        match node.attribute("transform") {
            None => (x, y - 0.73 * size, x + wide, y + 0.21 * size, text),
            Some(_) => (x - 0.73 * size, y - wide, x + 0.21 * size, y, text),
        }
    };
    document.descendants().filter(|node| node.has_tag_name("text")).map(place).collect()
}

#[test]
fn no_text_covers_another_or_leaves_the_drawing() {
    for id in figure_ids() {
        let figure = figure(id).unwrap();
        let paper = structured(figure.table.model);
        let small: Vec<Record> = paper.iter().cloned().map(smoke).collect();
        for records in [Vec::new(), small, paper] {
            assert_readable(id, &render_svg(&figure, &records));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn anything_recorded_can_be_drawn(
        top1 in proptest::option::of(any::<f64>()),
        relative in proptest::option::of(any::<f64>()),
        cost in proptest::option::of(any::<f64>()),
        words in "[ -~<>&\"'±]{0,40}",
    ) {
        let figure = figure("fig3-resnet50").unwrap();
        let mut records = structured("resnet50");
        let record = records.last_mut().unwrap();
        (record.top1, record.fps_relative, record.train_cost_ratio) = (top1, relative, cost);
        records.iter_mut().for_each(|record| record.dataset = words.clone());
        let svg = render_svg(&figure, &records);
        prop_assert!(Document::parse(&svg).is_ok());
        prop_assert!(drawn(&figure, &records).csv.lines().count() > 20);
    }
}
