//! The page of a table: a grid for every group of records, notes, legend.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::Record;

use super::block::{blocks, empty};
use super::definition::TableDefinition;
use super::group::Group;
use super::legend::Legend;
use super::line::{Line, left_out, lines};
use super::number::{accuracy, difference, percent, ratio, share};
use super::page::{Column, Grid, Item, Page, Rows, left, right};

/// Lays out a table; without records it shows the published values alone.
pub fn page(definition: &TableDefinition, groups: &[Group]) -> Page {
    let legend = Legend::of(definition);
    let mut items: Vec<Item> =
        definition.notes.iter().map(|note| Item::Paragraph(note.to_string())).collect();
    for group in groups {
        let lines = lines(definition, group);
        let mut shown = published_columns(&legend);
        shown.extend(measured_columns(definition, &legend, &lines));
        items.push(Item::Heading(group.nature(definition)));
        items.push(Item::Grid(grid(definition, &lines, shown)));
        items.push(Item::Notes(notes(definition, group, &lines)));
    }
    if groups.is_empty() {
        let (suite, model) = (definition.suite, definition.model);
        let what = if legend.is_empty() { "the rows alone" } else { "published values alone" };
        let lines = lines(definition, &Group::default());
        items.push(Item::Paragraph(format!("Nothing is recorded yet for {model} on suite {suite}: {what}.")));
        items.push(Item::Grid(grid(definition, &lines, published_columns(&legend))));
        items.extend(without_value(definition, &lines).map(|note| Item::Notes(vec![note])));
    }
    let judged = groups.iter().any(|group| group.is_comparable(definition));
    let said = legend.notes(!groups.is_empty(), judged);
    items.extend((!said.is_empty()).then_some(Item::Notes(said)));
    items.extend(legend.further_values(definition).map(Item::Grid));
    Page { title: definition.title.to_string(), items }
}

/// A column and what it shows of a line.
type Shown<'s> = (Column, Box<dyn Fn(&Line) -> Option<String> + 's>);

/// What a line is about, and what was published of it.
fn published_columns<'s>(legend: &'s Legend) -> Vec<Shown<'s>> {
    let mut shown: Vec<Shown> = vec![
        (left("Sparsity"), Box::new(|line| Some(percent(line.sparsity)))),
        (left("Method"), Box::new(|line| Some(line.subject.label.clone()))),
    ];
    if !legend.is_empty() {
        let top1 = |line: &Line| line.published.map(|v| format!("{} {}", v.top1_text(), legend.mark(v)));
        shown.push((left("Published"), Box::new(top1)));
    }
    if legend.tells(|value| value.train_flops_ratio) {
        let cost = |line: &Line| line.published?.train_flops_ratio.map(share);
        shown.push((right("Publ. train ×"), Box::new(cost)));
    }
    if legend.tells(|value| value.inference_flops_ratio) {
        let cost = |line: &Line| line.published?.inference_flops_ratio.map(share);
        shown.push((right("Publ. infer. ×"), Box::new(cost)));
    }
    shown
}

/// What was measured, and how it compares.
fn measured_columns<'s>(definition: &TableDefinition, legend: &Legend, lines: &[Line]) -> Vec<Shown<'s>> {
    let mut shown: Vec<Shown> =
        vec![(left("Measured (n)"), Box::new(|line| line.trials.top1().map(accuracy)))];
    if !legend.is_empty() {
        shown.push((right("Diff"), Box::new(|line| line.difference().map(difference))));
        shown.push((left("Verdict"), Box::new(|line| line.verdict().map(|verdict| verdict.to_string()))));
    }
    shown.push((
        right("Train ×"),
        Box::new(|line| line.trials.mean(|record| record.train_flops_ratio).map(ratio)),
    ));
    shown.push((
        right("Infer. ×"),
        Box::new(|line| line.trials.mean(|record| record.inference_flops_ratio).map(ratio)),
    ));
    let variance = |line: &Line| line.trials.mean(|record| record.saliency_variance);
    if definition.saliency_variance && lines.iter().any(|line| variance(line).is_some()) {
        shown.push((right("Saliency var."), Box::new(move |line| variance(line).map(ratio))));
    }
    shown
}

fn grid(definition: &TableDefinition, lines: &[Line], shown: Vec<Shown>) -> Grid {
    let cells = |line: &&Line| shown.iter().map(|(_, cell)| cell(line)).collect();
    let blocks = blocks(definition, lines).into_iter();
    let blocks =
        blocks.map(|block| Rows { heading: block.heading, rows: block.lines.iter().map(cells).collect() });
    let blocks = blocks.collect();
    Grid { columns: shown.into_iter().map(|(column, _)| column).collect(), blocks }
}

/// What a reader must know about the numbers of one group.
fn notes(definition: &TableDefinition, group: &Group, lines: &[Line]) -> Vec<String> {
    let mut notes = Vec::new();
    for line in lines {
        let trials = &line.trials;
        let said = [trials.failures(), trials.repeated_seeds(), trials.skipped_files()];
        notes.extend(
            said.into_iter()
                .flatten()
                .map(|what| format!("{} at {}: {what}.", line.subject.label, percent(line.sparsity))),
        );
    }
    notes.extend(without_value(definition, lines));
    let left_out = left_out(definition, group);
    if !left_out.tables.is_empty() {
        let tables: Vec<&str> = left_out.tables.into_iter().collect();
        notes.push(format!("Recorded too, and shown in {}.", tables.join(", ")));
    }
    if !left_out.records.is_empty() {
        let what = distinct(left_out.records.iter().map(|record| {
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

/// The lines that no block shows.
fn without_value(definition: &TableDefinition, lines: &[Line]) -> Option<String> {
    let mut sparsities: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in empty(definition, lines) {
        sparsities.entry(&line.subject.label).or_default().push(percent(line.sparsity));
    }
    let said: Vec<_> = sparsities.iter().map(|(label, at)| format!("{label} at {}", at.join(", "))).collect();
    (!said.is_empty()).then(|| format!("Neither published nor measured: {}.", said.join("; ")))
}

/// The distinct texts, sorted; an empty one is unknown.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let known = texts.map(|text| if text.is_empty() { "unknown".to_string() } else { text });
    known.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
