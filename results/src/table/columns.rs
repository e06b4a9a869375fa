//! What the columns of a table show of a line.

use crate::evidence::table_row::Line;
use crate::page::number::{accuracy, difference, interval, percent, ratio, share};
use crate::page::{Column, left, right};
use crate::paper::{Reference, TableDefinition};

use super::legend::Legend;
use super::structured;

/// Title of the column of [`Summary::CONFIDENCE`](crate::statistics::Summary::CONFIDENCE).
pub const INTERVAL: &str = "95 % CI";

/// What a column shows of a line.
pub type Cell<'s> = Box<dyn Fn(&Line) -> Option<String> + 's>;

/// A column and what it shows.
pub type Shown<'s> = (Column, Cell<'s>);

/// The columns of a table without records: what was published.
pub fn published<'s>(definition: &'s TableDefinition, legend: &'s Legend) -> Vec<Shown<'s>> {
    let mut shown = subject(definition);
    shown.extend(top1(legend));
    match definition.structured() {
        true => shown.extend(structured::published(definition, legend)),
        false => shown.extend(flops(legend)),
    }
    shown
}

/// The columns of the grids of one group of records: accuracy and cost, in two grids where costs were
/// published too, so that each fits a terminal.
pub fn measured<'s>(
    definition: &'s TableDefinition,
    legend: &'s Legend,
    lines: &[Line],
) -> Vec<Vec<Shown<'s>>> {
    let mut accuracy = subject(definition);
    accuracy.extend(top1(legend));
    accuracy.extend(judged(legend, lines));
    let (published, measured) = match definition.structured() {
        true => (Vec::new(), structured::measured(definition, legend)),
        false => (flops(legend), measured_flops(definition, lines)),
    };
    if published.is_empty() && !definition.structured() {
        accuracy.extend(measured);
        return vec![accuracy];
    }
    vec![accuracy, subject(definition).into_iter().chain(published).chain(measured).collect()]
}

/// The measured FLOPs of training and inference, and how steady the importance of weights is.
fn measured_flops<'s>(definition: &TableDefinition, lines: &[Line]) -> Vec<Shown<'s>> {
    let train = |line: &Line| line.trials.mean(|record| record.train_flops_ratio).map(ratio);
    let inference = |line: &Line| line.trials.mean(|record| record.inference_flops_ratio).map(ratio);
    let mut shown: Vec<Shown> =
        vec![(right("Train ×"), Box::new(train)), (right("Infer. ×"), Box::new(inference))];
    let variance = |line: &Line| line.trials.mean(|record| record.saliency_variance);
    if definition.saliency_variance && lines.iter().any(|line| variance(line).is_some()) {
        shown.push((right("Saliency var."), Box::new(move |line| variance(line).map(ratio))));
    }
    shown
}

/// What a line is about.
fn subject<'s>(definition: &TableDefinition) -> Vec<Shown<'s>> {
    vec![
        (left(definition.level_name()), Box::new(|line| Some(percent(line.level)))),
        (left("Method"), Box::new(|line| Some(line.subject.label.clone()))),
    ]
}

/// The published accuracy and its source.
fn top1<'s>(legend: &'s Legend) -> Option<Shown<'s>> {
    let top1 = |line: &Line| {
        let value = line.published?;
        Some(format!("{} {}", value.top1_text()?, legend.mark(value)))
    };
    (!legend.is_empty()).then(|| -> Shown { (left("Published"), Box::new(top1)) })
}

/// The published FLOPs of training and inference.
fn flops<'s>(legend: &Legend) -> Vec<Shown<'s>> {
    let mut shown: Vec<Shown> = Vec::new();
    if legend.tells(|value| value.train_flops_ratio) {
        let cost = |line: &Line| line.published?.train_flops_ratio.map(share);
        shown.push((right("Publ. train ×"), Box::new(cost)));
    }
    if legend.tells(|value: &Reference| value.inference_flops_ratio) {
        let cost = |line: &Line| line.published?.inference_flops_ratio.map(share);
        shown.push((right("Publ. infer. ×"), Box::new(cost)));
    }
    shown
}

/// The measured accuracy, its interval where a line has several trials, and how it compares.
fn judged<'s>(legend: &Legend, lines: &[Line]) -> Vec<Shown<'s>> {
    let mut shown: Vec<Shown> =
        vec![(left("Measured (n)"), Box::new(|line| line.trials.top1().map(accuracy)))];
    let bounds = |line: &Line| line.trials.top1()?.interval;
    if lines.iter().any(|line| bounds(line).is_some()) {
        shown.push((left(INTERVAL), Box::new(move |line| bounds(line).map(interval))));
    }
    if !legend.is_empty() {
        shown.push((right("Diff"), Box::new(|line| line.difference().map(difference))));
        shown.push((left("Verdict"), Box::new(|line| line.verdict().map(|verdict| verdict.to_string()))));
    }
    shown
}
