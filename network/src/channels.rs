//! Coupled channels: which can only be pruned together.
//!
//! A channel can be removed from a network only at every node that makes or reads
//! it. Elementwise operations, pooling and depthwise convolutions pass channels
//! through, and a sum couples those of its two inputs, so the
//! nodes of a network fall into groups, each with one set of channels. They
//! follow from the description alone: the residual stage of a ResNet and the
//! depthwise chain of a MobileNet are found, not listed. A fully connected layer
//! that reads feature maps loses, with a channel, the weights of all its pixels.

use crate::{Network, Node, NodeId, Op};

/// Channels that several nodes share; to prune one is to prune it everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelGroup {
    /// Name of the first layer that makes the channels; of the input for the images' own.
    pub name: String,
    /// How many channels there are.
    pub channels: usize,
    /// Whether they cannot be pruned: those of the images and of the outputs.
    pub fixed: bool,
    /// The ordinary convolutions and fully connected layers whose outputs they are.
    pub producers: Vec<NodeId>,
    /// The depthwise convolutions that pass them through.
    pub depthwise: Vec<NodeId>,
    /// Their batch norms.
    pub norms: Vec<NodeId>,
    /// The ordinary convolutions and fully connected layers that read them.
    pub readers: Vec<NodeId>,
}

/// All groups of a network, in the order in which the forward pass meets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelGroups {
    /// The groups.
    pub groups: Vec<ChannelGroup>,
    of_node: Vec<usize>,
}

/// Why the channels of a network cannot be grouped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// A convolution whose groups are neither one nor one per channel.
    #[error(
        "{network}: the convolution {node} has {groups} groups of channels; only ordinary and depthwise \
         convolutions can be pruned by channels, so prune weights instead (--sparsity)"
    )]
    Grouped {
        /// The network's name.
        network: String,
        /// The convolution's name.
        node: String,
        /// Its groups.
        groups: usize,
    },
}

impl ChannelGroups {
    /// The group of the channels that node `id` returns.
    pub fn of(&self, id: NodeId) -> usize {
        self.of_node[id]
    }

    /// How many channels each group has.
    pub fn counts(&self) -> Vec<usize> {
        self.groups.iter().map(|group| group.channels).collect()
    }

    /// All channels of all groups.
    pub fn channels(&self) -> usize {
        self.groups.iter().map(|group| group.channels).sum()
    }
}

impl Network {
    /// The groups of coupled channels.
    ///
    /// # Errors
    ///
    /// If a convolution has groups that are neither one nor one per channel.
    pub fn channel_groups(&self) -> Result<ChannelGroups, ChannelError> {
        self.nodes.iter().try_for_each(|node| self.check_grouping(node))?;
        let first = self.first_of_coupled();
        let mut groups: Vec<ChannelGroup> = Vec::new();
        let mut of_node: Vec<usize> = Vec::with_capacity(self.nodes.len());
        for (id, node) in self.nodes.iter().enumerate() {
            let group = if first[id] == id { groups.len() } else { of_node[first[id]] };
            of_node.push(group);
            if first[id] == id {
                groups.push(ChannelGroup {
                    name: node.name.clone(),
                    channels: node.shape.channels,
                    fixed: false,
                    producers: Vec::new(),
                    depthwise: Vec::new(),
                    norms: Vec::new(),
                    readers: Vec::new(),
                });
            }
            match node.op {
                Op::Input => groups[group].fixed = true,
                Op::Conv { groups: split, .. } if split > 1 => groups[group].depthwise.push(id),
                Op::Conv { .. } | Op::Linear | Op::FlattenedLinear => {
                    groups[group].producers.push(id);
                    groups[of_node[node.inputs[0]]].readers.push(id);
                }
                Op::BatchNorm => groups[group].norms.push(id),
                _ => {}
            }
        }
        self.output_nodes().into_iter().for_each(|output| groups[of_node[output]].fixed = true);
        Ok(ChannelGroups { groups, of_node })
    }

    fn check_grouping(&self, node: &Node) -> Result<(), ChannelError> {
        let Op::Conv { groups, .. } = node.op else { return Ok(()) };
        let ends = [node.shape.channels, self.nodes[node.inputs[0]].shape.channels];
        if groups == 1 || ends == [groups; 2] {
            return Ok(());
        }
        Err(ChannelError::Grouped { network: self.name.clone(), node: node.name.clone(), groups })
    }

    /// For each node the earliest one that returns the same channels.
    ///
    /// Convolutions that have groups of channels count as depthwise.
    pub(crate) fn first_of_coupled(&self) -> Vec<NodeId> {
        let mut parent: Vec<usize> = (0..self.nodes.len()).collect();
        for (id, node) in self.nodes.iter().enumerate() {
            match node.op {
                Op::Input | Op::Conv { groups: 1, .. } | Op::Linear | Op::FlattenedLinear => {}
                _ => node.inputs.iter().for_each(|&input| union(&mut parent, id, input)),
            }
        }
        (0..parent.len()).map(|id| root(&mut parent, id)).collect()
    }
}

