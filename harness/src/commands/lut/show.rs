//! `harness lut show`: what a table holds, in all and layer by layer.

use super::model::TableModel;
use super::{read, summary};
use crate::columns::align;
use crate::stdio;
use anyhow::{Context, bail};
use network::ConvShape;
use results::{Staircase, render_staircases};
use sparsity::{LatencyColumns, LatencyEntry, LatencyTable};
use std::collections::BTreeSet;
use std::path::PathBuf;
use trial::Exit;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The table
    file: PathBuf,
    /// The model whose layers are shown [default: the table's]
    #[arg(long)]
    model: Option<String>,
    /// Show only this layer, at every number of output channels in the table
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// Print the layers at every number of output channels as CSV
    #[arg(long, conflicts_with = "svg")]
    csv: bool,
    /// Plot latency over output channels for every layer, as SVG
    #[arg(long)]
    svg: bool,
}

/// A layer with all of its inputs at every number of output channels, fewest first.
type Stairs<'a> = Vec<(&'a ConvShape, &'a LatencyEntry)>;

impl Arguments {
    /// Prints what the table holds.
    pub fn run(self) -> anyhow::Result<Exit> {
        let table = read(&self.file)?;
        let model = TableModel::of_table(&table, self.model.as_deref())?;
        let by_layer = self.layer.is_some() || self.csv || self.svg;
        let Some(model) = model else {
            if by_layer {
                bail!("the table is empty or names no model whose layers could be shown; add --model");
            }
            stdio::show(&summary::text(&table, None))?;
            return Ok(Exit::Done);
        };
        let mut layers = model.layers();
        if let Some(wanted) = &self.layer {
            let names: Vec<&str> = layers.iter().map(|(name, _)| *name).collect();
            let unknown = || {
                let model = &model.network.name;
                format!("{model} has no convolution `{wanted}`; it has {}", names.join(", "))
            };
            let at = names.iter().position(|name| name == wanted).with_context(unknown)?;
            layers = vec![layers[at]];
        }
        let text = if self.svg {
            svg(&table, &layers)
        } else if self.csv {
            csv(&table, &layers)
        } else if self.layer.is_some() {
            stairs(&table, &layers[0].1)
        } else {
            summary::text(&table, Some(&model)) + "\n" + &self::layers(&table, &model, &layers)
        };
        stdio::show(&text)?;
        Ok(Exit::Done)
    }
}

/// The entries of `full` at other numbers of output channels.
fn staircase<'a>(table: &'a LatencyTable, full: &ConvShape) -> Stairs<'a> {
    let on_it = |shape: &ConvShape| {
        let groups = if full.groups > 1 { shape.outputs } else { 1 };
        let inputs = if full.groups > 1 { shape.outputs } else { full.inputs };
        shape.outputs <= full.outputs
            && *shape == ConvShape { outputs: shape.outputs, inputs, groups, ..*full }
    };
    let mut stairs: Stairs = table.entries.iter().filter(|(shape, _)| on_it(shape)).collect();
    stairs.sort_by_key(|(shape, _)| shape.outputs);
    stairs
}

/// Every layer in a line.
fn layers(table: &LatencyTable, model: &TableModel, layers: &[(&str, ConvShape)]) -> String {
    let header = ["Layer", "Convolution", "ms", "Share", "Entries", "Step", "Least ms"];
    let mut rows = vec![header.map(String::from).to_vec()];
    let whole = model.dense(table).ok();
    for (name, shape) in layers {
        let stairs = staircase(table, shape);
        let dense = table.entries.get(shape);
        let steps = stairs.windows(2).map(|pair| pair[1].0.outputs - pair[0].0.outputs);
        let or_nothing = |cell: Option<String>| cell.unwrap_or_else(|| "–".into());
        let share = dense.zip(whole).map(|(entry, whole)| 100.0 * entry.milliseconds / whole);
        let least = stairs.iter().min_by(|a, b| a.1.milliseconds.total_cmp(&b.1.milliseconds));
        rows.push(vec![
            name.to_string(),
            shape.to_string(),
            or_nothing(dense.map(|entry| format!("{:.4}", entry.milliseconds))),
            or_nothing(share.map(|share| format!("{share:.1} %"))),
            stairs.len().to_string(),
            or_nothing(steps.min().map(|step| step.to_string())),
            or_nothing(least.map(|(shape, e)| format!("{:.4} at {}", e.milliseconds, shape.outputs))),
        ]);
    }
    align(&rows, 0) + "Entries, step and least refer to output channels, with all inputs.\n"
}

/// One layer, an entry a line.
fn stairs(table: &LatencyTable, full: &ConvShape) -> String {
    let mut rows = vec![["Outputs", "ms", "Spread", "Origin", "Note"].map(String::from).to_vec()];
    rows.extend(staircase(table, full).into_iter().map(|(shape, entry)| {
        vec![
            shape.outputs.to_string(),
            format!("{:.4}", entry.milliseconds),
            format!("{:.1} %", 100.0 * entry.spread),
            entry.origin.name().into(),
            entry.note.clone(),
        ]
    }));
    format!("{full}, with fewer outputs\n\n{}", align(&rows, 0))
}

/// Every convolution once, however many layers it is in.
fn svg(table: &LatencyTable, layers: &[(&str, ConvShape)]) -> String {
    let mut shapes: Vec<&ConvShape> = layers.iter().map(|(_, shape)| shape).collect();
    let mut seen = BTreeSet::new();
    shapes.retain(|shape| seen.insert(**shape));
    let staircase = |full: &&ConvShape| Staircase {
        title: full.to_string(),
        steps: staircase(table, full).iter().map(|(shape, e)| (shape.outputs, e.milliseconds)).collect(),
    };
    let about = &table.about;
    let title =
        format!("{}, batch {}, {}: fewer outputs, all inputs", about.device, about.batch, about.precision);
    render_staircases(&title, &shapes.iter().map(staircase).collect::<Vec<_>>())
}

fn csv(table: &LatencyTable, layers: &[(&str, ConvShape)]) -> String {
    let windows = LatencyColumns::of(layers.iter().map(|(_, shape)| shape)) == LatencyColumns::Windows;
    let window = if windows { "padding,dilation," } else { "" };
    let mut text =
        format!("layer,inputs,outputs,side,kernel,stride,groups,{window}milliseconds,spread,origin\n");
    for (name, full) in layers {
        for (shape, entry) in staircase(table, full) {
            let ConvShape { inputs, outputs, side, kernel, stride, groups, padding, dilation } = shape;
            let LatencyEntry { milliseconds, spread, origin, .. } = entry;
            let origin = origin.name();
            text += &format!("{name},{inputs},{outputs},{side},{kernel},{stride},{groups}");
            if windows {
                text += &format!(",{padding},{dilation}");
            }
            text += &format!(",{milliseconds},{spread},{origin}\n");
        }
    }
    text
}
