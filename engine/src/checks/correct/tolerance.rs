//! How far two right computations of a step may be apart.
//!
//! They add in another order. Measured on a processor with AVX-512, between oneDNN's kernels and libtorch's own: steps
//! of every kind are 6e-7 to 9e-5 apart, in shifts of batch norms most, and models up to 2e-4, in outputs that are
//! normalised over eight pixels. Kernels of cuDNN that transform their inputs (Winograd's, arXiv 1509.09308) round
//! about ten times as much as those that add directly. In bfloat16 the same steps are 6e-3 to 0.2 apart, since it has
//! 16 bits fewer; TF32 has three bits more than bfloat16. Small faults are found in 32-bit numbers, whose steps run the
//! same code, and the tests of [`steps`](super::steps) hold the check to finding them.

use super::distance::Distance;
use records::self_check::Finding;
use suites::recipe::{Precision, Task};
use trial::{ResolveError, TrialSpec};

/// The greatest distance of two right computations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance(f64);

/// That of steps in 32-bit numbers: ten times what was measured.
pub const FP32: Tolerance = Tolerance(2e-3);
/// Two to three times what was measured; 1 is unrelated.
const BF16: Tolerance = Tolerance(0.5);
/// By its three bits more.
const TF32: Tolerance = Tolerance(0.5 / 8.0);
/// In a detection the hardest of the boxes without an object are chosen by their loss: two at the limit may change
/// places.
const TF32_DETECTION: Tolerance = Tolerance(0.2);
/// That of models forward on CUDA, where cuDNN may choose kernels that transform their inputs.
pub const FORWARD_ON_CUDA: Tolerance = Tolerance(1e-2);
/// That of the same kernels on the same device in fewer than 32 bits. Some add in an order that changes; the last bit
/// that then differs is at times rounded to the next number of few bits: bfloat16 has 128 between two powers of two.
const SAME_KERNELS: Tolerance = Tolerance(10.0 * FP32.0);

impl Tolerance {
    /// That of the steps of `spec`.
    pub fn of(spec: &TrialSpec) -> Result<Self, ResolveError> {
        let recipe = spec.resolve()?.recipe;
        Ok(match (recipe.precision, recipe.task) {
            (Precision::Fp32, _) => FP32,
            (Precision::Tf32, Task::Classification { .. }) => TF32,
            (Precision::Tf32, Task::Detection(_)) => TF32_DETECTION,
            (Precision::Bf16, _) => BF16,
        })
    }

    /// That of the steps of `spec` where both are computed by the same kernels on the same device.
    pub fn of_same_kernels(spec: &TrialSpec) -> Result<Self, ResolveError> {
        Ok(match spec.resolve()?.recipe.precision {
            Precision::Fp32 => FP32,
            Precision::Tf32 | Precision::Bf16 => SAME_KERNELS,
        })
    }
}

/// What a distance says.
pub fn judged(distance: Distance, tolerance: Tolerance) -> Finding {
    let Distance { value, part } = distance;
    let most = tolerance.0;
    let finding = match value <= most {
        true => Finding::pass(format!("differs by {value:.1e} at most ({part})")),
        false => Finding::fail(format!(
            "differs by {value:.1e} ({part}), where rounding explains {most:.0e} at most"
        )),
    };
    finding.and("distance", value, "").and("tolerance", most, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;

    #[test]
    fn what_is_beyond_the_tolerance_or_no_number_fails() {
        let outcome =
            |value: f64| judged(Distance { value, part: "a layer".into() }, Tolerance(1e-4)).outcome;
        assert_eq!([0.0, 1e-4].map(outcome), [Outcome::Pass; 2]);
        assert_eq!([1.1e-4, f64::INFINITY, f64::NAN].map(outcome), [Outcome::Fail; 3]);
    }
}
