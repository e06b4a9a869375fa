//! One option of every group, so that the values are largest and the costs stay within a capacity:
//! the multiple-choice knapsack, solved exactly.
//!
//! HALP (arXiv 2110.10811, 2210.06659) prunes by a knapsack whose items are blocks of channels, where a
//! block may be taken only with all more important ones of its layer. That is this problem: a layer is a
//! group, and its options are the prefixes of its blocks. Costs may fall as values rise and may be
//! negative, as measured latencies do and as differences of them are.
//!
//! # How
//!
//! A dominance dynamic program: group after group, the states are the reachable pairs of cost and value
//! of which no other is at most as expensive and at least as good. A state goes when not even the linear
//! relaxation of the remaining groups, filled along the concave hulls of their options, can bring it to
//! the best solution known; the whole steps of the same filling are a solution, so the best one known
//! improves along the way.
//!
//! Values are scaled by a power of two to integers of 61 bits before anything is added, so sums do not
//! depend on an order, and the answer is the same everywhere: the greatest value, of those the lowest
//! cost. Of several with equal value and cost always the same one is returned, and nothing else is
//! promised about it.
//!
//! # Cost
//!
//! With n groups, m options in all and s states at most after a group: time O(n m + s m log m), memory
//! 24 bytes for each state of each group, and for each candidate of the next one. At worst s is the number
//! of different sums of costs, thus the capacity at most. On 80 instances of the size of ResNet-50 in HALP
//! (37 groups, 246 blocks, capacities of 91,422 to 301,692 microseconds) s stays below 100, and below
//! 20,000 where all values are in proportion to the costs; tests hold it to both.

mod bound;
mod frontier;
pub mod instance;
mod search;

/// One option of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Its value; any finite number.
    pub value: f64,
    /// What it takes of the capacity; may be negative.
    pub cost: i64,
}

/// Why no choice is possible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum KnapsackError {
    /// A group without an option.
    #[error("group {group} has no option; give it at least one")]
    Empty {
        /// The group's index.
        group: usize,
    },
    /// A value that is not finite.
    #[error("option {option} of group {group} has the value {value}; values must be finite")]
    Value {
        /// The group's index.
        group: usize,
        /// The option's index.
        option: usize,
        /// Its value.
        value: f64,
    },
    /// Costs whose sums have more than 64 bits.
    #[error("the costs of the options add up to more than 64 bits hold; use a larger unit of cost")]
    Overflow,
    /// Not even the cheapest option of every group fits.
    #[error("the cheapest options cost {cheapest} and the capacity is {capacity}; it must be at least that")]
    Capacity {
        /// Sum of the lowest costs.
        cheapest: i64,
        /// The capacity that was asked for.
        capacity: i64,
    },
}

/// The index of the best option of every group of `groups`, whose costs add up to `capacity` at most.
///
/// # Errors
///
/// If a group has no option, a value is not finite, the costs overflow, or not even the cheapest options fit.
pub fn best(groups: &[Vec<Choice>], capacity: i64) -> Result<Vec<usize>, KnapsackError> {
    let (fronts, room) = frontier::reduce(groups, capacity)?;
    Ok(search::Search::new(&fronts, room).run())
}

#[cfg(test)]
mod tests;
