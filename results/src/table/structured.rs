//! The columns and notes of structured tables: speed and cost, published and measured.

use std::collections::BTreeMap;

use records::Metric;

use crate::evidence::group::Group;
use crate::evidence::table_row::TableRow;
use crate::evidence::throughput::Throughput;
use crate::evidence::trials::Trials;
use crate::page::number::{billions, fps, percent, ratio, share};
use crate::page::text::capitalised;
use crate::page::{Grid, left, right};
use crate::paper::{PublishedValue, TableDefinition};

use super::column::{RowColumn, ShownOf};
use super::legend::doubts_of_latency;
use super::marks::SourceMarks;

/// Marks an invalid throughput.
pub const NOT_VALID: &str = "†";

/// Title of the column of the cost in which exploration counts as the channels that it starts from.
pub const ACTIVE_COST: &str = "Active ×";

/// What that column is; it is there where a row's cost differs by it.
pub const ACTIVE_COST_MEANING: &str = "Active ×: training cost where a step of exploration, which runs the whole \
                                       network, counts as the active channels that it starts from, as in the mean \
                                       latencies of training logs that are probably IEE's.";

/// What was published beside the accuracy.
pub fn published<'s>(definition: &'s TableDefinition, marks: &'s SourceMarks) -> Vec<RowColumn<'s>> {
    let PublishedColumns { fps, speed, macs, cost } = PublishedColumns::of(definition, marks);
    [Some(fps), Some(speed), macs, cost].into_iter().flatten().collect()
}

/// What was measured beside the accuracy, each quantity after the published one.
pub fn measured<'s>(
    definition: &'s TableDefinition,
    marks: &'s SourceMarks,
    rows: &[TableRow],
) -> Vec<RowColumn<'s>> {
    let told = PublishedColumns::of(definition, marks);
    let speed = |row: &TableRow| row.trials.throughput()?.relative.map(share);
    let latency = |row: &TableRow| row.latency_share().map(share);
    let macs = |row: &TableRow| row.trials.mean(|record| record.macs.map(|n| n as f64 / 1e9)).map(billions);
    let cost = |row: &TableRow| row.trials.mean(|record| record.train_cost_ratio);
    let active = |row: &TableRow| row.trials.mean(|record| record.train_cost_active_ratio);
    let train = |row: &TableRow| row.trials.mean(|record| record.train_flops_ratio).map(ratio);
    // Less is not seen with two decimals.
    let differs = |row: &TableRow| {
        active(row).zip(cost(row)).is_some_and(|(active, cost)| (active - cost).abs() > 0.001)
    };
    let active: RowColumn = (right(ACTIVE_COST), Box::new(move |row| active(row).map(share)));
    let shown: [Option<RowColumn>; 11] = [
        Some(told.fps),
        Some((right("FPS"), Box::new(|row| row.trials.throughput().map(throughput)))),
        Some(told.speed),
        Some((right("Speed ×"), Box::new(speed))),
        Some((right("Lat. ×"), Box::new(latency))),
        told.macs,
        Some((right("MACs"), Box::new(macs))),
        told.cost,
        Some((right("Cost ×"), Box::new(move |row| cost(row).map(share)))),
        rows.iter().any(differs).then_some(active),
        Some((right("Train ×"), Box::new(train))),
    ];
    shown.into_iter().flatten().collect()
}

/// The columns of what was published beside the accuracy; those that few sources have only where one does.
struct PublishedColumns<'s> {
    fps: RowColumn<'s>,
    speed: RowColumn<'s>,
    macs: Option<RowColumn<'s>>,
    cost: Option<RowColumn<'s>>,
}

impl<'s> PublishedColumns<'s> {
    fn of(definition: &'s TableDefinition, marks: &'s SourceMarks) -> PublishedColumns<'s> {
        let speed = |value: &PublishedValue| definition.speedup(value);
        let macs = |value: &PublishedValue| value.macs_g;
        let cost = |value: &PublishedValue| value.train_cost_ratio;
        let known = |quantity: fn(&PublishedValue) -> Option<f64>| {
            marks.values().iter().any(|value| quantity(value).is_some())
        };
        PublishedColumns {
            fps: (right("Publ. FPS"), told(definition, marks, |value| value.fps, fps)),
            speed: (right("Publ. speed"), told(definition, marks, speed, share)),
            macs: known(macs).then(|| (right("Publ. MACs"), told(definition, marks, macs, share))),
            cost: known(cost).then(|| (right("Publ. cost"), told(definition, marks, cost, share))),
        }
    }
}

