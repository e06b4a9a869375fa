//! Batch norms folded into the convolutions before them.
//!
//! Once trained, a batch norm scales and shifts each channel by constants. What
//! a convolution computes can be scaled and shifted in its weights and a bias
//! instead, and a pass over the activations is saved. This is the description's
//! side of it; changing the values is up to whoever owns the weights.

use crate::{Network, Node, NodeId, Op};

/// A batch norm that a convolution took in, both as nodes of the original network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The convolution, with or without a bias of its own.
    pub convolution: NodeId,
    /// The batch norm.
    pub norm: NodeId,
}

/// A network whose convolutions include the batch norms that directly followed them.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The network that is left.
    pub network: Network,
    /// What was folded, in the order of the convolutions.
    pub folds: Vec<Fold>,
    /// For each node of the original network, the one that returns its result in the new
    /// network; for a convolution that took in its batch norm and for that norm, the convolution.
    pub node_of: Vec<NodeId>,
}

impl Network {
    /// Takes each batch norm that follows a convolution into it, where nothing else reads the convolution
    /// and the network does not return it.
    ///
    /// The other batch norms stay, such as those after a sum. So do the order and
    /// the names of all nodes that are left.
    pub fn folded(&self) -> Folded {
        let folds = self.folds();
        let mut taken_by: Vec<Option<NodeId>> = vec![None; self.nodes.len()];
        let mut nodes = self.nodes.clone();
        for fold in &folds {
            taken_by[fold.norm] = Some(fold.convolution);
            if let Op::Conv { bias, .. } = &mut nodes[fold.convolution].op {
                *bias = true;
            }
        }
        let mut left: Vec<Node> = Vec::with_capacity(nodes.len());
        let mut node_of: Vec<NodeId> = Vec::with_capacity(nodes.len());
        for (mut node, taken_by) in nodes.into_iter().zip(taken_by) {
            if let Some(convolution) = taken_by {
                node_of.push(node_of[convolution]);
                continue;
            }
            node.inputs.iter_mut().for_each(|input| *input = node_of[*input]);
            node_of.push(left.len());
            left.push(node);
        }
        let network = Network {
            name: self.name.clone(),
            nodes: left,
            outputs: self.outputs.iter().map(|&output| node_of[output]).collect(),
            backbone: self.backbone.map(|last| node_of[last]),
        };
        Folded { network, folds, node_of }
    }

