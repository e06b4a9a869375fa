//! A detector whose backbone alone counts.

use super::*;

fn detector() -> Network {
    model("ssd64-resnet50-0.25", 3, 64).unwrap()
}

#[test]
fn layers_behind_the_backbone_have_no_latency_and_keep_their_outputs() {
    let network = detector();
    let last = network.backbone.unwrap();
    let of = |scope| space(&network, MICROSECONDS, ChannelOptions { scope, ..OUTPUTS });
    let (backbone, whole) = (of(LatencyScope::Backbone), of(LatencyScope::Network));
    for (at, group) in whole.groups().groups.iter().enumerate() {
        let inside = group.producers.iter().all(|producer| *producer <= last);
        assert_eq!(backbone.prunable()[at], inside && whole.prunable()[at], "{}", group.name);
    }
    let prunable = |space: &ChannelSpace| space.prunable().iter().filter(|prunable| **prunable).count();
    assert_eq!(prunable(&backbone), 30);
    assert!(prunable(&whole) > 30);
    let layers = network.layers();
    let macs = |inside: &dyn Fn(usize) -> bool| -> u64 {
        layers.iter().filter(|layer| inside(layer.node)).map(|layer| layer.macs).sum()
    };
    // One multiply-accumulate of a sample is a microsecond.
    let (of_backbone, of_all) = (macs(&|node| node <= last), macs(&|_| true));
    assert!((backbone.dense() - of_backbone as f64 / 1e3).abs() < 1e-6);
    assert!((whole.dense() - of_all as f64 / 1e3).abs() < 1e-6);
    // What is counted in MACs is the whole network in both.
    assert_eq!(
        (backbone.macs(&backbone.dense_counts()), whole.macs(&whole.dense_counts())),
        (of_all, of_all)
    );
}

/// The last stage is read by the extra layers and the first heads: they lose inputs, at no change of the latency.
#[test]
fn readers_behind_the_backbone_shrink_for_nothing() {
    let network = detector();
    let space = space(&network, MICROSECONDS, ChannelOptions { scope: LatencyScope::Backbone, ..BOTH });
    let last = space.groups().of(network.backbone.unwrap());
    let mut counts = space.dense_counts();
    let inside = |counts: &[usize]| {
        let shapes = network.convolutions(space.groups(), counts);
        let macs =
            shapes.iter().filter(|(id, _)| *id <= network.backbone.unwrap()).map(|(_, shape)| shape.macs());
        macs.sum::<u64>()
    };
    counts[last] -= 8;
    assert!((space.latency(&counts).unwrap() - inside(&counts) as f64 / 1e3).abs() < 1e-6);
    let lost = space.macs(&space.dense_counts()) - space.macs(&counts);
    assert!(lost > inside(&space.dense_counts()) - inside(&counts));
}

#[test]
fn a_classifier_has_no_backbone() {
    let options = ChannelOptions { scope: LatencyScope::Backbone, ..OUTPUTS };
    let message = ChannelSpace::new(&chain(), MICROSECONDS, options).unwrap_err().to_string();
    assert!(
        message.contains("latency_scope=backbone") && message.contains("chain has no backbone"),
        "{message}"
    );
    for name in LatencyScope::NAMES {
        assert!(name.parse::<LatencyScope>().is_ok());
    }
    assert!("head".parse::<LatencyScope>().unwrap_err().contains("network, backbone"));
}
