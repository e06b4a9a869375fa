//! `harness data`: get, draw, pack, check or describe a data set.

mod cifar10;
mod imagenet;

use crate::columns::align;
use crate::plan::usual_folder;
use crate::stdio;
use anyhow::{anyhow, bail};
use clap::Subcommand;
use clap::builder::{PossibleValue, PossibleValuesParser};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use suites::preset::Generated;
use suites::{Drawn, SUITES, Suite};
use trial::Exit;

/// Get, check, draw, pack or describe a data set
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  harness data fetch cifar10                                  170 MB from its publisher
  harness data verify cifar10 --data /datasets/cifar10
  harness data generate imagenet --data drawings --train 5000
  harness suite imagenet --data drawings
  harness data pack imagenet --data /datasets/imagenet --into /fast/imagenet-256";

#[derive(Debug, Subcommand)]
enum Action {
    /// Download it from its publisher, check it and unpack it; interrupted, it goes on where it was
    Fetch(Target),
    /// Check every file; exit code 1 if one is missing, damaged or unreadable
    Verify(Target),
    /// Draw a small set in the same format, to try things out on
    Generate(Drawing),
    /// Say which set a folder holds
    Info(Target),
    /// Decode photographs once into one file that is mapped into memory; interrupted, it goes on where it was
    Pack(Packing),
}

#[derive(Debug, clap::Args)]
struct Target {
    /// The data set
    #[arg(value_parser = sets())]
    dataset: String,
    /// Its folder [default: data/DATASET, or what its variable names]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Target {
    fn suite(&self) -> anyhow::Result<&'static Suite> {
        Ok(suites::suite(&self.dataset)?)
    }

    fn folder(&self) -> anyhow::Result<PathBuf> {
        let suite = self.suite()?;
        Ok(self.data.clone().unwrap_or_else(|| usual_folder(suite)))
    }
}

#[derive(Debug, clap::Args)]
struct Drawing {
    #[command(flatten)]
    target: Target,
    /// Training images
    #[arg(long, value_name = "N", default_value_t = 1600)]
    train: usize,
    /// Images for evaluation
    #[arg(long, value_name = "N", default_value_t = 400)]
    test: usize,
    /// Seed of the drawings
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
struct Packing {
    #[command(flatten)]
    target: Target,
    /// Folder of the pack
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Shorter side of an image in the pack, in pixels; smaller ones stay as they are
    #[arg(long, value_name = "PIXELS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(32..=4096))]
    side: u32,
}

fn sets() -> PossibleValuesParser {
    PossibleValuesParser::new(SUITES.iter().map(|suite| PossibleValue::new(suite.name)))
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self.action {
            Action::Fetch(target) => match target.dataset.as_str() {
                "cifar10" => cifar10::fetch(&target.folder()?),
                other => bail!(
                    "{other} cannot be fetched: its publisher asks for an account (https://image-net.org); \
                     unpack it into class folders train/CLASS and val/CLASS and name the folder with --data"
                ),
            },
            Action::Verify(target) => match target.dataset.as_str() {
                "cifar10" => cifar10::verify(&target.folder()?),
                _ => imagenet::verify(&target.folder()?),
            },
            Action::Generate(drawing) => generate(&drawing),
            Action::Info(target) => info(&target),
            Action::Pack(packing) => match packing.target.dataset.as_str() {
                "imagenet" => imagenet::pack(&packing.target.folder()?, &packing.into, packing.side),
                other => bail!("{other} lies in memory as it is; only imagenet is packed"),
            },
        }
    }
}

fn generate(drawing: &Drawing) -> anyhow::Result<Exit> {
    let (suite, folder) = (drawing.target.suite()?, drawing.target.folder()?);
    let Drawing { train, test, seed, .. } = *drawing;
    let set = Generated { classes: 10, train, test, seed };
    let drawn = match (suite.generate)(&folder, &set).map_err(|error| anyhow!(error))? {
        Drawn::Written => "written",
        Drawn::AlreadyThere => "already there",
    };
    stdio::show(&format!("{}: {drawn}\n", folder.display()))?;
    info(&drawing.target)
}

fn info(target: &Target) -> anyhow::Result<Exit> {
    let identity = (target.suite()?.identify)(&target.folder()?).map_err(|error| anyhow!(error))?;
    let rows = [
        ["dataset", &identity.dataset],
        ["fingerprint", &identity.fingerprint],
        ["classes", &identity.classes.to_string()],
        ["training images", &identity.train.to_string()],
        ["test images", &identity.test.to_string()],
    ];
    stdio::show(&align(&rows.map(|row| row.map(String::from).to_vec()), 0))?;
    Ok(Exit::Done)
}

/// A bar over so many things, in this style.
fn bar(template: &str) -> anyhow::Result<ProgressBar> {
    Ok(ProgressBar::no_length().with_style(ProgressStyle::with_template(template)?))
}