/// The preferred published value of a quantity, with the mark of its source.
fn told<'s>(
    definition: &'s TableDefinition,
    marks: &'s SourceMarks,
    quantity: impl Fn(&PublishedValue) -> Option<f64> + 's,
    text: fn(f64) -> String,
) -> ShownOf<'s> {
    Box::new(move |row| {
        let (value, number) = definition.published_with(&row.subject.label, row.level, &quantity)?;
        Some(format!("{}{} {}", value.about(), text(number), marks.mark(value)))
    })
}

/// A throughput with its interval: `2736 [2720, 2750]`.
fn throughput(measured: Throughput) -> String {
    let mut text = fps(measured.fps);
    if let Some((low, high)) = measured.interval {
        text.push_str(&format!(" [{}, {}]", fps(low), fps(high)));
    }
    if measured.doubt.is_some() {
        text.push_str(&format!(" {NOT_VALID}"));
    }
    text
}

/// Every published value that the main columns leave out, with everything it states.
pub fn further_values(
    definition: &TableDefinition,
    marks: &SourceMarks,
    further: &[&PublishedValue],
) -> Grid {
    let columns = vec![
        left("Also published"),
        left("Source"),
        right("Latency"),
        right(capitalised(definition.metric.short)),
        right("FPS"),
        left("Device"),
        right("Speed ×"),
        right("Cost ×"),
    ];
    let row = |value: &&PublishedValue| {
        let number = |quantity: Option<f64>, text: fn(f64) -> String| {
            quantity.map(|number| format!("{}{}", value.about(), text(number)))
        };
        vec![
            Some(value.label.clone()),
            Some(marks.mark(value)),
            definition.level_published(value).map(percent),
            value.score_text(),
            number(value.fps, fps),
            Some(value.device.clone()).filter(|device| !device.is_empty()),
            number(definition.speedup(value), share),
            number(value.train_cost_ratio, share),
        ]
    };
    Grid { columns, blocks: vec![further.iter().map(row).collect::<Vec<_>>().into()] }
}

/// Why the throughput of the trials that notes call `name` is invalid, if it is.
pub fn invalid_throughput(trials: &Trials, name: &str) -> Option<String> {
    let doubt = trials.throughput()?.doubt?;
    Some(format!("{NOT_VALID} {name}: the FPS measurement is invalid: {doubt}."))
}

/// How throughput and latency of a group's rows were measured.
pub fn notes(group: &Group, rows: &[TableRow]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut ways: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let timed = row.trials.timed_in();
        if timed.len() > 1 {
            let timed = Vec::from_iter(timed).join("; ");
            notes.push(format!(
                "{}: FPS was measured with different settings, so no mean is shown: {timed}.",
                row.name()
            ));
        } else if let Some(way) = timed.into_iter().next() {
            ways.entry(way).or_default().push(row.name());
        }
        notes.extend(invalid_throughput(&row.trials, &row.name()));
        notes.extend(doubts_of_latency(&row.trials).iter().map(|doubt| format!("{}: {doubt}.", row.name())));
    }
    match ways.len() {
        1 => notes.extend(ways.into_keys().map(|way| format!("FPS measured with {way}."))),
        _ => notes.extend(
            ways.into_iter().map(|(way, names)| format!("FPS measured with {way}: {}.", names.join(", "))),
        ),
    }
    if !group.latency_table.is_empty() {
        notes.push(format!("Latencies looked up in table {}.", group.latency_table));
    }
    notes
}

/// What the columns mean.
pub fn meaning(metric: Metric, measured: bool, judged: bool) -> Vec<String> {
    let mut said = Vec::new();
    if measured {
        said.push(
            "FPS: images per second of the network with the pruned channels removed, with its confidence \
             interval. Speed ×: FPS relative to the dense network, measured in the same way. Lat. ×: looked-up \
             latency relative to the dense network. MACs: in billions, for one image. Cost ×: training cost \
             relative to dense training, each step weighted by the latency of its network, pretraining \
             included. Train ×: training FLOPs relative to dense training."
                .to_string(),
        );
    }
    said.push(
        "Publ. speed: as published, or else published FPS relative to the dense network on the same device. \
         FPS on different devices are not comparable and get no verdict; only the speed relative to the dense \
         network can be compared with the published one."
            .to_string(),
    );
    if judged {
        said.push(format!(
            "Verdicts on {} compare networks at the same fraction of latency, regardless of the device on \
             which it was measured.",
            metric.short
        ));
    }
    said
}
