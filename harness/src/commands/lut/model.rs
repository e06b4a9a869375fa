//! The model whose convolutions a table holds.

use anyhow::bail;
use network::{ChannelGroups, ConvShape, Network, models::model};
use sparsity::{Accounting, ChannelOptions, ChannelSpace, Latency, LatencyScope, LatencyTable};

/// Number of classes of a model where none is given; the convolutions do not depend on it.
const CLASSES: usize = 1000;

/// A model for images of one size.
pub struct TableModel {
    /// Its description.
    pub network: Network,
    groups: ChannelGroups,
}

impl TableModel {
    /// Model `name` for images of `side` pixels.
    pub fn new(name: &str, side: usize) -> anyhow::Result<Self> {
        let network = model(name, CLASSES, side)?;
        Ok(Self { groups: network.channel_groups()?, network })
    }

    /// The model of `table`, or `asked` instead, for images of the table's size; none where neither names one.
    pub fn of_table(table: &LatencyTable, asked: Option<&str>) -> anyhow::Result<Option<Self>> {
        if let (Some(asked), Some(own)) = (asked, &table.about.model)
            && asked != own
        {
            bail!("the table is for {own} and not for {asked}; leave --model out, or use another table");
        }
        let (Some(name), Some(side)) = (asked.or(table.about.model.as_deref()), image_side(table)) else {
            return Ok(None);
        };
        Self::new(name, side).map(Some)
    }

    /// Side of its images in pixels.
    pub fn side(&self) -> usize {
        self.network.nodes[0].shape.height
    }

    /// Every convolution with all of its channels, by layer.
    pub fn layers(&self) -> Vec<(&str, ConvShape)> {
        let layers = self.network.convolutions(&self.groups, &self.groups.counts());
        layers.into_iter().map(|(id, shape)| (self.network.nodes[id].name.as_str(), shape)).collect()
    }

    /// The structures that pruning can lead to in steps of `step` channels, an eighth of a layer's
    /// where none is given, then rounded up to a multiple of `multiple`.
    pub fn structures(
        &self,
        step: Option<usize>,
        multiple: usize,
        keep_stem: bool,
    ) -> anyhow::Result<ChannelSpace> {
        let options = options(step.unwrap_or(0), keep_stem);
        let space = ChannelSpace::new(&self.network, Latency::Macs { batch: 1 }, options)?;
        Ok(if step.is_none() { space.in_multiples_of(multiple)? } else { space })
    }

    /// The structures that `table` knows.
    pub fn known(&self, table: &LatencyTable) -> anyhow::Result<ChannelSpace> {
        Ok(ChannelSpace::new(&self.network, Latency::Table(table.clone()), options(0, false))?)
    }

    /// Milliseconds of all convolutions by `table`, or the first layer that it lacks.
    pub fn dense(&self, table: &LatencyTable) -> Result<f64, String> {
        let milliseconds = |(name, shape): (&str, ConvShape)| {
            let entry = table.entries.get(&shape).ok_or_else(|| format!("it lacks {name}, {shape}"))?;
            Ok(entry.milliseconds)
        };
        self.layers().into_iter().map(milliseconds).sum()
    }
}

fn options(block: usize, keep_stem: bool) -> ChannelOptions {
    ChannelOptions { block, accounting: Accounting::Outputs, keep_stem, scope: LatencyScope::Network }
}

/// Side of the images that a table is for: nothing in a network is larger.
pub fn image_side(table: &LatencyTable) -> Option<usize> {
    table.entries.keys().map(|shape| shape.side).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The classifier aside, the shapes are those of any number of classes.
    #[test]
    fn steps_are_eighths_rounded_up_for_the_device() {
        let model = TableModel::new("wrn-10-1", 8).unwrap();
        let blocks = |step, multiple| {
            let space = model.structures(step, multiple, true).unwrap();
            let prunable = space.blocks().iter().zip(space.prunable()).filter(|(_, prunable)| **prunable);
            prunable.map(|(block, _)| *block).collect::<Vec<_>>()
        };
        assert_eq!(blocks(None, 1), [2, 2, 4, 4, 8, 8]);
        assert_eq!(blocks(None, 8), [8; 6]);
        assert_eq!(blocks(Some(5), 8), [5; 6]);
    }
}