fn root(parent: &mut [usize], id: usize) -> usize {
    let mut at = id;
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Joins two groups under their earlier root.
fn union(parent: &mut [usize], left: usize, right: usize) {
    let (left, right) = (root(parent, left), root(parent, right));
    parent[left.max(right)] = left.min(right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Shape, models::model};

    fn named<'a>(groups: &'a ChannelGroups, name: &str) -> &'a ChannelGroup {
        groups.groups.iter().find(|group| group.name == name).unwrap()
    }

    fn names(network: &Network, nodes: &[NodeId]) -> Vec<String> {
        nodes.iter().map(|&id| network.nodes[id].name.clone()).collect()
    }

    /// HALP's groups: per stage the downsample and all third convolutions; every first and second
    /// convolution alone; the stem alone.
    #[test]
    fn resnet50_has_the_published_groups() {
        let network = model("resnet50", 1000, 224).unwrap();
        let groups = network.channel_groups().unwrap();
        // Images, stem, four stages, two of each of sixteen blocks, logits.
        assert_eq!(groups.groups.len(), 1 + 1 + 4 + 32 + 1);
        assert_eq!(groups.groups.iter().filter(|group| group.fixed).count(), 2);
        for (stage, blocks) in [(1, 3), (2, 4), (3, 6), (4, 3)] {
            let group = named(&groups, &format!("layer{stage}.0.conv3"));
            let mut expected: Vec<String> =
                vec![format!("layer{stage}.0.conv3"), format!("layer{stage}.0.downsample.0")];
            expected.extend((1..blocks).map(|block| format!("layer{stage}.{block}.conv3")));
            assert_eq!(names(&network, &group.producers), expected);
            assert_eq!(group.norms.len(), blocks + 1);
            for block in 0..blocks {
                for conv in ["conv1", "conv2"] {
                    let alone = named(&groups, &format!("layer{stage}.{block}.{conv}"));
                    assert_eq!((alone.producers.len(), alone.norms.len(), alone.readers.len()), (1, 1, 1));
                }
            }
        }
        let stem = named(&groups, "conv1");
        assert_eq!(names(&network, &stem.readers), ["layer1.0.conv1", "layer1.0.downsample.0"]);
        let last = named(&groups, "layer4.0.conv3");
        assert_eq!(names(&network, &last.readers), ["layer4.1.conv1", "layer4.2.conv1", "fc"]);
    }

    /// A depthwise convolution has the channels of the pointwise one before it.
    #[test]
    fn mobilenet_has_a_group_for_each_pointwise_convolution() {
        let network = model("mobilenet-v1", 1000, 224).unwrap();
        let groups = network.channel_groups().unwrap();
        assert_eq!(groups.groups.len(), 1 + 1 + 13 + 1);
        let chained = groups.groups.iter().filter(|group| group.depthwise.len() == 1);
        // The stem and all pointwise convolutions but the last, which the classifier reads.
        assert!(chained.clone().all(|group| group.norms.len() == 2 && group.producers.len() == 1));
        assert_eq!(chained.count(), 13);
    }

    /// An expanded depthwise chain is one group; a narrow stream goes through all sums of its stage.
    #[test]
    fn mobilenet_v2_couples_its_narrow_streams() {
        let network = model("mobilenet-v2", 1000, 224).unwrap();
        let groups = network.channel_groups().unwrap();
        // Images, stem, 16 expansions, seven streams, the last convolution and the classes.
        assert_eq!(groups.groups.len(), 1 + 1 + 16 + 7 + 1 + 1);
        let streams: Vec<usize> = groups
            .groups
            .iter()
            .filter(|group| group.depthwise.is_empty() && !group.fixed)
            .map(|group| group.producers.len())
            .collect();
        assert_eq!(streams, [1, 2, 3, 4, 3, 3, 1, 1]);
        assert_eq!(groups.groups.iter().filter(|group| group.depthwise.len() == 1).count(), 17);
    }

    /// Basic blocks: a stream a stage, which the stem begins in the first, and every first convolution alone.
    #[test]
    fn resnets_of_basic_blocks_have_a_group_for_each_stage() {
        for (name, side, blocks) in [("resnet18", 224, vec![2, 2, 2, 2]), ("resnet56", 32, vec![9, 9, 9])] {
            let network = model(name, 10, side).unwrap();
            let groups = network.channel_groups().unwrap();
            let streams: Vec<usize> =
                groups.groups.iter().map(|group| group.producers.len()).filter(|n| *n > 1).collect();
            let expected: Vec<usize> = blocks.iter().map(|blocks| blocks + 1).collect();
            assert_eq!(streams, expected, "{name}");
            assert_eq!(groups.groups.len(), 2 + blocks.len() + blocks.iter().sum::<usize>(), "{name}");
        }
    }

    /// Each stage of a WideResNet is one stream through all its sums.
    #[test]
    fn wide_resnets_have_a_group_for_each_stage() {
        let network = model("wrn-16-1", 10, 32).unwrap();
        let groups = network.channel_groups().unwrap();
        let streams: Vec<usize> =
            groups.groups.iter().map(|group| group.producers.len()).filter(|n| *n > 1).collect();
        // The stem joins the first stage where the width is 1; every other stage has a shortcut convolution.
        assert_eq!(streams, [3, 3, 3]);
        assert_eq!(groups.of(0), 0);
        assert_eq!(groups.counts().iter().sum::<usize>(), groups.channels());
    }

    #[test]
    fn a_grouped_convolution_is_refused() {
        let mut net = Builder::new("split", Shape { channels: 8, height: 8, width: 8 });
        let x = net.depthwise("dw", 0, 3, 1);
        net.linear("fc", x, 4);
        let mut network = net.finish();
        if let Op::Conv { groups, .. } = &mut network.nodes[1].op {
            *groups = 2;
        }
        let message = network.channel_groups().unwrap_err().to_string();
        assert!(message.contains("dw has 2 groups") && message.contains("--sparsity"), "{message}");
    }
}
