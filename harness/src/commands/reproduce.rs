//! `harness reproduce`: run what a table still lacks, then print it.

use super::table::tables;
use crate::options::RunOptions;
use crate::{execute, plan, stdio};
use anyhow::Context;
use results::{Format, Store, TableDefinition, render, table};
use sparsity::Description;
use std::path::Path;
use trial::{Exit, write_atomically};

/// Train what a table of the paper still lacks, and print it
///
/// The table is also written to the folder `tables` of the results, as text, Markdown, CSV and LaTeX.
/// Without --method, the methods are the table's; without --sparsity and --seeds, the profile says how
/// many trials each has.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The table
    #[arg(value_parser = tables())]
    table: String,
    #[command(flatten)]
    options: RunOptions,
}

const EXAMPLES: &str = "\
Examples:
  harness reproduce table3 --profile smoke
  harness reproduce table3 --profile paper --data data/cifar10 --jobs 4
  harness reproduce table3 --profile paper --dry-run";

const FILES: [(&str, Format); 4] =
    [("txt", Format::Text), ("md", Format::Markdown), ("csv", Format::Csv), ("tex", Format::Latex)];

impl Arguments {
    /// Does it.
    pub fn run(self) -> anyhow::Result<Exit> {
        let definition = table(&self.table)?;
        let prepared = plan::prepare(&self.options, methods(&definition)?)?;
        if self.options.dry_run {
            stdio::show(&plan::report(&prepared, &self.options.out)?)?;
            return Ok(Exit::Done);
        }
        let exit = execute::execute(&prepared, &self.options)?;
        print(&definition, &self.options)?;
        Ok(exit)
    }
}

/// The methods of the table's rows.
fn methods(definition: &TableDefinition) -> anyhow::Result<Vec<Description>> {
    let rows = definition.rows.iter().map(|row| trial::registry::method(row.method));
    rows.collect::<Result<_, _>>().with_context(|| format!("{} has a row without a method", definition.id))
}

/// Shows the table and writes it in every format.
fn print(definition: &TableDefinition, options: &RunOptions) -> anyhow::Result<()> {
    let store = Store::new(&options.out);
    let records = store.load()?.records;
    let folder = options.out.join("tables");
    write(definition, &records, &folder)?;
    stdio::show(&render(definition, &records, Format::Text))?;
    if !options.quiet {
        let (folder, id) = (folder.display(), definition.id);
        stdio::say(format!("records: {}; table: {folder}/{id}.txt, .md, .csv, .tex", store.path().display()));
    }
    Ok(())
}

fn write(definition: &TableDefinition, records: &[results::Record], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make {}; choose another folder with --out", folder.display()))?;
    for (ending, format) in FILES {
        let path = folder.join(format!("{}.{ending}", definition.id));
        write_atomically(&path, render(definition, records, format).as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_planned_and_written_in_every_format() {
        let folder = tempfile::tempdir().unwrap();
        for id in results::table_ids() {
            let definition = table(id).unwrap();
            assert!(!methods(&definition).unwrap().is_empty());
            write(&definition, &[], folder.path()).unwrap();
            for (ending, _) in FILES {
                let text = std::fs::read_to_string(folder.path().join(format!("{id}.{ending}"))).unwrap();
                assert!(text.contains("RigL"), "{id}.{ending}");
            }
        }
    }
}
