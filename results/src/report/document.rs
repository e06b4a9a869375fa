//! The page as a whole: its head, what was recorded where, its navigation, its sections.

use records::Record;

use crate::table::layout::distinct;

use super::drawings::{self, PlacedDrawing};
use super::evaluated::Evaluated;
use super::grid::{Cell, row, table as grid};
use super::html::{Html, id};
use super::source::Sources;
use super::{Report, own_results, record_table, runs, self_checks, summary, tables};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Nothing is loaded from elsewhere; styles and scripts are inline.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";

const TITLE: &str = "Recorded results of neural-network sparsification";

/// Writes the page.
pub fn write(report: &Report, date: &str) -> String {
    let Report { sources, shown, detectors } = report;
    let evaluated = Evaluated::of(&sources.records);
    let mut html = Html::default();
    html.markup("<!DOCTYPE html>\n");
    html.element("html", &[("lang", "en")], |html| {
        html.element("head", &[], head);
        html.element("body", &[], |html| {
            html.leaf("a", &[("class", "skip"), ("href", "#main")], "Skip to the content");
            html.element("header", &[], |html| header(html, sources, date));
            navigation(html, sources, &evaluated, shown);
            html.element("main", &[("id", "main"), ("tabindex", "-1")], |html| {
                summary::write(html, &evaluated, sources, &drawings::leading(shown));
                own_results::write(html, sources, &evaluated.best);
                tables::write(html, &evaluated, &sources.records);
                drawings::write(html, sources, shown);
                folders(html, sources);
                record_table::write(html, &sources.records);
                runs::write(html, sources, detectors);
                self_checks::write(html, sources);
            });
            html.element("script", &[], |html| html.markup(&guarded(SCRIPT)));
        });
    });
    html.markup("\n");
    html.finish()
}

fn head(html: &mut Html) {
    html.void("meta", &[("charset", "utf-8")]);
    html.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
    html.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    html.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    html.leaf("title", &[], TITLE);
    html.element("style", &[], |html| html.markup(&guarded(STYLE)));
}

/// Text that is the same in HTML and in XML.
fn guarded(text: &str) -> String {
    format!("/*<![CDATA[*/\n{text}/*]]>*/")
}

fn header(html: &mut Html, sources: &Sources, date: &str) {
    html.leaf("h1", &[], TITLE);
    html.leaf("button", &[("type", "button"), ("id", "theme"), ("hidden", "hidden")], "Dark colours");
    html.element("p", &[], |html| {
        html.text(&format!("{} records; written ", sources.records.len()));
        html.leaf("time", &[("datetime", date)], date);
        html.text(".");
    });
}

/// Which folders the records are from.
fn folders(html: &mut Html, sources: &Sources) {
    let heads =
        [("Folder", false), ("Records", true), ("Suites", false), ("Devices", false), ("Commits", false)];
    grid(html, "Where the records come from", "", &heads, |html| {
        html.element("tbody", &[], |html| {
            for folder in &sources.folders {
                let records: &[Record] = &sources.records[folder.records.clone()];
                let of = |field: fn(&Record) -> &String| distinct(records.iter().map(field).cloned());
                row(html, &heads, |at| {
                    Cell::Text(match at {
                        0 => folder.out.display().to_string(),
                        1 => records.len().to_string(),
                        2 => of(|record| &record.suite),
                        3 => of(|record| &record.device),
                        _ => of(|record| &record.commit),
                    })
                });
            }
        });
    });
}

fn navigation(html: &mut Html, sources: &Sources, evaluated: &Evaluated, shown: &[PlacedDrawing]) {
    let link = |html: &mut Html, to: &str, text: &str| {
        html.leaf("a", &[("href", &format!("#{to}"))], text);
    };
    html.element("nav", &[("aria-label", "Contents")], |html| {
        html.element("ul", &[], |html| {
            html.element("li", &[], |html| link(html, "summary", "Findings"));
            html.element("li", &[], |html| link(html, "own", "Measured here"));
            html.element("li", &[], |html| {
                link(html, "tables", "Beside published values");
                html.element("ul", &[], |html| {
                    let with = evaluated.with.iter().map(|(definition, _)| definition);
                    for definition in with.chain(&evaluated.without) {
                        html.element("li", &[], |html| {
                            link(html, &id("table", definition.id), definition.id);
                        });
                    }
                });
            });
            html.element("li", &[], |html| {
                link(html, "drawings", "Figures");
                html.element("ul", &[], |html| {
                    for of_folder in shown.chunk_by(|a, b| a.folder == b.folder) {
                        let folder = of_folder[0].folder;
                        let out = sources.folders[folder].out.display();
                        html.element("li", &[], |html| {
                            link(
                                html,
                                &drawings::folder_name(folder),
                                &format!("{out} ({})", of_folder.len()),
                            );
                        });
                    }
                });
            });
            html.element("li", &[], |html| link(html, "records", "Records"));
            html.element("li", &[], |html| link(html, "runs", "Runs"));
            if !sources.self_checks.is_empty() {
                html.element("li", &[], |html| link(html, "self-checks", "Self-checks"));
            }
        });
    });
}
