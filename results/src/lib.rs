//! Records, their store, statistics, published values and tables.
//!
//! One finished trial is one [`Record`]; a [`Store`] keeps them in a CSV file that differs well
//! and loses nothing; a table sets their means beside published values, each with its source.
//! Nothing here runs a network, so tables print anywhere in an instant.

pub mod fps;
pub mod record;
pub mod reference;
pub mod statistics;
pub mod store;
pub mod table;

pub use fps::{FpsRow, FpsStore};
pub use record::Record;
pub use store::{Complaint, Loaded, Store, StoreError};
pub use table::{
    Format, Grouping, RowDefinition, TableDefinition, UnknownFormat, UnknownTable, records_summary, render,
    table, table_ids,
};
