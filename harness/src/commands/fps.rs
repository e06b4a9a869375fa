//! `harness fps`: throughput of networks in images per second.

mod table;

use super::values;
use crate::device::DeviceChoice;
use crate::stdio;
use crate::throughput::{FpsOptions, NamedNetwork, measure};
use crate::worker_client::{Crashed, Worker};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use trial::Exit;
use trial::protocol::{Precision, Protocol};

/// Measure the throughput of networks in images per second
///
/// Networks that are named together are measured in turns, beside the dense networks they come from.
/// Measurements of runs are added to the file fps.csv of their results.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A file compact.safetensors, a run directory or key, or a model (random weights)
    #[arg(required = true, value_name = "CHECKPOINT|MODEL")]
    networks: Vec<String>,
    /// Batch sizes [default: 256, or 32 on the CPU; 256 for protocol halp]
    #[arg(long, value_name = "N,...", value_delimiter = ',')]
    batch: Vec<NonZeroUsize>,
    /// Number formats; protocol halp is always fp32
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', default_value = "fp32")]
    #[arg(value_parser = values::precision())]
    precision: Vec<Precision>,
    /// Measurement protocols: stable, the median over a set time in turns with the other networks, on CUDA
    /// replaying a graph; halp, the mean of 30 passes in NCHW as in HALP's published code, to compare with published
    /// FPS
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', default_value = records::words::STABLE)]
    #[arg(value_parser = protocols())]
    protocol: Vec<Protocol>,
    /// Minimum time per network under protocol stable, in seconds
    #[arg(long, default_value = "3", value_parser = seconds)]
    seconds: f64,
    /// Device: auto, cpu or cuda:N
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// CPU threads [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Do not measure the dense networks
    #[arg(long)]
    no_dense: bool,
    /// Do not fold batch norms into convolutions (protocol halp never does)
    #[arg(long)]
    no_fold: bool,
    /// Pad channels with zeros to multiples of N; tensor cores process bf16 in groups of 8
    #[arg(long, value_name = "N")]
    round_to: Option<NonZeroUsize>,
    /// Launch networks kernel by kernel instead of as CUDA graphs (protocol halp always does); measurements say so
    #[arg(long)]
    no_cuda_graphs: bool,
    /// Folder of the results, where keys are looked up
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  harness fps runs/runs/3f170b44a26a6b7c                       the network of a run beside its dense network
  harness fps compact.safetensors --batch 256,1 --precision fp32,bf16 --protocol halp,stable
  harness fps resnet50 resnet50-0.5 mobilenet-v1 --device cuda:0
  harness fps wrn-22-2 --device cpu --threads 1 --seconds 1";

fn protocols() -> impl TypedValueParser<Value = Protocol> {
    PossibleValuesParser::new(Protocol::NAMES).try_map(|name| name.parse::<Protocol>())
}

fn seconds(text: &str) -> Result<f64, String> {
    values::seconds(text, 0.01..=3600.0)
}

impl Arguments {
    /// Measures and prints a table. Exit code 3 if the worker failed.
    pub fn run(self) -> anyhow::Result<Exit> {
        let networks = self.networks.iter().map(|text| NamedNetwork::named(text, &self.out));
        let networks: Vec<NamedNetwork> = networks.collect::<anyhow::Result<_>>()?;
        let options = FpsOptions {
            device: self.device,
            threads: self.threads.map(usize::from),
            batches: self.batch.into_iter().map(usize::from).collect(),
            precisions: self.precision,
            protocols: self.protocol,
            seconds: self.seconds,
            dense: !self.no_dense,
            fold: !self.no_fold,
            round_to: self.round_to.map(usize::from),
            cuda_graphs: !self.no_cuda_graphs,
            quiet: false,
        };
        // Signals end this program, and its worker with it.
        match measure(&networks, &options, &Worker::default(), || false) {
            Ok(None) => Ok(Exit::Interrupted),
            Ok(Some(measured)) => {
                stdio::show(&table::text(&measured.answer))?;
                if !measured.rows.is_empty() {
                    stdio::say(format!(
                        "{} measurements of runs are in fps.csv of their results",
                        measured.rows.len()
                    ));
                }
                Ok(Exit::Done)
            }
            Err(error) if error.is::<Crashed>() => {
                stdio::say(format!("error: {error:#}"));
                Ok(Exit::TrialFailed)
            }
            Err(error) => Err(error),
        }
    }
}
