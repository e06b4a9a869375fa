//! `harness regress`: whether results are as good as a baseline, for continuous integration.

use crate::measure::rfc3339;
use crate::stdio;
use anyhow::{Context, bail};
use clap::ValueEnum;
use results::regress::baseline::{Baseline, Provenance};
use results::regress::regress;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use trial::{Exit, RunDirectory, write_atomically};

/// Check results against a baseline, for continuous integration
///
/// Counts must be equal; a drop of accuracy must be sure and matter; times are compared in passes of a
/// reference workload of the same run, never as they are. Exits with 1 if anything is worse, and writes
/// regression/junit.xml and regression/summary.md into the folder of the results.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The baseline: a CSV file of records
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Write the baseline anew, from the committed trials of the folder, instead of checking
    #[arg(long, conflicts_with = "format")]
    update: bool,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --profile smoke --seeds 0-2 --out runs
  harness regress --update --baseline baseline.csv --out runs    once; keep the file under version control
  harness regress --baseline baseline.csv --out runs             after every change";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Aligned columns
    Text,
    /// Markdown
    Md,
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.update { self.update() } else { self.check() }
    }

    fn check(&self) -> anyhow::Result<Exit> {
        let baseline = Baseline::read(&self.baseline)?;
        let records = super::recorded::load(&self.out)?;
        if records.is_empty() {
            bail!(
                "{} holds no records; train them first, or name their folder with --out",
                self.out.display()
            );
        }
        let regression = regress(&baseline.records, &records);
        let origin = match baseline.origins.as_slice() {
            [] => String::new(),
            origins => format!(" (from {})", origins.join("; ")),
        };
        let title = format!("{} against {}{origin}", self.out.display(), self.baseline.display());
        let markdown = regression.markdown(&title);
        let folder = self.out.join("regression");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        write_atomically(&folder.join("junit.xml"), regression.junit().as_bytes())?;
        write_atomically(&folder.join("summary.md"), markdown.as_bytes())?;
        stdio::show(&match self.format {
            Format::Text => regression.text(&title),
            Format::Md => markdown,
        })?;
        Ok(if regression.failed() { Exit::CheckFailed } else { Exit::Done })
    }

    fn update(&self) -> anyhow::Result<Exit> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let provenance = Provenance {
            from: self.out.display().to_string(),
            taken: rfc3339(now),
            by: env!("HARNESS_COMMIT").to_string(),
        };
        let taken = Baseline::take(&self.out, &provenance, |key| is_committed(&self.out, key))?;
        for left_out in &taken.left_out {
            stdio::say(format!("left out: {left_out}"));
        }
        if let Some(folder) = self.baseline.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        write_atomically(&self.baseline, &taken.csv)?;
        stdio::say(format!(
            "{} holds {} records of {}",
            self.baseline.display(),
            taken.records,
            self.out.display()
        ));
        Ok(Exit::Done)
    }
}

/// Whether the run of a trial is committed and as it was, or why not.
fn is_committed(out: &Path, key: &str) -> Result<(), String> {
    match RunDirectory::of(out, key).is_committed() {
        Ok(true) => Ok(()),
        Ok(false) => Err("its run is not committed".to_string()),
        Err(error) => Err(error.to_string()),
    }
}
