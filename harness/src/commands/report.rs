//! `harness report`: everything recorded, on one page.

use crate::recorded::{no_folder, unfinished};
use crate::stdio;
use crate::timestamp::now;
use anyhow::{anyhow, bail};
use records::write_atomically;
use results::Report;
use std::path::PathBuf;
use trial::Exit;

/// Write everything recorded as one HTML page
///
/// The page opens in any browser, without a network: verdicts, every table, figures, records, and the spec and
/// environment of every run. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folders of results; a trial that is in several is taken from the first
    #[arg(long, value_name = "DIR", default_value = "runs", value_delimiter = ',')]
    out: Vec<PathBuf>,
    /// File of the page [default: report.html in the first folder]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  harness report
  harness report --out runs,runs-elsewhere --to report.html";

impl Arguments {
    /// Writes the page and prints its path.
    pub fn run(self) -> anyhow::Result<Exit> {
        if let [_, _, ..] = self.out[..] {
            let missing = self.out.iter().find(|out| !out.exists());
            missing.map_or(Ok(()), |out| Err(anyhow!(no_folder(out))))?;
        }
        let report = Report::read(&self.out, |record| crate::recorded::judge(record, &self.out))?;
        for complaint in report.complaints() {
            stdio::say(format!("warning: {complaint}; left out"));
        }
        report.remarks().iter().for_each(|remark| stdio::say(format!("note: {remark}")));
        if report.is_empty() {
            let folders: Vec<String> = self.out.iter().map(|out| out.display().to_string()).collect();
            let folders = folders.join(", ");
            if let Some(why) = report.complaints().first() {
                let all = match report.complaints().len() {
                    1 => "the only line".to_string(),
                    lines => format!("all {lines} lines"),
                };
                bail!(
                    "{all} recorded in {folders} had to be left out, so that there is nothing to show: {why}; \
                     correct what is warned of above, or name other folders with --out"
                );
            }
            self.out.iter().filter_map(|out| unfinished::said(out)).for_each(stdio::say);
            bail!(
                "nothing is recorded in {folders}; name the folders of results with --out, or record some with \
                 `harness suite`"
            );
        }
        let page = self.to.unwrap_or_else(|| self.out[0].join("report.html"));
        write_atomically(&page, report.html(&now()).as_bytes())?;
        stdio::show(&format!("{}\n", page.display()))?;
        Ok(Exit::Done)
    }
}
