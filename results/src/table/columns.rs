//! What the columns of a table show of a row.

use crate::evidence::table_row::TableRow;
use crate::page::number::{accuracy, difference, interval, percent, ratio, share};
use crate::page::{left, right};
use crate::paper::{PublishedValue, TableDefinition};

use super::column::RowColumn;
use super::legend::{INTERVAL, marked};
use super::marks::SourceMarks;
use super::{differences, structured};

/// The columns of a table without records: what was published.
pub fn published<'s>(definition: &'s TableDefinition, marks: &'s SourceMarks) -> Vec<RowColumn<'s>> {
    let mut shown = subject(definition);
    shown.extend(published_score(marks));
    match definition.structured() {
        true => shown.extend(structured::published(definition, marks)),
        false => shown.extend(flops(marks)),
    }
    shown
}

/// The columns of the grids of one group of records: accuracy and cost, in two grids where costs were
/// published too, so that each fits a terminal.
pub fn measured<'s>(
    definition: &'s TableDefinition,
    marks: &'s SourceMarks,
    rows: &[TableRow<'s>],
) -> Vec<Vec<RowColumn<'s>>> {
    let mut accuracy = subject(definition);
    accuracy.extend(published_score(marks));
    accuracy.extend(judged(marks, rows));
    accuracy.extend(differences::columns(definition, rows));
    let (published, measured) = match definition.structured() {
        true => (Vec::new(), structured::measured(definition, marks, rows)),
        false => (flops(marks), measured_flops(definition, rows)),
    };
    // Differences have their own columns, which fill a terminal.
    if published.is_empty() && !definition.structured() && definition.pairing().is_none() {
        accuracy.extend(measured);
        return vec![accuracy];
    }
    vec![accuracy, subject(definition).into_iter().chain(published).chain(measured).collect()]
}

/// The measured FLOPs of training and inference, and the variance of saliency.
fn measured_flops<'s>(definition: &TableDefinition, rows: &[TableRow]) -> Vec<RowColumn<'s>> {
    let train = |row: &TableRow| row.trials.mean(|record| record.train_flops_ratio).map(ratio);
    let inference = |row: &TableRow| row.trials.mean(|record| record.inference_flops_ratio).map(ratio);
    let mut shown: Vec<RowColumn> =
        vec![(right("Train ×"), Box::new(train)), (right("Infer. ×"), Box::new(inference))];
    let variance = |row: &TableRow| row.trials.mean(|record| record.saliency_variance);
    if definition.saliency_variance && rows.iter().any(|row| variance(row).is_some()) {
        shown.push((right("Saliency var."), Box::new(move |row| variance(row).map(ratio))));
    }
    shown
}

/// What a row is about.
fn subject<'s>(definition: &TableDefinition) -> Vec<RowColumn<'s>> {
    vec![
        (left(definition.level_name()), Box::new(|row| Some(percent(row.level)))),
        (left("Method"), Box::new(|row| Some(row.subject.label.clone()))),
    ]
}

/// The published result and its source.
fn published_score<'s>(marks: &'s SourceMarks) -> Option<RowColumn<'s>> {
    let score = |row: &TableRow| {
        let value = row.published?;
        let spread = spread(row).map(|spread| format!(", {spread}")).unwrap_or_default();
        Some(format!("{} {}{spread}", value.score_text()?, marks.mark(value)))
    };
    (!marks.is_empty()).then(|| -> RowColumn { (left("Published"), Box::new(score)) })
}

/// The lowest and the highest value of the independent groups that published a result: `93.60–94.03`.
fn spread(row: &TableRow) -> Option<String> {
    let scores = || row.reproductions.iter().filter_map(|value| value.score());
    let (low, high) = (scores().reduce(f64::min)?, scores().reduce(f64::max)?);
    Some(format!("{low:.2}–{high:.2}"))
}

/// The published FLOPs of training and inference.
fn flops<'s>(marks: &SourceMarks) -> Vec<RowColumn<'s>> {
    let mut shown: Vec<RowColumn> = Vec::new();
    if marks.tells(|value| value.train_flops_ratio) {
        let cost = |row: &TableRow| row.published?.train_flops_ratio.map(share);
        shown.push((right("Publ. train ×"), Box::new(cost)));
    }
    if marks.tells(|value: &PublishedValue| value.inference_flops_ratio) {
        let cost = |row: &TableRow| row.published?.inference_flops_ratio.map(share);
        shown.push((right("Publ. infer. ×"), Box::new(cost)));
    }
    shown
}

/// The measured accuracy, its interval where a row has several trials, and how it compares.
fn judged<'s>(marks: &SourceMarks, rows: &[TableRow]) -> Vec<RowColumn<'s>> {
    let measured = |row: &TableRow| Some(marked(accuracy(row.score()?), &row.trials));
    let mut shown: Vec<RowColumn> = vec![(left("Measured (n)"), Box::new(measured))];
    let bounds = |row: &TableRow| row.score()?.interval;
    if rows.iter().any(|row| bounds(row).is_some()) {
        shown.push((left(INTERVAL), Box::new(move |row| bounds(row).map(interval))));
    }
    if !marks.is_empty() {
        shown.push((right("Diff"), Box::new(|row| row.difference().map(difference))));
        shown.push((left("Verdict"), Box::new(|row| row.verdict().map(|verdict| verdict.to_string()))));
    }
    shown
}
