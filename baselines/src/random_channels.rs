//! Random channels: what is left of HALP without its saliency.
//!
//! The schedule, the knapsack and the latencies are HALP's, the values that the knapsack adds up are random. At twice
//! the speed, PruningBench (README, ResNet-50 on ImageNet) has random channels within a point of Taylor's.

use crate::halp::{Halp, schedule};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "random-channels",
    summary: "prunes random channels of a pretrained network, to the latencies of HALP and as early",
    source: "the `Random` rows of PruningBench, on the schedule of HALP, arXiv 2210.06659",
    revision: 0,
    prunes: Prunes::Channels,
    edits: true,
    pretrained: true,
    settings: schedule,
    build: |settings, context| Box::new(Halp::new(settings, context, Criterion::Random)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{latencies, with_latency};

    #[test]
    fn random_channels_go_when_those_of_halp_do() {
        let method = |name: &str| with_latency(name, 112_590, &[], Some(0.3));
        let random = method("random-channels");
        assert_eq!(latencies(&*random, 112_590), latencies(&*method("halp"), 112_590));
        let plan = random.plan(39);
        assert!(plan.score.is_empty(), "a random choice needs no gradient");
        assert_eq!(plan.then.criteria(), [Criterion::Random]);
    }
}
