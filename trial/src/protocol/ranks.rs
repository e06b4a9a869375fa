//! Several processes that train one trial together.

use serde::{Deserialize, Serialize};

/// How long a rank that shows signs of life may be late by default, in seconds: an evaluation, a checkpoint on a slow disk and
/// the first look at a large data set are shorter.
const LIMIT: f64 = 1800.0;
/// How long a rank may show no sign of life by default, in seconds. Whatever it is doing, a thread of its own shows one every
/// five seconds, so that a minute without is no matter of work.
const SILENCE: f64 = 60.0;

/// The processes of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranks {
    /// How many there are.
    pub count: usize,
    /// Which of them this worker is, and where it meets the others; none if it is the first and starts them itself.
    pub place: Option<RankPlace>,
    /// Seconds that a rank may be late before the others give up.
    pub limit: f64,
    /// Seconds that a rank may show no sign of life before the others give up. Whoever is missing for a sixth of them is
    /// named.
    pub silence: f64,
}

/// One of the processes of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankPlace {
    /// Which one, from 0.
    pub rank: usize,
    /// The machine on which they meet.
    pub host: String,
    /// The port at which they meet.
    pub port: u16,
    /// Whether this one serves the port.
    pub serves: bool,
}

impl Ranks {
    /// `count` processes on this machine, of which the worker starts the others.
    pub fn here(count: usize) -> Self {
        Self { count, place: None, limit: LIMIT, silence: SILENCE }
    }
}
