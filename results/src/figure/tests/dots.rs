//! The figure of differences seed by seed.

use std::collections::BTreeSet;

use super::*;
use crate::fixtures::unknowns;

#[test]
fn every_difference_is_a_dot_with_its_interval() {
    let figure = figure("unknowns").unwrap();
    let records = unknowns();
    let drawing = drawn(&figure, &records);
    assert_readable("unknowns", &drawing.svg);
    // Four choices, RigL and static.
    assert_eq!(drawing.svg.matches("<circle").count(), 6);
    let said = words(&drawing.svg);
    for word in ["growth at random", "Q = 200", "RigL (ERK)", "profile pilot", "percentage points"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    assert!(!said.contains("Omega constant"), "nothing is recorded of it");
    assert!(
        drawing.description.contains("growth at random: -3.00 [-3.25, -2.75]"),
        "{}",
        drawing.description
    );

    let lines = csv_of(&figure, &records);
    assert_eq!(lines.len(), 6);
    assert_eq!(cell(&lines[0], "series"), "Static (ERK)", "the largest difference comes first");
    let random = with(&lines, &[("series", "growth at random")])[0];
    assert_eq!((cell(random, "difference"), cell(random, "shows")), ("-3", "worse"));
    assert_eq!(cell(random, "key").split(';').count(), 3);
}

/// A narrow drawing of some methods holds all of its words, and speaks of no mark that it has not.
#[test]
fn width_and_methods_can_be_chosen() {
    let figure = figure("unknowns").unwrap();
    let drawing = |width: u32, methods: &[&str]| {
        let methods = methods.iter().map(|method| method.to_string()).collect();
        let look = Look { width, methods, ..Look::default() };
        draw_as(&figure, Path::new("nowhere"), &unknowns(), &look).drawings.remove(0)
    };
    for width in [Look::WIDTHS[0], 480, Look::WIDTHS[1]] {
        let svg = drawing(width, &[]).svg;
        let document = Document::parse(&svg).unwrap();
        assert_eq!(document.root_element().attribute("width"), Some(width.to_string().as_str()));
        assert_readable("unknowns", &svg);
    }
    let choices = drawing(720, &["iee"]);
    let said = words(&choices.svg);
    assert!(said.contains("growth at random") && !said.contains("RigL (ERK)"), "{said}");
    assert!(!said.contains("Hollow:") && !said.contains("Dashed:"), "{said}");
    assert_eq!(choices.csv.lines().count(), 5, "{}", choices.csv);
}

/// A dot of one pair does not look as certain as one with an interval.
#[test]
fn a_single_pair_is_grey_and_said_to_have_no_interval() {
    let figure = figure("unknowns").unwrap();
    let note = "Grey, without a bar: a single pair";
    let several: Vec<Record> =
        unknowns().into_iter().filter(|record| record.settings != "update_end=0.5").collect();
    let said = words(&drawn(&figure, &several).svg);
    assert!(!said.contains(note) && said.contains("Dashed: RigL"), "{said}");
    // Where a choice has other seeds, the mean over those of RigL is not what it is to be held against.
    let said = words(&drawn(&figure, &unknowns()).svg);
    assert!(said.contains("no line is drawn for RigL") && !said.contains("Dashed"), "{said}");
    let first: Vec<Record> = unknowns().into_iter().filter(|record| record.seed == 0).collect();
    let drawing = drawn(&figure, &first);
    assert!(words(&drawing.svg).contains(note), "{}", drawing.svg);
    let colours = |drawing: &Drawing| -> BTreeSet<String> {
        let document = Document::parse(&drawing.svg).unwrap();
        let dots = document.descendants().filter(|node| node.has_tag_name("circle"));
        dots.map(|dot| dot.attribute("stroke").unwrap().to_string()).collect()
    };
    assert_eq!(colours(&drawing).len(), 1);
    assert!(colours(&drawing).is_disjoint(&colours(&drawn(&figure, &several))));
}

#[test]
fn without_records_the_figure_says_so() {
    let figure = figure("unknowns").unwrap();
    let drawing = drawn(&figure, &[]);
    assert_readable("unknowns", &drawing.svg);
    assert!(words(&drawing.svg).contains("No results are recorded yet."));
    let of_others = words(&drawn(&figure, &structured("resnet50")).svg);
    assert!(of_others.contains("None of these records has a point in this figure."), "{of_others}");
    assert!(drawings(Path::new("nowhere"), &[]).drawings.is_empty());
    let of_report = drawings(Path::new("nowhere"), &unknowns()).drawings;
    assert_eq!(of_report[0].id, "unknowns");
}
