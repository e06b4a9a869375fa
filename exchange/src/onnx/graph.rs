//! The operators of a network, node by node.

use super::messages::{AttributeProto, AttributeType, DataType, NodeProto, TensorProto};
use network::{BATCH_NORM_EPSILON, Network, NodeId, Op};

/// The name of what the model reads.
pub(super) const IMAGES: &str = "images";
/// The name of what a classifier returns.
const LOGITS: &str = "logits";

/// A node that ONNX has no operator for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("ONNX has no operator for `{node}` of {network}: {what}; export it as torch or safetensors")]
pub struct Inexpressible {
    /// The network.
    pub network: String,
    /// The node.
    pub node: String,
    /// What it computes.
    pub what: String,
}

/// What a network is in ONNX, without its weights.
pub(super) struct Written {
    /// The operators in their order.
    pub nodes: Vec<NodeProto>,
    /// Constants other than weights.
    pub constants: Vec<TensorProto>,
    /// The names of what it returns.
    pub outputs: Vec<String>,
}

/// The operators of `network`.
pub(super) fn written(network: &Network) -> Result<Written, Inexpressible> {
    let returned = network.output_nodes();
    let mut written = Written { nodes: Vec::new(), constants: Vec::new(), outputs: Vec::new() };
    // What each node returns, by name: dropout is nothing in an evaluation, so it returns what it reads.
    let mut values: Vec<String> = Vec::new();
    for (id, node) in network.nodes.iter().enumerate() {
        let read: Vec<String> = node.inputs.iter().map(|&input| values[input].clone()).collect();
        let name = match returned.as_slice() {
            [only] if *only == id => LOGITS.to_string(),
            _ => node.name.clone(),
        };
        let mut push = |operator: &str, more: &[&str], attributes: Vec<AttributeProto>| {
            let named = more.iter().map(|what| format!("{}.{what}", node.name));
            let input = read.iter().cloned().chain(named).collect();
            written.nodes.push(operation(&node.name, operator, input, &name, attributes));
        };
        match node.op {
            Op::Input => {
                values.push(IMAGES.into());
                continue;
            }
            Op::Dropout if !returned.contains(&id) => {
                values.push(read[0].clone());
                continue;
            }
            Op::Dropout => push("Identity", &[], vec![]),
            Op::Conv { kernel, stride, padding, groups, bias, dilation } => {
                let mut attributes = windows(kernel, stride, padding);
                attributes.extend([ints("dilations", &[dilation; 2]), int("group", groups)]);
                push("Conv", if bias { &["weight", "bias"] } else { &["weight"] }, attributes);
            }
            Op::MaxPool { kernel, stride, padding } => {
                push("MaxPool", &[], windows(kernel, stride, padding));
            }
            Op::BatchNorm => {
                let parts = ["weight", "bias", "running_mean", "running_var"];
                push("BatchNormalization", &parts, vec![float("epsilon", BATCH_NORM_EPSILON as f32)]);
            }
            Op::Relu => push("Relu", &[], vec![]),
            Op::Relu6 => {
                push("Clip", &["least", "most"], vec![]);
                written.constants.push(number(format!("{}.least", node.name), 0.0));
                written.constants.push(number(format!("{}.most", node.name), 6.0));
            }
            Op::Add => push("Add", &[], vec![]),
            Op::GlobalAveragePool => {
                let pooled = format!("{name}.pooled");
                written.nodes.push(operation(&pooled, "GlobalAveragePool", read, &pooled, vec![]));
                written.nodes.push(operation(
                    &node.name,
                    "Flatten",
                    vec![pooled],
                    &name,
                    vec![int("axis", 1)],
                ));
            }
            Op::AdaptiveAveragePool { side } => match network.nodes[node.inputs[0]].shape.height {
                pixels if pixels.is_multiple_of(side) => {
                    let window = [pixels / side; 2];
                    push("AveragePool", &[], vec![ints("kernel_shape", &window), ints("strides", &window)]);
                }
                1 => {
                    push("Tile", &["repeats"], vec![]);
                    written.constants.push(counts(format!("{}.repeats", node.name), &[1, 1, side, side]));
                }
                pixels => {
                    return Err(Inexpressible {
                        network: network.name.clone(),
                        node: node.name.clone(),
                        what: format!(
                            "adaptive average pooling from {pixels} x {pixels} to {side} x {side} pixels"
                        ),
                    });
                }
            },
            Op::Linear => push("Gemm", &["weight", "bias"], vec![int("transB", 1)]),
            Op::FlattenedLinear => {
                let flat = format!("{name}.flat");
                let parts = ["weight", "bias"].map(|part| format!("{}.{part}", node.name));
                let input = [flat.clone()].into_iter().chain(parts).collect();
                written.nodes.push(operation(&flat, "Flatten", read, &flat, vec![int("axis", 1)]));
                written.nodes.push(operation(&node.name, "Gemm", input, &name, vec![int("transB", 1)]));
            }
        }
        values.push(name);
    }
    written.outputs = returned.iter().map(|&id| values[id].clone()).collect();
    Ok(written)
}

/// Whether node `id` returns (batch, channels) and no pixels.
pub(super) fn is_vector(network: &Network, id: NodeId) -> bool {
    let node = &network.nodes[id];
    match node.op {
        Op::Linear | Op::FlattenedLinear | Op::GlobalAveragePool => true,
        Op::Input | Op::Conv { .. } | Op::MaxPool { .. } | Op::AdaptiveAveragePool { .. } => false,
        _ => node.inputs.first().is_some_and(|&input| is_vector(network, input)),
    }
}

fn operation(
    name: &str,
    operator: &str,
    input: Vec<String>,
    output: &str,
    attribute: Vec<AttributeProto>,
) -> NodeProto {
    NodeProto {
        input,
        output: vec![output.into()],
        name: Some(name.into()),
        op_type: Some(operator.into()),
        attribute,
    }
}

/// Where the windows of a convolution or a pool are.
fn windows(kernel: usize, stride: usize, padding: usize) -> Vec<AttributeProto> {
    vec![ints("kernel_shape", &[kernel; 2]), ints("strides", &[stride; 2]), ints("pads", &[padding; 4])]
}

/// A constant of one float.
fn number(name: String, value: f32) -> TensorProto {
    let raw_data = Some(value.to_le_bytes().into());
    TensorProto { dims: vec![], data_type: Some(DataType::Float.into()), name: Some(name), raw_data }
}

/// A constant of several whole numbers.
fn counts(name: String, values: &[usize]) -> TensorProto {
    let raw_data = Some(values.iter().flat_map(|value| (*value as i64).to_le_bytes()).collect());
    let dims = vec![values.len() as i64];
    TensorProto { dims, data_type: Some(DataType::Int64.into()), name: Some(name), raw_data }
}

fn attribute(name: &str, kind: AttributeType) -> AttributeProto {
    AttributeProto { name: Some(name.into()), r#type: Some(kind.into()), ..Default::default() }
}

fn int(name: &str, value: usize) -> AttributeProto {
    AttributeProto { i: Some(value as i64), ..attribute(name, AttributeType::Int) }
}

fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto { f: Some(value), ..attribute(name, AttributeType::Float) }
}

fn ints(name: &str, values: &[usize]) -> AttributeProto {
    let ints = values.iter().map(|value| *value as i64).collect();
    AttributeProto { ints, ..attribute(name, AttributeType::Ints) }
}
