//! A table in long form for other programs: one line per row and level, numbers to six decimals.

use records::Metric;

use crate::evidence::group::Group;
use crate::evidence::names::rule;
use crate::evidence::paired::{Differences, PairedDifference};
use crate::evidence::table_row::{TableRow, table_rows};
use crate::page::number::plain;
use crate::page::{Column, Grid, left};
use crate::paper::TableDefinition;

use super::Shown;
use super::block::blocks;

/// A column's name, in which `*` is the column of the metric, and its value for a row.
type LongColumn = (&'static str, fn(&Context, &TableRow) -> Option<String>);

/// The table and the group of a row.
struct Context<'c> {
    definition: &'c TableDefinition,
    group: &'c Group<'c>,
    differences: Option<Differences<'c>>,
}

impl Context<'_> {
    fn against_reference(&self, row: &TableRow) -> Option<PairedDifference> {
        self.differences.as_ref()?.against_reference(row)
    }
}

const SUBJECT: [LongColumn; 9] = [
    ("table", |context, _| text(context.definition.id)),
    ("suite", |context, _| text(context.definition.suite)),
    ("profile", |context, _| text(context.group.profile)),
    ("dataset", |context, _| text(context.group.dataset)),
    ("model", |context, _| text(context.group.model)),
    ("method", |_, row| text(row.subject.method)),
    ("label", |_, row| text(&row.subject.label)),
    ("distribution", |_, row| text(row.subject.distribution)),
    ("settings", |_, row| text(&row.subject.settings)),
];

const SPARSITY: [LongColumn; 1] = [("sparsity", |_, row| number(Some(row.level)))];

const ACCURACY: [LongColumn; 21] = [
    ("published_*", |_, row| number(row.published?.score())),
    ("published_deviation", |_, row| number(row.published?.score_deviation())),
    ("published_train_flops_ratio", |_, row| number(row.published?.train_flops_ratio)),
    ("published_inference_flops_ratio", |_, row| number(row.published?.inference_flops_ratio)),
    ("published_source", |_, row| text(&row.published?.source)),
    ("published_status", |_, row| text(&row.published?.status.to_string())),
    ("published_conditions", |_, row| text(&row.published?.conditions)),
    ("groups", |_, row| text(&row.groups()?.n.to_string())),
    ("groups_mean", |_, row| number(Some(row.groups()?.mean))),
    ("groups_deviation", |_, row| number(row.groups()?.deviation)),
    ("measured_*", |_, row| number(row.score().map(|summary| summary.mean))),
    ("measured_deviation", |_, row| number(row.score()?.deviation)),
    ("measured_ci_low", |_, row| number(Some(row.score()?.interval?.0))),
    ("measured_ci_high", |_, row| number(Some(row.score()?.interval?.1))),
    ("n", |_, row| text(&row.score().map_or(0, |summary| summary.n).to_string())),
    ("trials", |_, row| text(&row.trials.0.len().to_string())),
    ("difference", |_, row| number(row.difference())),
    ("verdict", |_, row| text(&row.verdict()?.to_string())),
    ("verdict_reason", |_, row| row.not_comparable()),
    ("train_flops_ratio", |_, row| number(row.trials.mean(|record| record.train_flops_ratio))),
    ("inference_flops_ratio", |_, row| number(row.trials.mean(|record| record.inference_flops_ratio))),
];

/// Beside the result of a detection: its rule, the other way of averaging, and how far the last epoch is typical.
const DETECTION: [LongColumn; 3] = [
    ("metric_rule", |_, row| text(rule(row.trials.ok().next()?))),
    ("measured_map_all_points", |_, row| number(row.trials.mean(|record| record.map_all_points))),
    ("measured_map_last_mean", |_, row| number(row.trials.mean(|record| record.map_last_mean))),
];

const STRUCTURE: [LongColumn; 2] = [
    ("saliency_variance", |_, row| number(row.trials.mean(|record| record.saliency_variance))),
    ("structure_changes", |_, row| {
        number(row.trials.mean(|record| record.structure_changes.map(|n| n as f64)))
    }),
];

const LATENCY: [LongColumn; 2] = [
    ("pretrained", |context, row| {
        let own = |record: &&records::Record| !record.pretrained.is_empty();
        let rows = &context.definition.rows;
        let defined = rows.iter().find(|defined| defined.label == row.subject.label);
        Some(defined.map_or_else(|| row.trials.0.iter().any(own), |row| row.pretrained).to_string())
    }),
    ("latency_target", |_, row| number(Some(row.level))),
];

