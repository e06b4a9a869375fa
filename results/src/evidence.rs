//! What records show: which belong together, which row of a table they belong to, and what follows from
//! them.
//!
//! Records are grouped so that only like is averaged with like ([`group`]), find their rows ([`row_match`]), and
//! are set beside the published values ([`table_row`]), judged ([`verdict`]). Comparisons and the regression check
//! know trials by all that was run ([`condition`]); [`command`] trains the same again.

pub mod command;
pub mod condition;
pub(crate) mod condition_labels;
pub(crate) mod group;
pub(crate) mod names;
pub(crate) mod paired;
mod row_match;
pub(crate) mod table_row;
pub(crate) mod throughput;
pub(crate) mod timing;
pub(crate) mod trials;
mod verdict;

pub use verdict::Verdict;
