//! The trials of a folder of results by state, from its files alone: nothing is trained, no device is asked for, and only
//! [`clean()`] removes something.

mod checkpoint;
mod clean;
mod look;
mod sparkline;
mod state;
mod survey;

use checkpoint::CheckpointHead;
pub use clean::clean;
pub use look::{is_held, look};
pub use sparkline::sparkline;
pub use state::{Running, State};
pub use survey::{Trial, survey};
