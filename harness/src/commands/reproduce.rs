//! `harness reproduce`: run what a table or figure still lacks, then print it.

use super::table::tables_and_figures;
use crate::options::TrainingOptions;
use crate::plan::{self, Experiment, PlanRow};
use crate::plan_file::Asked;
use crate::worker_client::Worker;
use crate::{execute, stdio};
use anyhow::{Context, bail};
use records::{Store, write_atomically};
use results::{FigureDefinition, RowDefinition, TableDefinition, TableFormat, figure, render, table};
use sparsity::{Distribution, Prunes};
use std::path::Path;
use trial::Exit;

/// Train the trials that a table or figure of the paper still lacks, and print it
///
/// The table, or for a figure the table behind it, is also written to the folder `tables` of the results as
/// text, Markdown, CSV and LaTeX; a figure is written to `figures` as SVG and CSV. Where channels are pruned,
/// throughput that is still missing is measured after training, side by side with the dense network's.
/// Without --method and --distribution the rows are those of the table; without --sparsity and --seeds the
/// profile decides how many trials each row has.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The table or figure
    #[arg(value_parser = tables_and_figures())]
    what: String,
    #[command(flatten)]
    options: TrainingOptions,
}

const EXAMPLES: &str = "\
Examples:
  harness reproduce table2 --data /datasets/imagenet --time-budget 8h     (repeat it to resume)
  harness reproduce table3 --profile smoke
  harness reproduce table4 --method iee --profile lite --data photographs
  harness reproduce table3 --profile paper --data data/cifar10 --jobs 4
  harness reproduce table3 --profile paper --dry-run
  harness reproduce table1 --lut luts/resnet50.csv --latency-target 0.3
  harness reproduce fig3 --profile smoke
  harness reproduce fig4 --lut luts/ssd512-resnet50.csv
  harness reproduce fig5 --profile smoke
  harness reproduce unknowns --profile smoke";

const FILES: [(&str, TableFormat); 4] = [
    ("txt", TableFormat::Text),
    ("md", TableFormat::Markdown),
    ("csv", TableFormat::Csv),
    ("tex", TableFormat::Latex),
];

impl Arguments {
    /// Plans, trains what is missing, then prints the table and draws the figure.
    pub fn run(self, asked: &Asked) -> anyhow::Result<Exit> {
        self.options.slurm.check()?;
        let figure = figure(&self.what).ok();
        let definition =
            figure.as_ref().map_or_else(|| table(&self.what), |figure| Ok(figure.table.clone()))?;
        let suite = suites::suite(definition.suite)?;
        let rows = rows(&definition, &self.options)?;
        let channels = definition.structured();
        if channels && !self.options.sparsity.is_empty() {
            bail!("{} has latency targets, not sparsities; give --latency-target instead", self.what);
        }
        let experiment = Experiment {
            suite,
            rows,
            model: Some(definition.model),
            least_seeds: definition.least_seeds(),
            most_synthetic_rows: definition.most_synthetic_rows(),
            channels,
        };
        let worker = Worker::default();
        let prepared = plan::prepare(&self.options, experiment, &worker)?;
        if execute::only_plans(&prepared, &self.options, &worker, asked)? {
            return Ok(Exit::Done);
        }
        if let Some(exit) = execute::follow(&prepared, &self.options, &worker)? {
            return Ok(exit);
        }
        let Some(exit) = execute::carry_out(&prepared, &self.options, &worker, asked)? else {
            return Ok(Exit::Done);
        };
        print(&definition, &self.options)?;
        figure.iter().try_for_each(|figure| draw(figure, &self.options))?;
        Ok(exit)
    }
}

/// The rows of the table that can be run and are asked for.
fn rows(definition: &TableDefinition, options: &TrainingOptions) -> anyhow::Result<Vec<PlanRow>> {
    let planned = definition.rows.iter().map(|row| plan_row(definition, row, options));
    let rows: Vec<PlanRow> = planned.filter_map(Result::transpose).collect::<anyhow::Result<_>>()?;
    // The dense network is in every table, whatever else was asked for.
    let asked =
        |row: &PlanRow| row.description.prunes != Prunes::Nothing || options.names(row.description.name);
    if !rows.iter().any(asked) {
        bail!(
            "{} has no row with these methods, this distribution and this sparsity; leave one of them out",
            definition.id
        );
    }
    Ok(rows)
}

/// A row of the table as one of a plan; none if it is only published, or not asked for.
fn plan_row(
    definition: &TableDefinition,
    row: &RowDefinition,
    options: &TrainingOptions,
) -> anyhow::Result<Option<PlanRow>> {
    let Some(method) = row.method.filter(|name| options.wants_all() || options.names(name)) else {
        return Ok(None);
    };
    let context = || format!("{} has the row `{}`, which cannot be run", definition.id, row.label);
    let description = trial::registry::method(method).with_context(context)?;
    // A row without a distribution that the engine knows is dense; it belongs to all of them.
    let own: Option<Distribution> = row.distribution.and_then(|name| name.parse().ok());
    if own.is_some() && options.distribution.is_some() && own != options.distribution {
        return Ok(None);
    }
    let why = format!("the row `{}` of {}", row.label, definition.id);
    let distribution = own.unwrap_or(Distribution::Erk);
    let mut planned = PlanRow::new(description, distribution, row.settings, &why);
    match row.sparsity() {
        Some(sparsity) => {
            let near = |asked: &f64| (asked - sparsity).abs() < 1e-9;
            if !options.sparsity.is_empty() && !options.sparsity.iter().any(near) {
                return Ok(None);
            }
            planned.levels = vec![sparsity];
        }
        None if definition.structured() => {
            planned.pretrained = Some(row.pretrained);
            match options.latency_target.is_empty() {
                true => planned.table_levels = Some(definition.latency_targets.clone()),
                false => planned.levels = options.latency_target.clone(),
            }
        }
        None if options.sparsity.is_empty() => planned.table_levels = Some(definition.sparsities.clone()),
        None => {}
    }
    Ok(Some(planned))
}

