//! IEE on channels: the latency of each cycle.
//!
//! Every cycle has a latency L. Prune and growth choose channels by the knapsack of HALP, the prune those that stay,
//! the growth those that return. How much they exchange, the paper leaves open; it says that both respect Omega
//! and the latency. Two rules are here (`growth_budget`):
//!
//! - *Omega*, our own reading: the prune removes channels to within L (1 - Omega), and the growth adds channels to
//!   within L, so that Omega is the share of the latency that is exchanged. No structure after a growth is slower
//!   than its target.
//! - *A share of what the prune removed*, as logs of detection on PASCAL VOC that are probably IEE's show it (0.75, in one run
//!   0.5): the prune goes to within L, and the growth adds so much of the difference between the latencies after the
//!   last two prunes. After the last prune nothing grows, so that the training ends within the target.
//!
//! From scratch training starts narrow by default: L is the final target throughout, so that no step but those of
//! exploration costs more than the final network. From pretrained weights it starts dense, and L falls over the
//! first cycles, exponentially as HALP's does (arXiv 2210.06659). The logs on VOC do neither: from scratch
//! they start dense, train so for a ninth of the epochs, and L then falls linearly over 50 cycles
//! (`latency_path`, `latency_window`, `latency_cycles`). The cost that the paper publishes for 30 % on ImageNet says
//! that its runs from scratch there did otherwise: 0.39 is what the final network alone costs, while the logs' schedule
//! would have cost 0.49 (`records::cost` has both sums). So these settings are the default on VOC only, and the linear
//! path and the share of the removed latency are the practice there, neither confirmed nor refuted here.

use sparsity::{GrowthLimit, InitialStructure, Settings, TrialContext};

/// The latency targets of the cycles.
pub(crate) struct LatencyPath {
    target: f64,
    linear: bool,
    /// Cycles over which it falls from the dense network's; none where training starts at the target.
    falling: Option<u64>,
    /// Share of what the last prune removed that may grow back; none where Omega says how much is exchanged.
    regrowth: Option<f64>,
}

impl LatencyPath {
    /// That of a training of so many cycles, if channels are pruned.
    pub fn of(settings: &Settings, context: TrialContext, cycles: u64) -> Option<Self> {
        let linear = settings.word("latency_path") == "linear";
        let dense = match settings.word("initial_latency") {
            "dense" => true,
            "target" => false,
            _ => context.pretrained || linear,
        };
        let falling = (settings.float("latency_ramp") * cycles as f64).ceil().max(1.0) as u64;
        Some(Self {
            target: context.latency_target?,
            linear,
            falling: dense.then_some(falling),
            regrowth: settings.share("growth_budget"),
        })
    }

    /// The structure at the start.
    pub fn initial_structure(&self) -> InitialStructure {
        match self.falling {
            Some(_) => InitialStructure::Dense,
            None => InitialStructure::Narrow { latency: self.target },
        }
    }

    /// The latency to which the prune of a cycle goes, over that of the dense network; `omega` is that of the cycle.
    pub fn prune(&self, cycle: u64, omega: f64) -> f64 {
        match self.regrowth {
            None => self.at(cycle) * (1.0 - omega),
            Some(_) => self.at(cycle),
        }
    }

    /// How far the growth of a cycle goes.
    pub fn growth(&self, cycle: u64) -> GrowthLimit {
        self.regrowth.map_or(GrowthLimit::Latency(self.at(cycle)), GrowthLimit::Removed)
    }

    /// Whether channels grow after the last prune, too.
    pub fn ends_with_growth(&self) -> bool {
        self.regrowth.is_none()
    }

    /// The target of a cycle, over the latency of the dense network.
    fn at(&self, cycle: u64) -> f64 {
        let way = self.falling.map_or(1.0, |cycles| ((cycle + 1) as f64 / cycles as f64).min(1.0));
        if self.linear { 1.0 - way * (1.0 - self.target) } else { self.target.powf(way) }
    }
}
