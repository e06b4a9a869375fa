//! A trial, as the program and its worker both know it.
//!
//! [`TrialSpec`] is what is to be trained, and its key; [`RunDirectory`] is
//! where everything of it lies and when it counts as done; [`Event`] is what
//! the worker tells while it runs; [`registry`] knows every method by name.

mod event;
mod exit;
mod latency;
mod lut_task;
pub mod measure;
pub mod registry;
mod run_directory;
mod spec;

pub use event::Event;
pub use exit::Exit;
pub use latency::{LatencyFileError, LatencyGoal, MACS, channel_settings};
pub use lut_task::{LutAnswer, LutTask, LutTiming};
pub use run_directory::{CommitError, FileError, RunDirectory, write_atomically};
pub use spec::{LATENCY, NO_DISTRIBUTION, ResolveError, Resolved, TrialSpec, WIDTH, file_hash};
