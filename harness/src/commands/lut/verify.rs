//! `harness lut verify`: whether a table still agrees with its device.

use super::bench::{LatencyBench, ToMeasure, threads_of};
use super::build::shuffled;
use super::model::TableModel;
use super::progress_view::ProgressView;
use super::{read, seconds, values};
use crate::columns::align;
use crate::device::DeviceChoice;
use crate::stdio;
use crate::stop_condition::StopCondition;
use anyhow::{anyhow, bail};
use network::{ConvShape, Kept, Network};
use sparsity::{LatencyOrigin, LatencyScope, LatencyTable};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use trial::Exit;
use trial::protocol::{Layout, LutTiming, Precision};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The table
    file: PathBuf,
    /// Number of entries to measure again
    #[arg(long, value_name = "N", default_value = "20")]
    sample: NonZeroUsize,
    /// Device: auto, cpu or cuda:N; it must be the table's device
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// CPU threads [default: those of the table]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Memory layout, for a table that does not state it: channels-last or nchw [default: that of the table]
    #[arg(long, value_parser = values::layout())]
    layout: Option<Layout>,
    /// How far the median ratio may be from 1: 0.1 for 10 %; a quarter of the entries may be off by twice that
    #[arg(long, value_name = "SHARE", default_value = "0.1", value_parser = share)]
    tolerance: f64,
    /// Minimum time per entry in seconds
    #[arg(long, default_value = "0.1", value_parser = seconds)]
    seconds: f64,
    /// Launch convolutions one by one instead of as CUDA graphs, as the table was made
    #[arg(long)]
    no_cuda_graphs: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| share.is_finite() && *share > 0.0);
    share.ok_or_else(|| "write a share above 0, such as 0.1".into())
}

/// A network whose convolutions the table holds.
struct Whole {
    name: &'static str,
    network: Network,
    /// The sum over its convolutions by the table, milliseconds.
    sum: f64,
}

impl Arguments {
    /// Measures a sample again and compares. Exit code 1 if it disagrees with the table.
    pub fn run(self) -> anyhow::Result<Exit> {
        let table = read(&self.file)?;
        let precision: Precision = table
            .about
            .precision
            .parse()
            .map_err(|error| anyhow!("{} cannot be measured here: {error}", self.file.display()))?;
        let layout = layout_of(&table.about.layout, self.layout)
            .map_err(|error| anyhow!("{} cannot be measured here: {error}", self.file.display()))?;
        let bench = LatencyBench::find(self.device, self.threads.or(threads_of(&table.about.device)))?;
        if bench.name != table.about.device {
            bail!(
                "the table was measured on {}, but this is {}; verify it there, choose that device with --device, or \
                 build a table for this one",
                table.about.device,
                bench.name
            );
        }
        bench.check(precision)?;
        let own = table.entries.iter().filter(|(_, entry)| entry.origin != LatencyOrigin::Interpolated);
        let mut sample = shuffled(own.map(|(shape, _)| *shape).collect());
        sample.truncate(self.sample.into());
        if sample.is_empty() {
            bail!("{} has no entries to measure; finish building it first", self.file.display());
        }
        let wholes = wholes(&table)?;
        let to_measure = ToMeasure {
            convolutions: sample.clone(),
            networks: wholes.iter().map(|whole| whole.network.clone()).collect(),
            batch: table.about.batch,
            precision,
            layout,
            seconds: self.seconds,
            cuda_graphs: !self.no_cuda_graphs,
        };
        let stop = StopCondition::watch(None)?;
        let mut timings = Vec::new();
        let mut progress = ProgressView::new(sample.len() + wholes.len());
        let finished = bench.measure(to_measure, &stop, |timing| {
            progress.step("");
            timings.push(timing);
            Ok(())
        });
        drop(progress);
        if !finished? {
            return Ok(stop.exit("nothing is kept; run it again"));
        }
        let (single, whole) = timings.split_at(sample.len());
        let ratios: Vec<f64> = single
            .iter()
            .zip(&sample)
            .map(|(timing, shape)| timing.milliseconds / table.entries[shape].milliseconds)
            .collect();
        let verdict = TableVerdict::of(&ratios, self.tolerance);
        stdio::show(&(entries(&table, &sample, single, &ratios) + "\n" + &verdict.text(self.tolerance)))?;
        if !whole.is_empty() {
            stdio::show(&("\n".to_string() + &networks(&wholes, whole)))?;
        }
        Ok(if verdict.passed { Exit::Done } else { Exit::CheckFailed })
    }
}

/// The layout to measure in, of a table of layout `stated`.
fn layout_of(stated: &str, asked: Option<Layout>) -> Result<Layout, String> {
    match (stated.parse(), asked) {
        (Ok(known), Some(asked)) if known != asked => {
            Err(format!("its layout is {known}; leave out --layout, or build a table for {asked}"))
        }
        (Ok(known), _) => Ok(known),
        (Err(_), Some(asked)) => Ok(asked),
        (Err(_), None) => Err(format!("its memory layout is unknown ({stated}); give it with --layout")),
    }
}

