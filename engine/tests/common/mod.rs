//! A small trial on generated data, shared by the tests of the engine.
#![allow(dead_code)] // Each test file uses a part.

pub mod ranks;
pub mod watch;

use engine::{
    Batches, Channels, Forward, Parameters, Resident, ResidentBatches, RunError, RunOptions, Structure,
    Trainer, TrainingEnd, initial_weights, run,
};
use records::RunDirectory;
use records::words::MACS;
use sparsity::{Latency, Method, Origin, Prunes, Settings, Value, shortened};
use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, atomic::AtomicBool};
use std::time::Duration;
use suites::cifar10::Cifar10;
use tch::Device;
use trial::{ChannelTarget, Event, Target, TrialSpec};

/// Steps between two changes of the structure, whatever the method.
const CADENCE: i64 = 2;

/// A latency target with multiply-accumulates as the proxy of latency.
fn channels(latency_target: f64) -> Target {
    let latency_table = MACS.into();
    Target::Channels(ChannelTarget { latency_target, latency_table, settings: BTreeMap::new() })
}

/// Single weights, at `sparsity` under the distribution of this name.
pub fn weights(distribution: &str, sparsity: f64) -> Target {
    Target::Weights { distribution: distribution.parse().unwrap(), sparsity }
}

/// A folder that has a generated data set, and room for runs.
pub struct Bench {
    folder: tempfile::TempDir,
    suite: &'static str,
    fingerprint: String,
}

impl Bench {
    pub fn new() -> Self {
        Self::with_test_images(50)
    }

    /// One with 160 images to train on and so many to evaluate.
    pub fn with_test_images(test: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        suites::cifar10::generate(&data, 160, test, 1).unwrap();
        let fingerprint = suites::cifar10::fingerprint(&data).unwrap().fingerprint;
        Self { folder, suite: "cifar10", fingerprint }
    }

