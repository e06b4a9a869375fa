//! The paper: its tables and figures as data, and what was published.
//!
//! A table ([`TableDefinition`]) is rows and levels, a figure ([`FigureDefinition`]) is a table and panels. Both
//! say what is to be run and what is to be shown of it; what is measured comes from records elsewhere. Published
//! values ([`PublishedValue`]) are CSV files in the folder `reference`, one per source.

mod axis;
pub(crate) mod catalogue;
mod curve;
mod figure;
mod figures;
mod published_value;
mod row;
pub(crate) mod settings;
mod table;
mod tables;

pub use axis::Axis;
pub use catalogue::{UnknownFigure, UnknownTable, figure, figure_ids, table, table_ids};
pub use curve::Curve;
pub(crate) use figure::CONVERGENCE;
pub use figure::{FigureDefinition, Panel, Shows};
pub use published_value::{PublishedValue, Status, published_values};
pub(crate) use row::DENSE;
pub use row::RowDefinition;
pub use table::{Grouping, Pairing, TableDefinition};
