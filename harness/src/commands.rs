//! The commands, one file each: its arguments and what it does.

mod compare;
mod data;
mod detect;
mod export;
mod export_records;
mod figure;
mod fps;
mod list;
pub mod lut;
mod regress;
mod report;
mod reproduce;
mod run;
mod score;
mod selfcheck;
mod status;
mod suite;
mod table;
mod values;
mod watch;

use crate::command_line::WIDEST;
use crate::plan_file::Asked;
use clap::{Parser, Subcommand};
use trial::Exit;

/// How good is a sparsification method, and at what cost?
///
/// Trains IEE (arXiv 2502.03658) and the methods it is compared with, measures all of them in the same way,
/// and prints the paper's tables.
#[derive(Debug, Parser)]
#[command(name = "harness", version, max_term_width = WIDEST, after_help = EXAMPLES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  harness suite cifar10 --profile smoke            every method on synthetic images, minutes on a CPU
  harness suite cifar10 --method iee --dry-run     what would be trained, with every setting
  harness data fetch cifar10                       download the real data
  harness status                                   which trials run, wait, are interrupted or done
  harness watch                                    curves of the trials that run
  harness reproduce table3 --profile paper         the paper's table, trained and printed
  harness table table3 --format md                 the same table from recorded results
  harness compare runs:method=rigl runs:method=iee  difference, confidence interval and test
  harness regress --baseline baseline.csv          check for regressions, in CI
  harness report                                   everything recorded, on one page
  harness score voc detections.json                average precision of any detector's detections
  harness detect RUN street.jpg --into seen        what a pruned detector sees
  harness export RUN --format onnx --to net.onnx   a pruned network for other programs
  harness fps resnet50 mobilenet-v1                throughput in images per second
  harness lut build --model resnet50               latency table, for channel pruning
  harness selfcheck                                is everything right on this device, and how fast is it?

Exit codes: 0 done; 1 a check failed; 2 wrong usage, configuration or data; 3 a trial failed (the
others ran on); 4 interrupted; 5 out of time. After 4 or 5, run the same command to resume.";

/// A command; each is described in its own file.
#[derive(Debug, Subcommand)]
pub enum Command {
    Suite(suite::Arguments),
    Reproduce(reproduce::Arguments),
    Run(run::Arguments),
    Status(status::Arguments),
    Watch(watch::Arguments),
    Table(table::Arguments),
    Figure(figure::Arguments),
    Compare(compare::Arguments),
    Regress(regress::Arguments),
    Report(report::Arguments),
    Score(score::Arguments),
    Detect(detect::Arguments),
    Fps(fps::Arguments),
    Lut(lut::Arguments),
    List(list::Arguments),
    Export(export::Arguments),
    ExportRecords(export_records::Arguments),
    Data(data::Arguments),
    Doctor(crate::doctor::Arguments),
    Selfcheck(selfcheck::Arguments),
}

impl Command {
    /// Runs the command, whose options were `asked` for by name. An error is one of usage, configuration or data.
    pub fn run(self, asked: Asked) -> anyhow::Result<Exit> {
        match self {
            Self::Suite(arguments) => arguments.run(&asked),
            Self::Reproduce(arguments) => arguments.run(&asked),
            Self::Run(arguments) => arguments.run(),
            Self::Status(arguments) => arguments.run(),
            Self::Watch(arguments) => arguments.run(),
            Self::Table(arguments) => arguments.run(),
            Self::Figure(arguments) => arguments.run(),
            Self::Compare(arguments) => arguments.run(),
            Self::Regress(arguments) => arguments.run(),
            Self::Report(arguments) => arguments.run(),
            Self::Score(arguments) => arguments.run(),
            Self::Detect(arguments) => arguments.run(),
            Self::Fps(arguments) => arguments.run(),
            Self::Lut(arguments) => arguments.run(),
            Self::List(arguments) => arguments.run(),
            Self::Export(arguments) => arguments.run(),
            Self::ExportRecords(arguments) => arguments.run(),
            Self::Data(arguments) => arguments.run(),
            Self::Doctor(arguments) => arguments.run(),
            Self::Selfcheck(arguments) => arguments.run(),
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
