//! `harness data`: download, check, generate, pack or describe the data set of a suite.
//!
//! What each command does is up to the suite ([`suites::DataOperations`]); here are only its arguments and
//! what is shown.

mod bar;

use crate::columns::align;
use crate::plan::PlanRequest;
use crate::{options, stdio};
use anyhow::anyhow;
use bar::CountingBar;
use clap::Subcommand;
use clap::builder::{PossibleValue, PossibleValuesParser};
use sparsity::{Override, Settings};
use std::path::{Path, PathBuf};
use suites::{Fetched, Generated, SUITES, Suite, SyntheticSet};
use trial::Exit;

/// Download, check, generate, pack or describe a data set
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  harness data fetch cifar10                                  170 MB, from the publisher
  harness data verify cifar10 --data /datasets/cifar10
  harness data generate imagenet --data synthetic --train 5000
  harness suite imagenet --data synthetic
  harness data fetch voc --data /datasets/voc                 2.8 GB, unpacked as much again
  harness data info voc --data helmets --set classes=helmet,head --set test_list=val
  harness data pack imagenet --data /datasets/imagenet --into /fast/imagenet-256";

#[derive(Debug, Subcommand)]
enum Action {
    /// Download it from its publisher, check it and unpack it; after an interruption, run the same command to resume
    Fetch(DataSetChoice),
    /// Check every file; exit code 1 if one is missing, damaged or unreadable
    Verify(Reading),
    /// Generate a small set of synthetic images in the same format, to try things out
    Generate(Synthesis),
    /// Identify the data set in a folder and say what is in it
    Info(Reading),
    /// Decode all photographs once into a file that is mapped into memory; after an interruption, run the same command
    /// to resume
    Pack(Packing),
}

/// A suite and the folder of its data.
#[derive(Debug, clap::Args)]
pub struct DataSetChoice {
    /// The data set
    #[arg(value_parser = sets())]
    dataset: String,
    #[arg(long, value_name = "DIR", help = folder_help())]
    data: Option<PathBuf>,
}

impl DataSetChoice {
    /// The suite.
    pub fn suite(&self) -> anyhow::Result<&'static Suite> {
        Ok(suites::suite(&self.dataset)?)
    }

    /// The folder: the one that is named, or the usual one.
    pub fn folder(&self) -> anyhow::Result<PathBuf> {
        let suite = self.suite()?;
        Ok(self.data.clone().unwrap_or_else(|| suite.usual_folder()))
    }
}

/// A data set, and what of it is used.
#[derive(Debug, clap::Args)]
pub struct Reading {
    /// The data set
    #[command(flatten)]
    pub choice: DataSetChoice,
    /// Change a setting that says what of the data is used, such as classes or test_list of voc; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = options::assignment)]
    set: Vec<(String, String)>,
}

impl Reading {
    /// The settings of the suite's recipe with these changes.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let changes: Vec<Override> = self.set.iter().map(PlanRequest::from_user).collect();
        Ok(Settings::resolve((self.choice.suite()?.settings)(), &changes)?)
    }
}

#[derive(Debug, clap::Args)]
struct Synthesis {
    #[command(flatten)]
    choice: DataSetChoice,
    /// Number of training images
    #[arg(long, value_name = "N", default_value_t = 1600)]
    train: usize,
    /// Number of images for evaluation
    #[arg(long, value_name = "N", default_value_t = 400)]
    test: usize,
    /// Number of classes, where the suite's data may have any number
    #[arg(long, value_name = "N", default_value_t = 10)]
    classes: usize,
    /// Seed of the images
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
struct Packing {
    #[command(flatten)]
    choice: DataSetChoice,
    /// Folder of the pack
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Shorter side of an image in the pack, in pixels; smaller images are kept as they are
    #[arg(long, value_name = "PIXELS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(32..=4096))]
    side: u32,
}

fn folder_help() -> String {
    let variables = options::variables();
    format!(
        "Its folder [default: data/DATASET, or what {variables} names, the environment variables of their sets]"
    )
}

fn sets() -> PossibleValuesParser {
    PossibleValuesParser::new(SUITES.iter().map(|suite| PossibleValue::new(suite.name)))
}

impl Arguments {
    /// Carries out the command on the suite's data set. Exit code 1 if a check finds something wrong.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self.action {
            Action::Fetch(choice) => fetch(&choice),
            Action::Verify(choice) => verify(&choice),
            Action::Generate(synthesis) => generate(&synthesis),
            Action::Info(choice) => info(&choice),
            Action::Pack(packing) => pack(&packing),
        }
    }
}

