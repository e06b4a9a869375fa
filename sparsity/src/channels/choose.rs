//! The most important channels that a latency allows.
//!
//! Every prunable group has one option for each number of channels that it may have: its value is the sum
//! of the importances of that many most important channels, its cost the price at the current structure.
//! The knapsack over them is solved exactly. Prices are true to first order only, and a table rises and
//! falls, so what the solution really takes is looked up afterwards, and the budget is moved until that
//! is within the target.

use super::group_options::GroupOptions;
use super::request::ChannelRequest;
use super::{Accounting, ChannelSpace, ChoiceError, tidy};
use crate::knapsack::best;

/// A structure within the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The channels of every group.
    pub counts: Vec<usize>,
    /// Milliseconds that it takes.
    pub latency: f64,
    /// Milliseconds that it was priced at.
    pub priced: f64,
}

impl ChannelSpace {
    /// The structure of the most important channels within the target.
    ///
    /// Channels go and come in blocks, in the order of importance, each block at its price: what the
    /// latency of its group's own layers changes by ([`Accounting::Outputs`]), or that of the layers
    /// after them, too, with all other groups as they are now. A growing structure is thus dearer than
    /// its price, since blocks are priced without each other. In order:
    ///
    /// 1. The most of every group is taken if it is within the target, unless fewer channels of a group
    ///    are worth more.
    /// 2. The knapsack is solved for the budget that the target leaves. Under [`Accounting::Outputs`]
    ///    the solution is taken as it is if it is within the target, and slack is not spent; that is the
    ///    published rule.
    /// 3. Otherwise the budget is bisected to the unit of price, a microsecond or less, below the target's if the solution takes
    ///    too long, above if it does not. The solution that is taken is within the target, and that of
    ///    the next larger budget is not. The latency need not rise with the budget, so there may be a
    ///    still larger one that is within the target again.
    /// 4. If not even the lowest prices are within the target, the least of every group is taken if that
    ///    is.
    ///
    /// # Errors
    ///
    /// If the request is inconsistent, or no structure that was found is within the target.
    pub fn choose(&self, request: &ChannelRequest) -> Result<Chosen, ChoiceError> {
        let options = GroupOptions::new(self, request)?;
        let current_ms = self.latency(request.current)?;
        BudgetSearch { space: self, options, target_ms: request.target_ms, current_ms }.run()
    }

    /// The structure of the most important channels that is priced within the target, whatever it really takes.
    ///
    /// # Errors
    ///
    /// If the request is inconsistent, or even the lowest prices are above the target.
    pub(super) fn choose_by_price(&self, request: &ChannelRequest) -> Result<Chosen, ChoiceError> {
        let options = GroupOptions::new(self, request)?;
        let current_ms = self.latency(request.current)?;
        let search = BudgetSearch { space: self, options, target_ms: request.target_ms, current_ms };
        Ok(search.solve(search.budget())?.chosen)
    }
}

/// The search for a budget.
struct BudgetSearch<'a> {
    space: &'a ChannelSpace,
    options: GroupOptions,
    target_ms: f64,
    /// What the current structure takes, in milliseconds.
    current_ms: f64,
}

/// A solution and its price in units above the current structure.
struct Solution {
    chosen: Chosen,
    price: i64,
}

impl BudgetSearch<'_> {
    fn run(&self) -> Result<Chosen, ChoiceError> {
        let ends =
            |end: fn(&Vec<usize>) -> usize| self.options.counts.iter().map(end).collect::<Vec<usize>>();
        let most = self.solution(&ends(|options| options.len() - 1))?;
        if self.fits(&most) && self.options.most_is_best() {
            return Ok(most.chosen);
        }
        let (cheapest, dearest) = (self.options.cost(i64::min), self.options.cost(i64::max));
        let budget = self.budget().clamp(cheapest, dearest);
        let first = self.solve(budget)?;
        if self.fits(&first) {
            return match self.space.accounting {
                Accounting::Outputs => Ok(first.chosen),
                Accounting::OutputsAndInputs => self.bisect(first, budget, dearest + 1),
            };
        }
        let cheap = self.solve(cheapest)?;
        if self.fits(&cheap) {
            return self.bisect(cheap, cheapest, first.price);
        }
        let least = self.solution(&ends(|_| 0))?;
        if self.fits(&least) {
            return Ok(least.chosen);
        }
        // These two are tried whatever the target, so the lower of their latencies is one that can be met.
        let fastest_ms = cheap.chosen.latency.min(least.chosen.latency);
        let (target_ms, dense_ms) = (self.target_ms, self.space.dense());
        Err(ChoiceError::Unreachable { target_ms, fastest_ms, dense_ms })
    }

    /// The solution of the largest budget found within the target: at least `within`, whose solution is
    /// `found`, and below `beyond`.
    fn bisect(&self, mut found: Solution, mut within: i64, mut beyond: i64) -> Result<Chosen, ChoiceError> {
        while beyond - within > 1 {
            let budget = within + (beyond - within) / 2;
            let solution = self.solve(budget)?;
            if self.fits(&solution) {
                (within, found) = (budget, solution);
            } else {
                // Budgets from its price on have this solution.
                beyond = solution.price;
            }
        }
        Ok(found.chosen)
    }

    /// What the target leaves above the current structure, in units of price.
    fn budget(&self) -> i64 {
        ((self.target_ms - self.current_ms) * self.space.units()).round() as i64
    }

    fn solve(&self, budget: i64) -> Result<Solution, ChoiceError> {
        self.solution(&best(&self.options.choices, budget)?)
    }

    /// The structure of one option of every group.
    fn solution(&self, options: &[usize]) -> Result<Solution, ChoiceError> {
        let counts: Vec<usize> =
            self.options.counts.iter().zip(options).map(|(counts, &at)| counts[at]).collect();
        let price = self.options.choices.iter().zip(options).map(|(choices, &at)| choices[at].cost).sum();
        let latency = self.space.latency(&counts)?;
        let priced = tidy(self.current_ms + price as f64 / self.space.units());
        Ok(Solution { chosen: Chosen { counts, latency, priced }, price })
    }

    fn fits(&self, solution: &Solution) -> bool {
        solution.chosen.latency <= self.target_ms
    }
}
