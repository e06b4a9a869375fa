//! What the page begins with: what was found, and the accuracies. The verdicts by table and the best method of every
//! group and level, for the sections below.

use records::{Metric, Record, words};

use crate::evidence::Verdict;
use crate::evidence::group::{Group, is_shortened};
use crate::evidence::table_row::table_rows;
use crate::page::number::accuracy;
use crate::page::text::capitalised;
use crate::paper::TableDefinition;
use crate::statistics::Summary;

use super::best::Best;
use super::drawings::{self, PlacedDrawing};
use super::evaluated::Evaluated;
use super::findings;
use super::grid::{Cell, row, table};
use super::html::{Html, id};
use super::source::Sources;

/// How the measured rows of one table were judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Within the margin of the published value.
    pub reproduced: usize,
    /// Above it.
    pub better: usize,
    /// Below it.
    pub worse: usize,
    /// Published, but measured or trained under other conditions.
    pub not_comparable: usize,
    /// Measured, and nothing published.
    pub unpublished: usize,
}

impl Verdicts {
    /// Counts the verdicts on the rows of a table, of which these are the groups.
    pub fn of(definition: &TableDefinition, groups: &[Group]) -> Verdicts {
        let mut verdicts = Verdicts::default();
        for group in groups {
            for row in table_rows(definition, group).iter().filter(|row| row.score().is_some()) {
                *match row.verdict() {
                    Some(Verdict::Reproduced) => &mut verdicts.reproduced,
                    Some(Verdict::Better) => &mut verdicts.better,
                    Some(Verdict::Worse) => &mut verdicts.worse,
                    Some(Verdict::NotComparable) => &mut verdicts.not_comparable,
                    None => &mut verdicts.unpublished,
                } += 1;
            }
        }
        verdicts
    }
}

/// Writes the summary over the tables that have records: what was left out, what was found, the accuracies.
pub fn write(html: &mut Html, evaluated: &Evaluated, sources: &Sources, lead: &[&PlacedDrawing]) {
    let records = &sources.records;
    html.element("section", &[("id", "summary"), ("aria-labelledby", "summary-title")], |html| {
        html.leaf("h2", &[("id", "summary-title")], "Findings");
        left_out(html, &sources.complaints);
        failures(html, records);
        let found = findings::sentences(evaluated, records);
        html.element("ul", &[("class", "findings")], |html| {
            found.iter().for_each(|sentence| html.leaf("li", &[], sentence));
        });
        drawings::beside(html, sources, lead, "h3");
        sources.remarks.iter().for_each(|remark| html.leaf("p", &[("class", "rule")], remark));
    });
}

fn left_out(html: &mut Html, complaints: &[String]) {
    if complaints.is_empty() {
        return;
    }
    let attributes = [("class", "warning"), ("role", "note"), ("aria-label", "Left out")];
    html.element("div", &attributes, |html| {
        html.leaf("p", &[], &format!("Excluded from everything below ({}):", complaints.len()));
        html.element("ul", &[], |html| complaints.iter().for_each(|what| html.leaf("li", &[], what)));
    });
}

fn failures(html: &mut Html, records: &[Record]) {
    let failed = records.iter().filter(|record| !record.is_ok()).count();
    if failed > 0 {
        let what = format!(
            "{failed} of {} trials did not complete; they are listed among the records but are in no mean.",
            records.len()
        );
        html.leaf("p", &[("class", "warning")], &what);
    }
}

/// Writes how the measured rows of each table were judged.
pub fn verdicts(html: &mut Html, tables: &[(TableDefinition, Verdicts)]) {
    let heads = [
        ("Table", false),
        ("Reproduced", true),
        ("Better", true),
        ("Worse", true),
        ("Not comparable", true),
        ("Nothing published", true),
    ];
    table(html, "Verdicts on measured results, by table", "sortable", &heads, |html| {
        html.element("tbody", &[], |html| {
            for (definition, told) in tables {
                let counts =
                    [told.reproduced, told.better, told.worse, told.not_comparable, told.unpublished];
                row(html, &heads, |at| match at {
                    0 => Cell::link(definition.id, id("table", definition.id)),
                    _ => Cell::Text(counts[at - 1].to_string()),
                });
            }
        });
    });
    html.leaf("p", &[("class", "rule")], &Verdict::rule(true));
}

/// Writes the best method of each group and level.
pub fn rankings(html: &mut Html, rankings: &[Best]) {
    if rankings.is_empty() {
        return html.leaf("p", &[], "No sparsity or latency has several methods to rank.");
    }
    for metric in Metric::ALL {
        let rankings: Vec<&Best> = rankings.iter().filter(|best| best.metric == metric).collect();
        if !rankings.is_empty() {
            ranked_by(html, metric, &rankings);
        }
    }
    let caution = "Level: sparsity, or the fraction of the dense network's latency that remains, with the \
                   settings of the training length and those that all of its trials share. Trainings whose \
                   length was set are ranked only with others of that length. Tied: the means are \
                   equal as printed. Levels with a single method are omitted. n: number of trials; with several, \
                   the mean is followed by their standard deviation. Whether a lead is more than scatter is \
                   judged seed by seed in the findings; one that rests on a single trial is no evidence.";
    html.leaf("p", &[("class", "rule")], caution);
}

/// The rankings by one metric.
fn ranked_by(html: &mut Html, metric: Metric, rankings: &[&Best]) {
    let result = format!("{} {} (n)", capitalised(metric.short), metric.unit);
    let heads = [
        ("Suite", false),
        ("Profile", false),
        ("Data set", false),
        ("Network", false),
        ("Level", false),
        ("Best method", false),
        (&result, true),
        ("Next best", false),
        (&result, true),
        ("Dense", true),
        ("Methods", true),
    ];
    let caption = format!("Best method of each group and level, by {} (mean over seeds)", metric.name);
    table(html, &caption, "sortable", &heads, |html| {
        html.element("tbody", &[], |html| {
            for best in rankings {
                let name = |place: usize| best.ranking.get(place).map(|place| names(place));
                let result = |place: usize| best.ranking.get(place).map(|place| results(place));
                row(html, &heads, |at| {
                    Cell::of(match at {
                        1 if is_short(&best.group[1]) => Some(format!("{}, shortened", best.group[1])),
                        2 => Some(best.group[2].clone() + &best.files),
                        0..=3 => Some(best.group[at].clone()),
                        4 => Some(best.level.clone()),
                        5 => name(0),
                        6 => result(0),
                        7 => name(1),
                        8 => result(1),
                        9 => best.dense.map(accuracy),
                        _ => Some(best.ranking.iter().map(Vec::len).sum::<usize>().to_string()),
                    })
                });
            }
        });
    });
}

/// Whether the recipe of a profile is shorter than the published one, which is said where its results stand.
fn is_short(profile: &str) -> bool {
    profile == words::SMOKE || is_shortened(profile)
}

/// The methods of one place: `rigl`, or `tied: halp / rigl`.
fn names(place: &[(String, Summary)]) -> String {
    let names: Vec<&str> = place.iter().map(|(method, _)| method.as_str()).collect();
    let tied = if names.len() > 1 { "tied: " } else { "" };
    format!("{tied}{}", names.join(" / "))
}

fn results(place: &[(String, Summary)]) -> String {
    place.iter().map(|(_, summary)| accuracy(*summary)).collect::<Vec<_>>().join(" / ")
}
