//! The types of numbers that files hold, and what they are as 32-bit floats.

use half::{bf16, f16};
use safetensors::Dtype;

/// The type of a tensor's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit floats, which the harness computes with.
    Float32,
    /// 64-bit floats.
    Float64,
    /// 16-bit floats of IEEE 754.
    Float16,
    /// 16-bit floats with the exponent of 32-bit ones.
    BFloat16,
    /// Truth values, a byte each.
    Bool,
    /// Bytes.
    UInt8,
    /// Signed bytes.
    Int8,
    /// 16-bit integers.
    Int16,
    /// 32-bit integers.
    Int32,
    /// 64-bit integers.
    Int64,
}

impl Element {
    /// Its name in PyTorch.
    pub fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Float16 => "float16",
            Self::BFloat16 => "bfloat16",
            Self::Bool => "bool",
            Self::UInt8 => "uint8",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
        }
    }

    /// Whether it can hold weights.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64 | Self::Float16 | Self::BFloat16)
    }

    /// Bytes of one element.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Bool | Self::UInt8 | Self::Int8 => 1,
            Self::Float16 | Self::BFloat16 | Self::Int16 => 2,
            Self::Float32 | Self::Int32 => 4,
            Self::Float64 | Self::Int64 => 8,
        }
    }

    /// The element of `bytes`, little-endian, as a 32-bit float; too large a number becomes infinite.
    fn to_float(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::Float32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Self::Int32, &[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]) as f32,
            (Self::Float64, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Self::Int64, &[a, b, c, d, e, f, g, h]) => i64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Self::Float16, &[a, b]) => f16::from_le_bytes([a, b]).to_f32(),
            (Self::BFloat16, &[a, b]) => bf16::from_le_bytes([a, b]).to_f32(),
            (Self::Int16, &[a, b]) => i16::from_le_bytes([a, b]).into(),
            (Self::Int8, &[a]) => i8::from_le_bytes([a]).into(),
            (Self::Bool | Self::UInt8, &[a]) => a.into(),
            _ => f32::NAN,
        }
    }

    /// All elements of `bytes` as 32-bit floats.
    pub(crate) fn to_floats(self, bytes: &[u8]) -> Vec<f32> {
        bytes.chunks_exact(self.bytes()).map(|element| self.to_float(element)).collect()
    }

    /// That of a safetensors file; none for types that no weights are saved in.
    pub(crate) fn of_safetensors(dtype: Dtype) -> Option<Self> {
        Some(match dtype {
            Dtype::F32 => Self::Float32,
            Dtype::F64 => Self::Float64,
            Dtype::F16 => Self::Float16,
            Dtype::BF16 => Self::BFloat16,
            Dtype::BOOL => Self::Bool,
            Dtype::U8 => Self::UInt8,
            Dtype::I8 => Self::Int8,
            Dtype::I16 => Self::Int16,
            Dtype::I32 => Self::Int32,
            Dtype::I64 => Self::Int64,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit patterns of IEEE 754: 1.5, -2, the smallest subnormal of 16 bits, and infinity.
    #[test]
    fn numbers_are_those_of_their_bits() {
        let of = |element: Element, bits: &[u16]| {
            element.to_floats(&bits.iter().flat_map(|bits| bits.to_le_bytes()).collect::<Vec<_>>())
        };
        assert_eq!(
            of(Element::Float16, &[0x3e00, 0xc000, 0x0001, 0x7c00]),
            [1.5, -2.0, 2f32.powi(-24), f32::INFINITY]
        );
        assert_eq!(of(Element::BFloat16, &[0x3fc0, 0xc000, 0x7f80]), [1.5, -2.0, f32::INFINITY]);
        assert_eq!(of(Element::Int16, &[0xffff]), [-1.0]);
        assert_eq!(Element::Float64.to_floats(&0.1f64.to_le_bytes()), [0.1]);
        assert_eq!(Element::Float64.to_floats(&1e300f64.to_le_bytes()), [f32::INFINITY]);
        assert_eq!(Element::Bool.to_floats(&[0, 1]), [0.0, 1.0]);
    }
}
