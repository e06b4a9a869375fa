//! The options that `suite` and `reproduce` share: what to train, on what, and how.

mod seeds;
mod share;

use crate::device::DevicesChoice;
use crate::duration;
use crate::jobs::JobsChoice;
use crate::slurm::SlurmOptions;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use records::words::MACS;
pub use seeds::Seeds;
use sparsity::{Criterion, Distribution};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// More processes than any machine has devices for.
const MOST_RANKS: usize = 1024;

/// More threads than any machine has cores for.
const MOST_THREADS: usize = 1024;

/// The weights that channels are pruned from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pretrained {
    /// Those of the dense trial of the same seed.
    Dense,
    /// Those of a weights file.
    File(PathBuf),
    /// Those that the seed gives.
    None,
}

/// Where latencies are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableChoice {
    /// A latency table.
    File(PathBuf),
    /// Nowhere: multiply-accumulates are used as a latency proxy.
    Macs,
}

/// What to train, on what, and how.
#[derive(Clone, Debug, clap::Args)]
pub struct TrainingOptions {
    /// Methods to train, or `all`
    #[arg(long, value_name = "METHOD,...", value_delimiter = ',', value_parser = methods(), help_heading = "What")]
    pub method: Vec<String>,
    /// Model, such as wrn-22-2, resnet50, mobilenet-v1 or ssd512-resnet50 [default: the profile's]
    #[arg(long, value_parser = model, help_heading = "What")]
    pub model: Option<String>,
    /// Initial weights with torchvision's parameter names, of the whole model or of a detector's backbone: a file of
    /// torch.save (.pth, .pt) with a state dict, by itself or as `state_dict` or `model` of a checkpoint, or a
    /// safetensors file [default: random, from the seed]
    #[arg(long, value_name = "FILE", help_heading = "What")]
    pub init: Option<PathBuf>,
    /// Pretrained weights to prune from; their training counts towards the cost: a file as for --init, `dense`
    /// for the dense network of the same seed (trained first), or `none` [default: dense for the methods that
    /// need it]
    #[arg(long, value_name = "FILE|dense|none", value_parser = pretrained, conflicts_with = "init", help_heading = "What")]
    pub pretrained: Option<Pretrained>,
    /// Start the head from the seed, whatever the weights file has there: the classifier, or the classes' heads of a
    /// detector. For weights of other classes, with --init or --pretrained FILE
    #[arg(long, help_heading = "What")]
    pub new_head: bool,
    /// Latency budgets for channel pruning, relative to the dense network: 0.3 keeps 30 %
    #[arg(long, value_name = "SHARE,...", value_delimiter = ',', value_parser = latency, conflicts_with_all = ["sparsity", "distribution"], help_heading = "What")]
    pub latency_target: Vec<f64>,
    /// Latency table for channel pruning, made by `harness lut`, or `macs` to use multiply-accumulates as a
    /// latency proxy [default: macs in profile smoke]
    #[arg(long, value_name = "FILE|macs", value_parser = table, help_heading = "What")]
    pub lut: Option<TableChoice>,
    /// Saliency criterion for weights or channels; short for --set criterion=NAME
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Criterion::NAMES), help_heading = "What")]
    pub criterion: Option<String>,
    /// Sparsities, such as 0.8,0.9 [default: the profile's]
    #[arg(long, value_name = "SHARE,...", value_delimiter = ',', value_parser = sparsity, help_heading = "What")]
    pub sparsity: Vec<f64>,
    /// Layer-wise sparsity distribution [default: erk, or those of the table]
    #[arg(long, value_name = "NAME", value_parser = distributions(), help_heading = "What")]
    pub distribution: Option<Distribution>,
    /// Random seeds, such as 0,1,2, or a range with both of its ends, such as 0-2 [default: the profile's]
    #[arg(long, value_name = "SEED,...", value_delimiter = ',', help_heading = "What")]
    pub seeds: Vec<Seeds>,
    /// Training profile [default: paper with CUDA and the real data, else smoke]
    #[arg(long, value_parser = profiles(), help_heading = "What")]
    pub profile: Option<String>,
    /// Change a setting of the recipe or of the methods, which `harness list settings` lists; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = assignment, help_heading = "What")]
    pub set: Vec<(String, String)>,

    /// Devices that trials are spread over: auto, cpu, cuda:all, or some such as cuda:0,cuda:2 (numbers count what
    /// CUDA_VISIBLE_DEVICES leaves). One that breaks gets no more trials, and those that it had go on elsewhere [auto: all CUDA
    /// devices, or the processor]
    #[arg(long, value_name = "DEVICE,...", default_value = "auto", help_heading = "Where and how")]
    pub device: DevicesChoice,
    #[arg(long, value_name = "DIR", help = data_help(), help_heading = "Where and how")]
    pub data: Option<PathBuf>,
    /// Folder of the results; trials that are finished there are not run again. Programs that share it, on one machine or on
    /// several, divide its trials among them, if its file system locks files for all of them
    #[arg(long, value_name = "DIR", default_value = "runs", help_heading = "Where and how")]
    pub out: PathBuf,
    /// Number of trials to run at once on each device, or auto: what the last self-check of each found to be fastest
    /// [default: 1 on a GPU; on the CPU as many as there are cores for their threads and memory for]
    #[arg(long, value_name = "N|auto", help_heading = "Where and how")]
    pub jobs: Option<JobsChoice>,
    /// Processes on this machine that train each trial together, each with a share of its micro-batches, or of the batch with --set
    /// batch_norm=batch: on GPUs one each, from the one that --device names on. On a processor the result is bit-identical to that of
    /// one process with the same micro-batches [default: 1]
    #[arg(long, value_name = "N", value_parser = ranks, help_heading = "Where and how")]
    pub ranks: Option<NonZeroUsize>,
    /// CPU threads that compute each trial. They are part of it: with another number it is another trial, whose results
    /// differ by rounding at first. Photographs are decoded by all cores in any case [default: 1]
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Where and how")]
    pub threads: Option<NonZeroUsize>,
    /// Train only trials that no other program is training, and end when there are none, instead of waiting for the others
    #[arg(long, help_heading = "Where and how")]
    pub free_only: bool,
    /// Stop with checkpoints after this time, such as 90s, 9m or 1h30m; run the same command to resume
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Where and how")]
    pub time_budget: Option<Duration>,
    /// Refuse a data set with objects that cannot be used instead of leaving them out, and stop a trial at the first
    /// unreadable image instead of skipping it
    #[arg(long, help_heading = "Where and how")]
    pub strict: bool,
    /// Launch training steps kernel by kernel instead of as CUDA graphs; the results are the same
    #[arg(long, help_heading = "Where and how")]
    pub no_cuda_graphs: bool,
    /// Print the plan with every setting and the estimated cost, without training or writing anything (but step-times.json,
    /// with --calibrate)
    #[arg(long, help_heading = "Where and how")]
    pub dry_run: bool,
    /// Take the published numbers of images where the data are not there, to plan with --dry-run or --calibrate
    #[arg(long, conflicts_with = "data", help_heading = "Where and how")]
    pub assume_data: bool,
    /// Time about 20 steps of each kind on the device, keep them in step-times.json of the results, from which this and
    /// later dry runs tell hours, and print the plan without training
    #[arg(long, help_heading = "Where and how")]
    pub calibrate: bool,
    /// Write the plan to a file, for `harness run FILE`, instead of training
    #[arg(long, value_name = "FILE", help_heading = "Where and how")]
    pub save_plan: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Where and how")]
    pub quiet: bool,
    /// Also print every evaluation
    #[arg(short, long, help_heading = "Where and how")]
    pub verbose: bool,
    #[command(flatten)]
    pub slurm: SlurmOptions,
}

