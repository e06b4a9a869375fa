//! A table of one's own results: only what was measured, one line for each condition.
//!
//! A condition is all that was run but the seed (`evidence/condition.rs`); its result is a mean with its interval and
//! the number of seeds. Which columns are shown can be chosen; what is the same in every line is said once.

mod column;
mod naming;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use records::{Metric, Record, words};

use crate::evidence::group::{is_shortened, is_smoke_test, left_out_as_outdated};
use crate::evidence::names::{files_among, rule};
use crate::page::{Column, Grid, Page, PageItem, csv, left};
use crate::table::TableFormat;
use crate::table::structured::invalid_throughput;
use crate::table::written;

use column::{Common, TELLING, USUAL};
pub use column::{OwnColumn, UnknownColumn, column, columns};
pub use naming::method_name;
use row::{OwnRow, place, rows};

/// The id of the table, beside those of the paper's tables.
pub const ID: &str = "own";

/// Writes the table of these records, in the usual columns or in those that are asked for.
pub fn render(records: &[Record], asked: &[&'static OwnColumn], format: TableFormat) -> String {
    match format {
        TableFormat::Csv => csv::grid(&long_form(records, asked)),
        _ => written(&page(records, asked), format),
    }
}

/// The table as a page: a grid for every suite, data set, profile and network.
pub(crate) fn page(records: &[Record], asked: &[&'static OwnColumn]) -> Page {
    let all = rows(records);
    let mut page = Page { id: ID.to_string(), ..Page::default() };
    for group in all.chunk_by(|a, b| place(a.first()) == place(b.first())) {
        let common = Common::of(group);
        let shown = shown(group, asked, &common);
        page.items.push(PageItem::Heading(heading(group, &all)));
        page.items.push(PageItem::Grid(grid(group, &shown, &common)));
        let notes: Vec<String> = notes(group, &shown, asked.is_empty(), &common);
        page.items.extend((!notes.is_empty()).then_some(PageItem::Notes(notes)));
    }
    if records.is_empty() {
        page.items.push(PageItem::Paragraph("No results are recorded yet.".to_string()));
    }
    page.items.extend(left_out_as_outdated(records).map(|note| PageItem::Notes(vec![note])));
    page
}

/// What the lines of a grid have in common, and how far they are evidence.
fn heading(group: &[OwnRow], all: &[OwnRow]) -> String {
    let [suite, dataset, profile, model, _] = place(group[0].first());
    let files = files_among(group[0].first(), all.iter().map(OwnRow::first));
    let worth = if is_smoke_test(profile, dataset) {
        ": smoke test; not evidence about the methods"
    } else if is_shortened(profile) {
        ": shortened recipe"
    } else {
        ""
    };
    format!("suite {suite} on {dataset}{files}, profile {profile}, network {model}{worth}")
}

/// The columns of a grid: those asked for, or the usual ones that say something here, and what else tells lines
/// apart that look the same in them.
fn shown(group: &[OwnRow], asked: &[&'static OwnColumn], common: &Common) -> Vec<&'static OwnColumn> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    let mut shown: Vec<&OwnColumn> =
        named(USUAL).filter(|column| column.says_something(group, common)).collect();
    for more in named(TELLING) {
        let apart = |shown: &[&OwnColumn]| subjects(group, shown, common).len();
        if apart(&shown) == group.len() {
            break;
        }
        let with: Vec<&OwnColumn> = shown.iter().copied().chain([more]).collect();
        if apart(&with) > apart(&shown) {
            let behind = shown.iter().rposition(|column| column.is_subject()).map_or(0, |at| at + 1);
            shown.insert(behind, more);
        }
    }
    shown
}

/// The columns of these names.
fn named(names: impl IntoIterator<Item = &'static str>) -> impl Iterator<Item = &'static OwnColumn> {
    names.into_iter().filter_map(|name| column(name).ok())
}

/// What these columns say of what was run, for each line that differs in it.
fn subjects(group: &[OwnRow], shown: &[&OwnColumn], common: &Common) -> BTreeSet<Vec<Option<String>>> {
    let subject = |row: &OwnRow| {
        let telling = shown.iter().filter(|column| column.is_subject() || TELLING.contains(&column.name));
        telling.map(|column| column.cell(row, common)).collect()
    };
    group.iter().map(subject).collect()
}

fn grid(group: &[OwnRow], shown: &[&OwnColumn], common: &Common) -> Grid {
    let columns =
        shown.iter().map(|column| Column { title: column.title(common.metric), right: column.is_right() });
    let line = |row: &OwnRow| -> Vec<Option<String>> {
        shown.iter().map(|column| column.cell(row, common)).collect()
    };
    Grid { columns: columns.collect(), blocks: vec![group.iter().map(line).collect::<Vec<_>>().into()] }
}

/// What the columns mean that need it, what all lines share, and what is to be known of single ones.
fn notes(group: &[OwnRow], shown: &[&OwnColumn], usual: bool, common: &Common) -> Vec<String> {
    let metric = common.metric;
    let mut notes: Vec<String> = shown
        .iter()
        .filter_map(|column| column.meaning(group, metric))
        .map(|meaning| meaning + ".")
        .collect();
    if metric == Metric::MAP {
        notes.push(format!("mAP: by rule {}.", rule(group[0].first())));
    }
    if usual {
        let is_hidden = |column: &&OwnColumn| shown.iter().all(|it| it.name != column.name);
        let hidden = named(USUAL).filter(|column| column.is_subject()).filter(is_hidden);
        let same = hidden.filter_map(|column| {
            let value = column.cell(&group[group.len() - 1], common)?;
            Some(format!("{} {value}", column.title(metric).to_lowercase()))
        });
        let same: Vec<String> = same.collect();
        notes.extend((!same.is_empty()).then(|| format!("All: {}.", same.join(", "))));
    }
    if !common.settings.is_empty() {
        notes.push(format!("All with {}.", common.settings.join("; ")));
    }
    notes.extend(alike(group, shown, common));
    for (row, name) in group.iter().zip(names(group, common)) {
        notes.extend(row.remarks(metric).into_iter().map(|what| format!("{name}: {what}.")));
        notes.extend(invalid_throughput(&row.trials, &name));
    }
    notes.extend(latency_table(group, shown));
    notes
}

/// The lines as notes name them, those of one name with what tells them apart: `RigL at 90%, distribution erk`.
fn names(group: &[OwnRow], common: &Common) -> Vec<String> {
    let mut by_name: BTreeMap<String, Vec<&OwnRow>> = BTreeMap::new();
    let names: Vec<String> = group.iter().map(OwnRow::name).collect();
    for (row, name) in group.iter().zip(&names) {
        by_name.entry(name.clone()).or_default().push(row);
    }
    let telling = || named(["distribution"].into_iter().chain(TELLING));
    let whole = |(row, name): (&OwnRow, &String)| {
        let differs = |column: &&OwnColumn| {
            by_name[name].iter().any(|other| column.cell(other, common) != column.cell(row, common))
        };
        let said = telling().filter(differs).filter_map(|column| {
            Some(format!(", {} {}", column.title(common.metric).to_lowercase(), column.cell(row, common)?))
        });
        format!("{name}{}", said.collect::<String>())
    };
    group.iter().zip(&names).map(whole).collect()
}

/// What latencies were looked up in, where a share of latency is shown and no column says it.
fn latency_table(group: &[OwnRow], shown: &[&OwnColumn]) -> Option<String> {
    let has = |name: &str| shown.iter().any(|column| column.name == name);
    let named = group.iter().map(|row| row.first().latency_table.as_str());
    let tables: BTreeSet<&str> = named.filter(|name| !name.is_empty()).collect();
    let looked_up = !tables.is_empty() && !tables.contains(words::MACS);
    (looked_up && (has("latency") || has("target")) && !has("latency_table"))
        .then(|| format!("Latencies looked up in table {}.", Vec::from_iter(tables).join(", ")))
}

/// Which columns would tell lines apart that look the same in those shown.
fn alike(group: &[OwnRow], shown: &[&OwnColumn], common: &Common) -> Option<String> {
    let apart = |shown: &[&OwnColumn]| subjects(group, shown, common).len();
    let now = apart(shown);
    let tells = |column: &&OwnColumn| {
        let with: Vec<&OwnColumn> = shown.iter().copied().chain([*column]).collect();
        apart(&with) > now
    };
    let all = named(USUAL.into_iter().chain(TELLING));
    let telling: Vec<&str> = all.filter(tells).map(|column| column.name).collect();
    (now < group.len() && !telling.is_empty()).then(|| {
        format!(
            "Some lines differ in what is not shown; more columns tell them apart: {}.",
            telling.join(", ")
        )
    })
}

/// The table for other programs: every line with its suite, data set, profile and network, and every column that
/// tells lines apart.
fn long_form(records: &[Record], asked: &[&'static OwnColumn]) -> Grid {
    let chosen: Vec<&OwnColumn> = match asked {
        [] => {
            let place = ["suite", "dataset", "profile", "model", "method_key"].into_iter();
            let names = place.chain(USUAL).chain(["interval", "deviation", "remarks"]).chain(TELLING);
            named(names).collect()
        }
        asked => asked.to_vec(),
    };
    let line = |row: &OwnRow| -> Vec<Option<String>> {
        let metric = row.metric().unwrap_or(Metric::TOP1);
        chosen.iter().flat_map(|column| column.values(row, metric)).collect()
    };
    let lines: Vec<_> = rows(records).iter().map(line).collect();
    let columns = chosen.iter().flat_map(|column| column.value_names()).map(left).collect();
    Grid { columns, blocks: vec![lines.into()] }
}

#[cfg(test)]
mod tests;
