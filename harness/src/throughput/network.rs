//! What a person names to have its throughput measured: a file, a run or a model.

use anyhow::{Context, bail};
use network::models::{UsualInputs, usual_inputs};
use records::RunDirectory;
use records::files::{COMPACT, RUNS, SPEC, WEIGHTS};
use std::path::{Path, PathBuf};
use trial::TrialSpec;
use trial::protocol::NetworkSource;

/// Seed of the weights of a model that is timed by name; its speed does not depend on them.
const SEED: u64 = 0;

/// A network whose throughput is to be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedNetwork {
    /// What it is called in a table.
    pub name: String,
    /// Where it is from.
    pub source: NetworkSource,
    /// The run that it is of.
    pub run: Option<RunKey>,
}

/// The run that a measurement is recorded under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunKey {
    /// Folder of the results that it belongs to.
    pub out: PathBuf,
    /// Its key.
    pub key: String,
}

impl NamedNetwork {
    /// What `text` names: a compact network's file, a run directory, a run's key under `out`, or a model.
    pub fn named(text: &str, out: &Path) -> anyhow::Result<Self> {
        let path = Path::new(text);
        if path.is_file() {
            // Beside a spec it is the network of a run.
            let directory = path.parent().filter(|folder| folder.join(SPEC).is_file());
            return match directory.filter(|_| path.ends_with(COMPACT)) {
                Some(directory) => Self::run(directory),
                None => {
                    Ok(Self { name: text.into(), source: NetworkSource::Checkpoint(path.into()), run: None })
                }
            };
        }
        let keyed = RunDirectory::of(out, text);
        for directory in [path, keyed.path()] {
            if !text.is_empty() && directory.is_dir() {
                return Self::run(directory);
            }
        }
        Self::model(text).with_context(|| {
            format!(
                "`{text}` is not a file, a run directory, the key of a run in {} or a model",
                out.display()
            )
        })
    }

    /// The network of a run directory: its compact one, or the one with its weights.
    pub fn run(directory: &Path) -> anyhow::Result<Self> {
        let at = directory.display();
        let spec = std::fs::read(directory.join(SPEC));
        let spec = spec.with_context(|| {
            format!("{at} is not a run directory: it has no spec.json; name a run, or a file {COMPACT}")
        })?;
        let spec: TrialSpec = serde_json::from_slice(&spec)
            .with_context(|| format!("{at}/spec.json is not the spec of a trial; name another run"))?;
        RunDirectory::at(directory).is_committed()?;
        let absolute = std::path::absolute(directory)?;
        let out = absolute.parent().filter(|folder| folder.ends_with(RUNS)).and_then(Path::parent);
        let source = if directory.join(COMPACT).is_file() {
            NetworkSource::Checkpoint(directory.join(COMPACT))
        } else if directory.join(WEIGHTS).is_file() {
            NetworkSource::Run(directory.into())
        } else {
            bail!("{at} has neither {COMPACT} nor {WEIGHTS}: its training has not ended; train it first")
        };
        let key = spec.key();
        let name = format!("{key} ({}, {})", spec.method, spec.model);
        Ok(Self { name, source, run: out.map(|out| RunKey { out: out.into(), key }) })
    }

    /// The model `name` with random weights, for the classes and images that its family was made for.
    fn model(name: &str) -> anyhow::Result<Self> {
        let UsualInputs { classes, side } = usual_inputs(name)?;
        let source = NetworkSource::Model { name: name.into(), classes, side, seed: SEED };
        Ok(Self { name: name.into(), source, run: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn spec() -> TrialSpec {
        TrialSpec {
            suite: "cifar10".into(),
            dataset: "cifar10".into(),
            data_fingerprint: "0".into(),
            classes: None,
            model: "wrn-10-1".into(),
            initial_weights: None,
            pretraining_cost: None,
            method: "dense".into(),
            target: trial::Target::Dense,
            seed: 0,
            threads: std::num::NonZeroUsize::MIN,
            profile: "smoke".into(),
            recipe: BTreeMap::new(),
            settings: BTreeMap::new(),
            method_revision: 0,
            profile_revision: 0,
        }
    }

    #[test]
    fn models_have_the_images_they_were_made_for() {
        let of = |name: &str| NamedNetwork::named(name, Path::new("nowhere")).unwrap().source;
        let model =
            |name: &str, classes, side| NetworkSource::Model { name: name.into(), classes, side, seed: SEED };
        assert_eq!(of("wrn-22-2"), model("wrn-22-2", 10, 32));
        assert_eq!(of("resnet50-0.5"), model("resnet50-0.5", 1000, 224));
        assert_eq!(of("mobilenet-v1"), model("mobilenet-v1", 1000, 224));
    }

    #[test]
    fn a_run_is_found_by_folder_by_key_and_by_file() {
        let out = tempfile::tempdir().unwrap();
        let spec = spec();
        let directory = RunDirectory::of(out.path(), &spec.key());
        directory.prepare(&spec.to_json()).unwrap();
        let refused = |text: &str| format!("{:#}", NamedNetwork::named(text, out.path()).unwrap_err());
        assert!(refused(&spec.key()).contains("has not ended"));
        std::fs::write(directory.file(WEIGHTS), "").unwrap();
        let path = directory.path().to_str().unwrap();
        let by_key = NamedNetwork::named(&spec.key(), out.path()).unwrap();
        assert_eq!(by_key.source, NetworkSource::Run(directory.path().into()));
        assert_eq!(by_key.run, Some(RunKey { out: out.path().into(), key: spec.key() }));
        assert_eq!(NamedNetwork::named(path, Path::new("elsewhere")).unwrap(), by_key);
        let file = directory.file(COMPACT);
        std::fs::write(&file, "").unwrap();
        let compact = NamedNetwork::named(&spec.key(), out.path()).unwrap();
        assert_eq!(compact.source, NetworkSource::Checkpoint(file.clone()));
        assert_eq!(NamedNetwork::named(file.to_str().unwrap(), out.path()).unwrap(), compact);

        std::fs::write(directory.file("COMMITTED"), "nonsense").unwrap();
        assert!(refused(&spec.key()).contains("not a list of checksums"));
        std::fs::write(directory.file("spec.json"), "{").unwrap();
        assert!(refused(path).contains("not the spec of a trial"));
        std::fs::remove_file(directory.file("spec.json")).unwrap();
        assert!(refused(path).contains("no spec.json"));
        for nothing in ["", "nowhere/compact.safetensors", "resnet51"] {
            let message = refused(nothing);
            assert!(
                message.contains("is not a file, a run directory") && message.contains("families"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_file_by_itself_belongs_to_no_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(COMPACT);
        std::fs::write(&file, "").unwrap();
        let network = NamedNetwork::named(file.to_str().unwrap(), folder.path()).unwrap();
        assert_eq!((network.source, network.run), (NetworkSource::Checkpoint(file), None));
    }
}