fn fetch(choice: &DataSetChoice) -> anyhow::Result<Exit> {
    let (suite, folder, mut bar) = (choice.suite()?, choice.folder()?, CountingBar::default());
    let fetched = suite.data.fetch(&folder, &mut |progress| bar.show(progress));
    bar.clear();
    let (folder, done) = match fetched.map_err(|error| anyhow!(error))? {
        Fetched::Installed { folder } => (folder, "downloaded"),
        Fetched::AlreadyThere { folder } => (folder, "already there"),
    };
    stdio::show(&format!("{}: {done}, all checksums match\n", folder.display()))?;
    Ok(Exit::Done)
}

fn verify(reading: &Reading) -> anyhow::Result<Exit> {
    let (suite, folder, settings) = (reading.choice.suite()?, reading.choice.folder()?, reading.settings()?);
    let mut bar = CountingBar::default();
    let verified = suite.data.verify(&folder, &settings, &mut |progress| bar.show(progress));
    bar.clear();
    let verified = verified.map_err(|error| anyhow!(error))?;
    stdio::show(&verified.report)?;
    let Some(fault) = verified.fault else { return Ok(Exit::Done) };
    stdio::say(format!("error: {fault}"));
    Ok(Exit::CheckFailed)
}

fn generate(synthesis: &Synthesis) -> anyhow::Result<Exit> {
    let (suite, folder) = (synthesis.choice.suite()?, synthesis.choice.folder()?);
    let Synthesis { classes, train, test, seed, .. } = *synthesis;
    let set = SyntheticSet { classes, train, test, seed };
    let generated = match suite.data.generate(&folder, &set).map_err(|error| anyhow!(error))? {
        Generated::Written => "written",
        Generated::AlreadyThere => "already there",
    };
    stdio::show(&format!("{}: {generated}\n", folder.display()))?;
    describe(suite, &folder, &suite.default_settings())
}

fn info(reading: &Reading) -> anyhow::Result<Exit> {
    describe(reading.choice.suite()?, &reading.choice.folder()?, &reading.settings()?)
}

/// Shows which data set is in `folder`, and what the suite says of it.
fn describe(suite: &Suite, folder: &Path, settings: &Settings) -> anyhow::Result<Exit> {
    let identity = suite.data.identify(folder, settings).map_err(|error| anyhow!(error))?;
    let rows = [
        ["dataset", &identity.dataset],
        ["fingerprint", &identity.fingerprint],
        ["classes", &identity.classes.to_string()],
        ["training images", &identity.train.to_string()],
        ["test images", &identity.test.to_string()],
    ];
    stdio::show(&align(&rows.map(|row| row.map(String::from).to_vec()), 0))?;
    let notes: String = identity.notes.iter().map(|note| format!("note: {note}\n")).collect();
    stdio::show(&notes)?;
    stdio::show(&suite.data.details(folder, settings).map_err(|error| anyhow!(error))?)?;
    Ok(Exit::Done)
}

fn pack(packing: &Packing) -> anyhow::Result<Exit> {
    let (suite, folder, mut bar) =
        (packing.choice.suite()?, packing.choice.folder()?, CountingBar::default());
    let into = &packing.into;
    let packed = suite.data.pack(&folder, into, packing.side, &mut |progress| bar.show(progress));
    bar.clear();
    let packed = packed.map_err(|error| anyhow!(error))?;
    stdio::show(&format!(
        "{}: {} training and {} test images, {:.1} MB\n",
        into.display(),
        packed.train,
        packed.test,
        packed.bytes as f64 / 1e6
    ))?;
    for file in &packed.unreadable {
        stdio::say(format!("left out, because it cannot be read: {file}"));
    }
    Ok(Exit::Done)
}
