//! What the columns of a table show of a line.

use crate::evidence::table_row::TableRow;
use crate::page::number::{accuracy, difference, interval, percent, ratio, share};
use crate::page::{left, right};
use crate::paper::{Reference, TableDefinition};

use super::column::RowColumn;
use super::legend::INTERVAL;
use super::marks::SourceMarks;
use super::structured;

/// The columns of a table without records: what was published.
pub fn published<'s>(definition: &'s TableDefinition, marks: &'s SourceMarks) -> Vec<RowColumn<'s>> {
    let mut shown = subject(definition);
    shown.extend(top1(marks));
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
    lines: &[TableRow],
) -> Vec<Vec<RowColumn<'s>>> {
    let mut accuracy = subject(definition);
    accuracy.extend(top1(marks));
    accuracy.extend(judged(marks, lines));
    let (published, measured) = match definition.structured() {
        true => (Vec::new(), structured::measured(definition, marks)),
        false => (flops(marks), measured_flops(definition, lines)),
    };
    if published.is_empty() && !definition.structured() {
        accuracy.extend(measured);
        return vec![accuracy];
    }
    vec![accuracy, subject(definition).into_iter().chain(published).chain(measured).collect()]
}

/// The measured FLOPs of training and inference, and how steady the importance of weights is.
fn measured_flops<'s>(definition: &TableDefinition, lines: &[TableRow]) -> Vec<RowColumn<'s>> {
    let train = |line: &TableRow| line.trials.mean(|record| record.train_flops_ratio).map(ratio);
    let inference = |line: &TableRow| line.trials.mean(|record| record.inference_flops_ratio).map(ratio);
    let mut shown: Vec<RowColumn> =
        vec![(right("Train ×"), Box::new(train)), (right("Infer. ×"), Box::new(inference))];
    let variance = |line: &TableRow| line.trials.mean(|record| record.saliency_variance);
    if definition.saliency_variance && lines.iter().any(|line| variance(line).is_some()) {
        shown.push((right("Saliency var."), Box::new(move |line| variance(line).map(ratio))));
    }
    shown
}

/// What a line is about.
fn subject<'s>(definition: &TableDefinition) -> Vec<RowColumn<'s>> {
    vec![
        (left(definition.level_name()), Box::new(|line| Some(percent(line.level)))),
        (left("Method"), Box::new(|line| Some(line.subject.label.clone()))),
    ]
}

/// The published accuracy and its source.
fn top1<'s>(marks: &'s SourceMarks) -> Option<RowColumn<'s>> {
    let top1 = |line: &TableRow| {
        let value = line.published?;
        Some(format!("{} {}", value.top1_text()?, marks.mark(value)))
    };
    (!marks.is_empty()).then(|| -> RowColumn { (left("Published"), Box::new(top1)) })
}

/// The published FLOPs of training and inference.
fn flops<'s>(marks: &SourceMarks) -> Vec<RowColumn<'s>> {
    let mut shown: Vec<RowColumn> = Vec::new();
    if marks.tells(|value| value.train_flops_ratio) {
        let cost = |line: &TableRow| line.published?.train_flops_ratio.map(share);
        shown.push((right("Publ. train ×"), Box::new(cost)));
    }
    if marks.tells(|value: &Reference| value.inference_flops_ratio) {
        let cost = |line: &TableRow| line.published?.inference_flops_ratio.map(share);
        shown.push((right("Publ. infer. ×"), Box::new(cost)));
    }
    shown
}

/// The measured accuracy, its interval where a line has several trials, and how it compares.
fn judged<'s>(marks: &SourceMarks, lines: &[TableRow]) -> Vec<RowColumn<'s>> {
    let mut shown: Vec<RowColumn> =
        vec![(left("Measured (n)"), Box::new(|line| line.trials.top1().map(accuracy)))];
    let bounds = |line: &TableRow| line.trials.top1()?.interval;
    if lines.iter().any(|line| bounds(line).is_some()) {
        shown.push((left(INTERVAL), Box::new(move |line| bounds(line).map(interval))));
    }
    if !marks.is_empty() {
        shown.push((right("Diff"), Box::new(|line| line.difference().map(difference))));
        shown.push((left("Verdict"), Box::new(|line| line.verdict().map(|verdict| verdict.to_string()))));
    }
    shown
}
