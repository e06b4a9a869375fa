//! A trial, as the program and its worker both know it.
//!
//! [`TrialSpec`] is what is to be trained, and its key; [`RunDirectory`] is
//! where everything of it lies and when it counts as done; [`Event`] is what
//! the worker tells while it runs; [`registry`] knows every method by name.

mod channel_target;
mod event;
mod exit;
mod hash;
mod lut_task;
pub mod measure;
pub mod registry;
mod run_directory;
mod spec;
mod target;

pub use channel_target::{ChannelTarget, LatencyFileError, MACS, channel_settings};
pub use event::Event;
pub use exit::Exit;
pub use hash::file_hash;
pub use lut_task::{LutAnswer, LutTask, LutTiming};
pub use run_directory::{CommitError, FileError, RunDirectory, write_atomically};
pub use spec::{ResolveError, Resolved, TargetError, TrialSpec};
pub use target::Target;
