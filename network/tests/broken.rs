//! Descriptions from files: those of the models pass, damaged ones are refused, none panics.

use network::{Builder, Kept, LayerKind, Network, Op, Shape, models::model};
use proptest::prelude::*;
use serde_json::Value;

fn networks() -> Vec<Network> {
    let detectors =
        [("ssd64-resnet50", 1, 64), ("ssd512-resnet50-skim", 20, 512), ("ssd1024-resnet50-0.05", 20, 1024)];
    let names = [
        "wrn-10-1",
        "wrn-16-2",
        "resnet50",
        "resnet50-0.25",
        "mobilenet-v1",
        "mobilenet-v1-0.05",
        "mobilenet-v2",
        "vgg16-bn",
        "resnet34",
        "resnet56-0.05",
    ];
    let large = [("wrn-100-16", 1000, 32), ("resnet50-3.99", 1000, 224)];
    let all = names.map(|name| (name, 10, 32)).into_iter().chain(large).chain(detectors);
    all.map(|(name, classes, side)| model(name, classes, side).unwrap()).collect()
}

fn base() -> Network {
    model("resnet50-0.25", 10, 32).unwrap()
}

fn id(network: &Network, name: &str) -> usize {
    network.nodes.iter().position(|node| node.name == name).unwrap()
}

#[test]
fn every_model_passes_after_a_round_trip() {
    for network in networks() {
        let read: Network = serde_json::from_str(&serde_json::to_string(&network).unwrap()).unwrap();
        assert_eq!(read, network);
        assert_eq!(read.check(), Ok(()));
        assert_eq!(read.folded().network.check(), Ok(()));
    }
}

/// As versions without detectors wrote it: no dilation, no list of outputs, no backbone.
const CLASSIFIER: &str = r#"{"name":"net","nodes":[{"name":"input","op":"input","inputs":[],"shape":{"channels":3,"height":4,"width":4}},{"name":"conv1","op":{"conv":{"kernel":3,"stride":2,"padding":1,"groups":1,"bias":false}},"inputs":[0],"shape":{"channels":8,"height":2,"width":2}},{"name":"avgpool","op":"global_average_pool","inputs":[1],"shape":{"channels":8,"height":1,"width":1}},{"name":"fc","op":"linear","inputs":[2],"shape":{"channels":10,"height":1,"width":1}}]}"#;

#[test]
fn classifiers_are_read_and_written_as_before_there_were_detectors() {
    let network: Network = serde_json::from_str(CLASSIFIER).unwrap();
    assert_eq!(network.check(), Ok(()));
    assert_eq!((network.output_nodes(), network.backbone), (vec![3], None));
    let mut built = Builder::new("net", network.nodes[0].shape);
    let x = built.conv("conv1", 0, 8, 3, 2);
    let x = built.global_average_pool("avgpool", x);
    built.linear("fc", x, 10);
    assert_eq!(built.finish(), network);
    assert_eq!(serde_json::to_string(&network).unwrap(), CLASSIFIER);
}

