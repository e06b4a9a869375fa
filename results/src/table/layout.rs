//! The page of a table: a grid for every group of records, notes, legend.

use std::collections::{BTreeMap, BTreeSet};

use records::Record;

use crate::evidence::group::Group;
use crate::evidence::names::target;
use crate::evidence::table_row::{TableRow, left_out, table_rows};
use crate::page::number::percent;
use crate::page::{Grid, GridBlock, Page, PageItem};
use crate::paper::TableDefinition;

use super::Shown;
use super::block::{blocks, empty};
use super::column::RowColumn;
use super::columns::{measured, published};
use super::further_values::further_values;
use super::legend::{self, INTERVAL, INTERVAL_MEANING};
use super::marks::SourceMarks;
use super::{differences, structured};

/// Lays out a table; without records it shows the published values alone.
pub fn page(definition: &TableDefinition, groups: &[Group], shown: Shown) -> Page {
    let of_groups: Vec<Vec<TableRow>> =
        groups.iter().map(|group| shown.of(table_rows(definition, group))).collect();
    let marks = match shown {
        Shown::All => SourceMarks::of(definition),
        Shown::Measured => SourceMarks::beside(definition, &of_groups.concat()),
    };
    let mut items: Vec<PageItem> =
        definition.notes.iter().map(|note| PageItem::Paragraph(note.to_string())).collect();
    for (group, rows) in groups.iter().zip(&of_groups) {
        items.push(PageItem::Heading(group.nature(definition)));
        if group.records.is_empty() {
            items.extend(group.left_out_as_outdated().map(|note| PageItem::Notes(vec![note])));
            continue;
        }
        if shown == Shown::All || !rows.is_empty() {
            let grids = measured(definition, &marks, rows).into_iter();
            items.extend(grids.map(|shown| PageItem::Grid(grid(definition, rows, shown))));
        }
        items.push(PageItem::Notes(notes(definition, group, rows)));
    }
    let measured_any = groups.iter().any(|group| !group.records.is_empty());
    if !measured_any {
        let (suite, model) = (definition.suite, definition.model);
        let what = match shown {
            Shown::Measured => "",
            Shown::All if marks.is_empty() => "; showing only the rows",
            Shown::All => "; showing only published values",
        };
        items.push(PageItem::Paragraph(format!(
            "No results are recorded yet for {model} on suite {suite}{what}."
        )));
        if shown == Shown::All {
            let rows = table_rows(definition, &Group::default());
            items.push(PageItem::Grid(grid(definition, &rows, published(definition, &marks))));
            items.extend(without_value(definition, &rows).map(|note| PageItem::Notes(vec![note])));
        }
    }
    let judged = groups.iter().any(|group| group.is_comparable(definition));
    let mut said = legend::notes(&marks, definition, measured_any, judged);
    if items.iter().any(|item| item.has_column(INTERVAL)) {
        said.insert(1, INTERVAL_MEANING.to_string());
    }
    if items.iter().any(|item| item.has_column(structured::ACTIVE_COST)) {
        said.push(structured::ACTIVE_COST_MEANING.to_string());
    }
    said.extend(definition.pairing().filter(|_| measured_any).map(differences::meaning));
    items.extend((!said.is_empty()).then_some(PageItem::Notes(said)));
    if shown == Shown::All {
        items.extend(further_values(&marks, definition).into_iter().map(PageItem::Grid));
    }
    Page { id: definition.id.to_string(), title: definition.title.to_string(), items }
}

fn grid(definition: &TableDefinition, rows: &[TableRow], shown: Vec<RowColumn>) -> Grid {
    let cells = |row: &&TableRow| shown.iter().map(|(_, cell)| cell(row)).collect();
    let blocks = blocks(definition, rows).into_iter();
    let blocks = blocks
        .map(|block| GridBlock { heading: block.heading, rows: block.rows.iter().map(cells).collect() });
    let blocks = blocks.collect();
    Grid { columns: shown.into_iter().map(|(column, _)| column).collect(), blocks }
}

/// What a reader must know about the numbers of one group.
fn notes(definition: &TableDefinition, group: &Group, rows: &[TableRow]) -> Vec<String> {
    let mut notes = Vec::new();
    for row in rows {
        let said = legend::remarks(&row.trials, row.metric);
        notes.extend(said.map(|what| format!("{}: {what}.", row.name())));
    }
    notes.extend(differences::notes(definition, rows));
    notes.extend(without_value(definition, rows));
    if definition.structured() {
        notes.extend(structured::notes(group, rows));
    }
    notes.extend(group.left_out_as_outdated());
    let left_out = left_out(definition, group);
    notes.extend(left_out.elsewhere());
    if !left_out.records.is_empty() {
        let what = distinct(left_out.records.iter().map(|record| {
            let target = target(record).map(|target| format!(" at {target}"));
            format!("{}{}", record.method, target.unwrap_or_default())
        }));
        notes.push(format!("Recorded but not part of this table: {what}."));
    }
    notes.extend(choices(&group.records).into_iter().map(|(method, choices)| {
        let choices = choices.join(", ");
        format!("Chosen by this harness for {method}, because the paper does not specify them: {choices}.")
    }));
    let of =
        |field: fn(&Record) -> &str| distinct(group.records.iter().map(|record| field(record).to_string()));
    notes.push(format!("Measured on {}; commit {}.", of(|r| &r.device), of(|r| &r.commit)));
    notes
}

/// The rows that no block shows.
fn without_value(definition: &TableDefinition, rows: &[TableRow]) -> Option<String> {
    let mut levels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in empty(definition, rows) {
        levels.entry(&row.subject.label).or_default().push(percent(row.level));
    }
    let said: Vec<_> = levels.iter().map(|(label, at)| format!("{label} at {}", at.join(", "))).collect();
    (!said.is_empty()).then(|| format!("Neither published nor measured: {}.", said.join("; ")))
}

/// The distinct texts, sorted; an empty one is unknown.
pub(crate) fn distinct(texts: impl Iterator<Item = String>) -> String {
    let known = texts.map(|text| if text.is_empty() { "unknown".to_string() } else { text });
    known.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// What the harness chose for each method where the papers do not say: with its usual settings, where there are such
/// trials, and each setting once, whichever of them it is recorded in.
fn choices<'a>(records: &[&'a Record]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let usual: BTreeSet<&str> =
        records.iter().filter(|record| record.settings.is_empty()).map(|record| &*record.method).collect();
    let mut chosen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for record in records {
        let told = record.settings.is_empty() || !usual.contains(&*record.method);
        for choice in record.choices.split(';').filter(|choice| told && !choice.is_empty()) {
            let of_method = chosen.entry(&record.method).or_default();
            if !of_method.contains(&choice) {
                of_method.push(choice);
            }
        }
    }
    chosen
}
