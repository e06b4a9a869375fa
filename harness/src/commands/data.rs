//! `harness data`: get, draw, check or describe a data set.

use crate::columns::align;
use crate::plan::{DEFAULT_FOLDER, SUITES};
use crate::stdio;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use suites::cifar10::{self, Fetched, Generated, Patience, Progress, Publisher};
use trial::Exit;

/// Get, check, draw or describe a data set
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
  harness data generate cifar10 --data drawings --train 5000
  harness suite cifar10 --data drawings";

#[derive(Debug, Subcommand)]
enum Action {
    /// Download it from its publisher, check it and unpack it; interrupted, it goes on where it was
    Fetch(Target),
    /// Check every file against its checksum; exit code 1 if one is missing or damaged
    Verify(Target),
    /// Draw a small set in the same format, to try things out on
    Generate(Drawing),
    /// Say which set a folder holds
    Info(Target),
}

#[derive(Debug, clap::Args)]
struct Target {
    /// The data set
    #[arg(value_parser = sets())]
    dataset: String,
    /// Its folder
    #[arg(long, value_name = "DIR", default_value = DEFAULT_FOLDER)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Drawing {
    #[command(flatten)]
    target: Target,
    /// Training images
    #[arg(long, value_name = "N", default_value_t = 1600)]
    train: usize,
    /// Test images
    #[arg(long, value_name = "N", default_value_t = 400)]
    test: usize,
    /// Seed of the drawings
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
}

fn sets() -> PossibleValuesParser {
    PossibleValuesParser::new(SUITES.iter().map(|(name, _)| *name))
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self.action {
            Action::Fetch(target) => fetch(target),
            Action::Verify(target) => verify(target),
            Action::Generate(drawing) => generate(drawing),
            Action::Info(target) => info(target),
        }
    }
}

fn fetch(target: Target) -> anyhow::Result<Exit> {
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left")?;
    let bar = ProgressBar::no_length().with_style(style);
    let publisher = Publisher::toronto();
    stdio::say(format!("getting {} into {}", publisher.url, target.data.display()));
    let say = |text: String| bar.suspend(|| stdio::say(text));
    let fetched =
        cifar10::fetch(&target.data, &publisher, &Patience::default(), &mut |progress| match progress {
            Progress::Downloading { have, total } => {
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(have);
            }
            Progress::Retrying { have, pause, cause } => {
                say(format!("cut after {have} bytes ({cause}); trying again in {} s", pause.as_secs()));
            }
            Progress::Unpacking => say("unpacking".into()),
            Progress::SetAside { path } => say(format!("what was in the way is now {}", path.display())),
        });
    bar.finish_and_clear();
    let text = match fetched? {
        Fetched::Installed { folder } => format!("{}: fetched, every checksum is right\n", folder.display()),
        Fetched::AlreadyThere { folder } => {
            format!("{}: already there, every checksum is right\n", folder.display())
        }
    };
    stdio::show(&text)?;
    Ok(Exit::Done)
}

fn verify(target: Target) -> anyhow::Result<Exit> {
    let reports = cifar10::verify(&target.data);
    stdio::show(&reports.iter().map(|report| format!("{report}\n")).collect::<String>())?;
    let wrong = reports.iter().filter(|report| !report.is_ok()).count();
    if wrong == 0 {
        return Ok(Exit::Done);
    }
    let (count, folder) = (reports.len(), target.data.display());
    stdio::say(format!(
        "error: {wrong} of {count} files are not as they should be; \
         `harness data fetch cifar10 --data {folder}` gets the real set"
    ));
    Ok(Exit::CheckFailed)
}

fn generate(drawing: Drawing) -> anyhow::Result<Exit> {
    let folder = &drawing.target.data;
    let written = match cifar10::generate(folder, drawing.train, drawing.test, drawing.seed)? {
        Generated::Written => "written",
        Generated::AlreadyThere => "already there",
    };
    stdio::show(&format!("{}: {written}\n", folder.display()))?;
    info(drawing.target)
}

fn info(target: Target) -> anyhow::Result<Exit> {
    let identity = cifar10::fingerprint(&target.data)?;
    let rows = [
        ["dataset", &identity.dataset],
        ["fingerprint", &identity.fingerprint],
        ["training images", &identity.train.to_string()],
        ["test images", &identity.test.to_string()],
    ];
    stdio::show(&align(&rows.map(|row| row.map(String::from).to_vec()), 0))?;
    Ok(Exit::Done)
}
