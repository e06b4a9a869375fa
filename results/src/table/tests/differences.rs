//! The table whose rows are compared seed by seed.

use super::*;
use crate::fixtures::unknowns;

#[test]
fn choices_are_sorted_by_the_size_of_their_difference() {
    let text = render(&table("unknowns").unwrap(), &unknowns(), TableFormat::Text);
    let places = [
        "Compared",
        "IEE (ERK)",
        "RigL (ERK)",
        "Choices, the largest difference first",
        "growth at random",
        "updates until 50%",
        "Q = 200",
        "Omega from 0.1",
        "Omega constant",
    ];
    let mut rest = text.as_str();
    for place in places {
        let at = rest.find(place).unwrap_or_else(|| panic!("{place} in\n{text}"));
        rest = &rest[at + place.len()..];
    }
    let line = |label: &str| {
        let line = text.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // t(0.975, 2) = 4.302653 and a deviation of 0.1: 4.302653 x 0.1 / sqrt 3 = 0.248414.
    assert!(line("growth at random").contains("-3.00 [-3.25, -2.75] worse"), "{text}");
    assert!(line("Q = 200").contains("no difference shown"), "{text}");
    assert!(line("updates until 50%").contains("too few seeds"), "{text}");
}

#[test]
fn the_notes_say_which_choices_decide_the_comparison() {
    let text = render(&table("unknowns").unwrap(), &unknowns(), TableFormat::Text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "IEE (ERK) − RigL (ERK) at 90%: +1.00 points [0.75, 1.25] (3 pairs of trials), better.",
        "is shown, or the opposite one): growth at random (-3.00).",
        "as without the choice, or open): Omega from 0.1 (+0.40).",
        "(the interval includes 0): Q = 200 (+0.50).",
        "not judged at 90%, for lack of seeds: updates until 50% (-2.00).",
        "Of 3 intervals at 90%, about 0.2 would exclude 0 by chance",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
}

#[test]
fn that_nothing_can_be_compared_is_said() {
    let without = |method: &str| {
        let left: Vec<Record> = unknowns().into_iter().filter(|record| record.method != method).collect();
        let text = render(&table("unknowns").unwrap(), &left, TableFormat::Text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = "IEE (ERK) and RigL (ERK) have no trials with the same seed here";
    assert!(without("rigl").contains(said), "{}", without("rigl"));
    assert!(!without("none").contains(said));
}

#[test]
fn the_long_form_has_the_differences_in_the_same_order() {
    let text = render(&table("unknowns").unwrap(), &unknowns(), TableFormat::Csv);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let lines: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let sizes: Vec<f64> = lines
        .iter()
        .filter(|line| &line[at("method")] == "iee")
        .filter_map(|line| line[at("paired_difference")].parse::<f64>().ok())
        .collect();
    assert_eq!(sizes, [-3.0, -2.0, 0.5, 0.4]);
    let random = lines.iter().find(|line| &line[at("label")] == "growth at random").unwrap();
    assert_eq!((&random[at("pairs")], &random[at("difference_from_rival")]), ("3", "-2"));
}