impl TrainingOptions {
    /// The latency table's file, if one is named.
    pub fn latency_table(&self) -> Option<&Path> {
        match &self.lut {
            Some(TableChoice::File(file)) => Some(file),
            Some(TableChoice::Macs) | None => None,
        }
    }

    /// Processes of each trial.
    pub fn ranks(&self) -> usize {
        self.ranks.map_or(1, NonZeroUsize::get)
    }

    /// Whether the plan is shown, and nothing is trained.
    pub fn shows_plan(&self) -> bool {
        self.dry_run || self.calibrate
    }

    /// Whether nothing is trained: the plan is shown, or written to a file.
    pub fn only_plans(&self) -> bool {
        self.shows_plan() || self.save_plan.is_some()
    }

    /// The weights file that trials start from, if one is named, and the option that names it.
    pub fn weights_file(&self) -> Option<(&Path, &'static str)> {
        match (&self.pretrained, &self.init) {
            (Some(Pretrained::File(file)), _) => Some((file, "--pretrained")),
            (_, Some(file)) => Some((file, "--init")),
            _ => None,
        }
    }

    /// Whether method `name` is asked for by name.
    pub fn names(&self, name: &str) -> bool {
        self.method.iter().any(|method| method == name)
    }

    /// Whether every method is asked for, or none is named.
    pub fn wants_all(&self) -> bool {
        self.method.is_empty() || self.names("all")
    }
}

