//! Counts and boxes of the published networks.

use super::*;
use crate::{Layer, Op, models::model};

/// Layers, parameters and multiply-accumulates of a part of a network.
type Part = (usize, usize, u64);

/// The backbone, the extra layers and the heads.
fn parts(network: &Network) -> [Part; 3] {
    let (backbone, outputs) = (network.backbone.unwrap(), network.output_nodes());
    let mut parts = [(0, 0, 0); 3];
    for (id, node) in network.nodes.iter().enumerate() {
        let part = if id <= backbone { 0 } else { 1 + usize::from(outputs.contains(&id)) };
        let layer = network.layers().into_iter().find(|layer| layer.node == id);
        let weights = layer.as_ref().map_or(0, Layer::weights);
        let others = match node.op {
            Op::BatchNorm => 2 * node.shape.channels,
            Op::Conv { bias: true, .. } => node.shape.channels,
            _ => 0,
        };
        parts[part].0 += usize::from(layer.is_some());
        parts[part].1 += weights + others;
        parts[part].2 += layer.map_or(0, |layer| layer.macs);
    }
    parts
}

/// Computed from SMCP's code and from what the method's logs print, against PyTorch modules on the meta device.
#[test]
fn both_variants_have_the_published_counts() {
    let backbone = (43, 8_543_296, 38_465_961_984);
    for (name, parameters, macs, extras, heads) in [
        (
            "ssd512-resnet50-skim",
            21_968_324,
            65_378_677_760,
            (12, 9_968_128, 22_224_306_176),
            (14, 3_456_900, 4_688_409_600),
        ),
        (
            "ssd512-resnet50",
            30_922_180,
            60_046_668_800,
            (15, 18_230_784, 16_184_508_416),
            (14, 4_148_100, 5_396_198_400),
        ),
    ] {
        let network = model(name, 20, 512).unwrap();
        assert_eq!((network.parameters(), network.macs()), (parameters, macs), "{name}");
        assert_eq!(parts(&network), [backbone, extras, heads], "{name}");
    }
}

/// Inputs, outputs, kernel, stride, padding, dilation, side read and side returned.
fn sizes(network: &Network, name: &str) -> [usize; 8] {
    let node = network.nodes.iter().find(|node| node.name == name).unwrap();
    let Op::Conv { kernel, stride, padding, dilation, .. } = node.op else { panic!("{name}") };
    let read = network.nodes[node.inputs[0]].shape;
    [read.channels, node.shape.channels, kernel, stride, padding, dilation, read.height, node.shape.height]
}

#[test]
fn layers_that_differ_from_a_classifiers_are_as_published() {
    let skim = model("ssd512-resnet50-skim", 20, 512).unwrap();
    let full = model("ssd512-resnet50", 20, 512).unwrap();
    for (network, name, expected) in [
        (&skim, "layer3.0.conv2", [256, 256, 3, 1, 1, 1, 64, 64]),
        (&skim, "conv5_1", [1024, 512, 3, 1, 1, 1, 64, 64]),
        (&skim, "conv5_2", [512, 512, 3, 2, 1, 1, 64, 32]),
        (&skim, "head4_3.class", [1024, 84, 3, 1, 1, 1, 64, 64]),
        (&skim, "conv8_1", [512, 256, 1, 1, 0, 1, 32, 32]),
        (&full, "conv5_1", [1024, 512, 3, 1, 1, 1, 32, 32]),
        (&full, "conv6", [512, 1024, 3, 1, 6, 6, 32, 32]),
        (&full, "conv7", [1024, 1024, 1, 1, 0, 1, 32, 32]),
        (&full, "conv8_1", [1024, 256, 1, 1, 0, 1, 32, 32]),
        (&full, "head7.location", [1024, 24, 3, 1, 1, 1, 32, 32]),
        (&full, "conv12_2", [128, 256, 4, 1, 1, 1, 2, 1]),
        (&full, "head12_2.class", [256, 84, 3, 1, 1, 1, 1, 1]),
    ] {
        assert_eq!(sizes(network, name), expected, "{} {name}", network.name);
    }
}