/// Shows the table and writes it in every format.
fn print(definition: &TableDefinition, options: &TrainingOptions) -> anyhow::Result<()> {
    let store = Store::new(&options.out);
    let records = crate::recorded::load(&options.out)?;
    let folder = options.out.join("tables");
    write(definition, &records, &folder)?;
    stdio::show_page(&render(definition, &records, TableFormat::Text))?;
    if !options.quiet {
        let (folder, id) = (folder.display(), definition.id);
        stdio::say(format!("records: {}; table: {folder}/{id}.txt, .md, .csv, .tex", store.path().display()));
    }
    Ok(())
}

/// Writes a figure as SVG and CSV.
fn draw(figure: &FigureDefinition, options: &TrainingOptions) -> anyhow::Result<()> {
    let records = crate::recorded::quietly(&options.out)?;
    let folder = options.out.join("figures");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}; choose another folder with --out", folder.display()))?;
    let path = |ending: &str| folder.join(format!("{}.{ending}", figure.id));
    for drawing in super::figure::say(results::draw(figure, &options.out, &records)).drawings {
        write_atomically(&path("svg"), drawing.svg.as_bytes())?;
        write_atomically(&path("csv"), drawing.csv.as_bytes())?;
    }
    if !options.quiet {
        stdio::say(format!("figure: {}, .csv", path("svg").display()));
    }
    Ok(())
}

fn write(definition: &TableDefinition, records: &[records::Record], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}; choose another folder with --out", folder.display()))?;
    for (ending, format) in FILES {
        let path = folder.join(format!("{}.{ending}", definition.id));
        write_atomically(&path, render(definition, records, format).as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        options: TrainingOptions,
    }

    fn options(arguments: &[&str]) -> TrainingOptions {
        CommandLine::parse_from([&["harness"], arguments].concat()).options
    }

    #[test]
    fn rows_are_chosen_by_method_and_distribution() {
        let definition = table("table2").unwrap();
        let count = |arguments: &[&str]| rows(&definition, &options(arguments)).map(|rows| rows.len());
        let all = count(&[]).unwrap();
        let erk = count(&["--distribution", "erk"]).unwrap();
        assert!(erk < all && count(&["--method", "iee"]).unwrap() < erk);
        assert!(count(&["--method", "sr-ste"]).is_err());
        let patterns = table("table5").unwrap();
        assert!(rows(&patterns, &options(&["--sparsity", "0.9"])).is_err(), "dense alone is no table");
        let sparsities = rows(&patterns, &options(&["--method", "sr-ste", "--sparsity", "0.5"])).unwrap();
        assert!(sparsities.iter().all(|row| row.levels == [0.5]));
    }

    /// What a table takes for the published recipe is what the suite records of it.
    #[test]
    fn every_table_knows_the_profile_of_its_published_recipe() {
        for id in results::table_ids() {
            let definition = table(id).unwrap();
            let preset = suites::suite(definition.suite).unwrap().preset(records::words::PAPER).unwrap();
            let preset = if definition.structured() { preset.for_channels() } else { preset };
            assert_eq!(definition.profile, preset.name, "{id}");
        }
    }

    /// A row whose method has a recipe of its own in the profile of the table says so above the numbers.
    #[test]
    fn every_table_tells_which_methods_have_recipes_of_their_own() {
        let mut told = 0;
        for id in results::table_ids() {
            let definition = table(id).unwrap();
            let preset = suites::suite(definition.suite).unwrap().preset(definition.profile).unwrap();
            let own =
                |row: &&RowDefinition| row.method.is_some_and(|name| !preset.own_recipe(name).is_empty());
            for row in definition.rows.iter().filter(own) {
                let says = |note: &&str| note.contains(row.name) && note.contains("recipe of its own");
                assert!(definition.notes.iter().any(says), "{id}: {}", row.label);
                told += 1;
            }
        }
        assert!(told >= 7, "{told}");
    }

    #[test]
    fn every_table_can_be_planned_and_written_in_every_format() {
        let folder = tempfile::tempdir().unwrap();
        for id in results::table_ids() {
            let definition = table(id).unwrap();
            assert!(!rows(&definition, &options(&[])).unwrap().is_empty());
            write(&definition, &[], folder.path()).unwrap();
            for (ending, _) in FILES {
                let text = std::fs::read_to_string(folder.path().join(format!("{id}.{ending}"))).unwrap();
                assert!(text.contains("IEE"), "{id}.{ending}");
            }
        }
    }
}
