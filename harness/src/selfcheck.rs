//! `harness selfcheck`: whether everything is right on a device, and how fast it is.
//!
//! Stages run in order of worth, each within its share of the time. What came out of a check is written down as soon
//! as it ends ([`Logbook`]). A check that needs libtorch runs in the worker (`in_worker`): if that crashes, the check
//! that it was at has failed, and the next one has a new worker.

mod in_worker;
mod latency;
mod logbook;
pub mod python;
mod session;
mod stages;
mod training;
mod trains;

pub use logbook::{Earlier, Logbook};
pub use python::named as named_python;
pub use session::{Bench, Session, exit_of};
pub use stages::STAGES;