/// Every layer, where the folder with the published layers is at hand.
#[test]
fn every_layer_is_that_of_the_published_table() {
    let Some(cases) = std::env::var_os("HARNESS_VOC_CASES").map(std::path::PathBuf::from) else {
        println!("skipped: HARNESS_VOC_CASES is not set");
        return;
    };
    for (name, file) in
        [("ssd512-resnet50-skim", "smcp_skim_layers.csv"), ("ssd512-resnet50", "mdp_full_layers.csv")]
    {
        let network = model(name, 20, 512).unwrap();
        let text = std::fs::read_to_string(cases.join("spec").join(file)).unwrap();
        let mut rows = 0;
        for row in text.lines().skip(1) {
            let (theirs, numbers) = row.split_once(',').unwrap();
            let numbers: Vec<usize> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
            let ours = ours(theirs);
            let layer = network.layers().into_iter().find(|layer| layer.name == ours).unwrap();
            let Op::Conv { bias, .. } = network.nodes[layer.node].op else { panic!("{ours}") };
            let bias = if bias { layer.outputs } else { 0 };
            let norm = network
                .nodes
                .iter()
                .find(|node| node.op == Op::BatchNorm && node.inputs == [layer.node])
                .map_or(0, |node| 2 * node.shape.channels);
            let counts = [layer.weights(), bias, norm, layer.macs as usize];
            assert_eq!([&sizes(&network, &ours)[..], &counts].concat(), numbers, "{name} {ours}");
            rows += 1;
        }
        assert_eq!(rows, network.layers().len(), "{name}");
    }
}

/// Our name of a layer of the published tables.
fn ours(theirs: &str) -> String {
    for (prefix, head) in [("loc_conv", "location"), ("cl_conv", "class")] {
        if let Some(map) = theirs.strip_prefix(prefix) {
            return format!("head{map}.{head}");
        }
    }
    match theirs.strip_prefix("f_0.") {
        Some(backbone) => backbone.into(),
        None => theirs.split_once('.').unwrap().1.replace('-', "_"),
    }
}

/// Map by map location before class; the last map has one pixel, whatever the side.
#[test]
fn heads_follow_from_the_side() {
    for (side, maps) in [(64, 4), (128, 5), (256, 6), (512, 7), (1024, 8)] {
        for variant in ["", "-skim", "-0.25", "-skim-0.25"] {
            let name = format!("ssd{side}-resnet50{variant}");
            let network = model(&name, 3, side).unwrap();
            assert_eq!(network.check(), Ok(()), "{name}");
            let heads: Vec<_> = network.outputs.iter().map(|&id| &network.nodes[id]).collect();
            assert_eq!(heads.len(), 2 * maps, "{name}");
            for (level, pair) in heads.chunks(2).enumerate() {
                let boxes = if level == 0 || level + 2 >= maps { 4 } else { 6 };
                let shape =
                    |channels| Shape { channels, height: side >> (3 + level), width: side >> (3 + level) };
                assert!(pair[0].name.ends_with(".location") && pair[1].name.ends_with(".class"));
                assert_eq!([pair[0].shape, pair[1].shape], [shape(4 * boxes), shape(4 * boxes)], "{name}");
            }
            assert_eq!(heads.last().unwrap().shape.height, 1);
        }
    }
}

