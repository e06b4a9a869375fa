//! What is made of records: statistics, published values, tables and figures.
//!
//! A table or a figure sets the means of [`records`] beside published values, each with its source. Nothing here runs a network, so tables print anywhere in an instant.

pub mod compare;
pub mod export;
pub mod figure;
pub mod reference;
pub mod regress;
pub mod report;
pub mod staircase;
pub mod statistics;
pub mod table;

#[cfg(test)]
mod made_up;

pub use figure::{Drawing, Drawings, FigureDefinition, UnknownFigure, draw, drawings, figure, figure_ids};
pub use report::Report;
pub use staircase::{Staircase, render_staircases};
pub use table::{
    Format, Grouping, LATENCY, RowDefinition, TableDefinition, UnknownFormat, UnknownTable, records_summary,
    render, table, table_ids,
};
