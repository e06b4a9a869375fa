//! `harness export-records`: recorded results for other programs.

use crate::{output, stdio};
use anyhow::{Context, bail};
use clap::ValueEnum;
use records::Loaded;
use results::export::{export_curves, render_parquet, render_records_csv, render_records_json};
use std::path::{Path, PathBuf};
use trial::Exit;

/// Export recorded results for other programs
///
/// Either the records, one row per trial with its throughput, as CSV, JSON or Parquet; or the training curves of
/// all runs, finished or not, as TensorBoard event files, one folder per run. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Export the records in this format
    #[arg(
        long,
        value_name = "FORMAT",
        requires_if("parquet", "to"),
        required_unless_present = "tensorboard"
    )]
    format: Option<ExportFormat>,
    /// File for the records, or `-` for standard output [default: standard output; parquet needs a file]
    #[arg(long, value_name = "FILE", requires = "format")]
    to: Option<PathBuf>,
    /// Export the training curves as TensorBoard event files to this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "format")]
    tensorboard: Option<PathBuf>,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
}

/// Name of the column that says why a network learnt nothing.
const UNLEARNED: &str = "unlearned";

const EXAMPLES: &str = "\
Examples:
  harness export-records --format csv > records.csv
  harness export-records --format parquet --to records.parquet --out runs
  harness export-records --tensorboard curves && tensorboard --logdir curves";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExportFormat {
    /// A header and one row per trial
    Csv,
    /// An array of objects with all columns, null for what does not apply
    Json,
    /// Typed columns, for pandas, polars and databases
    Parquet,
}

impl Arguments {
    /// Writes the records or the curves.
    pub fn run(self) -> anyhow::Result<Exit> {
        match (&self.tensorboard, self.format) {
            (Some(folder), _) => self.curves(folder),
            (None, Some(format)) => self.records(format),
            (None, None) => bail!("give --format or --tensorboard"),
        }
    }

    fn records(&self, format: ExportFormat) -> anyhow::Result<Exit> {
        let loaded = with_unlearned(crate::recorded::loaded_from_there(&self.out)?);
        let bytes = match format {
            ExportFormat::Csv => render_records_csv(&loaded).into_bytes(),
            ExportFormat::Json => render_records_json(&loaded).into_bytes(),
            ExportFormat::Parquet => {
                render_parquet(&loaded).context("the records cannot be written as a Parquet file")?
            }
        };
        output::write(self.to.as_deref().unwrap_or(Path::new("-")), &bytes, "--to")?;
        Ok(Exit::Done)
    }

    fn curves(&self, folder: &Path) -> anyhow::Result<Exit> {
        output::refuse_results(folder, "--tensorboard")?;
        let curves = export_curves(&self.out, folder)?;
        for complaint in &curves.complaints {
            stdio::say(format!("warning: {complaint}"));
        }
        let (written, without) = (curves.written.len(), curves.without.len());
        let also = if without == 0 { String::new() } else { format!("; {without} runs have no curves yet") };
        stdio::say(format!("the curves of {written} runs are in {}{also}", folder.display()));
        if let Some(which) = unfinished(&curves.unfinished) {
            stdio::say(format!("note: {which} not finished, so that what is shown is no result"));
        }
        Ok(Exit::Done)
    }
}

/// How many runs are not finished and which; nothing if all are.
fn unfinished(runs: &[PathBuf]) -> Option<String> {
    let first = runs.first()?.display();
    Some(match runs.len() {
        1 => format!("1 of them, {first}, is"),
        count => {
            let names = runs[1..].iter().map(|run| run.file_name().unwrap_or_default().to_string_lossy());
            format!("{count} of them, {first}, {}, are", names.collect::<Vec<_>>().join(", "))
        }
    })
}

/// The same with a column that says why a result is that of a network that learnt nothing, empty where it is not so. It
/// is no column of records, since it is found out anew whenever they are read.
fn with_unlearned(mut loaded: Loaded) -> Loaded {
    let before = loaded.other_columns.iter().position(|column| column == UNLEARNED);
    for (fields, record) in loaded.other_fields.iter_mut().zip(&loaded.records) {
        if let Some(at) = before {
            fields.remove(at);
        }
        fields.push(record.unlearned.clone().unwrap_or_default());
    }
    if let Some(at) = before {
        loaded.other_columns.remove(at);
    }
    loaded.other_columns.push(UNLEARNED.into());
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use records::Record;

    /// A folder of exported records, exported again, has the column already.
    #[test]
    fn what_did_not_learn_is_in_a_column_of_its_own() {
        let why = "its validation loss is 1e21";
        let records = vec![Record { unlearned: Some(why.into()), ..Record::default() }, Record::default()];
        let loaded = Loaded {
            records,
            other_columns: vec!["remark".into()],
            other_fields: vec![vec!["mine".into()], vec![String::new()]],
            ..Loaded::default()
        };
        let once = with_unlearned(loaded);
        assert_eq!(once.other_columns, ["remark", "unlearned"]);
        assert_eq!(once.other_fields, [["mine", why], ["", ""]]);
        assert_eq!(with_unlearned(once.clone()), once);
    }

    #[derive(Debug, Parser)]
    struct ExportLine {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn run(arguments: &[&str]) -> Option<Exit> {
        let line = ExportLine::try_parse_from([&["export-records"], arguments].concat()).ok()?;
        line.arguments.run().ok()
    }

    #[test]
    fn one_thing_is_exported_and_parquet_to_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
        let out = path("");
        for wrong in [
            &[][..],
            &["--format", "parquet"],
            &["--format", "csv", "--tensorboard", &path("curves")],
            &["--tensorboard", &path("curves"), "--to", &path("file")],
        ] {
            assert_eq!(run(&[wrong, &["--out", &out]].concat()), None, "{wrong:?}");
        }
        for format in ["csv", "json", "parquet"] {
            let file = path(format);
            assert_eq!(run(&["--format", format, "--to", &file, "--out", &out]), Some(Exit::Done));
            assert!(std::fs::metadata(&file).unwrap().len() > 0);
        }
        let nowhere = path("nowhere");
        for format in ["csv", "json", "parquet"] {
            let file = path(&format!("{format} of nothing"));
            assert_eq!(run(&["--format", format, "--to", &file, "--out", &nowhere]), None);
            assert!(!std::path::Path::new(&file).exists());
        }
        std::fs::create_dir(path("runs")).unwrap();
        assert_eq!(run(&["--tensorboard", &path("curves"), "--out", &out]), Some(Exit::Done));
    }
}
