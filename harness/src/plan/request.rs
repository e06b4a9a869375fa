//! What is asked for, once the profile is known: the values of the command line over those of the profile.

use super::PlanRow;
use crate::options::{Pretrained, Seeds, TableChoice, TrainingOptions};
use anyhow::{Context, bail};
use exchange::WeightsFile;
use records::read_named;
use records::words::MACS;
use sparsity::{Origin, Override};
use std::num::NonZeroUsize;
use std::path::Path;
use suites::Suite;
use suites::preset::Preset;

/// What a command is about, before its options.
pub struct Experiment {
    /// The suite.
    pub suite: &'static Suite,
    /// The methods, each with what is its own.
    pub rows: Vec<PlanRow>,
    /// The model of the published values, if there are any.
    pub model: Option<&'static str>,
    /// The fewest seeds of each row, unless seeds are asked for.
    pub least_seeds: usize,
    /// The most rows on synthetic images, which are no evidence and are to take minutes.
    pub most_synthetic_rows: usize,
    /// Whether channels are pruned, whatever the options say.
    pub channels: bool,
}

/// The weights that trials start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartingWeights {
    /// Their seed.
    Seed,
    /// The weights of the dense trial of the same seed.
    Dense,
    /// The weights of a file, as specs name it.
    File(String),
}

/// What channels are pruned to, and by which latencies.
#[derive(Clone, Debug)]
pub struct LatencyRequest {
    /// Latencies to prune to, over that of the dense network, above 0 and up to 1.
    pub latency_targets: Vec<f64>,
    /// Hash of the latency table, or `macs`.
    pub latency_table: String,
}

/// What is asked for.
#[derive(Clone)]
pub struct PlanRequest {
    /// The suite.
    pub suite: &'static Suite,
    /// The profile.
    pub preset: Preset,
    /// The methods, each with what is its own.
    pub rows: Vec<PlanRow>,
    /// The model.
    pub model: String,
    /// The weights file to start from, as specs name it, if not the seed's weights.
    pub initial_weights: Option<String>,
    /// What methods of channels start from, if it is said.
    pub pretrained: Option<StartingWeights>,
    /// The latencies, where channels are pruned.
    pub latency: Option<LatencyRequest>,
    /// Sparsities, 0 to 1.
    pub sparsities: Vec<f64>,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Processor threads that compute each trial.
    pub threads: NonZeroUsize,
    /// Settings from the command line, of recipe and methods.
    pub changes: Vec<Override>,
}

impl PlanRequest {
    /// What the user wrote as `--set key=value`.
    pub fn from_user((key, text): &(String, String)) -> Override {
        Override { key: key.clone(), text: text.clone(), origin: Origin::User }
    }

    /// What `options` request of `experiment`, with the values of `preset` where they give none.
    pub fn new(options: &TrainingOptions, experiment: Experiment, preset: Preset) -> anyhow::Result<Self> {
        let Experiment { suite, mut rows, model, least_seeds, most_synthetic_rows, channels } = experiment;
        if preset.synthetic.is_some() {
            rows.truncate(most_synthetic_rows);
        }
        let channels = channels || !options.latency_target.is_empty();
        let preset = if channels { preset.for_channels() } else { preset };
        if !channels && (options.pretrained.is_some() || options.lut.is_some()) {
            let option = if options.lut.is_some() { "--lut" } else { "--pretrained" };
            bail!(
                "{option} is for channel pruning; it needs a --latency-target (weights to start from: --init)"
            );
        }
        let file = match options.weights_file() {
            Some((file, option)) => {
                let fingerprint = WeightsFile::open(file).and_then(|weights| weights.fingerprint());
                let fingerprint = fingerprint.with_context(|| format!("{option} cannot be used"))?;
                Some(trial::of_weights_file(&fingerprint, options.new_head))
            }
            None if options.new_head => bail!(
                "--new-head is for weights of other classes; name their file with --init or --pretrained"
            ),
            None => None,
        };
        let usual = model.map_or(preset.model.as_str(), |published| preset.model_for(published));
        let criterion = options.criterion.clone().map(|name| ("criterion".to_string(), name));
        let given = |values: &[f64], usual: &[f64]| if values.is_empty() { usual } else { values }.to_vec();
        Ok(Self {
            suite,
            rows,
            initial_weights: file.clone().filter(|_| options.init.is_some()),
            pretrained: match &options.pretrained {
                None => None,
                Some(Pretrained::None) => Some(StartingWeights::Seed),
                Some(Pretrained::Dense) => Some(StartingWeights::Dense),
                Some(Pretrained::File(_)) => file.map(StartingWeights::File),
            },
            latency: channels.then(|| LatencyRequest::new(options, suite, &preset, usual)).transpose()?,
            model: options.model.clone().unwrap_or_else(|| usual.to_string()),
            sparsities: given(&options.sparsity, &preset.sparsities),
            seeds: match options.seeds.is_empty() {
                true => at_least(least_seeds, &preset.seeds),
                false => Seeds::all(&options.seeds),
            },
            threads: options.threads.unwrap_or(NonZeroUsize::MIN),
            changes: options.set.iter().chain(&criterion).map(Self::from_user).collect(),
            preset,
        })
    }
}

/// The seeds of a profile, and as many of the next ones as are needed.
fn at_least(count: usize, seeds: &[u64]) -> Vec<u64> {
    let next = (0..).filter(|seed| !seeds.contains(seed));
    seeds.iter().copied().chain(next).take(count.max(seeds.len())).collect()
}

impl LatencyRequest {
    fn new(options: &TrainingOptions, suite: &Suite, preset: &Preset, model: &str) -> anyhow::Result<Self> {
        let latency_targets = match options.latency_target.is_empty() {
            true => preset.latency_targets.clone(),
            false => options.latency_target.clone(),
        };
        let latency_table = match &options.lut {
            Some(TableChoice::Macs) => MACS.into(),
            Some(TableChoice::File(file)) => hash(file)?,
            None if preset.synthetic.is_some() => MACS.into(),
            None => bail!(
                "no latency table is named: measure one with `harness lut build --model {} --side {}` and name it \
                 with --lut, or use multiply-accumulates as a latency proxy with --lut macs",
                options.model.as_deref().unwrap_or(model),
                side(options, suite, preset)?
            ),
        };
        Ok(Self { latency_targets, latency_table })
    }
}

/// The side in pixels of the images that the recipe trains on.
fn side(options: &TrainingOptions, suite: &Suite, preset: &Preset) -> anyhow::Result<usize> {
    let changes: Vec<Override> = options.set.iter().map(PlanRequest::from_user).collect();
    let recipe = super::changes::resolve((suite.settings)(), &preset.recipe, &changes)?;
    Ok((suite.recipe)(&recipe).sides.crop)
}

/// What a spec calls a latency table.
fn hash(file: &Path) -> anyhow::Result<String> {
    let bytes = read_named(file, u64::MAX)
        .with_context(|| format!("cannot read {}, which --lut names; check the path", file.display()))?;
    Ok(trial::file_hash(&bytes))
}
