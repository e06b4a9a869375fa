//! The training engine: carries a method's plans out on libtorch.
//!
//! The engine never branches on a method's name. [`Trainer`] does one step of
//! any plan; [`Structure`] holds the mask and changes it; [`run()`] is the loop
//! of a trial with its evaluations, diagnostics and checkpoints. [`benchmark`]
//! measures throughput and latency instead, and [`checks`] check a device.

mod augment;
mod batch_norm;
mod batches;
pub mod benchmark;
mod channel_map;
mod channels;
mod checkpoint;
pub mod checks;
mod compact;
mod compact_file;
mod constant_batch;
mod convolution;
pub mod detect;
mod diagnostics;
mod dropout;
mod edit_report;
mod environment;
mod evaluator;
mod forward;
mod gradients;
mod initialise;
mod launcher;
mod memory;
mod memory_layout;
mod normalise;
mod number_format;
mod objective;
mod optimizer;
mod order;
mod parameters;
mod photographs;
mod quantiles;
mod ranks;
mod readout;
mod reference_workload;
mod run;
mod scores;
mod select;
mod source;
mod step_times;
mod stored_network;
mod structure;
mod tensor_bytes;
mod thresholds;
pub(crate) mod trainer;
mod weights_file;

pub use augment::{Resident, ResidentBatches, Sampling};
pub use batches::Batches;
pub use channels::Channels;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use compact::{compacted, folded, padded};
pub use compact_file::{CompactError, CompactFile, load_compact, save_compact};
pub use constant_batch::ConstantBatch;
pub use convolution::convolve;
pub use edit_report::EditReport;
pub use environment::Environment;
pub use evaluator::Evaluator;
pub use forward::{Forward, Mode};
pub use initialise::{initial_weights, initial_weights_by};
pub use objective::{Found, Objective, Score, Scored};
pub use optimizer::Sgd;
pub use parameters::Parameters;
pub use photographs::{PhotographBatches, PhotographExamples, Portions};
pub use ranks::Ranks;
pub use run::{RANKS_LOST, RunError, RunOptions, TrainingEnd, run};
pub use scores::Scores;
pub use select::{top, top_per_layer};
pub use source::{Examples, See, Share, Source};
pub use step_times::step_times;
pub use structure::Structure;
pub use thresholds::Thresholds;
pub use trainer::Trainer;
pub use weights_file::{load_initial_weights, load_weights, save_weights};
