//! The page of a table: a grid for every group of records, notes, legend.

use std::collections::BTreeSet;

use crate::record::Record;

use super::definition::TableDefinition;
use super::group::Group;
use super::legend::Legend;
use super::line::{Line, blocks, left_out};
use super::number::{accuracy, difference, percent, ratio};
use super::page::{Grid, Item, Page, left, right};

/// Lays out a table; without records it shows the published values alone.
pub fn page(definition: &TableDefinition, groups: &[Group]) -> Page {
    let legend = Legend::of(definition);
    let mut items: Vec<Item> =
        definition.notes.iter().map(|note| Item::Paragraph(note.to_string())).collect();
    for group in groups {
        let blocks = blocks(definition, group);
        items.push(Item::Heading(group.nature(definition)));
        items.push(Item::Grid(measured(&legend, &blocks)));
        items.push(Item::Notes(notes(definition, group, &blocks)));
    }
    if groups.is_empty() {
        let suite = definition.suite;
        items.push(Item::Paragraph(format!(
            "Nothing is recorded yet for suite {suite}: published values alone."
        )));
        items.push(Item::Grid(published(&legend, &blocks(definition, &Group::default()))));
    }
    let judged = groups.iter().any(|group| group.is_comparable(definition));
    items.push(Item::Notes(legend.notes(!groups.is_empty(), judged)));
    items.push(Item::Grid(legend.further_values(definition)));
    Page { title: definition.title.to_string(), items }
}

/// Published and measured values side by side.
fn measured(legend: &Legend, blocks: &[Vec<Line>]) -> Grid {
    let columns = vec![
        left("Sparsity"),
        left("Method"),
        left("Published"),
        left("Measured (n)"),
        right("Diff"),
        left("Verdict"),
        right("Train ×"),
        right("Infer. ×"),
    ];
    let cells = |line: &Line| {
        let mut cells = published_cells(legend, line);
        cells.extend([
            line.trials.top1().map(accuracy),
            line.difference().map(difference),
            line.verdict().map(|verdict| verdict.to_string()),
            line.trials.mean(|record| record.train_flops_ratio).map(ratio),
            line.trials.mean(|record| record.inference_flops_ratio).map(ratio),
        ]);
        cells
    };
    let blocks = blocks.iter().map(|block| block.iter().map(cells).collect()).collect();
    Grid { columns, blocks }
}

/// Published values alone.
fn published(legend: &Legend, blocks: &[Vec<Line>]) -> Grid {
    let columns = vec![left("Sparsity"), left("Method"), left("Published")];
    let cells = |line: &Line| published_cells(legend, line);
    let blocks = blocks.iter().map(|block| block.iter().map(cells).collect()).collect();
    Grid { columns, blocks }
}

fn published_cells(legend: &Legend, line: &Line) -> Vec<Option<String>> {
    let published = line.published.map(|value| format!("{} {}", value.top1_text(), legend.mark(value)));
    vec![Some(percent(line.sparsity)), Some(line.subject.label.clone()), published]
}

/// What a reader must know about the numbers of one group.
fn notes(definition: &TableDefinition, group: &Group, blocks: &[Vec<Line>]) -> Vec<String> {
    let mut notes = Vec::new();
    for line in blocks.iter().flatten() {
        let said = [line.trials.failures(), line.trials.repeated_seeds()];
        notes.extend(
            said.into_iter()
                .flatten()
                .map(|what| format!("{} at {}: {what}.", line.subject.label, percent(line.sparsity))),
        );
    }
    let left_out = left_out(definition, group);
    if !left_out.is_empty() {
        let what = distinct(left_out.iter().map(|record| {
            let target = record.sparsity_target.map(|s| format!(" at {}", percent(s)));
            format!("{}{}", record.method, target.unwrap_or_default())
        }));
        notes.push(format!("Recorded but not part of this table: {what}."));
    }
    let choices: BTreeSet<_> = group.records.iter().map(|record| (&record.method, &record.choices)).collect();
    notes.extend(choices.into_iter().filter(|(_, choices)| !choices.is_empty()).map(|(method, choices)| {
        let choices = choices.replace(';', ", ");
        format!("Chosen by this harness for {method}, because the paper does not say: {choices}.")
    }));
    let of =
        |field: fn(&Record) -> &str| distinct(group.records.iter().map(|record| field(record).to_string()));
    notes.push(format!("Measured on {}; commit {}.", of(|r| &r.device), of(|r| &r.commit)));
    notes
}

/// The distinct texts, sorted; an empty one is unknown.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let known = texts.map(|text| if text.is_empty() { "unknown".to_string() } else { text });
    known.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
