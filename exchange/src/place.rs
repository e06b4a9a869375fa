//! The places of a network's values: what a weights file has to hold for it.

use network::{LayerKind, Network, NodeId, Op};

/// One tensor of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name in a weights file, such as `conv1.weight`.
    pub name: String,
    /// Its shape: (out, in of a group, kernel, kernel) for a convolution, (out, in) for a fully connected layer, where
    /// `in` counts all pixels of feature maps, channel by channel, and (channels) for anything else.
    pub shape: Vec<usize>,
    /// The node that it belongs to.
    pub node: NodeId,
}

impl Place {
    /// Its name and shape.
    pub fn named(&self) -> (&str, &[usize]) {
        (&self.name, &self.shape)
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has none, which no network's place does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Every place of `network`, node by node, as PyTorch names them.
pub fn places(network: &Network) -> Vec<Place> {
    let mut places = Vec::new();
    let layers = network.layers();
    for (node, described) in network.nodes.iter().enumerate() {
        let channels = described.shape.channels;
        let layer = layers.iter().find(|layer| layer.node == node);
        let mut push = |what: &str, shape: Vec<usize>| {
            places.push(Place { name: format!("{}.{what}", described.name), shape, node });
        };
        match layer.map(|layer| (layer.kind, layer)) {
            Some((LayerKind::Conv, layer)) => {
                push("weight", vec![channels, layer.inputs, layer.kernel, layer.kernel]);
            }
            Some((LayerKind::Linear, layer)) => {
                push("weight", vec![channels, layer.fan_in()]);
                push("bias", vec![channels]);
            }
            None => {}
        }
        match described.op {
            Op::Conv { bias: true, .. } => push("bias", vec![channels]),
            Op::BatchNorm => {
                for what in ["weight", "bias", "running_mean", "running_var"] {
                    push(what, vec![channels]);
                }
            }
            _ => {}
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters and running statistics of torchvision's resnet50: 25,557,032 (its documentation) and, of 53 batch
    /// norms with 26,560 channels, 53,120.
    #[test]
    fn the_places_of_resnet50_are_torchvisions() {
        let network = network::resnet50(1000, 224);
        let places = places(&network);
        assert_eq!(places.len(), 53 + 53 * 4 + 2);
        assert_eq!(places.iter().map(Place::len).sum::<usize>(), 25_557_032 + 53_120);
        let find =
            |name: &str| places.iter().find(|place| place.name == name).map(|place| place.shape.clone());
        assert_eq!(find("layer1.0.downsample.0.weight"), Some(vec![256, 64, 1, 1]));
        assert_eq!(find("fc.weight"), Some(vec![1000, 2048]));
        let depthwise = super::places(&network::mobilenet_v1(1000, 224));
        assert!(depthwise.iter().any(|place| place.shape == [1024, 1, 3, 3]));
    }

    /// The parameters of torchvision's vgg16_bn, 138,365,992 (its documentation), and the running statistics of 13 batch
    /// norms with 4,224 channels; the first layer of its classifier reads 512 maps of 7 x 7 pixels.
    #[test]
    fn the_places_of_vgg16_bn_are_torchvisions() {
        let places = places(&network::vgg16_bn(1000, 224));
        assert_eq!(places.iter().map(Place::len).sum::<usize>(), 138_365_992 + 2 * 4_224);
        let first = places.iter().find(|place| place.name == "classifier.0.weight").unwrap();
        assert_eq!(first.shape, [4096, 512 * 7 * 7]);
    }

    /// Of every family: the parameters that a network counts, and two statistics a channel of its batch norms.
    #[test]
    fn the_places_hold_all_parameters_and_statistics() {
        for network in network::models::small() {
            let norms = network.nodes.iter().filter(|node| node.op == Op::BatchNorm);
            let statistics = 2 * norms.map(|node| node.shape.channels).sum::<usize>();
            let held: usize = places(&network).iter().map(Place::len).sum();
            assert_eq!(held, network.parameters() + statistics, "{}", network.name);
        }
    }
}
