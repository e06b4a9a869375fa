//! A table in long form for other programs: one row per line and level, numbers to six decimals.

use crate::evidence::group::Group;
use crate::evidence::table_row::{TableRow, lines};
use crate::page::number::plain;
use crate::page::{Column, Grid, left};
use crate::paper::TableDefinition;

/// A column's name and what it says of a line.
type LongColumn = (&'static str, fn(&Context, &TableRow) -> Option<String>);

/// What a line stands in.
struct Context<'c> {
    definition: &'c TableDefinition,
    group: &'c Group<'c>,
}

const SUBJECT: [LongColumn; 9] = [
    ("table", |context, _| text(context.definition.id)),
    ("suite", |context, _| text(context.definition.suite)),
    ("profile", |context, _| text(context.group.profile)),
    ("dataset", |context, _| text(context.group.dataset)),
    ("model", |context, _| text(context.group.model)),
    ("method", |_, line| text(line.subject.method)),
    ("label", |_, line| text(&line.subject.label)),
    ("distribution", |_, line| text(line.subject.distribution)),
    ("settings", |_, line| text(&line.subject.settings)),
];

const SPARSITY: [LongColumn; 1] = [("sparsity", |_, line| number(Some(line.level)))];

const ACCURACY: [LongColumn; 18] = [
    ("published_top1", |_, line| number(line.published?.top1)),
    ("published_deviation", |_, line| number(line.published?.top1_deviation)),
    ("published_train_flops_ratio", |_, line| number(line.published?.train_flops_ratio)),
    ("published_inference_flops_ratio", |_, line| number(line.published?.inference_flops_ratio)),
    ("published_source", |_, line| text(&line.published?.source)),
    ("published_status", |_, line| text(&line.published?.status.to_string())),
    ("published_conditions", |_, line| text(&line.published?.conditions)),
    ("measured_top1", |_, line| number(line.trials.top1().map(|summary| summary.mean))),
    ("measured_deviation", |_, line| number(line.trials.top1()?.deviation)),
    ("measured_ci_low", |_, line| number(Some(line.trials.top1()?.interval?.0))),
    ("measured_ci_high", |_, line| number(Some(line.trials.top1()?.interval?.1))),
    ("n", |_, line| text(&line.trials.top1().map_or(0, |summary| summary.n).to_string())),
    ("trials", |_, line| text(&line.trials.0.len().to_string())),
    ("difference", |_, line| number(line.difference())),
    ("verdict", |_, line| text(&line.verdict()?.to_string())),
    ("verdict_reason", |_, line| line.not_comparable()),
    ("train_flops_ratio", |_, line| number(line.trials.mean(|record| record.train_flops_ratio))),
    ("inference_flops_ratio", |_, line| number(line.trials.mean(|record| record.inference_flops_ratio))),
];

const SALIENCY: [LongColumn; 1] =
    [("saliency_variance", |_, line| number(line.trials.mean(|record| record.saliency_variance)))];

const LATENCY: [LongColumn; 2] = [
    ("pretrained", |context, line| {
        let own = |record: &&records::Record| !record.pretrained.is_empty();
        let rows = &context.definition.rows;
        let row = rows.iter().find(|row| row.label == line.subject.label);
        Some(row.map_or_else(|| line.trials.0.iter().any(own), |row| row.pretrained).to_string())
    }),
    ("latency_target", |_, line| number(Some(line.level))),
];

const SPEED: [LongColumn; 17] = [
    ("published_fps", |context, line| told(context, line, |value| value.fps)),
    ("published_fps_device", |context, line| {
        let (value, _) =
            context.definition.published_with(&line.subject.label, line.level, |value| value.fps)?;
        text(&value.device)
    }),
    ("published_speedup", |context, line| told(context, line, |value| context.definition.speedup(value))),
    ("published_macs_g", |context, line| told(context, line, |value| value.macs_g)),
    ("published_train_cost_ratio", |context, line| told(context, line, |value| value.train_cost_ratio)),
    ("fps", |_, line| number(line.trials.throughput().map(|measured| measured.fps))),
    ("fps_low", |_, line| number(Some(line.trials.throughput()?.interval?.0))),
    ("fps_high", |_, line| number(Some(line.trials.throughput()?.interval?.1))),
    ("fps_measured", |_, line| text(&Vec::from_iter(line.trials.timed_in()).join("; "))),
    ("fps_doubt", |_, line| line.trials.throughput()?.doubt),
    ("speedup", |_, line| number(line.trials.throughput()?.relative)),
    ("latency_share", |_, line| number(line.latency_share())),
    ("latency_table", |_, line| text(&line.trials.ok().next()?.latency_table)),
    ("macs", |_, line| number(line.trials.mean(|record| record.macs.map(|n| n as f64)))),
    ("train_cost_ratio", |_, line| number(line.trials.mean(|record| record.train_cost_ratio))),
    ("train_seconds", |_, line| number(line.trials.mean(|record| record.train_seconds))),
    ("energy_kj", |_, line| number(line.trials.mean(|record| record.energy_kj))),
];

const WORTH: [LongColumn; 1] =
    [("comparable", |context, _| text(&context.group.is_comparable(context.definition).to_string()))];

/// All groups one under the other; without records the published values alone.
pub fn grid(definition: &TableDefinition, groups: &[Group]) -> Grid {
    let said: Vec<LongColumn> = match definition.structured() {
        true => [&SUBJECT[..], &LATENCY, &ACCURACY, &SPEED, &WORTH].concat(),
        false => [&SUBJECT[..], &SPARSITY, &ACCURACY, &SALIENCY, &WORTH].concat(),
    };
    let none = [Group::default()];
    let groups = if groups.is_empty() { &none[..] } else { groups };
    let rows = |group: &Group| -> Vec<Vec<Option<String>>> {
        let context = Context { definition, group };
        let cells = |line: &TableRow| said.iter().map(|(_, cell)| cell(&context, line)).collect();
        lines(definition, group).iter().map(cells).collect()
    };
    let columns: Vec<Column> = said.iter().map(|(name, _)| left(*name)).collect();
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
    line: &TableRow,
    quantity: impl Fn(&crate::paper::Reference) -> Option<f64>,
) -> Option<String> {
    let told = context.definition.published_with(&line.subject.label, line.level, quantity);
    number(told.map(|(_, number)| number))
}
