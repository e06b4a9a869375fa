//! IEE on channels: the latency of each cycle.
//!
//! Every cycle has a latency budget L. The prune removes channels to within
//! L (1 - Omega), so that Omega is the share of the latency that is exchanged, and
//! the growth adds channels to within L; both choose by the knapsack of HALP.
//! So no structure after a growth is slower than its target, and the last target is
//! the one that was asked for.
//!
//! From pretrained weights training starts dense and L falls exponentially, as
//! HALP's does (arXiv 2210.06659), over the first cycles. From scratch it starts
//! narrow: L is the final target throughout, so that no step but those of
//! exploration costs more than the final network. The paper says that both prune
//! and growth respect Omega and the latency; how, it leaves open.

use sparsity::{InitialStructure, Settings, TrialContext};

/// The latency targets of the cycles.
pub(crate) struct LatencyPath {
    target: f64,
    /// Cycles over which it falls from the dense network's; none where training starts at the target.
    falling: Option<u64>,
}

impl LatencyPath {
    /// That of a training of so many cycles, if channels are pruned.
    pub fn of(settings: &Settings, context: TrialContext, cycles: u64) -> Option<Self> {
        let dense = match settings.word("initial_latency") {
            "dense" => true,
            "target" => false,
            _ => context.pretrained,
        };
        let falling = (settings.float("latency_ramp") * cycles as f64).ceil().max(1.0) as u64;
        Some(Self { target: context.latency_target?, falling: dense.then_some(falling) })
    }

    /// The structure at the start.
    pub fn initial_structure(&self) -> InitialStructure {
        match self.falling {
            Some(_) => InitialStructure::Dense,
            None => InitialStructure::Narrow { latency: self.target },
        }
    }

    /// The target of a cycle, over the latency of the dense network.
    pub fn at(&self, cycle: u64) -> f64 {
        let way = self.falling.map_or(1.0, |cycles| ((cycle + 1) as f64 / cycles as f64).min(1.0));
        self.target.powf(way)
    }
}