    fn folds(&self) -> Vec<Fold> {
        let mut readers: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            node.inputs.iter().for_each(|&input| readers[input].push(id));
        }
        let outputs = self.output_nodes();
        let folds =
            self.nodes.iter().zip(&readers).enumerate().filter_map(|(convolution, (node, readers))| {
                let (Op::Conv { .. }, &[norm]) = (node.op, readers.as_slice()) else {
                    return None;
                };
                let folds = self.nodes[norm].op == Op::BatchNorm && !outputs.contains(&convolution);
                folds.then_some(Fold { convolution, norm })
            });
        folds.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Shape, models::model};

    fn norms(network: &Network) -> Vec<&Node> {
        network.nodes.iter().filter(|node| node.op == Op::BatchNorm).collect()
    }

    /// 53, 27 and so on: all convolutions, each with its batch norm.
    #[test]
    fn every_norm_of_a_post_activation_network_is_folded() {
        for (name, side, folds) in [
            ("resnet50", 224, 53),
            ("mobilenet-v1", 224, 27),
            ("mobilenet-v2", 224, 52),
            ("vgg16-bn", 224, 13),
            ("resnet18", 224, 20),
            ("resnet56", 32, 57),
            ("ssd512-resnet50", 512, 43 + 15),
            ("ssd512-resnet50-skim", 512, 43 + 12),
        ] {
            let network = model(name, 1000, side).unwrap();
            let folded = network.folded();
            assert_eq!(folded.folds.len(), folds, "{name}");
            assert!(norms(&folded.network).is_empty(), "{name}");
            assert_eq!(folded.network.nodes.len(), network.nodes.len() - folds);
        }
    }

    /// ResNet-50 as inference engines count it: torchvision's 25,557,032 less the 26,560 shifts
    /// and scales that become 26,560 biases.
    #[test]
    fn a_folded_resnet50_has_the_counted_parameters() {
        let network = model("resnet50", 1000, 224).unwrap();
        assert_eq!(network.folded().network.parameters(), 25_557_032 - 26_560);
    }

    /// In a pre-activation block the second norm follows a convolution, the first mostly a sum.
    #[test]
    fn norms_after_a_sum_or_a_shared_convolution_stay() {
        let wide = model("wrn-16-2", 10, 32).unwrap().folded();
        let names = |network: &Network| -> Vec<String> {
            norms(network).iter().map(|node| node.name.clone()).collect()
        };
        let after_sums =
            ["block1.1.bn1", "block2.0.bn1", "block2.1.bn1", "block3.0.bn1", "block3.1.bn1", "bn1"];
        assert_eq!(names(&wide.network), after_sums);
        for norm in norms(&wide.network) {
            assert_eq!(wide.network.nodes[norm.inputs[0]].op, Op::Add, "{}", norm.name);
        }
        // Where the width is 1 the first sum reads the first convolution as well.
        let narrow = model("wrn-16-1", 10, 32).unwrap().folded();
        assert_eq!(names(&narrow.network)[0], "block1.0.bn1");
        assert_eq!(names(&narrow.network)[1..], after_sums);
    }

    /// A convolution whose own result is returned stays as it is; a norm that is returned is in its convolution.
    #[test]
    fn outputs_keep_their_results_and_places() {
        let mut net = Builder::new("net", Shape { channels: 3, height: 8, width: 8 });
        let conv = net.conv("conv1", 0, 4, 3, 1);
        let kept = net.batch_norm("bn1", conv);
        let other = net.conv("conv2", kept, 4, 3, 1);
        let norm = net.batch_norm("bn2", other);
        let last = net.relu("relu", norm);
        let outputs = [last, norm, conv];
        outputs.iter().for_each(|&id| net.output(id));
        let network = net.finish();
        assert_eq!(network.check(), Ok(()));
        let folded = network.folded();
        assert_eq!(folded.folds, [Fold { convolution: other, norm }]);
        let names: Vec<&str> =
            folded.network.outputs.iter().map(|&id| folded.network.nodes[id].name.as_str()).collect();
        assert_eq!(names, ["relu", "conv2", "conv1"]);
        assert_eq!(folded.network.check(), Ok(()));
    }

    /// Each fold takes a scale and a shift per channel, and adds a bias where there was none.
    #[test]
    fn what_is_left_computes_the_same() {
        for (name, side) in [
            ("resnet50-0.25", 32),
            ("mobilenet-v1-0.25", 32),
            ("mobilenet-v2-0.25", 32),
            ("vgg16-bn-0.0625", 32),
            ("resnet18-0.25", 32),
            ("wrn-10-1", 32),
            ("wrn-16-2", 32),
            ("ssd64-resnet50-0.25", 64),
        ] {
            let network = model(name, 10, side).unwrap();
            let Folded { network: small, folds, node_of } = network.folded();
            assert_eq!(small.check(), Ok(()), "{name}");
            assert_eq!((small.macs(), small.weights()), (network.macs(), network.weights()));
            let saved = |fold: &Fold| {
                let convolution = &network.nodes[fold.convolution];
                let gains_a_bias = matches!(convolution.op, Op::Conv { bias: false, .. });
                (if gains_a_bias { 1 } else { 2 }) * convolution.shape.channels
            };
            assert_eq!(small.parameters(), network.parameters() - folds.iter().map(saved).sum::<usize>());
            for (id, node) in network.nodes.iter().enumerate() {
                let new = &small.nodes[node_of[id]];
                assert_eq!(new.shape, node.shape);
                if let Some(fold) = folds.iter().find(|fold| fold.norm == id) {
                    assert_eq!(new.name, network.nodes[fold.convolution].name);
                    assert_eq!(node.inputs, [fold.convolution]);
                    continue;
                }
                let inputs: Vec<NodeId> = node.inputs.iter().map(|&input| node_of[input]).collect();
                assert_eq!((&new.name, &new.inputs), (&node.name, &inputs));
                let took = folds.iter().any(|fold| fold.convolution == id);
                let biased = took || matches!(node.op, Op::Conv { bias: true, .. });
                assert_eq!(matches!(new.op, Op::Conv { bias: true, .. }), biased, "{name}: {}", node.name);
            }
            let moved: Vec<NodeId> = network.output_nodes().iter().map(|&output| node_of[output]).collect();
            assert_eq!(small.output_nodes(), moved, "{name}");
            assert_eq!(small.backbone, network.backbone.map(|last| node_of[last]), "{name}");
            let again = small.folded();
            assert_eq!((again.folds.len(), &again.network), (0, &small));
        }
    }
}