    /// One with photographs: 40 to train on and 16 to evaluate, of four classes.
    pub fn photographs() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        suites::imagenet::generate(&data, 4, 10, 4, 1).unwrap();
        let fingerprint = suites::imagenet::identify(&data).unwrap().fingerprint;
        Self { folder, suite: "imagenet", fingerprint }
    }

    /// One with objects in photographs: 24 to train on and 20 to evaluate, of three classes.
    pub fn objects() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let set = suites::SyntheticSet { classes: 3, train: 24, test: 20, seed: 1 };
        suites::voc::SUITE.data.generate(&data, &set).unwrap();
        let settings = Settings::resolve((suites::voc::SUITE.settings)(), &[]).unwrap();
        let fingerprint = suites::voc::SUITE.data.identify(&data, &settings).unwrap().fingerprint;
        Self { folder, suite: "voc", fingerprint }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A trial of `method` with structure updates in it: 24 steps of 16 images of 16 pixels a side, on photographs
    /// 12 steps of two micro-batches of four, or on objects 12 of four micro-batches of two.
    pub fn spec(&self, method: &str) -> TrialSpec {
        let description = trial::registry::method(method).unwrap();
        let specs = (description.settings)();
        let settings = Settings::resolve(specs.clone(), &shortened(&specs, CADENCE, &Origin::User)).unwrap();
        let settings = settings.changed();
        let target = match description.prunes {
            Prunes::Nothing => Target::Dense,
            Prunes::Width => Target::Width { sparsity: 0.8 },
            Prunes::Patterns => weights("2:4", 0.5),
            Prunes::Unasked => Target::Learned,
            Prunes::Channels => channels(0.5),
            Prunes::Weights | Prunes::WeightsOrChannels | Prunes::FanIn => weights("erk", 0.8),
        };
        let (photographs, objects) = (self.suite == "imagenet", self.suite == "voc");
        let float = |key: &str, value| (key.to_string(), Value::Float(value));
        let int = |key: &str, value| (key.to_string(), Value::Int(value));
        let word = |key: &str, value: &str| (key.to_string(), Value::Word(value.into()));
        TrialSpec {
            suite: self.suite.into(),
            dataset: format!("{}-generated", self.suite),
            data_fingerprint: self.fingerprint.clone(),
            classes: (photographs || objects).then_some(if objects { 3 } else { 4 }),
            model: match self.suite {
                "imagenet" => "resnet50-0.0625",
                "voc" => "ssd128-resnet50-0.125",
                _ => "wrn-10-1",
            }
            .into(),
            initial_weights: None,
            pretraining_cost: None,
            method: method.into(),
            target,
            seed: 3,
            threads: NonZeroUsize::MIN,
            profile: "smoke".into(),
            recipe: match photographs {
                false if objects => BTreeMap::from([
                    float("epochs", 4.0),
                    int("batch_size", 8),
                    int("micro_batch", 2),
                    int("image_size", 128),
                    float("base_learning_rate", 0.04),
                    float("evaluate_every", 2.0),
                    word("precision", "fp32"),
                ]),
                false => BTreeMap::from([
                    float("epochs", 2.4),
                    int("batch_size", 16),
                    word("image_size", "16"),
                    float("evaluate_every", 0.8),
                ]),
                true => BTreeMap::from([
                    float("epochs", 2.4),
                    int("batch_size", 8),
                    int("micro_batch", 4),
                    int("image_size", 32),
                    int("resize", 40),
                    float("evaluate_every", 0.8),
                    word("precision", "fp32"),
                ]),
            },
            settings,
            method_revision: 0,
            profile_revision: 0,
        }
    }

    /// A trial of `method` that prunes channels to a share of the multiply-accumulates.
    pub fn channels(&self, method: &str, target: f64) -> TrialSpec {
        TrialSpec { target: channels(target), ..self.spec(method) }
    }

    /// A trial of `method`, IEE, on channels by the schedule of the logs on VOC: four cycles of five steps, whose
    /// growths take up to 0.75 of what the last prune removed.
    pub fn logged(&self, method: &str, target: f64) -> TrialSpec {
        let mut spec = self.channels(method, target);
        let word = |text: &str| Value::Word(text.into());
        spec.settings.extend([
            ("latency_path".to_string(), word("linear")),
            ("latency_window".to_string(), word("0.1,0.9")),
            ("latency_cycles".to_string(), Value::Int(4)),
            ("latency_ramp".to_string(), Value::Float(1.0)),
            ("growth_budget".to_string(), word("0.75")),
            ("explore_statistics".to_string(), word("track")),
        ]);
        spec
    }

    /// The method and trainer of `spec`, and the number of its steps.
    pub fn trainer(&self, spec: &TrialSpec) -> (Box<dyn Method>, Trainer, u64) {
        let device = Device::Cpu;
        let resolved = spec.resolve().unwrap();
        let data = Cifar10::load(&self.data()).unwrap();
        let (recipe, steps) = (&resolved.recipe, resolved.recipe.steps(data.train.len()));
        let method = resolved.method(data.train.len());
        let mut parameters: Parameters = initial_weights(&resolved.network, 1, device);
        let space = resolved.space(Latency::Macs { batch: 1 }).unwrap();
        let channels = space.map(|space| Channels::initial(space, &*method, &mut parameters).unwrap());
        let structure = Structure::initial(&*method, &resolved.budget, 1, &mut parameters);
        let images = Resident::new(&data.train, data.train.len(), recipe, device);
        let batches = Batches::new(1, data.train.len(), recipe, device);
        let source = Box::new(ResidentBatches::new(images, batches, recipe.micro_batch));
        let forward = Forward::new(&resolved.network);
        let mut trainer = Trainer::new(forward, parameters, structure, source, recipe, false);
        channels.into_iter().for_each(|channels| trainer.set_channels(channels));
        (method, trainer, steps)
    }

    /// A fresh run directory for `spec`.
    pub fn prepare(&self, name: &str, spec: &TrialSpec) -> RunDirectory {
        let run = RunDirectory::of(&self.folder.path().join(name), &spec.key());
        run.prepare(&spec.to_json()).unwrap();
        run
    }

    pub fn options(&self, run: &RunDirectory) -> RunOptions {
        RunOptions {
            run: run.clone(),
            data: self.data(),
            device: Device::Cpu,
            decoders: 1,
            stop_after: None,
            checkpoint_every: Duration::from_secs(60),
            cuda_graphs: true,
            strict: false,
            initial_weights: None,
            latency_table: None,
            commit: "test".into(),
            ranks: None,
        }
    }

    /// Trains `spec` here to its end.
    pub fn train(&self, name: &str, spec: &TrialSpec) -> RunDirectory {
        let run = self.prepare(name, spec);
        let (outcome, _) = self.attempt(spec, &self.options(&run));
        assert_eq!(outcome.unwrap(), TrainingEnd::Done);
        run
    }

    pub fn attempt(
        &self,
        spec: &TrialSpec,
        options: &RunOptions,
    ) -> (Result<TrainingEnd, RunError>, Vec<Event>) {
        // The tests of a file share libtorch's one random generator, and SET's growth draws from it.
        static TRAINING: Mutex<()> = Mutex::new(());
        let _alone = TRAINING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut events = Vec::new();
        let stop = AtomicBool::new(false);
        let outcome = run(spec, options, &stop, &mut |event| events.push(event));
        (outcome, events)
    }
}

/// Everything of a run that must repeat bit for bit.
pub fn result(run: &RunDirectory) -> Vec<(String, Vec<u8>)> {
    let files = ["weights.safetensors", "mask.bits", "metrics.csv", "updates.csv", "layers.csv"];
    let read = |name: &str| (name.to_string(), std::fs::read(run.file(name)).unwrap());
    files.into_iter().map(read).collect()
}

/// That two runs are the same, naming the file that is not.
pub fn assert_same(left: &RunDirectory, right: &RunDirectory, what: &str) {
    for ((name, left), (_, right)) in result(left).iter().zip(result(right)) {
        assert!(*left == right, "{what}: {name} differs");
    }
}

/// The worker's executable.
pub fn worker() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_harness-worker"))
}

/// A worker that has read `job`; its output is for the test to read.
pub fn give(job: &str) -> Child {
    let mut command = Command::new(worker());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    process.stdin.take().unwrap().write_all(job.as_bytes()).unwrap();
    process
}