/// The groups of the method's logs: 27 convolutions alone, and the residual stream of each stage.
#[test]
fn the_backbone_has_the_published_groups() {
    for (name, second_map, reads_second) in [
        ("ssd512-resnet50", "conv7", ["conv8_1", "head7.location", "head7.class"]),
        ("ssd512-resnet50-skim", "conv5_2", ["conv8_1", "head7.location", "head7.class"]),
    ] {
        let network = model(name, 20, 512).unwrap();
        let groups = network.channel_groups().unwrap();
        let names =
            |ids: &[NodeId]| -> Vec<&str> { ids.iter().map(|&id| network.nodes[id].name.as_str()).collect() };
        let named = |name: &str| groups.groups.iter().find(|group| group.name == name).unwrap();
        let backbone = network.backbone.unwrap();
        let of_backbone: Vec<_> =
            groups.groups.iter().filter(|group| group.producers.iter().any(|&id| id <= backbone)).collect();
        assert!(of_backbone.iter().all(|group| !group.fixed));
        let producers: Vec<usize> = of_backbone.iter().map(|group| group.producers.len()).collect();
        assert_eq!((producers.len(), producers.iter().sum::<usize>()), (30, 43), "{name}");
        assert_eq!(producers.iter().filter(|&&n| n == 1).count(), 27);
        for (stage, members) in [(1, 4), (2, 5), (3, 7)] {
            let group = named(&format!("layer{stage}.0.conv3"));
            assert_eq!(group.producers.len(), members);
            assert_eq!(group.channels, 128 << stage);
        }
        assert_eq!(names(&named("conv1").readers), ["layer1.0.conv1", "layer1.0.downsample.0"]);
        let readers = names(&named("layer3.0.conv3").readers);
        let blocks = (1..6).map(|block| format!("layer3.{block}.conv1"));
        let outside = ["conv5_1", "head4_3.location", "head4_3.class"].map(String::from);
        assert_eq!(readers, blocks.chain(outside).collect::<Vec<_>>(), "{name}");
        assert_eq!(names(&named(second_map).readers), reads_second);
        // Images and heads.
        let fixed = groups.groups.iter().filter(|group| group.fixed);
        assert_eq!(fixed.clone().count(), 1 + 14);
        assert!(fixed.skip(1).all(|group| group.producers.len() == 1 && group.readers.is_empty()));
    }
}

/// Heads read fewer channels and return as many.
#[test]
fn narrow_detectors_have_whole_heads() {
    for variant in ["", "-skim"] {
        let full = model(&format!("ssd128-resnet50{variant}"), 20, 128).unwrap();
        let narrow = model(&format!("ssd128-resnet50{variant}-0.25"), 20, 128).unwrap();
        assert_eq!((&narrow.outputs, narrow.backbone), (&full.outputs, full.backbone));
        for (id, (small, large)) in narrow.nodes.iter().zip(&full.nodes).enumerate() {
            let quarter = Shape { channels: large.shape.channels / 4, ..large.shape };
            let whole = id == 0 || full.outputs.contains(&id);
            assert_eq!(small.shape, if whole { large.shape } else { quarter }, "{}", small.name);
        }
        assert_eq!(DefaultBoxes::of(&narrow), DefaultBoxes::of(&full));
    }
}

/// What SMCP's own function gives in 32-bit floats.
#[test]
fn default_boxes_are_the_published_ones() {
    for name in ["ssd512-resnet50", "ssd512-resnet50-skim"] {
        let DefaultBoxes { boxes, classes } = DefaultBoxes::of(&model(name, 20, 512).unwrap()).unwrap();
        assert_eq!((boxes.len(), classes), (24_564, 20));
        for (index, expected) in SAMPLES {
            for (number, expected) in boxes[index].into_iter().zip(expected) {
                assert!((f64::from(number) - expected).abs() < 1e-6, "box {index}: {number} {expected}");
            }
        }
        for (column, expected) in
            [12_282.0, 12_282.0, 3144.948849915582, 3145.2511074807985].into_iter().enumerate()
        {
            let sum: f64 = boxes.iter().map(|numbers| f64::from(numbers[column])).sum();
            assert!((sum - expected).abs() < 1e-6 * expected, "{column}: {sum}");
        }
        let cut: Vec<usize> =
            (0..4).map(|column| boxes.iter().filter(|numbers| numbers[column] == 1.0).count()).collect();
        // One of the last cell's shapes is the whole image without being cut.
        assert_eq!(cut, [0, 0, CUT + 1, CUT + 1]);
        let cut_on = |range: std::ops::Range<usize>| {
            boxes[range].iter().flatten().filter(|&&number| number == 1.0).count()
        };
        assert_eq!([cut_on(0..24_448), cut_on(24_448..24_544), cut_on(24_544..24_560)], [0, 32, 8]);
    }
}

