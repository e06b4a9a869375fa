//! The commands, one file each: its arguments and what it does.

mod compare;
mod data;
mod export_records;
mod figure;
mod fps;
mod list;
mod lut;
mod regress;
mod report;
mod reproduce;
mod suite;
mod table;

use clap::{Parser, Subcommand};
use trial::Exit;

/// How good is a sparsification method, for what cost?
///
/// Trains IEE (arXiv 2502.03658) and the methods it is compared with, measures all of them the same way
/// and prints the paper's tables.
#[derive(Debug, Parser)]
#[command(name = "harness", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --profile smoke            every method on drawings, in minutes on a CPU
  harness suite cifar10 --method iee --dry-run     what would be trained, with every setting
  harness data fetch cifar10                       the real data
  harness reproduce table3 --profile paper         the paper's table, trained and printed
  harness table table3 --format md                 the same from what is recorded
  harness compare runs:method=rigl runs:method=iee   difference with interval and test
  harness regress --baseline baseline.csv          whether anything is worse, for CI
  harness report                                   all that is recorded, as one page
  harness fps resnet50 mobilenet-v1                images a second
  harness lut build --model resnet50               how long its convolutions take, to prune channels by

Exit codes: 0 done; 1 a check failed; 2 wrong usage, configuration or data; 3 a trial failed, the
others went on; 4 interrupted and 5 out of time, both with checkpoints: the same command goes on.";

/// A command; what it does and takes is said at its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Suite(suite::Arguments),
    Reproduce(reproduce::Arguments),
    Table(table::Arguments),
    Figure(figure::Arguments),
    Compare(compare::Arguments),
    Regress(regress::Arguments),
    Report(report::Arguments),
    Fps(fps::Arguments),
    Lut(lut::Arguments),
    List(list::Arguments),
    ExportRecords(export_records::Arguments),
    Data(data::Arguments),
    Doctor(crate::doctor::Arguments),
}

impl Command {
    /// Does it. An error is one of usage, configuration or data.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Suite(arguments) => arguments.run(),
            Self::Reproduce(arguments) => arguments.run(),
            Self::Table(arguments) => arguments.run(),
            Self::Figure(arguments) => arguments.run(),
            Self::Compare(arguments) => arguments.run(),
            Self::Regress(arguments) => arguments.run(),
            Self::Report(arguments) => arguments.run(),
            Self::Fps(arguments) => arguments.run(),
            Self::Lut(arguments) => arguments.run(),
            Self::List(arguments) => arguments.run(),
            Self::ExportRecords(arguments) => arguments.run(),
            Self::Data(arguments) => arguments.run(),
            Self::Doctor(arguments) => arguments.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
