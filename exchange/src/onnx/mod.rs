//! A network as an ONNX model: every node is one operator of opset 17, or two.
//!
//! It reads `images`, (batch, channels, height, width) of any batch, normalised as its metadata say, and returns `logits`;
//! a detector returns its heads by their names. Weights have the names that they have in a weights file, and other constants that
//! of their node with a word behind it. Batch norms are operators of their own, which every runtime folds.

mod graph;
mod messages;

pub use graph::Inexpressible;

use crate::export::Card;
use crate::{Model, export::little_endian};
use graph::{IMAGES, Written};
use messages::{
    DataType, Dimension, GraphProto, ModelProto, OperatorSetIdProto, Size, StringStringEntryProto,
    TensorProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};
use network::Shape;
use prost::Message;

/// Version of the messages: that of ONNX 1.10 to 1.12, which runtimes since 2021 read.
const IR_VERSION: i64 = 8;
/// Version of the operators, of ONNX 1.12.
const OPSET: i64 = 17;

/// The bytes of the file.
///
/// # Errors
///
/// If ONNX has no operator for what a node computes.
pub(crate) fn bytes(model: &Model, card: &Card) -> Result<Vec<u8>, Inexpressible> {
    let network = &model.network;
    let Written { nodes, mut constants, outputs } = graph::written(network)?;
    constants.extend(model.tensors.iter().map(|(place, values)| TensorProto {
        dims: place.shape.iter().map(|size| *size as i64).collect(),
        data_type: Some(DataType::Float.into()),
        name: Some(place.name.clone()),
        raw_data: Some(little_endian(values)),
    }));
    let returned = network.output_nodes();
    let output = outputs.into_iter().zip(returned).map(|(name, id)| {
        let node = &network.nodes[id];
        value(name, node.shape, graph::is_vector(network, id))
    });
    let graph = GraphProto {
        node: nodes,
        name: Some(network.name.clone()),
        initializer: constants,
        input: vec![value(IMAGES.into(), network.nodes[0].shape, false)],
        output: output.collect(),
    };
    let entry = |(key, value): (&String, &String)| StringStringEntryProto {
        key: Some(key.clone()),
        value: Some(value.clone()),
    };
    let model = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("harness".into()),
        producer_version: Some(env!("CARGO_PKG_VERSION").into()),
        graph: Some(graph),
        opset_import: vec![OperatorSetIdProto { domain: Some(String::new()), version: Some(OPSET) }],
        metadata_props: card.iter().map(entry).collect(),
    };
    Ok(model.encode_to_vec())
}

/// A value of so many numbers for each image of a batch.
fn value(name: String, shape: Shape, is_vector: bool) -> ValueInfoProto {
    let sizes = [shape.channels, shape.height, shape.width];
    let sizes = &sizes[..if is_vector { 1 } else { 3 }];
    let dims = sizes.iter().map(|size| Size::Value(*size as i64));
    let dim = [Size::Param("batch".into())].into_iter().chain(dims);
    let shape = TensorShapeProto { dim: dim.map(|size| Dimension { value: Some(size) }).collect() };
    let tensor = TensorType { elem_type: Some(DataType::Float.into()), shape: Some(shape) };
    ValueInfoProto { name: Some(name), r#type: Some(TypeProto { tensor_type: Some(tensor) }) }
}
