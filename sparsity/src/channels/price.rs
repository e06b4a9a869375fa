//! What another number of channels of one group costs, all other groups being as they are now.
//!
//! Prices are whole microseconds above the current structure, which itself costs 0; where the dense
//! network takes less than 100 ms, tenths of them, hundredths and so on, so that it has at least 100,000
//! of them. Coarse prices keep the worst case of the knapsack small.
//!
//!
//! - [`Accounting::Outputs`]: the change in the layers that make the group's channels, with the inputs
//!   that they have now, and in the depthwise ones that pass them through. What fewer inputs save in the next
//!   layers is not counted. This is HALP's published code.
//! - [`Accounting::OutputsAndInputs`]: the change in all layers that make, pass through or read them, which
//!   is what the latency changes by if no other group changes.
//!
//! Either is right to first order only: where both ends of a layer change, the price of both is not the
//! sum of their prices. Channels that are to be grown are priced in the same way, at the inputs of the
//! current structure, so a growing structure is dearer than its price.

use super::convolution::Convolution;
use super::{Accounting, ChannelSpace};
use crate::MissingEntry;

impl ChannelSpace {
    /// Units of price in a millisecond.
    pub(super) fn units(&self) -> f64 {
        let finer = std::iter::successors(Some(1e3), |units| Some(10.0 * units)).take(9);
        finer.take_while(|units| self.dense_ms * units < 1e6).last().unwrap_or(1e3)
    }

    /// Price of each of `counts` channels in `group`, in units above the structure `current`.
    pub(super) fn prices(
        &self,
        current: &[usize],
        group: usize,
        counts: &[usize],
    ) -> Result<Vec<i64>, MissingEntry> {
        let units = self.units();
        let now = self.share(current, group, current[group])?;
        let price = |&count: &usize| {
            let then = self.share(current, group, count)?;
            Ok(((then - now) * units).round() as i64)
        };
        counts.iter().map(price).collect()
    }

    /// Milliseconds of the layers whose latency counts for `group`, if it has `count` channels.
    fn share(&self, current: &[usize], group: usize, count: usize) -> Result<f64, MissingEntry> {
        let end = |end: usize| if end == group { count } else { current[end] };
        let shape = |layer: &Convolution| match self.accounting {
            Accounting::Outputs if layer.to != group => None,
            Accounting::Outputs if !layer.is_depthwise() => Some(layer.at(current[layer.from], count)),
            _ if layer.to != group && layer.from != group => None,
            _ => Some(layer.at(end(layer.from), end(layer.to))),
        };
        let shapes = self.convolutions.iter().filter_map(shape);
        shapes.map(|shape| self.latency.milliseconds(&shape)).sum()
    }
}
