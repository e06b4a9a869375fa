//! Blocks of channels that suit a device.

use super::{ChannelSpace, ChannelSpaceError};

impl ChannelSpace {
    /// The space in which blocks are rounded up to multiples of `multiple` channels, at least 1, or are
    /// the whole group if that is smaller.
    ///
    /// # Errors
    ///
    /// If the latency table lacks a convolution of the new structures.
    pub fn in_multiples_of(mut self, multiple: usize) -> Result<Self, ChannelSpaceError> {
        for (at, group) in self.groups.groups.iter().enumerate().filter(|(at, _)| self.prunable[*at]) {
            self.blocks[at] = self.blocks[at].next_multiple_of(multiple).min(group.channels);
        }
        let sizes = self.groups.counts();
        self.prunable = sizes.iter().zip(&self.blocks).map(|(channels, block)| block < channels).collect();
        self.check()?;
        self.smallest_ms = self.latency(&self.smallest_counts())?;
        Ok(self)
    }
}
