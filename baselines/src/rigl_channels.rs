//! RigL on channels: channels of the smallest norm are dropped, and those grow whose weights have the largest gradient.
//!
//! An own reading, since no such method was published: what rigl-reproducibility (arXiv 2103.15767, Table 7) calls
//! structured RigL drops and grows kernels of one input and one output channel, which make a network no faster. Here,
//! at RigL's intervals and by its decaying share, the knapsack prunes channels to within L (1 - share) of the latency
//! and grows others to within L, from a narrow start at L.
//!
//! A channel of zeros has no gradient, because the channels that read it do not. So the step that scores runs all
//! channels, the inactive ones with the values that they had last, and a channel that grows keeps them. Like
//! RigL's, this step takes the place of a gradient step.

use crate::regrow::{Exchange, specs as regrow};
use sparsity::{
    Accounting, BatchStatistics, ChannelEdit, Criterion, Description, Dormant, Edits, GrowthLimit,
    InitialStructure, Method, Population, Prunes, StepPlan, Update,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "rigl-channels",
    summary: "drops the channels of the smallest norm, grows those of the largest gradient, within a latency budget",
    source: "RigL, arXiv 1911.11134, with the knapsack of HALP, arXiv 2210.06659: own reading",
    revision: 0,
    prunes: Prunes::Channels,
    edits: true,
    pretrained: false,
    settings: || {
        let mut specs = regrow();
        specs.push(Accounting::Outputs.setting("own choice: as HALP, so that only the choice differs"));
        specs
    },
    build: |settings, context| {
        let latency = context.latency_target.unwrap_or(1.0);
        Box::new(RiglChannels { exchange: Exchange::new(settings, context), latency })
    },
};

struct RiglChannels {
    exchange: Exchange,
    /// The target, over the latency of the dense network.
    latency: f64,
}

impl Method for RiglChannels {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Narrow { latency: self.latency }
    }

    fn dormant(&self) -> Dormant {
        Dormant::Keep
    }

    fn plan(&self, step: u64) -> StepPlan {
        let Some(share) = self.exchange.share(step) else { return StepPlan::train("train") };
        let (criterion, limit) = (Criterion::Gradient, GrowthLimit::Latency(self.latency));
        let latency = self.latency * (1.0 - share);
        let then = vec![
            ChannelEdit::Drop { criterion: Criterion::Magnitude, latency },
            ChannelEdit::Grow { criterion, limit },
        ];
        StepPlan {
            forward: Population::Everything,
            update: Update::Nothing,
            statistics: BatchStatistics::Hold,
            score: vec![criterion],
            then: Edits::Channels(then),
            ..StepPlan::train("update")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::with_latency;

    /// RigL's steps and shares: every hundredth until step 75,000 of 97,656, 0.3 at first and half of it half way.
    #[test]
    fn channels_are_exchanged_when_rigl_exchanges_weights() {
        let method = with_latency("rigl-channels", 97_656, &[], Some(0.4));
        assert_eq!(method.initial_structure(), InitialStructure::Narrow { latency: 0.4 });
        let exchange = |step: u64| match method.plan(step).then.channels() {
            [
                ChannelEdit::Drop { latency, .. },
                ChannelEdit::Grow { limit: GrowthLimit::Latency(limit), .. },
            ] => Some((*latency, *limit)),
            _ => None,
        };
        let steps: Vec<u64> = (0..97_656).filter(|step| exchange(*step).is_some()).collect();
        assert_eq!((steps.len(), steps[1], steps[749]), (750, 100, 74_900));
        for (step, share) in [(0, 0.3), (37_500, 0.15)] {
            let (pruned, grown) = exchange(step).unwrap();
            assert!((pruned - 0.4 * (1.0 - share)).abs() < 1e-4 && grown == 0.4, "{step}: {pruned}, {grown}");
        }
        let plan = method.plan(100);
        assert_eq!((plan.update, plan.forward), (Update::Nothing, Population::Everything));
    }
}
