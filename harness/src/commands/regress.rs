//! `harness regress`: whether results are as good as a baseline, for continuous integration.

use crate::stdio;
use crate::timestamp::now;
use anyhow::{Context, bail};
use clap::ValueEnum;
use records::{FpsStore, Loaded, RunDirectory, Store, write_atomically};
use results::regress::baseline::{Baseline, Provenance};
use results::regress::regress;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use trial::Exit;

/// Check results against a baseline, for continuous integration
///
/// Counts must be equal; a drop in accuracy counts if it is both significant and large enough to matter; times
/// are compared in passes of a reference workload timed in the same run, never in seconds. Exits with 1 if
/// anything is worse, and writes regression/junit.xml and regression/summary.md to the folder of the results.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The baseline: a CSV file of records
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Write a new baseline from the committed trials of the folder instead of checking
    #[arg(long, conflicts_with = "format")]
    update: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: RegressionFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --profile smoke --seeds 0,1,2 --out runs
  harness regress --update --baseline baseline.csv --out runs    once; commit the file
  harness regress --baseline baseline.csv --out runs             after every change";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RegressionFormat {
    /// Aligned columns
    Text,
    /// Markdown
    Md,
}

impl Arguments {
    /// Checks, or writes the baseline. Exit code 1 if anything is worse.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.update { self.update() } else { self.check() }
    }

    fn check(&self) -> anyhow::Result<Exit> {
        let folder = self.out.join("regression");
        let written = [folder.join("junit.xml"), folder.join("summary.md")];
        for file in &written {
            // What an earlier check wrote must not be mistaken for the output of this one, however this one
            // ends.
            match std::fs::remove_file(file) {
                Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Err(error).with_context(|| format!("cannot remove {}", file.display()));
                }
                _ => {}
            }
        }
        let baseline = Baseline::read(&self.baseline)?;
        let Loaded { records, complaints, .. } = crate::recorded::loaded(&self.out)?;
        if records.is_empty() {
            bail!(
                "{} holds no records{}; train them first, or name their folder with --out",
                self.out.display(),
                if complaints.is_empty() { "" } else { " that can be used" }
            );
        }
        let left_out = complaints.iter().map(ToString::to_string).collect();
        let regression = regress(&baseline.records, &records).without_rows(left_out);
        let origin = match baseline.origins.as_slice() {
            [] => String::new(),
            origins => format!(" (from {})", origins.join("; ")),
        };
        let title = format!("{} against {}{origin}", self.out.display(), self.baseline.display());
        let markdown = regression.markdown(&title);
        stdio::show(&match self.format {
            RegressionFormat::Text => regression.text(&title),
            RegressionFormat::Md => markdown.clone(),
        })?;
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (file, content) in written.iter().zip([regression.junit(), markdown]) {
            write_atomically(file, content.as_bytes())?;
        }
        Ok(if regression.failed() { Exit::CheckFailed } else { Exit::Done })
    }

    fn update(&self) -> anyhow::Result<Exit> {
        let provenance = Provenance {
            from: portable(&self.out).display().to_string(),
            taken: now(),
            by: env!("HARNESS_COMMIT").to_string(),
        };
        if [Store::new(&self.out).path(), FpsStore::new(&self.out).path()]
            .iter()
            .any(|it| is_same(it, &self.baseline))
        {
            bail!(
                "{} is where the results themselves are recorded; name another file with --baseline",
                self.baseline.display()
            );
        }
        let taken = Baseline::take(&self.out, &provenance, |key| is_committed(&self.out, key))?;
        for left_out in &taken.left_out {
            stdio::say(format!("left out: {left_out}"));
        }
        let lost = match self.baseline.exists() {
            true => taken.lost(&Baseline::read(&self.baseline)?),
            false => Vec::new(),
        };
        if !lost.is_empty() {
            bail!(
                "{} was left as it is, because it would lose trials:\n  {}\nRun them too, or delete the file \
                 first if it is to be without them",
                self.baseline.display(),
                lost.join("\n  ")
            );
        }
        if let Some(folder) = self.baseline.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        write_atomically(&self.baseline, &taken.csv)?;
        stdio::say(format!(
            "{} holds {} records of {}",
            self.baseline.display(),
            taken.records.len(),
            self.out.display()
        ));
        Ok(Exit::Done)
    }
}

/// Whether two paths lead to the same existing file.
fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// `folder` without what only this machine has: from the current folder if it is in there, else its name.
fn portable(folder: &Path) -> &Path {
    if folder.is_relative() {
        return folder;
    }
    let within = std::env::current_dir().ok().and_then(|here| folder.strip_prefix(here).ok());
    within.unwrap_or_else(|| folder.file_name().map_or(folder, Path::new))
}

/// Whether the run of a trial is committed and its checksums match, or why not.
fn is_committed(out: &Path, key: &str) -> Result<(), String> {
    match RunDirectory::of(out, key).is_committed() {
        Ok(true) => Ok(()),
        Ok(false) => Err("its run is not committed".to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_names_no_path_of_the_machine() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(portable(Path::new("runs")), Path::new("runs"));
        assert_eq!(portable(&here.join("target/regression")), Path::new("target/regression"));
        assert_eq!(portable(Path::new("/somewhere/else/runs")), Path::new("runs"));
    }
}
