//! Records, their store, statistics, published values, tables and figures.
//!
//! One finished trial is one [`Record`]; a [`Store`] keeps them in a CSV file that differs well
//! and loses nothing; a table or a figure sets their means beside published values, each with
//! its source. Nothing here runs a network, so tables print anywhere in an instant.

pub mod compare;
pub mod cost;
pub mod export;
pub mod figure;
pub mod fps;
pub mod record;
pub mod reference;
pub mod regress;
pub mod report;
pub mod run;
pub mod staircase;
pub mod statistics;
pub mod store;
pub mod table;

#[cfg(test)]
mod made_up;

pub use figure::{Drawing, Drawings, FigureDefinition, UnknownFigure, draw, drawings, figure, figure_ids};
pub use fps::{FpsRow, FpsStore};
pub use record::Record;
pub use report::Report;
pub use run::Run;
pub use staircase::{Staircase, render_staircases};
pub use store::{Complaint, Loaded, Store, StoreError};
pub use table::{
    Format, Grouping, LATENCY, RowDefinition, TableDefinition, UnknownFormat, UnknownTable, records_summary,
    render, table, table_ids,
};
