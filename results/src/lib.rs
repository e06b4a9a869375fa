//! What is made of records: statistics, published values, tables and figures.
//!
//! A table or a figure sets the means of [`records`] beside published values, each with its source. Nothing here runs a network, so tables print anywhere in an instant.

pub mod compare;
pub mod evidence;
pub mod export;
pub mod figure;
mod page;
pub mod paper;
pub mod regress;
pub mod report;
pub mod statistics;
pub mod table;

#[cfg(test)]
mod fixtures;

pub use figure::{Drawing, Drawings, Staircase, draw, drawings, render_staircases};
pub use paper::{
    FigureDefinition, Grouping, RowDefinition, TableDefinition, UnknownFigure, UnknownTable, figure,
    figure_ids, table, table_ids,
};
pub use report::Report;
pub use table::{TableFormat, UnknownFormat, records_summary, render};
