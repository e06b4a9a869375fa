//! Drawings of many lines: all of them are drawn, few enough in each drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use roxmltree::Document;

use super::super::groups::{MOST_PARTS, MOST_POINTS};
use super::super::parts::MOST_CURVES;
use super::super::*;
use super::groups::{CsvRow, find, lines, record, write};

const METRICS: &str = "step,epoch,train_loss,val_loss,top1\n10,1,1,1,50\n20,2,1,1,60\n";

/// Metrics that no trial with another number has.
fn metrics(number: usize) -> String {
    METRICS.replace("60", &format!("60.{number:03}"))
}

/// A trial with settings, so that it has a line of its own.
fn variant(method: &str, sparsity: f64, setting: usize) -> Record {
    let trial = record(method, sparsity, 0, 90.0);
    let settings = format!("importance_steps={setting}");
    Record { key: format!("{}-{setting}", trial.key), settings, ..trial }
}

/// The drawings of a kind.
fn of<'d>(drawn: &'d Drawings, kind: &str) -> Vec<&'d Drawing> {
    drawn.drawings.iter().filter(|drawing| drawing.id.starts_with(kind)).collect()
}

/// The labels of the series that have points.
fn series(drawing: &Drawing) -> BTreeSet<String> {
    lines(drawing).into_iter().map(|line: CsvRow| line["series"].clone()).collect()
}

