//! What a few repeated trials show, and with what confidence.
//!
//! The distributions come from the crate statrs; every result is tested against values of SciPy,
//! which `statistics/scipy_reference.py` writes to `statistics/scipy_reference.csv`.
//!
//! A value that is not finite is refused: a function that gets one returns `None`. Whether it may
//! be left out is up to the caller, who knows what is missing and why.

mod bootstrap;
mod holm;
mod mann_whitney;
mod pareto;
mod sample;
mod student;
mod summary;
mod welch;

pub use bootstrap::bootstrap_interval;
pub use holm::holm;
pub use mann_whitney::{MannWhitney, mann_whitney};
pub use pareto::pareto_front;
pub use student::student_interval;
pub use summary::{Summary, mean};
pub use welch::Welch;

#[cfg(test)]
mod tests;
