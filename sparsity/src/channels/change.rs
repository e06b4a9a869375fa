//! An edit of channels, carried out on the flags of which are active.

use super::{Accounting, ChannelRequest, ChannelSpace, ChoiceError};
use crate::{ChannelEdit, GrowthLimit};
use serde::{Deserialize, Serialize};

/// Latencies after prunes, in milliseconds or over the dense network's: what the budget of a growth can be a share of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PruneLatencies {
    /// That after the last prune; before the first that of the first structure.
    pub after: f64,
    /// By how much it differs from the one before it. It is mostly lower; where a growth took more than its budget,
    /// a prune can end above the one before it, and the difference counts all the same, as in the logs.
    pub removed: f64,
}

impl PruneLatencies {
    /// Those before the first prune, of a structure of this latency.
    pub fn before_any(latency: f64) -> Self {
        Self { after: latency, removed: 0.0 }
    }

    /// Those after a prune to this latency.
    pub fn pruned(self, latency: f64) -> Self {
        Self { after: latency, removed: (self.after - latency).abs() }
    }

    /// The latency that `edit` aims at where it is `now`; both over the dense network's, as these are.
    pub fn aim(&mut self, now: f64, edit: &ChannelEdit) -> f64 {
        match *edit {
            ChannelEdit::Drop { latency, .. } => {
                let aim = now.min(latency);
                *self = self.pruned(aim);
                aim
            }
            ChannelEdit::Grow { limit: GrowthLimit::Latency(latency), .. } => now.max(latency),
            ChannelEdit::Grow { limit: GrowthLimit::Removed(share), .. } => now + share * self.removed,
        }
    }
}

impl ChannelSpace {
    /// The channels that are active after `edit`, by group: of a prune a part of those that are, of a growth all
    /// of them and more.
    ///
    /// `active` and `scores` have a flag and a score for each channel of each group. A prune ends within its
    /// latency, a growth within its limit, with one exception: under [`Accounting::Outputs`] a growth by
    /// [`GrowthLimit::Removed`] keeps to its budget by its prices alone. That is the code of those logs, whose growths
    /// take more than their budget, because the inputs that they add to the next layers are not priced.
    ///
    /// # Errors
    ///
    /// If a score is not finite, or no structure that was found is within the latency.
    pub fn edited(
        &self,
        edit: &ChannelEdit,
        active: &[Vec<bool>],
        scores: &[Vec<f32>],
        prunes: PruneLatencies,
    ) -> Result<Vec<Vec<bool>>, ChoiceError> {
        let grows = matches!(edit, ChannelEdit::Grow { .. });
        let ranks: Vec<Ranked> =
            active.iter().zip(scores).map(|(flags, scores)| Ranked::new(flags, scores, grows)).collect();
        let values: Vec<Vec<f64>> = ranks.iter().map(|ranked| ranked.values.clone()).collect();
        let current: Vec<usize> =
            active.iter().map(|flags| flags.iter().filter(|flag| **flag).count()).collect();
        let (all, fewest) = (self.dense_counts(), self.smallest_counts());
        let (least, most) = if grows { (&current, &all) } else { (&fewest, &current) };
        let now = self.latency(&current)?;
        // Rounding aside: the smallest structure is there whatever is asked for.
        let within = |latency: f64| (latency * self.dense()).max(self.smallest());
        let (target_ms, by_price) = match *edit {
            ChannelEdit::Drop { latency, .. } => (within(latency), false),
            ChannelEdit::Grow { limit: GrowthLimit::Latency(latency), .. } => (within(latency), false),
            ChannelEdit::Grow { limit: GrowthLimit::Removed(share), .. } => {
                (now + share * prunes.removed, self.accounting == Accounting::Outputs)
            }
        };
        let request = ChannelRequest { current: &current, least, most, values: &values, target_ms };
        let counts = if (now <= target_ms) != grows {
            // Nothing is pruned from a network that is fast enough, and nothing grown where there is no room.
            current.clone()
        } else if by_price {
            self.choose_by_price(&request)?.counts
        } else {
            self.choose(&request)?.counts
        };
        Ok(ranks.iter().zip(counts).map(|(ranked, count)| ranked.first(count)).collect())
    }
}

/// The channels of a group, those that are active first, then by falling score, of equal ones the earlier.
struct Ranked {
    order: Vec<usize>,
    /// What each adds to the value of a structure, in this order.
    values: Vec<f64>,
}

impl Ranked {
    fn new(active: &[bool], scores: &[f32], grows: bool) -> Self {
        let mut order: Vec<usize> = (0..active.len()).collect();
        order.sort_by(|&a, &b| active[b].cmp(&active[a]).then(scores[b].total_cmp(&scores[a])));
        let value =
            |&channel: &usize| if grows && active[channel] { 0.0 } else { f64::from(scores[channel]) };
        Self { values: order.iter().map(value).collect(), order }
    }

    /// Flags of the first `count`.
    fn first(&self, count: usize) -> Vec<bool> {
        let mut flags = vec![false; self.order.len()];
        self.order[..count].iter().for_each(|&channel| flags[channel] = true);
        flags
    }
}