/// The keys behind all points.
fn keys(drawing: &Drawing) -> BTreeSet<String> {
    lines(drawing)
        .iter()
        .flat_map(|line| line["key"].split(';').map(str::to_string).collect::<Vec<_>>())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_line_is_drawn_and_the_dense_network_in_each_drawing(
        levels in proptest::collection::btree_set(prop::sample::select(vec![80u32, 90, 95]), 1..4),
        counts in proptest::collection::vec(1usize..12, 3),
        dense in 0usize..7,
    ) {
        let out = tempfile::tempdir().unwrap();
        let mut all: Vec<Record> = (0..dense).map(|n| variant("dense", 0.0, n)).collect();
        for (percent, count) in levels.iter().zip(counts) {
            let level = f64::from(*percent) / 100.0;
            all.extend((0..count).map(|n| variant(["rigl", "iee"][n % 2], level, n)));
        }
        for (number, record) in all.iter().enumerate() {
            write(out.path(), &record.key, "metrics.csv", &metrics(number));
        }
        let drawn = drawings(out.path(), &all);
        let curves = of(&drawn, "curves-");
        prop_assert!(curves.len() <= MOST_PARTS);
        let (mut found, mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for drawing in &curves {
            prop_assert!((1..=MOST_CURVES).contains(&series(drawing).len()), "{:?}", series(drawing));
            prop_assert!(ids.insert(&drawing.id) && titles.insert(&drawing.title), "{}", drawing.title);
            let here = keys(drawing);
            let networks = here.iter().filter(|key| key.starts_with("dense")).count();
            prop_assert!(networks == dense || dense > MOST_CURVES / 2);
            found.extend(here);
        }
        prop_assert_eq!(found, all.iter().map(|record| record.key.clone()).collect::<BTreeSet<_>>());
        prop_assert!(drawn.remarks.is_empty(), "{:?}", drawn.remarks);
    }
}

#[test]
fn drawings_of_one_level_say_which_part_they_are() {
    let out = tempfile::tempdir().unwrap();
    let mut all: Vec<Record> = (0..9).map(|n| variant("iee", 0.9, n)).collect();
    all.push(record("dense", 0.0, 0, 94.0));
    for (number, record) in all.iter().enumerate() {
        write(out.path(), &record.key, "metrics.csv", &metrics(number));
    }
    let drawn = drawings(out.path(), &all);
    let told: Vec<_> =
        of(&drawn, "curves-").iter().map(|drawing| (drawing.id.as_str(), drawing.title.as_str())).collect();
    let id = "curves-table3-cifar10-lite-wrn-22-2-90-zeros-part";
    let title = "Training (table3): wrn-22-2 on cifar10, lite, 90% zeros, part";
    let expected = [1, 2].map(|n| (format!("{id}-{n}-of-2"), format!("{title} {n} of 2")));
    assert_eq!(told, expected.each_ref().map(|(id, title)| (id.as_str(), title.as_str())));
}

#[test]
fn lines_without_samples_take_no_place() {
    let out = tempfile::tempdir().unwrap();
    let mut all: Vec<Record> = (0..7).map(|n| variant("static", 0.9, n)).collect();
    all.extend((0..7).map(|n| variant("iee", 0.9, n)));
    all.push(record("dense", 0.0, 0, 94.0));
    let changes =
        "step,stage,dropped,grown,active,iou_previous,iou_final,survival_1\n300,update,5,5,10,0.5,1,0.5\n";
    for (at, record) in all.iter().filter(|record| record.method == "iee").enumerate() {
        write(out.path(), &record.key, "updates.csv", &changes.replace("300", &format!("30{at}")));
        let layers = format!("step,layer,density\n50,conv1,0.3\n50,fc,0.2{at}\n");
        write(out.path(), &record.key, "layers.csv", &layers);
    }
    let drawn = drawings(out.path(), &all);
    for (kind, expected) in [
        ("convergence-", "convergence-table3-cifar10-lite-wrn-22-2"),
        ("density-", "density-table3-cifar10-lite-wrn-22-2-90-zeros"),
    ] {
        let [drawing] = of(&drawn, kind)[..] else { panic!("{kind} has several drawings") };
        assert_eq!(drawing.id, expected);
        assert_eq!(series(drawing).len(), 7);
        assert!(!drawing.svg.contains("omitted"));
        let document = Document::parse(&drawing.svg).unwrap();
        let paths = document.descendants().filter(|node| node.has_tag_name("polyline"));
        let curves = paths.filter(|node| node.attribute("stroke-width") == Some("2"));
        assert!(curves.count() >= 2 * 7, "a line for each in a panel and in the legend");
    }
    assert_eq!(of(&drawn, "curves-").len(), 0, "nothing was written while they trained");
}

#[test]
fn levels_with_bands_have_drawings_of_their_own() {
    let out = tempfile::tempdir().unwrap();
    let mut all = vec![record("dense", 0.0, 0, 94.0)];
    all.extend([0.8, 0.9, 0.95].map(|level| record("iee", level, 0, 92.0)));
    let single = |out: &Path, all: &[Record]| {
        all.iter().for_each(|record| write(out, &record.key, "metrics.csv", METRICS));
        let drawn = drawings(out, all);
        of(&drawn, "curves-").iter().map(|drawing| series(drawing).len()).collect::<Vec<_>>()
    };
    assert_eq!(single(out.path(), &all), [4], "without bands there is room for all");
    all.push(record("iee", 0.8, 1, 93.0));
    assert_eq!(single(out.path(), &all), [2, 2, 2], "the dense network in each");
}

#[test]
fn points_and_trials_that_are_left_out_are_named_or_counted() {
    let out = tempfile::tempdir().unwrap();
    let seeds = (0..12).map(|seed| record("iee", 0.9, seed, 90.0));
    let all: Vec<Record> = seeds.chain((0..MOST_POINTS + 2).map(|n| variant("rigl", 0.9, n))).collect();
    for (number, record) in all.iter().enumerate() {
        write(out.path(), &record.key, "metrics.csv", &metrics(number));
    }
    let drawn = drawings(out.path(), &all);
    let sparsity = find(&drawn, "sparsity-");
    let shown: BTreeMap<String, usize> = lines(sparsity).iter().fold(BTreeMap::new(), |mut shown, line| {
        *shown.entry(line["kind"].clone()).or_default() += 1;
        shown
    });
    assert_eq!(shown["measured"], MOST_POINTS);
    let words = sparsity.svg.replace('\n', " ");
    assert!(words.contains("3 further rows are omitted:"), "{words}");
    let curves = of(&drawn, "curves-");
    let iee: Vec<CsvRow> = curves
        .iter()
        .flat_map(|drawing| lines(drawing))
        .filter(|line| line["series"].starts_with("IEE"))
        .collect();
    assert!(!iee.is_empty() && iee.iter().all(|line| line["n"] == "10"));
    assert!(curves.iter().any(|drawing| drawing.svg.contains("only the 10 trials with the lowest seeds")));
}

/// The runs of every row of a table, whose accuracies are `difference` apart, and rise by `last` in the last step.
fn unknowns(out: &Path, difference: f64, last: f64) -> Vec<Record> {
    let table = figure("unknowns").unwrap().table;
    let of = |(at, row): (usize, &crate::paper::RowDefinition)| {
        let trial = record(row.method.unwrap(), 0.9, 0, 60.0 + difference * at as f64);
        let settings: Vec<String> =
            row.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Record { key: format!("k{at}"), settings: settings.join(";"), ..trial }
    };
    let all: Vec<Record> = table.rows.iter().enumerate().map(of).collect();
    for record in &all {
        let top1 = record.top1.unwrap();
        // The last evaluation comes a step after the one before.
        let steps = [10, 20, 30, 40, 50, 51];
        let row = |step: i32| {
            format!(
                "{step},{},1,{},{}\n",
                f64::from(step) / 10.0,
                100.0 - top1,
                top1 + last * f64::from(step % 10)
            )
        };
        let rows: String = steps.into_iter().map(row).collect();
        write(out, &record.key, "metrics.csv", &format!("step,epoch,train_loss,val_loss,top1\n{rows}"));
    }
    all
}

/// What a choice does is seen beside what was chosen, and choices are told apart by more than strokes.
#[test]
fn choices_are_drawn_beside_the_default_in_colours_of_their_own() {
    let out = tempfile::tempdir().unwrap();
    let all = unknowns(out.path(), 0.01, 0.0);
    let drawn = drawings(out.path(), &all);
    let curves = of(&drawn, "curves-unknowns");
    assert!(curves.len() > 2);
    for drawing in &curves {
        let series = series(drawing);
        assert!(series.contains("IEE (ERK)") && series.len() <= MOST_CURVES, "{series:?}");
        let document = Document::parse(&drawing.svg).unwrap();
        let marks = document.descendants().filter(|node| node.attribute("stroke-width") == Some("2"));
        let marks = marks.filter(|node| node.has_tag_name("polygon") || node.has_tag_name("circle"));
        let shape = |node: roxmltree::Node| {
            let numbers = node.attribute("points").unwrap_or_default().split([' ', ',']);
            let numbers: Vec<f64> = numbers.filter_map(|number| number.parse().ok()).collect();
            let extent = |from: usize| {
                let of = || numbers.iter().skip(from).step_by(2).copied();
                (of().fold(f64::MIN, f64::max) - of().fold(f64::MAX, f64::min)).round()
            };
            let fill = node.attribute("fill").unwrap();
            format!("{fill}, {} corners, {} x {}", numbers.len() / 2, extent(0), extent(1))
        };
        assert_eq!(marks.map(shape).collect::<BTreeSet<_>>().len(), series.len(), "{}", drawing.id);
    }
    assert!(of(&drawn, "sparsity-unknowns").is_empty(), "the figure of differences shows them");
}

/// However close to each other the curves are.
#[test]
fn every_choice_is_seen_at_every_width() {
    for (difference, last) in
        [0.0, 0.0001, 0.01].into_iter().flat_map(|d| [0.006, 0.008, 0.01, 0.1].map(|last| (d, last)))
    {
        let out = tempfile::tempdir().unwrap();
        let all = unknowns(out.path(), difference, last);
        for width in [Look::WIDTHS[0], 400, 480, 720, 1338] {
            let look = Look { width, ..Look::default() };
            assert!(super::widths::assert_sound(out.path(), &all, &look) > 4);
        }
    }
}

/// One line cannot be seen below another: it is drawn once, and its label names all rows.
#[test]
fn curves_that_are_the_same_are_one() {
    let out = tempfile::tempdir().unwrap();
    let mut all: Vec<Record> = ["set", "rigl", "iee"].map(|method| record(method, 0.9, 0, 90.0)).to_vec();
    all[1].settings = "training_length=1.5".into();
    for (record, of_fc) in all.iter().zip([0.2, 0.2, 0.3]) {
        let layers = format!("step,layer,density\n50,conv1,0.5\n50,fc,{of_fc}\n");
        write(out.path(), &record.key, "layers.csv", &layers);
    }
    let drawn = drawings(out.path(), &all);
    let [density] = of(&drawn, "density-")[..] else { panic!("one level has one drawing") };
    assert_eq!(Vec::from_iter(series(density)), ["IEE (ERK)", "SET (ERK); RigL (ERK) [training_length=1.5]"]);
    assert!(!density.svg.contains("All with"), "{}", density.svg);
    let both = lines(density).into_iter().find(|line| line["series"].starts_with("SET")).unwrap();
    assert_eq!((both["key"].as_str(), both["n"].as_str()), ("set90-0;rigl90-0", "2"));
}
