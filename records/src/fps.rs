//! Measured inference throughput: `<out>/fps.csv`, one row per measurement.
//!
//! A trained network can be timed again and again: on other devices, with other batches, by other
//! protocols. So these measurements are kept apart from the records, under the trial's key, and are
//! joined to them when records are read: a record gets the best measurement of its key (`measured`).

mod measured;
mod row;
mod store;

pub(crate) use measured::Measured;
pub use row::FpsRow;
pub use store::FpsStore;

#[cfg(test)]
mod tests;
