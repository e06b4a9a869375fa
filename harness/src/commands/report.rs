//! `harness report`: everything recorded, on one page.

use crate::recorded::folders::folders;
use crate::recorded::{no_folder, unfinished};
use crate::timestamp::now;
use crate::{output, stdio};
use anyhow::bail;
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
    /// Folders of results, with commas between them; a trial that is in several is taken from the first
    #[arg(long, value_name = "DIR,...", default_value = "runs")]
    out: Vec<PathBuf>,
    /// File of the page, or `-` for standard output [default: report.html in the first folder]
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
        let out = folders(&self.out);
        let several = out.len() > 1;
        if let Some(wrong) = out.iter().find(|out| !out.is_dir() && (several || out.exists())) {
            bail!(no_folder(wrong));
        }
        let report = Report::read(&out, |record| crate::recorded::judge(record, &out))?;
        for complaint in report.complaints() {
            stdio::say(format!("warning: {complaint}; left out"));
        }
        report.remarks().iter().for_each(|remark| stdio::say(format!("note: {remark}")));
        if report.is_empty() {
            let folders: Vec<String> = out.iter().map(|out| out.display().to_string()).collect();
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
            out.iter().filter_map(|out| unfinished::said(out)).for_each(stdio::say);
            bail!(
                "nothing is recorded in {folders}; name the folders of results with --out, or record some with \
                 `harness suite`"
            );
        }
        let page = self.to.unwrap_or_else(|| out[0].join("report.html"));
        output::write(&page, report.html(&now()).as_bytes(), "--to")?;
        if !output::is_standard(&page) {
            stdio::show(&format!("{}\n", page.display()))?;
        }
        Ok(Exit::Done)
    }
}
