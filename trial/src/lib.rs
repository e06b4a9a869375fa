//! A trial, as the program and its worker both know it.
//!
//! [`TrialSpec`] is what is to be trained, and its key; [`protocol`] is what
//! the program asks of a worker and what that answers; [`registry`] knows every
//! method by name. Where the files of a trial lie, and when it counts as done,
//! is in `records`.

mod channel_target;
mod die_with_parent;
mod exit;
mod hash;
pub mod host_memory;
mod learning;
mod memory;
mod outdated;
pub mod protocol;
pub mod registry;
mod spec;
mod stop_signals;
mod target;

pub use channel_target::{ChannelTarget, LatencyFileError, channel_settings};
pub use die_with_parent::die_with_parent;
pub use exit::Exit;
pub use hash::file_hash;
pub use learning::unlearned;
pub use memory::{TrainingMemory, bytes};
pub use outdated::{judge, other_threads};
pub use protocol::{Event, Job};
pub use spec::{ResolveError, Resolved, TargetError, TrialSpec, of_weights_file};
pub use stop_signals::{STOP_SIGNALS, heeded_signals};
pub use target::Target;
