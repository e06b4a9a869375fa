//! What is computed from records: tables, figures, a report, comparisons, a regression check, exports.
//!
//! The paper's tables and figures and the published values are data ([`paper`]). What [`records`] show of them
//! is [`evidence`]: means over seeds beside published values, each with its source, and verdicts. Nothing here
//! runs a network, so a table prints in an instant on any machine.

pub mod compare;
pub mod evidence;
pub mod export;
pub mod figure;
pub mod filter;
pub mod merged;
pub mod own;
mod page;
pub mod paper;
pub mod regress;
pub mod report;
pub mod score;
pub mod self_check;
pub mod statistics;
pub mod table;

#[cfg(test)]
mod fixtures;

pub use figure::{
    Drawing, Drawings, Look, Staircase, draw, draw_as, drawings, drawings_as, render_staircases,
};
pub use merged::{Merged, Repeated};
pub use paper::{
    FigureDefinition, Grouping, RowDefinition, TableDefinition, UnknownFigure, UnknownTable, figure,
    figure_ids, table, table_ids,
};
pub use report::Report;
pub use table::{TableFormat, UnknownFormat, render, render_measured};
