//! What trials leave behind, as files: the ground that the engine, which writes them, and `results`,
//! which makes tables of them, both stand on.
//!
//! One finished trial is one [`Record`]; a [`Store`] keeps the records of an output directory in a CSV
//! file that differs well and loses nothing. Throughputs are measured later and stand apart, one
//! [`FpsRow`] a measurement. A [`Run`] is the directory of one trial.

pub mod cost;
pub mod fps;
mod metric;
pub mod record;
pub mod run;
pub mod store;

pub use fps::{FpsRow, FpsStore};
pub use metric::Metric;
pub use record::Record;
pub use run::Run;
pub use store::{Complaint, Loaded, Store, StoreError};
