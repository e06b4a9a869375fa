//! The simplest structures: every group keeps the same share of its channels.

use super::{ChannelSpace, ChoiceError, request::valid_target};

impl ChannelSpace {
    /// The widest structure within `target_ms` milliseconds in which every prunable group keeps the same
    /// share of its channels, rounded down to what it can have, or the fewest it can have.
    ///
    /// # Errors
    ///
    /// If the target is not a positive time, or not even the smallest structure is within it.
    pub fn uniform(&self, target_ms: f64) -> Result<Vec<usize>, ChoiceError> {
        valid_target(target_ms)?;
        let (sizes, smallest) = (self.dense_counts(), self.smallest_counts());
        // A share is `count / of`, compared by cross-multiplication.
        let mut shares = vec![(1, 1)];
        for group in (0..sizes.len()).filter(|&group| self.prunable()[group]) {
            shares.extend(self.reachable(group).map(|count| (count, sizes[group])));
        }
        shares.sort_by(|a, b| (b.0 * a.1).cmp(&(a.0 * b.1)));
        shares.dedup_by(|a, b| a.0 * b.1 == b.0 * a.1);
        let mut fastest_ms = f64::INFINITY;
        for (count, of) in shares {
            let within = |group: usize| {
                let most = self.reachable(group).find(|reached| reached * of <= count * sizes[group]);
                most.unwrap_or(smallest[group])
            };
            let counts: Vec<usize> = (0..sizes.len()).map(within).collect();
            let latency = self.latency(&counts)?;
            if latency <= target_ms {
                return Ok(counts);
            }
            fastest_ms = fastest_ms.min(latency);
        }
        Err(ChoiceError::Unreachable { target_ms, fastest_ms, dense_ms: self.dense() })
    }
}
