//! Tensors as bytes and back, for files.

use safetensors::Dtype;
use tch::{Device, Kind, Tensor};

/// A tensor with its name in a file.
pub(crate) type NamedTensor = (String, Tensor);

/// The values of `tensor` in C order.
pub(crate) fn to_bytes(tensor: &Tensor) -> Vec<u8> {
    let tensor = tensor.detach().to_device(Device::Cpu).contiguous();
    let mut bytes = vec![0; tensor.numel() * tensor.kind().elt_size_in_bytes()];
    tensor.copy_data_u8(&mut bytes, tensor.numel());
    bytes
}

/// The shape of `tensor`.
pub(crate) fn shape(tensor: &Tensor) -> Vec<usize> {
    tensor.size().iter().map(|length| *length as usize).collect()
}

/// The safetensors type of `kind`.
pub(crate) fn dtype(kind: Kind) -> Dtype {
    match kind {
        Kind::Uint8 => Dtype::U8,
        Kind::Bool => Dtype::BOOL,
        Kind::Int64 => Dtype::I64,
        Kind::Double => Dtype::F64,
        _ => Dtype::F32,
    }
}

/// The tensor of a safetensors view, on the host; `None` for a type that is not used here.
pub(crate) fn from_view(view: &safetensors::tensor::TensorView) -> Option<Tensor> {
    let kind = match view.dtype() {
        Dtype::U8 => Kind::Uint8,
        Dtype::BOOL => Kind::Bool,
        Dtype::I64 => Kind::Int64,
        Dtype::F64 => Kind::Double,
        Dtype::F32 => Kind::Float,
        _ => return None,
    };
    let shape: Vec<i64> = view.shape().iter().map(|n| *n as i64).collect();
    Some(Tensor::from_data_size(view.data(), &shape, kind))
}
