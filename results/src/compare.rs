//! Two sets of records side by side.

pub mod condition;
pub mod selection;