/// What was done to a network, and what the message must say.
type Damage = (fn(&mut Network), &'static str);

fn conv(network: &mut Network, name: &str, change: impl Fn(&mut [usize; 5])) {
    let id = id(network, name);
    let Op::Conv { kernel, stride, padding, groups, bias, dilation } = network.nodes[id].op else {
        panic!("{name}")
    };
    let mut sizes = [kernel, stride, padding, groups, dilation];
    change(&mut sizes);
    let [kernel, stride, padding, groups, dilation] = sizes;
    network.nodes[id].op = Op::Conv { kernel, stride, padding, groups, bias, dilation };
}

#[test]
fn damage_to_a_description_is_named() {
    let damages: &[Damage] = &[
        (|n| n.name.clear(), "has no name"),
        (|n| n.name = "a\u{1b}[2J".into(), r#""a\u{1b}[2J" is broken: has control characters"#),
        (|n| n.nodes.clear(), "it has 0 nodes"),
        (|n| n.nodes.truncate(1), "it has 1 nodes"),
        (|n| n.nodes = vec![n.nodes[0].clone(); 100_001], "it has 100001 nodes"),
        (|n| n.nodes[2].name.clear(), r#"node 2, "", has no name"#),
        (|n| n.nodes[2].name.push('\n'), r#"node 2, "bn1\n", has control characters"#),
        (|n| n.nodes[2].name = "conv1".into(), r#"node 2, "conv1", has the name of an earlier one"#),
        (|n| n.nodes[0].op = Op::Relu, r#"node 0, "input", is out of place"#),
        (|n| n.nodes[3].op = Op::Input, r#"node 3, "relu", is out of place"#),
        (|n| n.nodes[0].inputs = vec![0], "reads 1 nodes instead of 0"),
        (|n| n.nodes[3].inputs.clear(), "reads 0 nodes instead of 1"),
        (|n| n.nodes[3].inputs.push(1), "reads 2 nodes instead of 1"),
        (|n| n.nodes[3].inputs[0] = 3, "reads node 3, which is not an earlier one"),
        (|n| n.nodes[3].inputs[0] = usize::MAX, "which is not an earlier one"),
        (|n| n.nodes[3].inputs[0] = 1, r#"node 2, "bn1", is read by no other"#),
        (|n| n.nodes[1].shape.channels = 0, "has shape 0 x 16 x 16"),
        (|n| n.nodes[1].shape.channels = (1 << 20) + 1, "1 to 1048576 channels"),
        (
            |n| n.nodes[1].shape.channels += 1,
            r#"node 2, "bn1", has shape 16 x 16 x 16 instead of 17 x 16 x 16"#,
        ),
        (|n| n.nodes[1].shape.height -= 1, r#"node 1, "conv1", has shape 16 x 15 x 16 instead of"#),
        (|n| n.nodes[0].shape.width = (1 << 16) + 1, "1 to 65536 pixels a side"),
        (|n| n.nodes[0].shape.width = 33, "has shape 3 x 32 x 33, and images must be square"),
        (|n| n.nodes[0].shape.height = 0, "has shape 3 x 0 x 32"),
        (|n| n.nodes.truncate(5), r#"node 4, "maxpool", is the last and must return a vector"#),
        (|n| n.nodes[3].op = Op::Linear, "reads feature maps instead of a vector"),
        (|n| n.nodes[4].op = Op::Relu, "has shape 16 x 8 x 8 instead of 16 x 16 x 16"),
        (|n| n.nodes[4].op = Op::Relu6, "has shape 16 x 8 x 8 instead of 16 x 16 x 16"),
        (
            |n| n.nodes[4].op = Op::AdaptiveAveragePool { side: 7 },
            "has shape 16 x 8 x 8 instead of 16 x 7 x 7",
        ),
        (|n| n.nodes[4].op = Op::AdaptiveAveragePool { side: 0 }, "has shape 16 x 0 x 0"),
        (|n| n.nodes[4].op = Op::AdaptiveAveragePool { side: usize::MAX }, "1 to 65536 pixels a side"),
        (|n| n.nodes[4].op = Op::FlattenedLinear, "has shape 16 x 8 x 8 instead of 16 x 1 x 1"),
        (
            |n| n.nodes.last_mut().unwrap().op = Op::FlattenedLinear,
            r#""fc", reads a vector instead of feature maps"#,
        ),
        (|n| n.nodes[4].op = Op::MaxPool { kernel: 3, stride: 2, padding: 2 }, "above half the kernel of 3"),
        (|n| n.nodes[4].op = Op::MaxPool { kernel: 19, stride: 2, padding: 1 }, "a kernel of 19 pixels for"),
        (|n| n.nodes[4].op = Op::MaxPool { kernel: 0, stride: 2, padding: 0 }, "a kernel of 0 pixels"),
        (|n| n.nodes[4].op = Op::MaxPool { kernel: 3, stride: 0, padding: 1 }, "a stride of 0 pixels"),
        (|n| conv(n, "conv1", |sizes| sizes[0] = 0), "node 1, \"conv1\", has a kernel of 0 pixels"),
        (|n| conv(n, "layer1.0.conv1", |sizes| sizes[0] = 0), "a kernel of 0 pixels"),
        (|n| conv(n, "conv1", |sizes| sizes[..3].copy_from_slice(&[1 << 17, 1, 1 << 16])), "1 to 65536"),
        (|n| conv(n, "conv1", |sizes| sizes[1] = 0), "a stride of 0 pixels"),
        (|n| conv(n, "conv1", |sizes| sizes[1] = usize::MAX), "a stride of 18446744073709551615 pixels"),
        (|n| conv(n, "conv1", |sizes| sizes[1] = 1), "has shape 16 x 16 x 16 instead of 16 x 32 x 32"),
        (|n| conv(n, "conv1", |sizes| sizes[2] = 2), "has shape 16 x 16 x 16 instead of 16 x 15 x 15"),
        (|n| conv(n, "conv1", |sizes| sizes[2] = 4), "pads 4 pixels, above half the kernel of 7"),
        (|n| conv(n, "conv1", |sizes| sizes[2] = usize::MAX), "above half the kernel of 7"),
        (|n| conv(n, "conv1", |sizes| sizes[4] = 0), "a dilation of 0 pixels"),
        (|n| conv(n, "conv1", |sizes| sizes[4] = usize::MAX), "a dilation of 18446744073709551615 pixels"),
        (
            |n| conv(n, "conv1", |sizes| sizes[4] = 7),
            "a kernel of 7 pixels over 43 pixels for a padded image of 38",
        ),
        (|n| conv(n, "conv1", |sizes| sizes[..3].copy_from_slice(&[3, 2, 2])), "above half the kernel of 3"),
        (|n| conv(n, "conv1", |sizes| sizes[3] = 0), "has 0 groups"),
        (|n| conv(n, "conv1", |sizes| sizes[3] = 2), "has 2 groups, which do not divide 3 and 16 channels"),
    ];
    for (damage, words) in damages {
        let mut network = base();
        damage(&mut network);
        let message = network.check().unwrap_err().to_string();
        assert!(message.contains(words) && message.ends_with("write the file again"), "{words}: {message}");
    }
}

/// What can be wrong with a detector's lists; the heads are its last nodes.
#[test]
fn damage_to_the_outputs_is_named() {
    let damages: &[Damage] = &[
        (|n| n.outputs.clear(), r#""head9_2.class", is the last and must return a vector"#),
        (|n| n.outputs[0] = n.nodes.len(), "it returns node 178, and there are 178"),
        (|n| n.outputs[0] = usize::MAX, "it returns node 18446744073709551615"),
        (|n| n.outputs[0] = 0, r#"node 0, "input", is the input and listed as an output"#),
        (|n| n.outputs[0] = n.outputs[1], r#""head4_3.class", is listed twice as an output"#),
        (|n| n.outputs.truncate(7), r#""head9_2.class", is read by no other, and is not an output"#),
        (|n| n.outputs[0] -= 1, r#"head4_3.location", is read by no other"#),
        (|n| n.backbone = Some(n.nodes.len()), "its backbone ends at node 178, and there are 178"),
    ];
    for (damage, words) in damages {
        let mut network = model("ssd64-resnet50", 2, 64).unwrap();
        damage(&mut network);
        let message = network.check().unwrap_err().to_string();
        assert!(message.contains(words) && message.ends_with("write the file again"), "{words}: {message}");
    }
}

/// A node that others read can be an output too, a feature map or a vector.
#[test]
fn inner_nodes_can_be_outputs() {
    let mut network = base();
    let last = network.nodes.len() - 1;
    network.outputs = vec![last, 4];
    assert_eq!(network.check(), Ok(()));
    assert_eq!(network.output_nodes(), [last, 4]);
}

#[test]
fn sums_join_two_different_nodes_of_equal_shape() {
    let mut network = base();
    let add = id(&network, "layer1.0.add");
    let left = network.nodes[add].inputs[0];
    for (inputs, words) in [
        (vec![left], "reads 1 nodes instead of 2"),
        (vec![left, left], "must add two different nodes of equal shape"),
        (vec![left, 1], "must add two different nodes of equal shape"),
    ] {
        network.nodes[add].inputs = inputs;
        let message = network.check().unwrap_err().to_string();
        assert!(message.contains("\"layer1.0.add\"") && message.contains(words), "{message}");
    }
}

/// A feature map of one pixel has the shape of a vector and is none.
#[test]
fn vectors_and_feature_maps_are_told_apart() {
    let mut net = Builder::new("net", Shape { channels: 3, height: 1, width: 1 });
    let x = net.conv("conv", 0, 4, 1, 1);
    let x = net.global_average_pool("pool", x);
    net.linear("fc", x, 2);
    let network = net.finish();
    assert_eq!(network.check(), Ok(()));
    for (node, op, words) in [
        (2, Op::Relu, r#""fc", reads feature maps instead of a vector"#),
        (3, network.nodes[1].op, r#""fc", reads a vector instead of feature maps"#),
        (3, Op::GlobalAveragePool, "reads a vector instead of feature maps"),
    ] {
        let mut network = network.clone();
        network.nodes[node].op = op;
        let message = network.check().unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    }
}

/// Each size is within its own bound, and their product is beyond 64 bits.
#[test]
fn work_that_cannot_be_counted_is_refused() {
    let mut net = Builder::new("net", Shape { channels: 1 << 20, height: 1 << 15, width: 1 << 15 });
    let x = net.conv("conv", 0, 1 << 20, 3, 1);
    let x = net.global_average_pool("pool", x);
    net.linear("fc", x, 2);
    let message = net.finish().check().unwrap_err().to_string();
    assert!(message.contains(r#"node 1, "conv", brings"#), "{message}");
    let mut net = Builder::new("net", Shape { channels: 1 << 20, height: 1 << 16, width: 1 << 16 });
    let x = net.relu("relu1", 0);
    let x = net.relu("relu2", x);
    net.global_average_pool("pool", x);
    let message = net.finish().check().unwrap_err().to_string();
    assert!(message.contains(r#"node 2, "relu2", brings"#), "{message}");
}

/// The paths of all values of a JSON text that hold no others.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{path}/{at}"), found))
        }
        _ => found.push(path.into()),
    }
}

fn corruption() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0u64..70).prop_map(Value::from),
        prop::sample::select(vec![1u64 << 16, 1 << 20, 1 << 32, 1 << 62, u64::MAX]).prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "input",
            "relu",
            "linear",
            "flattened_linear",
            "relu6",
            "add",
            "dropout",
            "batch_norm",
            "conv1",
            "\0"
        ])
        .prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// What is refused is refused with a message; what passes can be used.
    #[test]
    fn no_corruption_panics(
        name in prop::sample::select(vec![("wrn-10-1", 4), ("mobilenet-v1-0.05", 32), ("mobilenet-v2-0.05", 32), ("vgg16-bn-0.05", 32), ("ssd64-resnet50-0.05", 64)]),
        values in prop::collection::vec((any::<prop::sample::Index>(), corruption()), 0..4),
        removed in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        swapped in prop::option::weighted(0.2, any::<[prop::sample::Index; 2]>()),
    ) {
        let mut json = serde_json::to_value(model(name.0, 10, name.1).unwrap()).unwrap();
        let mut paths = Vec::new();
        leaves(&json, "", &mut paths);
        for (at, value) in values {
            *json.pointer_mut(at.get(&paths).as_str()).unwrap() = value;
        }
        let nodes = json["nodes"].as_array_mut().unwrap();
        if let Some(removed) = removed {
            nodes.remove(removed.index(nodes.len()));
        }
        if let Some([left, right]) = swapped {
            let [left, right] = [left, right].map(|at| at.index(nodes.len()));
            nodes.swap(left, right);
        }
        let Ok(network) = serde_json::from_value::<Network>(json) else { return Ok(()) };
        if let Err(error) = network.check() {
            prop_assert!(!error.to_string().contains(char::is_control));
            return Ok(());
        }
        prop_assert!(network.macs() > 0 && network.parameters() >= network.weights());
        let folded = network.folded().network;
        prop_assert_eq!(folded.check(), Ok(()));
        prop_assert_eq!(folded.macs(), network.macs());
        if let Ok(groups) = network.channel_groups() {
            let others = network.layers().into_iter().filter(|layer| layer.kind == LayerKind::Linear);
            let convolutions = network.convolutions(&groups, &groups.counts());
            let macs = others.map(|layer| layer.macs).chain(convolutions.iter().map(|(_, shape)| shape.macs()));
            prop_assert_eq!(macs.sum::<u64>(), network.macs());
            prop_assert_eq!(network.compacted(&groups, &Kept::all(&groups)), network);
        }
    }
}
