//! `harness lut build`: measures every convolution that pruning a model can lead to.

use super::bench::{LatencyBench, ToMeasure, entry};
use super::file::Growing;
use super::model::TableModel;
use super::progress_view::ProgressView;
use super::{seconds, summary, values};
use crate::device::{self, Device, DeviceChoice};
use crate::stop_condition::StopCondition;
use crate::{duration, stdio};
use network::ConvShape;
use network::models::usual_inputs;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use sparsity::{LatencyAbout, LatencyColumns, LatencyScope};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trial::Exit;
use trial::protocol::{Layout, Precision};

/// Channels that convolutions on CUDA process together.
const CUDA_MULTIPLE: usize = 8;
const CUDA_BATCH: usize = 256;
const CPU_BATCH: usize = 32;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The model, such as resnet50
    #[arg(long)]
    model: String,
    /// Side of its input images in pixels [default: the usual one of the model, such as 224 for resnet50]
    #[arg(long, value_name = "PIXELS")]
    side: Option<usize>,
    /// Measure only the backbone of a detector, for latency_scope=backbone
    #[arg(long)]
    backbone: bool,
    /// Number of classes of a detector, whose last layers depend on it [default: 20]
    #[arg(long, value_name = "N", conflicts_with = "backbone")]
    classes: Option<NonZeroUsize>,
    /// Device: auto, cpu or cuda:N
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// CPU threads [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Batch size [default: 256, or 32 on the CPU]
    #[arg(long, value_name = "N")]
    batch: Option<NonZeroUsize>,
    /// Number format
    #[arg(long, default_value = "fp32", value_parser = values::precision())]
    precision: Precision,
    /// Memory layout of activations and weights: channels-last, the faster for tensor cores, or nchw, as in HALP's
    /// code
    #[arg(long, default_value = "channels-last", value_parser = values::layout())]
    layout: Layout,
    /// Channels between two entries [default: an eighth of the layer's, on CUDA rounded up to a multiple of 8]
    #[arg(long, value_name = "N")]
    step: Option<NonZeroUsize>,
    /// Also measure the first convolution with fewer channels
    #[arg(long)]
    prune_stem: bool,
    /// Minimum time per entry in seconds
    #[arg(long, default_value = "0.1", value_parser = seconds)]
    seconds: f64,
    /// Launch convolutions one by one instead of as CUDA graphs; their entries are marked as unreliable
    #[arg(long)]
    no_cuda_graphs: bool,
    /// Stop after this time, such as 90s, 9m or 1h30m; run the same command to resume
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_budget: Option<Duration>,
    /// File of the table [default: luts/MODEL-SIDE-bBATCH-DEVICE.csv, or luts/MODEL-SIDE-bBATCH-nchw-DEVICE.csv]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

impl Arguments {
    /// Measures what the table lacks. Exit code 4 or 5 if a signal or the time budget stopped it.
    pub fn run(self) -> anyhow::Result<Exit> {
        let scope = if self.backbone { LatencyScope::Backbone } else { LatencyScope::Network };
        let side = match self.side {
            Some(side) => side,
            None => usual_inputs(&self.model)?.side,
        };
        let model = TableModel::new(&self.model, side, self.classes.map(usize::from), scope)?;
        let bench = LatencyBench::find(self.device, self.threads)?;
        bench.check(self.precision)?;
        let cuda = matches!(bench.device, Device::Cuda(_));
        let batch = self.batch.map_or(if cuda { CUDA_BATCH } else { CPU_BATCH }, usize::from);
        let multiple = if cuda { CUDA_MULTIPLE } else { 1 };
        let space = model.structures(self.step.map(usize::from), multiple, !self.prune_stem)?;
        let about = LatencyAbout {
            device: bench.name.clone(),
            batch,
            precision: self.precision.to_string(),
            layout: self.layout.to_string(),
            model: Some(self.model.clone()),
            origin: format!("harness {}, libtorch {}", env!("CARGO_PKG_VERSION"), bench.libtorch),
        };
        let path =
            self.into.unwrap_or_else(|| usual_file(&self.model, side, batch, self.layout, &bench.name));
        let shapes = space.shapes();
        let columns = LatencyColumns::of(shapes.iter());
        let mut growing = Growing::open(&path, about, side, columns)?;
        let missing = |shape: &ConvShape| !growing.table.entries.contains_key(shape);
        let mut wanted = shuffled(shapes.iter().copied().filter(missing).collect());
        // So that even the shortest table says what images it is for.
        if let Some(first) = wanted.iter().position(|shape| shape.side == side) {
            wanted.swap(0, first);
        }
        let total = wanted.len();
        stdio::say(format!("{total} of {} convolutions to measure on {}", shapes.len(), bench.name));
        if total > 0 {
            let stop = StopCondition::watch(self.time_budget)?;
            let mut progress = ProgressView::new(total);
            let mut done = 0;
            let to_measure = ToMeasure {
                convolutions: wanted.clone(),
                networks: vec![],
                batch,
                precision: self.precision,
                layout: self.layout,
                seconds: self.seconds,
                cuda_graphs: !self.no_cuda_graphs,
            };
            let finished = bench.measure(to_measure, &stop, |timing| {
                let shape = wanted[timing.number];
                growing.add(shape, entry(&timing))?;
                done += 1;
                progress.step(&shape.to_string());
                Ok(())
            });
            drop(progress);
            if !finished? {
                let file = path.display();
                return Ok(
                    stop.exit(&format!("{done} of {total} are in {file}; run the same command to resume"))
                );
            }
        }
        growing.rewrite()?;
        stdio::show(&summary::text(&growing.table, Some(&model)))?;
        stdio::say(format!("table: {}", path.display()));
        Ok(Exit::Done)
    }
}

/// In a random order, the same every time, so that drift does not look like a trend.
pub fn shuffled(mut shapes: Vec<ConvShape>) -> Vec<ConvShape> {
    shapes.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
    shapes
}

fn usual_file(model: &str, side: usize, batch: usize, layout: Layout, device: &str) -> PathBuf {
    let layout = if layout == Layout::ChannelsLast { String::new() } else { format!("-{layout}") };
    Path::new("luts").join(format!("{model}-{side}-b{batch}{layout}-{}.csv", device::file_name(device)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::Window;

    #[test]
    fn files_are_named_after_what_they_hold() {
        let file = usual_file("resnet50", 224, 256, Layout::ChannelsLast, "NVIDIA H100 80GB HBM3");
        assert_eq!(file, Path::new("luts/resnet50-224-b256-nvidia-h100-80gb-hbm3.csv"));
        let file = usual_file("resnet50", 224, 256, Layout::Nchw, "NVIDIA H100 80GB HBM3");
        assert_eq!(file, Path::new("luts/resnet50-224-b256-nchw-nvidia-h100-80gb-hbm3.csv"));
        let file =
            usual_file("wrn-10-1", 32, 32, Layout::ChannelsLast, "Intel(R) Xeon(R) CPU @ 2.20GHz, 1 thread");
        assert_eq!(file, Path::new("luts/wrn-10-1-32-b32-intel-r-xeon-r-cpu-2-20ghz-1-thread.csv"));
    }

    #[test]
    fn the_order_is_by_chance_and_the_same_again() {
        let shape = |outputs| ConvShape::new(1, outputs, 1, Window::new(1, 1), 1);
        let shapes: Vec<ConvShape> = (1..100).map(shape).collect();
        let order = shuffled(shapes.clone());
        assert_ne!(order, shapes);
        assert_eq!(order, shuffled(shapes.clone()));
        let mut sorted = order;
        sorted.sort();
        assert_eq!(sorted, shapes);
    }
}