/// Widths that are cut to the image, and as many heights.
const CUT: usize = 21;

/// Boxes by their index, before rounding to 32 bits.
const SAMPLES: [(usize, [f64; 4]); 12] = [
    (0, [0.0078125, 0.0078125, 0.07, 0.07]),
    (1, [0.0078125, 0.0078125, 0.10246950765959599, 0.10246950765959599]),
    (2, [0.0078125, 0.0078125, 0.09899494936611666, 0.049497474683058325]),
    (255, [0.9921875, 0.0078125, 0.04949747468305833, 0.09899494936611665]),
    (256, [0.0078125, 0.0234375, 0.07, 0.07]),
    (16_383, [0.9921875, 0.9921875, 0.04949747468305833, 0.09899494936611665]),
    (16_385, [0.015625, 0.015625, 0.21213203435596426, 0.21213203435596426]),
    (16_390, [0.046875, 0.015625, 0.15, 0.15]),
    (24_064, [0.0625, 0.0625, 0.45, 0.45]),
    (24_448, [0.125, 0.125, 0.6, 0.6]),
    (24_561, [0.5, 0.5, 1.0, 1.0]),
    (24_562, [0.5, 0.5, 1.0, 0.6363961030678927]),
];

/// The ratio that is written with three digits.
#[test]
fn the_tallest_box_is_as_written_in_the_reference_code() {
    let boxes = DefaultBoxes::of(&model("ssd512-resnet50", 20, 512).unwrap()).unwrap().boxes;
    let [_, _, width, height] = boxes[16_384 + 5].map(f64::from);
    assert!((width - 0.08655922827752105).abs() < 1e-7 && (height - 0.25993762245501817).abs() < 1e-7);
}

#[test]
fn scales_of_other_sides_fill_the_same_range() {
    let boxes = DefaultBoxes::of(&model("ssd64-resnet50-0.25", 2, 64).unwrap()).unwrap().boxes;
    let firsts = [0, 4 * 64, 4 * 64 + 6 * 16, 4 * 64 + 6 * 16 + 4 * 4].map(|first| boxes[first][2]);
    assert_eq!(firsts, [0.07, 0.15, 0.525, 0.9]);
}

#[test]
fn networks_without_heads_have_no_default_boxes() {
    let refused = |network: &Network| DefaultBoxes::of(network).unwrap_err().to_string();
    let message = refused(&model("resnet50", 10, 32).unwrap());
    assert!(message.contains("it has 1 outputs") && message.contains("pairs of a location"), "{message}");
    let detector = model("ssd64-resnet50", 2, 64).unwrap();
    let changed = |change: fn(&mut Network)| {
        let mut network = detector.clone();
        change(&mut network);
        refused(&network)
    };
    assert!(changed(|n| n.outputs.swap(1, 3)).contains("are not on one square map"));
    assert!(
        changed(|n| n.nodes[n.outputs[0]].shape.channels = 20)
            .contains("has 20 channels instead of 16 or 24")
    );
    assert!(
        changed(|n| n.nodes[n.outputs[1]].shape.channels = 13).contains("has 13 channels for 4 boxes a cell")
    );
    assert!(
        changed(|n| n.nodes[n.outputs[1]].shape.channels = 4).contains("has 4 channels for 4 boxes a cell")
    );
    assert!(
        changed(|n| n.nodes[n.outputs[1]].shape.channels = 16).contains("one map has 3 classes, another 2")
    );
}
