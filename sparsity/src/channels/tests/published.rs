//! The networks and the table of HALP, where the table is here; MobileNet-V1 by its MACs.

use super::*;
use std::path::Path;

/// ResNet-50 under the table of a TITAN V at batch 256, if `HARNESS_TITANV_LUT` names it.
fn resnet50(accounting: Accounting) -> Option<ChannelSpace> {
    let Some(path) = std::env::var_os("HARNESS_TITANV_LUT") else {
        eprintln!("HARNESS_TITANV_LUT names no table, so this test checks nothing");
        return None;
    };
    let content = std::fs::read(&path).unwrap();
    let table = LatencyTable::import(Path::new(&path), &content, about()).unwrap();
    let options = ChannelOptions { block: 0, accounting, keep_stem: true, ..OUTPUTS };
    Some(space(&model("resnet50", 1000, 224).unwrap(), Latency::Table(table), options))
}

/// The group sizes that HALP lists for ResNet-50, but for the first convolution, which it never prunes
/// and its table has at one width.
#[test]
fn blocks_are_the_published_ones() {
    let Some(space) = resnet50(Accounting::Outputs) else { return };
    assert!((space.dense() - 304.74).abs() < 0.01);
    for (group, block) in space.groups().groups.iter().zip(space.blocks()) {
        let name = group.name.as_str();
        let expected = match name {
            "input" => 3,
            "conv1" => 64,
            "fc" => 1000,
            "layer1.0.conv3" => 64,
            _ if name.ends_with("conv3") => 128,
            "layer3.0.conv1" | "layer3.0.conv2" | "layer4.0.conv1" | "layer4.0.conv2" => 64,
            _ if name.starts_with("layer3") && name.ends_with("conv1") => 128,
            _ => 32,
        };
        assert_eq!(*block, expected, "{name}");
    }
    // 246 blocks with the 32 that HALP counts in the first convolution.
    let blocks = |group: usize| space.reachable(group).count();
    let prunable = (0..space.blocks().len()).filter(|&group| space.prunable()[group]);
    assert_eq!(prunable.map(blocks).sum::<usize>(), 246 - 32);
}

/// One step to 80, 55 and 30 % under both accountings, and 30 steps as HALP takes them.
#[test]
fn resnet50_comes_within_the_published_targets() {
    for accounting in [Accounting::Outputs, Accounting::OutputsAndInputs] {
        let Some(space) = resnet50(accounting) else { return };
        let values = importances(&space, 1);
        for percent in [80, 55, 30] {
            let target = space.dense() * f64::from(percent) / 100.0;
            let report = |how: &str, counts: &[usize]| {
                let (latency, giga) = (space.latency(counts).unwrap(), space.macs(counts) as f64 / 1e9);
                let kept = value(&space, &values, counts) / value(&space, &values, &space.dense_counts());
                eprintln!(
                    "resnet50 {accounting:?} {percent} %, {how}: {latency:.2} of {target:.2} ms, {giga:.3} GMAC, \
                     {:.1} % of the importance",
                    100.0 * kept
                );
                assert!(latency <= target);
            };
            report("one step", &pruned(&space, &values, target).unwrap().counts);
            report("30 steps", &gradually(&space, &values, target));
            report("uniform", &space.uniform(target).unwrap());
        }
    }
}

/// 30 steps whose targets fall by equal factors, each at the prices of the structure before it.
fn gradually(space: &ChannelSpace, values: &[Vec<f64>], target_ms: f64) -> Vec<usize> {
    let least = space.smallest_counts();
    let mut current = space.dense_counts();
    for step in 1..=30 {
        let share = f64::from(step) / 30.0;
        let target_ms = if step < 30 {
            (share * target_ms.ln() + (1.0 - share) * space.dense().ln()).exp()
        } else {
            target_ms
        };
        let request = ChannelRequest { current: &current, least: &least, most: &current, values, target_ms };
        let chosen = space.choose(&request).unwrap();
        assert!(chosen.latency <= target_ms);
        current = chosen.counts;
    }
    current
}

/// MobileNet-V1 by its MACs to the targets of the MDP paper, 45 and 35 %, in blocks of an eighth.
#[test]
fn mobilenet_comes_within_the_published_targets() {
    let network = model("mobilenet-v1", 1000, 224).unwrap();
    for accounting in [Accounting::Outputs, Accounting::OutputsAndInputs] {
        let options = ChannelOptions { block: 0, accounting, keep_stem: true, ..OUTPUTS };
        let space = space(&network, Latency::Macs { batch: 256 }, options);
        let values = importances(&space, 1);
        for percent in [80, 45, 35] {
            let target = space.dense() * f64::from(percent) / 100.0;
            for (how, counts) in [
                ("one step", pruned(&space, &values, target).unwrap().counts),
                ("30 steps", gradually(&space, &values, target)),
                ("uniform", space.uniform(target).unwrap()),
            ] {
                let latency = space.latency(&counts).unwrap();
                eprintln!(
                    "mobilenet-v1 {accounting:?} {percent} %, {how}: {latency:.2} of {target:.2} ms, {:.3} GMAC",
                    space.macs(&counts) as f64 / 1e9
                );
                assert!(latency <= target);
            }
        }
    }
}
