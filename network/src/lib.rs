//! A network as data.
//!
//! A [`Network`] is a list of nodes in execution order with their inputs and
//! shapes. Everything the project knows about a model comes from that one
//! description: the forward pass, the initial weights, the parameter and MAC
//! counts, the names in a weights file. A new model is one function that builds
//! a description and one line in [`models`].

mod activation_memory;
mod channels;
mod check;
mod cifar_resnet;
mod compact;
mod convolution;
mod description;
mod fold;
mod layer;
mod layout;
mod mobilenet;
mod mobilenet_v2;
pub mod models;
mod narrow;
mod nearest;
mod precision;
mod resnet;
mod ssd;
mod uses;
mod vgg;
mod wide_resnet;
mod window;

pub use activation_memory::ActivationFormat;
pub use channels::{ChannelError, ChannelGroup, ChannelGroups};
pub use check::BrokenNetwork;
pub use cifar_resnet::cifar_resnet;
pub use compact::{Kept, KeptError};
pub use convolution::ConvShape;
pub use description::{BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, Builder, Network, Node, NodeId, Op, Shape};
pub use fold::{Fold, Folded};
pub use layer::{Layer, LayerKind};
pub use layout::Layout;
pub use mobilenet::mobilenet_v1;
pub use mobilenet_v2::mobilenet_v2;
pub use nearest::{did_you_mean, nearest};
pub use precision::Precision;
pub use resnet::{resnet18, resnet34, resnet50, resnet101};
pub use ssd::{DefaultBoxes, NotADetector};
pub use uses::Use;
pub use vgg::vgg16_bn;
pub use wide_resnet::wide_resnet;
pub use window::Window;
