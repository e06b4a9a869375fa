//! The published and recomputed values of RigL's distributions.

use super::*;
use network::{LayerKind, wide_resnet};
use proptest::prelude::*;

/// The layers of ResNet-50 at 224 x 224, which the network room does not describe yet.
fn resnet50() -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut push = |name: String, inputs: usize, outputs: usize, kernel: usize, size: usize| {
        let kind = if name == "fc" { LayerKind::Linear } else { LayerKind::Conv };
        let macs = (inputs * outputs * kernel * kernel * size * size) as u64;
        layers.push(Layer { name, node: 0, kind, inputs, outputs, kernel, macs });
    };
    push("conv1".into(), 3, 64, 7, 112);
    let mut inputs = 64;
    for (stage, (blocks, width, size)) in
        [(3, 64, 56), (4, 128, 28), (6, 256, 14), (3, 512, 7)].iter().enumerate()
    {
        for block in 0..*blocks {
            let before = if block == 0 && stage > 0 { size * 2 } else { *size };
            let name = |layer: &str| format!("layer{}.{block}.{layer}", stage + 1);
            push(name("conv1"), inputs, *width, 1, before);
            push(name("conv2"), *width, *width, 3, *size);
            push(name("conv3"), *width, 4 * width, 1, *size);
            if block == 0 {
                push(name("ds"), inputs, 4 * width, 1, *size);
            }
            inputs = 4 * width;
        }
    }
    push("fc".into(), 2048, 1000, 1, 1);
    layers
}

fn round(value: f64, digits: i32) -> f64 {
    (value * 10f64.powi(digits)).round() / 10f64.powi(digits)
}

#[test]
fn erk_reproduces_epsilon_and_inference_ratios() {
    let wrn = wide_resnet(22, 2, 10).layers();
    let rn50 = resnet50();
    assert_eq!(rn50.iter().map(Layer::weights).sum::<usize>(), 25_502_912);
    for (layers, sparsity, epsilon, ratio) in [
        (&rn50, 0.8, 99.561, 0.4138),
        (&rn50, 0.9, 48.786, 0.2418),
        (&rn50, 0.95, 24.372, 0.1217),
        (&rn50, 0.965, 17.060, 0.0852),
        (&wrn, 0.5, 209.77, 0.7282),
        (&wrn, 0.8, 75.603, 0.3521),
        (&wrn, 0.9, 35.934, 0.1736),
        (&wrn, 0.95, 17.346, 0.0881),
    ] {
        let digits = if sparsity == 0.5 { 2 } else { 3 };
        assert_eq!(
            round(Distribution::Erk.erdos_renyi(layers, sparsity).0, digits),
            epsilon,
            "at {sparsity}"
        );
        let budget = Distribution::Erk.budget(layers, sparsity).unwrap();
        assert_eq!(round(budget.inference_ratio(), 4), ratio, "at {sparsity}");
    }
}

#[test]
fn uniform_reproduces_inference_ratios() {
    let wrn = wide_resnet(22, 2, 10).layers();
    let rn50 = resnet50();
    for (layers, sparsity, ratio) in [
        (&rn50, 0.8, 0.2231),
        (&rn50, 0.9, 0.1260),
        (&rn50, 0.95, 0.0774),
        (&rn50, 0.965, 0.0628),
        (&wrn, 0.5, 0.5014),
        (&wrn, 0.8, 0.2022),
        (&wrn, 0.9, 0.1025),
        (&wrn, 0.95, 0.0527),
    ] {
        let budget = Distribution::Uniform.budget(layers, sparsity).unwrap();
        let measured = budget.inference_ratio();
        // The values are of exact shares; ours are of whole weights.
        assert!((measured - ratio).abs() < 1e-4, "{measured} at {sparsity}");
    }
}

#[test]
fn erk_reproduces_the_sparsities_of_single_layers() {
    let at = |layers: &[Layer], sparsity: f64, name: &str| {
        let budget = Distribution::Erk.budget(layers, sparsity).unwrap();
        let layer = budget.layers.iter().find(|layer| layer.layer == name).unwrap();
        1.0 - layer.active as f64 / layer.weights as f64
    };
    let rn50 = resnet50();
    for (name, at80, at90) in [
        ("conv1", 0.1428, 0.5800),
        ("layer1.0.conv2", 0.6381, 0.8227),
        ("layer1.0.ds", 0.0, 0.0412),
        ("layer2.0.conv1", 0.0, 0.4253),
        ("layer2.1.conv2", 0.8231, 0.9133),
        ("layer2.0.conv3", 0.0247, 0.5221),
        ("layer3.0.ds", 0.7079, 0.8569),
        ("layer4.2.conv2", 0.9565, 0.9787),
        ("layer4.2.conv3", 0.7567, 0.8808),
        ("fc", 0.8518, 0.9274),
    ] {
        assert!((at(&rn50, 0.8, name) - at80).abs() < 1e-4, "{name} {}", at(&rn50, 0.8, name));
        assert!((at(&rn50, 0.9, name) - at90).abs() < 1e-4, "{name} {}", at(&rn50, 0.9, name));
    }
    let wrn = wide_resnet(22, 2, 10).layers();
    for (name, at80, at90) in [
        ("conv1", 0.0, 0.0),
        ("block1.0.conv1", 0.1140, 0.5789),
        ("block1.1.conv1", 0.4258, 0.7271),
        ("block2.0.conv1", 0.5816, 0.8011),
        ("block2.1.conv2", 0.7252, 0.8694),
        ("block3.0.shortcut", 0.0, 0.1490),
        ("block3.0.conv1", 0.7970, 0.9035),
        ("block3.2.conv2", 0.8657, 0.9362),
        ("fc", 0.0, 0.0),
    ] {
        // Layers of a few hundred weights round their sparsity down to a whole number of zeros.
        assert!((at(&wrn, 0.8, name) - at80).abs() < 4e-4, "{name} {}", at(&wrn, 0.8, name));
        assert!((at(&wrn, 0.9, name) - at90).abs() < 4e-4, "{name} {}", at(&wrn, 0.9, name));
    }
}

#[test]
fn impossible_budgets_are_named() {
    let wrn = wide_resnet(10, 1, 10).layers();
    for bad in [-0.1, 1.0, f64::NAN] {
        assert!(matches!(Distribution::Erk.budget(&wrn, bad), Err(DistributionError::Sparsity(_))));
    }
    let message = Distribution::Global.budget(&wrn, 0.9999).unwrap_err().to_string();
    assert!(message.contains("conv1") && message.contains("left empty"), "{message}");
    assert!("erdos".parse::<Distribution>().unwrap_err().to_string().contains("erk"));
}

proptest! {
    /// ER and ERK keep the overall sparsity to one weight a layer, whatever was capped.
    #[test]
    fn erdos_renyi_meets_the_overall_sparsity(sparsity in 0.0f64..0.97, kernel in any::<bool>()) {
        let layers = wide_resnet(22, 2, 10).layers();
        let distribution = if kernel { Distribution::Erk } else { Distribution::Er };
        let budget = distribution.budget(&layers, sparsity).unwrap();
        let excess = budget.active() as f64 - (1.0 - sparsity) * budget.weights() as f64;
        prop_assert!(excess > -1.0 && excess < layers.len() as f64 + 1.0, "{excess}");
        prop_assert!(budget.layers.iter().all(|l| l.active > 0 && l.active <= l.weights));
    }
}
