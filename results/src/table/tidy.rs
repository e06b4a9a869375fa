//! A table in long form for other programs: one row per line and sparsity, numbers to six decimals.

use super::definition::TableDefinition;
use super::group::Group;
use super::line::{Line, lines};
use super::number::plain;
use super::page::{Column, Grid, left};

/// The columns.
const COLUMNS: [&str; 27] = [
    "table",
    "suite",
    "profile",
    "dataset",
    "model",
    "method",
    "label",
    "distribution",
    "settings",
    "sparsity",
    "published_top1",
    "published_deviation",
    "published_train_flops_ratio",
    "published_inference_flops_ratio",
    "published_source",
    "published_status",
    "published_conditions",
    "measured_top1",
    "measured_deviation",
    "n",
    "trials",
    "difference",
    "verdict",
    "train_flops_ratio",
    "inference_flops_ratio",
    "saliency_variance",
    "comparable",
];

/// All groups one under the other; without records the published values alone.
pub fn grid(definition: &TableDefinition, groups: &[Group]) -> Grid {
    let none = [Group::default()];
    let groups = if groups.is_empty() { &none[..] } else { groups };
    let rows = |group: &Group| -> Vec<Vec<Option<String>>> {
        lines(definition, group).iter().map(|line| cells(definition, group, line)).collect()
    };
    let columns: Vec<Column> = COLUMNS.into_iter().map(left).collect();
    Grid { columns, blocks: groups.iter().map(|group| rows(group).into()).collect() }
}

fn cells(definition: &TableDefinition, group: &Group, line: &Line) -> Vec<Option<String>> {
    let text = |value: &str| Some(value.to_string());
    let number = |value: Option<f64>| value.map(plain);
    let published = line.published;
    let top1 = line.trials.top1();
    vec![
        text(definition.id),
        text(definition.suite),
        text(group.profile),
        text(group.dataset),
        text(group.model),
        text(line.subject.method),
        text(&line.subject.label),
        text(line.subject.distribution),
        text(&line.subject.settings),
        number(Some(line.sparsity)),
        number(published.map(|value| value.top1)),
        number(published.and_then(|value| value.top1_deviation)),
        number(published.and_then(|value| value.train_flops_ratio)),
        number(published.and_then(|value| value.inference_flops_ratio)),
        published.map(|value| value.source.clone()),
        published.map(|value| value.status.to_string()),
        published.map(|value| value.conditions.clone()),
        number(top1.map(|summary| summary.mean)),
        number(top1.and_then(|summary| summary.deviation)),
        Some(top1.map_or(0, |summary| summary.n).to_string()),
        Some(line.trials.0.len().to_string()),
        number(line.difference()),
        line.verdict().map(|verdict| verdict.to_string()),
        number(line.trials.mean(|record| record.train_flops_ratio)),
        number(line.trials.mean(|record| record.inference_flops_ratio)),
        number(line.trials.mean(|record| record.saliency_variance)),
        Some(group.is_comparable(definition).to_string()),
    ]
}
