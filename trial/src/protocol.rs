//! What the program asks of a worker, and what the worker answers.
//!
//! `harness-worker` reads one [`Job`] as JSON from its standard input, or from the file it is given,
//! writes [`Event`]s to its standard output, one JSON object a line, and ends with a code of
//! [`crate::Exit`]. Program and worker are built from one commit, so the format has no versions.

mod check;
mod detect;
mod device;
mod event;
mod fps;
mod job;
mod lut;
mod machine;
mod ranks;
mod step_times;
mod train;

pub use check::{CheckJob, CheckStage};
pub use detect::{DetectAnswer, DetectJob, DetectedObject, DetectedPhotograph};
pub use device::Device;
pub use event::Event;
pub use fps::{
    FpsAnswer, FpsJob, Measurement, NetworkRequest, NetworkSource, Protocol, ReadingRange, Readings,
    TimedNetwork,
};
pub use job::Job;
pub use lut::{LutAnswer, LutJob, LutTiming};
pub use machine::Machine;
pub use network::{Layout, Precision};
pub use ranks::{RankPlace, Ranks};
pub use step_times::{StepTimes, StepTimesJob};
pub use train::TrainJob;
