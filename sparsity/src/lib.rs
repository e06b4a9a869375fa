//! The vocabulary of sparsification, without a tensor in it.
//!
//! Distributions say how many weights each layer keeps, schedules how a
//! quantity moves over training, criteria by what connections are ranked. A
//! [`Method`] answers, for every training step, which weights take part, which
//! are updated, what is scored and how the structure changes afterwards; the
//! training engine carries the answers out.
//!
//! Whole channels are the other thing to remove: a [`ChannelSpace`] holds the
//! structures that a network can then have, a [`Latency`] what each of them
//! takes, and an exact [`knapsack`] chooses among them.

mod accounting;
mod channels;
mod criterion;
mod distribution;
mod edit;
pub mod knapsack;
mod latency;
mod mask;
mod method;
mod pattern;
mod schedule;
mod settings;
mod step;

pub use accounting::{gradual_cost, rigl_cost, snfs_cost, step_cost, step_cost_of};
pub use channels::{
    Absent, Accounting, ChannelOptions, ChannelRequest, ChannelSpace, ChannelSpaceError, ChoiceError, Chosen,
    Doubtful, LatencyScope, PruneLatencies,
};
pub use criterion::{Criterion, UnknownCriterion};
pub use distribution::{Budget, Distribution, DistributionError, LayerBudget};
pub use edit::{Amount, ChannelEdit, Edits, GrowthLimit, Scope, WeightEdit};
pub use latency::{
    Latency, LatencyAbout, LatencyColumns, LatencyEntry, LatencyOrigin, LatencyTable, LatencyUnit,
    MissingEntry, NoNeighbours, PartialTable, TableError,
};
pub use mask::random_mask;
pub use method::{Description, Dormant, InitialStructure, Method, Prunes, TrialContext};
pub use pattern::{Pattern, UnknownPattern};
pub use schedule::{Decay, cubic_ramp};
pub use settings::{
    Allowed, Origin, Override, Setting, SettingSpec, Settings, SettingsError, Value, shortened,
};
pub use step::{BatchStatistics, Population, Settling, StepPlan, Update};
