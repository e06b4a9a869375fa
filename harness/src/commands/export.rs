//! `harness export`: the network of a run for other programs.

mod card;
mod class_names;

use crate::recorded::finished_run;
use crate::{output, stdio};
use anyhow::{Context, ensure};
use clap::ValueEnum;
use exchange::{Format, Model};
use records::files;
use std::path::PathBuf;
use trial::{Exit, TrialSpec};

/// Export the network of a run for other programs
///
/// Writes it as ONNX, as a state dict of PyTorch, or as safetensors with its description, which the Python module in
/// python/ builds the network from. With it go how images are normalised, the names of the classes, the sparsity and
/// the accuracy. (`harness export-records` exports numbers.)
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Run directory, or the key of a run
    run: String,
    /// Format of the file
    #[arg(long, value_name = "FORMAT")]
    format: ExportFormat,
    /// File to write, or `-` for standard output
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Which network [default: compact where channels were pruned, else masked]
    #[arg(long, value_name = "WHICH")]
    network: Option<Which>,
    /// Folder of the data set, for the names of the classes [default: the suite's]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the results, where keys are looked up
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  harness export 3f170b44a26a6b7c --format onnx --to pruned.onnx
  harness export runs/runs/3f170b44a26a6b7c --format torch --to pruned.pth --network masked
  harness export 3f170b44a26a6b7c --format safetensors --to pruned.safetensors";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExportFormat {
    /// For onnxruntime, TensorRT, OpenVINO and others
    Onnx,
    /// A state dict, for torch.load(FILE, weights_only=True)
    Torch,
    /// Weights with the description of the network, for the Python module
    Safetensors,
}

/// Which network of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Without the channels that were pruned
    Compact,
    /// In its full size, what was pruned being zero
    Masked,
}

impl Arguments {
    /// Writes the file.
    pub fn run(self) -> anyhow::Result<Exit> {
        let run = finished_run(&self.run, &self.out)?;
        let text = run.spec()?.with_context(|| format!("{} has no spec.json", run.path().display()))?;
        let spec: TrialSpec = serde_json::from_str(&text)
            .with_context(|| format!("{} is not the spec of a trial", run.file(files::SPEC).display()))?;
        ensure!(
            run.file(files::WEIGHTS).is_file(),
            "{} has no weights: its training diverged, or they were left out of what was recorded; export another run",
            run.path().display()
        );
        let resolved = spec.resolve()?;
        let has_compact = run.file(files::COMPACT).is_file();
        let which = self.network.unwrap_or(if has_compact { Which::Compact } else { Which::Masked });
        ensure!(
            which == Which::Masked || has_compact,
            "{} has no compact network, since no channels were pruned; leave out --network compact",
            run.path().display()
        );
        let model = match which {
            Which::Compact => Model::compact(&run.file(files::COMPACT))?,
            Which::Masked => Model::with_weights(resolved.network.clone(), &run.file(files::WEIGHTS))?,
        };
        let classes = class_names::found(&run, &spec, &resolved, self.data.as_deref(), &self.out);
        if let Err(why) = &classes {
            stdio::say(format!("the names of the classes are left out: {why}"));
        }
        let card = card::of(&run, &spec, &resolved, &model.network, classes.ok())?;
        let format = match self.format {
            ExportFormat::Onnx => Format::Onnx,
            ExportFormat::Torch => Format::Torch,
            ExportFormat::Safetensors => Format::Safetensors,
        };
        output::write(&self.to, &exchange::export(&model, &card, format)?, "--to")?;
        stdio::say(format!(
            "{}: the {} network of {} ({}, {} parameters, {} MACs)",
            self.to.display(),
            if which == Which::Compact { "compact" } else { "masked" },
            spec.key(),
            model.network.name,
            model.network.parameters(),
            model.network.macs()
        ));
        Ok(Exit::Done)
    }
}
