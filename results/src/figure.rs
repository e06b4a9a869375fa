//! Drawings over what is recorded: the paper's figures, with published and measured points in one
//! drawing, and for every group of records its accuracies, its training and its structures.
//!
//! A figure is data ([`FigureDefinition`]): the rows of a table, and panels that say what is drawn over
//! what. Its points are computed from records, published values and run directories when it is drawn
//! (`chart`), and written as SVG (`svg`), as CSV (`csv`) and in words (`description`). Like a table it
//! keeps unlike records apart: a drawing is of one group, and says how far its records are evidence.

mod axes;
mod build;
mod canvas;
mod chart;
mod csv;
mod curve;
mod description;
mod dots;
mod file;
mod font;
mod group_rows;
mod groups;
mod identity;
mod labels;
mod legend;
mod lines;
mod look;
mod marker;
mod of_groups;
mod panel;
mod parts;
mod plane;
mod points;
pub(crate) mod precision_recall;
mod scatter;
mod shape;
mod source;
mod spread;
mod staircase;
mod stroke;
mod svg;
mod theme;
mod ticks;
mod training;

use std::collections::HashSet;
use std::path::Path;

use records::{Complaint, Record};

use crate::paper::{FigureDefinition, figure, figure_ids};

pub use look::Look;
pub use staircase::{Staircase, render_staircases};

use chart::{Chart, Point};
use source::DrawingSource;

/// A drawing with its points and its description, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Base name of its files: letters, digits and hyphens.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// A description in words: axes, series, extremes.
    pub description: String,
    /// The drawing.
    pub svg: String,
    /// Every point of it, one per line, with the keys of its trials.
    pub csv: String,
    /// Whether it shows how anything changes: not, where it has curves and each of them is a single point.
    pub shows_course: bool,
}

impl Drawing {
    /// Whether it shows results over the levels that were asked for, of one group of records.
    pub fn is_by_level(&self) -> bool {
        ["sparsity-", "latency-"].iter().any(|kind| self.id.starts_with(kind))
    }
}

/// Drawings, and what could not be read for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawings {
    /// The drawings.
    pub drawings: Vec<Drawing>,
    /// Files of run directories that could not be read, and rows of them.
    pub complaints: Vec<Complaint>,
    /// What is not drawn because there is too much of it, in sentences.
    pub remarks: Vec<String>,
}

/// Everything that can be drawn of the records of an output directory: the figures that have a measured
/// point of a pruned network, then those of every group.
pub fn drawings(out: &Path, records: &[Record]) -> Drawings {
    drawings_as(out, records, &Look::default())
}

/// The same with another look.
pub fn drawings_as(out: &Path, records: &[Record], look: &Look) -> Drawings {
    let mut source = DrawingSource::new(out);
    let figures: Vec<FigureDefinition> = figure_ids().into_iter().filter_map(|id| figure(id).ok()).collect();
    let mut charts: Vec<Chart> = Vec::new();
    let mut of_differences = Vec::new();
    for figure in &figures {
        if let Some(pairing) = figure.table.pairing() {
            let shown = !dots::is_empty(figure, pairing, records);
            of_differences.extend(shown.then(|| dots::draw(figure, pairing, records, look)));
            continue;
        }
        let chart = build::figure(&mut source, figure, records, look);
        let pruned = |point: &Point| point.is_measured() && point.level != Some(figure.table.dense_level());
        charts.extend(Some(chart).filter(|chart| chart.points.iter().any(pruned)));
    }
    charts.extend(groups::charts(&mut source, records, look));
    let mut drawn = finish(charts, source, look);
    drawn.drawings.splice(0..0, of_differences);
    drawn
}

/// One figure over the records of an output directory, of which those of other suites are left out.
pub fn draw(definition: &FigureDefinition, out: &Path, records: &[Record]) -> Drawings {
    draw_as(definition, out, records, &Look::default())
}

/// The same with another look.
pub fn draw_as(definition: &FigureDefinition, out: &Path, records: &[Record], look: &Look) -> Drawings {
    if let Some(pairing) = definition.table.pairing() {
        let drawings = vec![dots::draw(definition, pairing, records, look)];
        return Drawings { drawings, ..Drawings::default() };
    }
    let mut source = DrawingSource::new(out);
    let chart = build::figure(&mut source, definition, records, look);
    finish(vec![chart], source, look)
}

/// Renders charts; each complaint is reported once, as several drawings may read one file.
fn finish(charts: Vec<Chart>, source: DrawingSource, look: &Look) -> Drawings {
    let mut seen = HashSet::new();
    let mut complaints = source.complaints;
    complaints.retain(|complaint| seen.insert((complaint.file.clone(), complaint.line)));
    let drawings = charts.iter().map(|chart| render(chart, look)).collect();
    Drawings { drawings, complaints, remarks: source.remarks }
}

fn render(chart: &Chart, look: &Look) -> Drawing {
    Drawing {
        id: chart.id.clone(),
        title: chart.title.clone(),
        description: description::write(chart),
        svg: svg::draw(chart, look),
        csv: csv::write(chart),
        shows_course: chart.shows_course(),
    }
}

#[cfg(test)]
mod tests;