const SPEED: [LongColumn; 18] = [
    ("published_fps", |context, row| told(context, row, |value| value.fps)),
    ("published_fps_device", |context, row| {
        let (value, _) =
            context.definition.published_with(&row.subject.label, row.level, |value| value.fps)?;
        text(&value.device)
    }),
    ("published_speedup", |context, row| told(context, row, |value| context.definition.speedup(value))),
    ("published_macs_g", |context, row| told(context, row, |value| value.macs_g)),
    ("published_train_cost_ratio", |context, row| told(context, row, |value| value.train_cost_ratio)),
    ("fps", |_, row| number(row.trials.throughput().map(|measured| measured.fps))),
    ("fps_low", |_, row| number(Some(row.trials.throughput()?.interval?.0))),
    ("fps_high", |_, row| number(Some(row.trials.throughput()?.interval?.1))),
    ("fps_measured", |_, row| text(&Vec::from_iter(row.trials.timed_in()).join("; "))),
    ("fps_doubt", |_, row| row.trials.throughput()?.doubt),
    ("speedup", |_, row| number(row.trials.throughput()?.relative)),
    ("latency_share", |_, row| number(row.latency_share())),
    ("latency_table", |_, row| text(&row.trials.ok().next()?.latency_table)),
    ("macs", |_, row| number(row.trials.mean(|record| record.macs.map(|n| n as f64)))),
    ("train_cost_ratio", |_, row| number(row.trials.mean(|record| record.train_cost_ratio))),
    ("train_cost_active_ratio", |_, row| number(row.trials.mean(|record| record.train_cost_active_ratio))),
    ("train_seconds", |_, row| number(row.trials.mean(|record| record.train_seconds))),
    ("energy_kj", |_, row| number(row.trials.mean(|record| record.energy_kj))),
];

const PAIRED: [LongColumn; 6] = [
    ("paired_difference", |context, row| number(Some(context.against_reference(row)?.summary.mean))),
    ("paired_ci_low", |context, row| number(Some(context.against_reference(row)?.summary.interval?.0))),
    ("paired_ci_high", |context, row| number(Some(context.against_reference(row)?.summary.interval?.1))),
    ("pairs", |context, row| text(&context.against_reference(row)?.summary.n.to_string())),
    ("shows", |context, row| text(context.against_reference(row)?.effect().words())),
    ("difference_from_rival", |context, row| {
        number(Some(context.differences.as_ref()?.against_rival(row)?.summary.mean))
    }),
];

const WORTH: [LongColumn; 1] =
    [("comparable", |context, _| text(&context.group.is_comparable(context.definition).to_string()))];

/// All groups one under the other; without records the published values alone, unless only measured rows are shown.
pub fn grid(definition: &TableDefinition, groups: &[Group], shown: Shown) -> Grid {
    let of_task: &[LongColumn] = if definition.metric == Metric::MAP { &DETECTION } else { &[] };
    let paired: &[LongColumn] = if definition.pairing().is_some() { &PAIRED } else { &[] };
    let said: Vec<LongColumn> = match definition.structured() {
        true => [&SUBJECT[..], &LATENCY, &ACCURACY, of_task, &SPEED, &WORTH].concat(),
        false => [&SUBJECT[..], &SPARSITY, &ACCURACY, paired, of_task, &STRUCTURE, &WORTH].concat(),
    };
    let none = Group::default();
    let mut groups: Vec<&Group> = groups.iter().filter(|group| !group.records.is_empty()).collect();
    if groups.is_empty() && shown == Shown::All {
        groups.push(&none);
    }
    let rows = |group: &Group| -> Vec<Vec<Option<String>>> {
        let rows = shown.of(table_rows(definition, group));
        let context = Context { definition, group, differences: Differences::of(definition, &rows) };
        let cells = |row: &TableRow| said.iter().map(|(_, cell)| cell(&context, row)).collect();
        match context.differences {
            None => rows.iter().map(cells).collect(),
            Some(_) => {
                blocks(definition, &rows).into_iter().flat_map(|block| block.rows).map(cells).collect()
            }
        }
    };
    let columns: Vec<Column> =
        said.iter().map(|(name, _)| left(name.replace('*', definition.metric.column))).collect();
    Grid { columns, blocks: groups.iter().map(|group| rows(group).into()).collect() }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_string())
}

fn number(value: Option<f64>) -> Option<String> {
    value.map(plain)
}

fn told(
    context: &Context,
    row: &TableRow,
    quantity: impl Fn(&crate::paper::PublishedValue) -> Option<f64>,
) -> Option<String> {
    let told = context.definition.published_with(&row.subject.label, row.level, quantity);
    number(told.map(|(_, number)| number))
}