/// The environment variables that name folders of data, in words.
pub fn variables() -> String {
    let variables: Vec<&str> = suites::SUITES.iter().filter_map(|suite| suite.variable).collect();
    variables.join(" or ")
}

fn data_help() -> String {
    let variables = variables();
    format!(
        "Folder of the data set [default: data/SUITE, or what {variables} names, the environment variables of their \
         suites; profile smoke generates one]"
    )
}

fn pretrained(text: &str) -> Result<Pretrained, String> {
    Ok(match text {
        "dense" => Pretrained::Dense,
        "none" => Pretrained::None,
        file => Pretrained::File(file.into()),
    })
}

fn table(text: &str) -> Result<TableChoice, String> {
    Ok(if text == MACS { TableChoice::Macs } else { TableChoice::File(text.into()) })
}

fn latency(text: &str) -> Result<f64, String> {
    let what = "a latency target is a number in (0, 1]; 0.3 means that 30 % of the latency remains";
    share::share(text, |share| share > 0.0 && share <= 1.0, what)
}

fn methods() -> PossibleValuesParser {
    let all = PossibleValue::new("all").help("all of these");
    let known = trial::registry::all().into_iter().map(|m| PossibleValue::new(m.name).help(m.summary));
    PossibleValuesParser::new(known.chain([all]))
}

fn profiles() -> PossibleValuesParser {
    PossibleValuesParser::new([
        PossibleValue::new("paper").help("the published recipe in full"),
        PossibleValue::new("pilot")
            .help("real data at half the side, a small network trained until methods differ; of CIFAR-10"),
        PossibleValue::new("lite").help("real data, a shorter training of a narrower network"),
        PossibleValue::new("smoke")
            .help("synthetic images, seconds per trial: a smoke test; not evidence about the methods"),
    ])
}

fn distributions() -> impl TypedValueParser<Value = Distribution> {
    PossibleValuesParser::new(Distribution::NAMES).try_map(|name| name.parse::<Distribution>())
}

fn model(name: &str) -> Result<String, String> {
    // Whether the images are large enough is seen when the recipe is known.
    let known = network::models::usual_inputs(name);
    let network = known.and_then(|usual| network::models::model(name, usual.classes, usual.side));
    network.map(|network| network.name).map_err(|error| error.to_string())
}

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.trim().parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST_THREADS);
    number.ok_or_else(|| format!("write a number from 1 to {MOST_THREADS}"))
}

fn ranks(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.trim().parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST_RANKS);
    number.ok_or_else(|| format!("write a number from 1 to {MOST_RANKS}"))
}

fn sparsity(text: &str) -> Result<f64, String> {
    let what = "a sparsity is a number in [0, 1); 0.9 means that nine of ten weights are zero";
    share::share(text, |share| (0.0..1.0).contains(&share), what)
}

/// A setting and its value, written as `key=value`.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or(
        "write it as key=value, for instance --set epochs=10; `harness list settings` lists the keys",
    )?;
    Ok((key.trim().into(), value.trim().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_assignments_are_checked() {
        assert_eq!((sparsity(" 0.9"), latency("1")), (Ok(0.9), Ok(1.0)));
        for bad in ["1", "-0.1", "NaN", "90%", ""] {
            assert!(sparsity(bad).is_err(), "{bad}");
        }
        assert_eq!(threads("1024").unwrap().get(), 1024);
        for bad in ["0", "1025", "18446744073709551615", "-1", "two"] {
            assert!(ranks(bad).unwrap_err().contains("1 to 1024"), "{bad}");
            assert!(threads(bad).unwrap_err().contains("1 to 1024"), "{bad}");
        }
        assert_eq!(assignment("a = 1=2"), Ok(("a".into(), "1=2".into())));
        for bad in ["a", "=1", ""] {
            assert!(assignment(bad).is_err(), "{bad}");
        }
    }
}
