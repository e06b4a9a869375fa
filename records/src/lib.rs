//! What trials write, as files: the formats shared by the engine, which writes them, and `results`,
//! which evaluates them. Every format is defined here once, with its reader and its writer.
//!
//! - One finished trial is one [`Record`]; a [`Store`] keeps the records of an output directory in a CSV
//!   file that differs well under version control and loses nothing.
//! - Throughputs are measured later and kept apart, one [`FpsRow`] per measurement, in a [`FpsStore`].
//! - A [`SelfCheck`] says of a device whether everything is right there, and how fast it is.
//! - A [`RunDirectory`] holds everything else of one trial: its spec, what was evaluated during training,
//!   how the structure changed, weights and mask, and the marker over them. A [`TensorFile`] is a file of weights or a
//!   checkpoint.
//!
//! Old files lack columns and newer ones have more; both are read. What cannot be trusted is left out with
//! a [`Complaint`] that names the line.

mod complaint;
pub mod content_checksum;
pub mod cost;
mod csv_file;
pub mod detection;
mod file;
pub mod formula;
pub mod fps;
pub mod mask;
mod metric;
mod named_file;
mod plausibility;
pub mod record;
mod regular_file;
mod remedy;
pub mod run_directory;
pub mod self_check;
pub mod store;
mod temporary;
mod tensor_file;
pub mod text;
pub mod words;

pub use complaint::Complaint;
pub use csv_file::StoreError;
pub use file::{FileError, write_atomically};
pub use fps::{FpsRow, FpsStore};
pub use metric::Metric;
pub use named_file::{check_named, read_named, read_named_or_piped};
pub use record::Record;
pub use regular_file::{open_append, open_existing_lock, open_lock, read_regular};
pub use remedy::remedy;
pub use run_directory::{CommitError, RunDirectory, files};
pub use self_check::SelfCheck;
pub use store::{Loaded, Store};
pub use temporary::{folder_of, is_at, remove_abandoned};
pub use tensor_file::{TensorFile, TensorFileError};
