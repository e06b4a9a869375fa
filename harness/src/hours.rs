//! How long a plan takes: steps of each kind times what such a step takes on a device.
//!
//! Sparse training on these devices runs dense kernels, so a step of a sparse network takes as long as one of the dense
//! network: what counts is how many steps of which kind a method takes. How long they take is measured by `--calibrate`
//! and kept in [`step_times`](StepTimes::FILE) beside the results, or known from a self-check of the device.

mod calibrate;
mod checked;
mod estimate;
mod kind;
mod sentence;
mod step_times;
mod workload;

pub use calibrate::calibrate;
pub use estimate::{Work, dense_steps, work};
pub use sentence::{longer_than, sentences};
pub use step_times::StepTimes;
pub use workload::Workload;
