//! The kinds of numbers that a precision computes with.

use network::Precision;
use tch::Kind;

/// The kind of the weights and activations of convolutions and fully connected layers.
pub(crate) fn kind(precision: Precision) -> Kind {
    match precision {
        Precision::Bf16 => Kind::BFloat16,
        Precision::Fp32 | Precision::Tf32 => Kind::Float,
    }
}
