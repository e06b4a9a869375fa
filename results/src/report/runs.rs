//! A section for every run: what was trained, with what, and all that is recorded of it.
//!
//! Above [`FULL`] runs the values are one text instead of a list, which a browser can still lay out.

use std::collections::BTreeMap;

use csv::StringRecord;
use records::{CommitError, Record, RunDirectory};

use crate::evidence::names::target;

use super::detectors::{self, DetectorRun};
use super::html::{Html, id};
use super::source::Sources;

/// Up to this many runs their values are lists.
const FULL: usize = 500;

/// Writes the sections, in the order of the records.
pub fn write(html: &mut Html, sources: &Sources, of_detectors: &BTreeMap<usize, DetectorRun>) {
    let full = sources.records.len() <= FULL;
    let (columns, rows) = (Record::columns(), Record::fields(&sources.records));
    html.element("section", &[("id", "runs"), ("aria-labelledby", "runs-title")], |html| {
        html.leaf("h2", &[("id", "runs-title")], "Runs");
        html.leaf("p", &[], "Each trial expands to its spec, its environment and its full record.");
        for (at, (record, row)) in sources.records.iter().zip(&rows).enumerate() {
            html.element("details", &[("class", "run"), ("id", &id("run", &record.key))], |html| {
                html.element("summary", &[], |html| {
                    html.leaf("code", &[], &record.key);
                    html.text(&format!(" {}", name(record)));
                });
                let run = RunDirectory::of(sources.out_of(at), &record.key);
                html.leaf("p", &[], &format!("Folder: {}", run.path().display()));
                if let Some(detected) = of_detectors.get(&at) {
                    detectors::write(html, record, detected);
                }
                file(html, "Spec", run.spec());
                file(html, "Environment", run.environment());
                values(html, &columns, row, full);
            });
            html.markup("\n");
        }
    });
}

/// A run in a few words: `iee, erk, 90% on wrn-16-1, cifar10, seed 0`.
fn name(record: &Record) -> String {
    let mut text = record.method.clone();
    if let Some(distribution) = record.distribution_name() {
        text.push_str(&format!(", {distribution}"));
    }
    if let Some(target) = target(record) {
        text.push_str(&format!(", {target}"));
    }
    let Record { model, dataset, profile, seed, .. } = record;
    format!("{text} on {model}, {dataset}, profile {profile}, seed {seed}")
}

fn file(html: &mut Html, what: &str, text: Result<Option<String>, CommitError>) {
    match text {
        Ok(Some(text)) => {
            html.leaf("p", &[("class", "label")], what);
            html.leaf("pre", &[], text.trim_end());
        }
        Ok(None) => html.leaf("p", &[], &format!("{what}: not in the run directory.")),
        Err(error) => html.leaf("p", &[], &format!("{what}: {error}.")),
    }
}

fn values(html: &mut Html, columns: &StringRecord, row: &StringRecord, full: bool) {
    let told: Vec<(&str, &str)> = columns.iter().zip(row).filter(|(_, value)| !value.is_empty()).collect();
    html.leaf("p", &[("class", "label")], "Record");
    if full {
        html.element("dl", &[], |html| {
            for (name, value) in told {
                html.element("div", &[], |html| {
                    html.leaf("dt", &[], name);
                    html.leaf("dd", &[], value);
                });
            }
        });
    } else {
        let lines: Vec<String> = told.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        html.leaf("pre", &[], &lines.join("\n"));
    }
}
