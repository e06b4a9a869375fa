//! Networks in and out, without libtorch: weights files of PyTorch and of safetensors, read and compared with a network.
//!
//! A [`WeightsFile`] is what a file holds, by name: it knows every tensor's shape and type, and reads the values of one
//! when they are asked for, so that a file never takes more memory than itself and the network at hand. [`fit`] says
//! which of its tensors a training starts from, and [`check`] whether all of them can be used: a plan asks before
//! anything is trained, and the worker asks again.
//!
//! The other way, [`export()`] makes of a [`Model`], a network with its values, a file of ONNX, of PyTorch or of
//! safetensors.

pub mod compact;
mod element;
mod error;
mod export;
mod file;
mod initial;
mod model;
mod names;
mod onnx;
mod place;
mod safetensors_file;
mod safetensors_read;
mod torch;

pub use element::Element;
pub use error::WeightsError;
pub use export::{Card, Format, export};
pub use file::WeightsFile;
pub use initial::{Head, InitialWeights, check, fit, fit_exactly};
pub use model::Model;
pub use onnx::Inexpressible;
pub use place::{Place, places};
pub use safetensors_file::{FloatTensor, safetensors_bytes};
