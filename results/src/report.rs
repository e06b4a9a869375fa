//! One page that shows everything recorded: a file that opens anywhere, without a network.
//!
//! A [`Report`] reads output directories (`source`), and is written as markup that is well-formed as HTML
//! and as XML (`html`): what was found, the accuracies, a table of what was measured; then the paper's tables, the
//! other drawings, records, and for every run its spec and environment.
//! All of it is there without the script, which only sorts, filters and opens link targets.

mod best;
mod detectors;
mod document;
mod drawings;
mod evaluated;
mod findings;
mod grid;
mod html;
mod own_results;
mod page_items;
mod picture;
mod record_table;
mod runs;
mod self_checks;
mod source;
mod summary;
mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use records::{Record, StoreError};

use detectors::DetectorRun;
use drawings::PlacedDrawing;
use source::Sources;

/// All that is recorded in some output directories, for one page.
#[derive(Debug)]
pub struct Report {
    sources: Sources,
    shown: Vec<PlacedDrawing>,
    detectors: BTreeMap<usize, DetectorRun>,
}

impl Report {
    /// Reads output directories, of which one that does not exist holds nothing. A trial that two of
    /// them hold is taken from the first. Records that `judge` finds outdated are listed, and enter no table,
    /// figure or summary.
    pub fn read(outs: &[PathBuf], judge: impl Fn(&mut Record)) -> Result<Report, StoreError> {
        let mut sources = Sources::read(outs)?;
        sources.records.iter_mut().for_each(judge);
        let shown = drawings::draw(&mut sources);
        let detectors = detectors::read(&mut sources);
        Ok(Report { sources, shown, detectors })
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.sources.records.is_empty() && self.sources.self_checks.is_empty()
    }

    /// What was left out, and why.
    pub fn complaints(&self) -> &[String] {
        &self.sources.complaints
    }

    /// Remarks on what is shown.
    pub fn remarks(&self) -> &[String] {
        &self.sources.remarks
    }

    /// The page, which says that it was written at `date`.
    pub fn html(&self, date: &str) -> String {
        document::write(self, date)
    }
}

#[cfg(test)]
mod tests;
