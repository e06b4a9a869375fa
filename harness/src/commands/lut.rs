//! `harness lut`: latency tables of convolutions, which channel pruning looks up.

mod bench;
mod build;
mod file;
mod import;
mod model;
mod progress_view;
mod show;
mod summary;
mod verify;

pub use build::shuffled;
pub use model::TableModel;
pub use verify::TableVerdict;

use super::values;
use crate::stdio;
use crate::worker_client::Crashed;
use clap::Subcommand;
use sparsity::LatencyTable;
use std::path::Path;
use trial::Exit;

/// Build, verify, import or show a latency table of convolutions
///
/// Channel pruning looks up latencies in such a table: harness suite --latency-target 0.5 --lut FILE.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    action: LutAction,
}

const EXAMPLES: &str = "\
Examples:
  harness lut build --model resnet50 --device cuda:0
  harness lut build --model wrn-16-1 --side 32 --device cpu --threads 1 --into luts/wrn.csv
  harness lut verify luts/wrn.csv --device cpu
  harness lut build --model ssd512-resnet50 --backbone --batch 64 --into luts/ssd.csv
  harness lut import halp.json --device 'TITAN V' --model resnet50 --into luts/titan-v.csv
  harness lut import halp.pkl --device 'TITAN V' --model resnet50 --into luts/titan-v.csv
  harness lut show luts/titan-v.csv --layer layer1.0.conv2
  harness lut show luts/titan-v.csv --svg > titan-v.svg";

#[derive(Debug, Subcommand)]
enum LutAction {
    /// Measure every convolution that pruning a model can lead to; after an interruption, run the same command to
    /// resume
    Build(build::Arguments),
    /// Measure some entries again; exit code 1 if they disagree with the table
    Verify(verify::Arguments),
    /// Convert a table of another program, as JSON or pickle with the keys of HALP's
    Import(import::Arguments),
    /// Print what a table holds, and for a model its layers one by one
    Show(show::Arguments),
}

impl Arguments {
    /// Carries out the action. Exit code 3 if the worker failed.
    pub fn run(self) -> anyhow::Result<Exit> {
        let done = match self.action {
            LutAction::Build(arguments) => arguments.run(),
            LutAction::Verify(arguments) => arguments.run(),
            LutAction::Import(arguments) => arguments.run(),
            LutAction::Show(arguments) => arguments.run(),
        };
        match done {
            Err(error) if error.is::<Crashed>() => {
                stdio::say(format!("error: {error:#}"));
                Ok(Exit::TrialFailed)
            }
            done => done,
        }
    }
}

/// Minimum time of a measurement in seconds.
fn seconds(text: &str) -> Result<f64, String> {
    values::seconds(text, 0.001..=3600.0)
}

/// The table in `file`, which may still be being built.
fn read(file: &Path) -> anyhow::Result<LatencyTable> {
    let partial = LatencyTable::read_partial(file)?;
    if let Some(dropped) = partial.dropped {
        stdio::say(format!("warning: {dropped}"));
    }
    Ok(partial.table)
}
