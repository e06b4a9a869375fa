//! `harness lut import`: converts the table of another program.

use super::file::write;
use super::model::TableModel;
use super::summary;
use crate::stdio;
use anyhow::{Context, bail};
use records::read_named_or_piped;
use sparsity::{LatencyAbout, LatencyTable, LatencyUnit};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use trial::Exit;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON file, or pickle (.pkl), of latencies by batch_inputs_outputs_side_kernel_stride_groups; no code in a pickle
    /// is carried out. Keys without groups, as MDP's, are of ordinary convolutions
    file: PathBuf,
    /// Unit of the latencies: HALP's code has milliseconds
    #[arg(long, value_name = "UNIT", default_value = "us")]
    unit: Unit,
    /// Name of the device it was measured on
    #[arg(long, value_name = "NAME", value_parser = name)]
    device: String,
    /// Number format it was measured in
    #[arg(long, value_name = "NAME", default_value = "fp32", value_parser = name)]
    precision: String,
    /// The model it was made for
    #[arg(long)]
    model: Option<String>,
    /// Interpolate entries that the model needs and the table lacks from those around them
    #[arg(long, requires = "model")]
    interpolate: bool,
    /// Channels between two structures of the model [default: an eighth of the layer's]
    #[arg(long, value_name = "N", requires = "interpolate")]
    step: Option<NonZeroUsize>,
    /// File of the table
    #[arg(long, value_name = "FILE")]
    into: PathBuf,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Unit {
    /// Microseconds
    Us,
    /// Milliseconds
    Ms,
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let one_line = !text.is_empty() && !text.contains(char::is_control);
    one_line.then(|| text.to_string()).ok_or_else(|| "write a name on one line".into())
}

/// What is to be said of a name that many devices have: latencies hold for one.
fn of_many(device: &str) -> Option<String> {
    let name = device.to_ascii_lowercase();
    let is_class = ["cpu", "gpu", "cuda", "auto"].contains(&name.as_str()) || name.starts_with("cuda:");
    is_class.then(|| {
        format!(
            "note: the table will say that it was measured on `{device}`, which any of its kind may be; name the device, as \
             in --device \"NVIDIA TITAN V\", if you know it"
        )
    })
}

/// A table of a million entries has fewer bytes.
const LARGEST: u64 = 1 << 26;

impl Arguments {
    /// The bytes of the file.
    fn content(&self) -> anyhow::Result<Vec<u8>> {
        read_named_or_piped(&self.file, LARGEST).with_context(|| {
            format!("cannot read {} as a latency table; check its path", self.file.display())
        })
    }

    /// Converts the table and prints a summary.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.into.exists() {
            bail!("{} already exists; name another file with --into, or move it away", self.into.display());
        }
        let content = self.content()?;
        of_many(&self.device).into_iter().for_each(stdio::say);
        let file = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy();
        let about = LatencyAbout {
            device: self.device,
            // The file says.
            batch: 1,
            precision: self.precision,
            layout: "layout not stated".into(),
            model: self.model.clone(),
            origin: format!("imported from {file}"),
        };
        let unit = match self.unit {
            Unit::Us => LatencyUnit::Microseconds,
            Unit::Ms => LatencyUnit::Milliseconds,
        };
        let mut table = LatencyTable::import_in(unit, &self.file, &content, about)?;
        let model = TableModel::of_table(&table, None)?;
        if let Some(model) = model.as_ref().filter(|_| self.interpolate) {
            let shapes = model.structures(self.step.map(usize::from), 1, true)?.shapes();
            let lacking: Vec<_> = shapes.iter().filter(|shape| !table.entries.contains_key(shape)).collect();
            let found = lacking.iter().filter_map(|shape| Some((**shape, table.between(shape).ok()?)));
            let found: Vec<_> = found.collect();
            stdio::say(format!(
                "of the {} convolutions of the model {} are missing: {} are interpolated, and {} have no \
                 entries around them and remain missing",
                shapes.len(),
                lacking.len(),
                found.len(),
                lacking.len() - found.len()
            ));
            table.entries.extend(found);
        }
        if let Some(folder) = self.into.parent() {
            let remedy = || format!("cannot create the folder {}; choose another --into", folder.display());
            std::fs::create_dir_all(folder).with_context(remedy)?;
        }
        write(&self.into, &table)?;
        stdio::show(&summary::text(&table, model.as_ref()))?;
        stdio::say(format!("table: {}", self.into.display()));
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_device_is_no_device() {
        for kind in ["GPU", "cpu", "cuda:0"] {
            assert!(of_many(kind).unwrap().contains(&format!("`{kind}`")));
        }
        for device in ["NVIDIA TITAN V", "AMD EPYC", "CPU of the lab"] {
            assert_eq!(of_many(device), None);
        }
    }
}
