//! The model whose convolutions a table holds.

use anyhow::bail;
use network::models::{UnknownModel, model, usual_inputs};
use network::{ChannelGroups, ConvShape, Network};
use sparsity::{Accounting, ChannelOptions, ChannelSpace, Latency, LatencyScope, LatencyTable};

/// A model for images of one size, and the part of it whose latency is of interest.
pub struct TableModel {
    /// Its description.
    pub network: Network,
    /// All of it, or a detector's backbone.
    pub scope: LatencyScope,
    groups: ChannelGroups,
}

impl TableModel {
    /// That part of model `name` for images of `side` pixels and so many classes, the usual ones if it is not said;
    /// of a classifier, no convolution depends on them.
    pub fn new(name: &str, side: usize, classes: Option<usize>, scope: LatencyScope) -> anyhow::Result<Self> {
        let classes = match classes {
            Some(classes) => classes,
            None => usual_inputs(name)?.classes,
        };
        let network = model(name, classes, side)?;
        if scope == LatencyScope::Backbone && network.backbone.is_none() {
            bail!("{name} has no backbone, which only detectors have; leave --backbone out");
        }
        Ok(Self { groups: network.channel_groups()?, network, scope })
    }

    /// The model of `table`, or `asked` instead, for images of the table's size; none where neither names one.
    /// Its part is the backbone if that is all of a detector that the table has.
    pub fn of_table(table: &LatencyTable, asked: Option<&str>) -> anyhow::Result<Option<Self>> {
        if let (Some(asked), Some(own)) = (asked, &table.about.model)
            && asked != own
        {
            bail!("the table is for {own} and not for {asked}; leave --model out, or use another table");
        }
        let (Some(name), Some(side)) = (asked.or(table.about.model.as_deref()), image_side(table)) else {
            return Ok(None);
        };
        let whole = match model(name, usual_inputs(name)?.classes, side) {
            Err(UnknownModel::OtherSide { name, named, .. }) => {
                let largest = table.entries.keys().find(|shape| shape.side == side);
                bail!(
                    "the table is for images of {side} pixels, the side of its convolution {}, but {name} reads images \
                     of {named} pixels; name the model for {side} pixels, or use a table for {named}",
                    largest.map(ConvShape::to_string).unwrap_or_default()
                )
            }
            _ => Self::new(name, side, None, LatencyScope::Network)?,
        };
        let backbone = whole.network.backbone.map(|_| Self::new(name, side, None, LatencyScope::Backbone));
        match backbone.transpose()? {
            Some(backbone) if whole.dense(table).is_err() && backbone.dense(table).is_ok() => {
                Ok(Some(backbone))
            }
            _ => Ok(Some(whole)),
        }
    }

    /// Its name and the side of its images, and which part of it.
    pub fn title(&self) -> String {
        let part = if self.scope == LatencyScope::Backbone { ", its backbone" } else { "" };
        format!("{}, side {}{part}", self.network.name, self.side())
    }

    /// Side of its images in pixels.
    pub fn side(&self) -> usize {
        self.network.nodes[0].shape.height
    }

    /// Every convolution of that part with all of its channels, by layer.
    pub fn layers(&self) -> Vec<(&str, ConvShape)> {
        let last = self.network.backbone.filter(|_| self.scope == LatencyScope::Backbone);
        let layers = self.network.convolutions(&self.groups, &self.groups.counts());
        let layers = layers.into_iter().filter(|(id, _)| last.is_none_or(|last| *id <= last));
        layers.map(|(id, shape)| (self.network.nodes[id].name.as_str(), shape)).collect()
    }

    /// The structures that pruning can lead to in steps of `step` channels, an eighth of a layer's
    /// where none is given, then rounded up to a multiple of `multiple`.
    pub fn structures(
        &self,
        step: Option<usize>,
        multiple: usize,
        keep_stem: bool,
    ) -> anyhow::Result<ChannelSpace> {
        let options = self.options(step.unwrap_or(0), keep_stem);
        let space = ChannelSpace::new(&self.network, Latency::Macs { batch: 1 }, options)?;
        Ok(if step.is_none() { space.in_multiples_of(multiple)? } else { space })
    }

    /// The structures that `table` knows.
    pub fn known(&self, table: &LatencyTable) -> anyhow::Result<ChannelSpace> {
        Ok(ChannelSpace::new(&self.network, Latency::Table(table.clone()), self.options(0, false))?)
    }

    /// Milliseconds of all convolutions by `table`, or the first layer that it lacks.
    pub fn dense(&self, table: &LatencyTable) -> Result<f64, String> {
        let milliseconds = |(name, shape): (&str, ConvShape)| {
            let entry = table.entries.get(&shape).ok_or_else(|| format!("it lacks {name}, {shape}"))?;
            Ok(entry.milliseconds)
        };
        self.layers().into_iter().map(milliseconds).sum()
    }

    fn options(&self, block: usize, keep_stem: bool) -> ChannelOptions {
        ChannelOptions { block, accounting: Accounting::Outputs, keep_stem, scope: self.scope }
    }
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
        let model = TableModel::new("wrn-10-1", 8, None, LatencyScope::Network).unwrap();
        let blocks = |step, multiple| {
            let space = model.structures(step, multiple, true).unwrap();
            let prunable = space.blocks().iter().zip(space.prunable()).filter(|(_, prunable)| **prunable);
            prunable.map(|(block, _)| *block).collect::<Vec<_>>()
        };
        assert_eq!(blocks(None, 1), [2, 2, 4, 4, 8, 8]);
        assert_eq!(blocks(None, 8), [8; 6]);
        assert_eq!(blocks(Some(5), 8), [5; 6]);
    }

    #[test]
    fn the_backbone_of_a_detector_is_a_part_of_it() {
        let layers = |classes, scope| {
            let model = TableModel::new("ssd64-resnet50-0.25", 64, classes, scope).unwrap();
            model.layers().into_iter().map(|(name, shape)| (name.to_string(), shape)).collect::<Vec<_>>()
        };
        let (whole, backbone) = (layers(None, LatencyScope::Network), layers(None, LatencyScope::Backbone));
        assert_eq!((backbone.len(), &whole[..43]), (43, &backbone[..]));
        assert_eq!(layers(Some(2), LatencyScope::Backbone), backbone);
        let differ = layers(Some(2), LatencyScope::Network).into_iter().zip(&whole).filter(|(a, b)| a != *b);
        assert!(differ.map(|((name, _), _)| name).all(|name| name.ends_with("class")));
        let none = TableModel::new("wrn-10-1", 8, None, LatencyScope::Backbone).err().unwrap().to_string();
        assert!(none.contains("only detectors"), "{none}");
    }
}