/// The dense network of the table's model and its structure of half the latency, as far as the
/// table has all convolutions.
fn wholes(table: &LatencyTable) -> anyhow::Result<Vec<Whole>> {
    let Some(model) = TableModel::of_table(table, None)? else { return Ok(vec![]) };
    let mut wholes = Vec::new();
    match model.dense(table) {
        Ok(_) if model.scope == LatencyScope::Backbone => {
            stdio::say("note: the table is for the backbone of a detector, so no whole network is measured");
            return Ok(wholes);
        }
        Ok(sum) => wholes.push(Whole { name: "dense", network: model.network.clone(), sum }),
        Err(lacks) => stdio::say(format!("warning: the dense network is left out: {lacks}")),
    }
    // There need not be a structure of half the latency.
    if let Ok(space) = model.known(table)
        && let Ok(counts) = space.uniform(space.dense() / 2.0)
    {
        let kept = counts.iter().map(|&count| (0..count).collect()).collect();
        let network = model.network.compacted(space.groups(), &Kept::new(space.groups(), kept)?);
        wholes.push(Whole { name: "half the latency", network, sum: space.latency(&counts)? });
    }
    Ok(wholes)
}

/// Whether ratios of new to old latencies are near enough to one.
pub struct TableVerdict {
    /// The median ratio.
    pub median: f64,
    far: usize,
    of: usize,
    /// Whether they are.
    pub passed: bool,
}

impl TableVerdict {
    /// The verdict on `ratios`, of which there is at least one.
    pub fn of(ratios: &[f64], tolerance: f64) -> Self {
        let mut sorted = ratios.to_vec();
        sorted.sort_by(f64::total_cmp);
        let of = sorted.len();
        let median = (sorted[(of - 1) / 2] + sorted[of / 2]) / 2.0;
        let far = ratios.iter().filter(|ratio| (*ratio - 1.0).abs() > 2.0 * tolerance).count();
        Self { median, far, of, passed: (median - 1.0).abs() <= tolerance && 4 * far <= of }
    }

    fn text(&self, tolerance: f64) -> String {
        let Self { median, far, of, passed } = self;
        let (word, twice) = (if *passed { "PASSED" } else { "FAILED" }, 200.0 * tolerance);
        format!(
            "{word}: median ratio {median:.3} (allowed: within {:.0} %); {far} of {of} entries off by more than \
             {twice:.0} % (allowed: a quarter)\n",
            100.0 * tolerance
        )
    }
}

fn entries(table: &LatencyTable, sample: &[ConvShape], timings: &[LutTiming], ratios: &[f64]) -> String {
    let mut rows = vec![["Convolution", "Table ms", "Now ms", "Ratio", "Doubts"].map(String::from).to_vec()];
    for ((shape, timing), ratio) in sample.iter().zip(timings).zip(ratios) {
        rows.push(vec![
            shape.to_string(),
            format!("{:.4}", table.entries[shape].milliseconds),
            format!("{:.4}", timing.milliseconds),
            format!("{ratio:.3}"),
            timing.doubts.join("; "),
        ]);
    }
    align(&rows, 0)
}

fn networks(wholes: &[Whole], timings: &[LutTiming]) -> String {
    let header = ["Whole network", "Convolutions ms", "Measured ms", "Ratio", "Doubts"];
    let mut rows = vec![header.map(String::from).to_vec()];
    for (Whole { name, sum, .. }, timing) in wholes.iter().zip(timings) {
        rows.push(vec![
            name.to_string(),
            format!("{sum:.3}"),
            format!("{:.3}", timing.milliseconds),
            format!("{:.3}", timing.milliseconds / sum),
            timing.doubts.join("; "),
        ]);
    }
    align(&rows, 0) + "A table leaves out batch norms, ReLUs, sums, pooling and the classifier.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_measured_in_its_own_layout() {
        assert_eq!(layout_of("nchw", None), Ok(Layout::Nchw));
        assert_eq!(layout_of("channels-last", Some(Layout::ChannelsLast)), Ok(Layout::ChannelsLast));
        assert!(layout_of("channels-last", Some(Layout::Nchw)).unwrap_err().contains("channels-last"));
        assert_eq!(layout_of("layout not stated", Some(Layout::Nchw)), Ok(Layout::Nchw));
        assert!(layout_of("layout not stated", None).unwrap_err().contains("--layout"));
    }

    #[test]
    fn a_verdict_is_of_the_median_and_of_those_far_off() {
        let passed = |ratios: &[f64]| TableVerdict::of(ratios, 0.1).passed;
        assert!(passed(&[1.0]) && passed(&[0.91, 1.09]) && !passed(&[1.11]) && !passed(&[0.89]));
        assert!(passed(&[1.0, 1.0, 1.0, 5.0]), "a quarter may be far off");
        assert!(!passed(&[1.0, 1.0, 1.0, 1.0, 0.5, 1.3]), "a third may not");
        assert_eq!(TableVerdict::of(&[1.0, 1.2, 1.1], 0.1).median, 1.1);
    }
}
