//! Dropout. On the CPU with a generator of the engine's own: libtorch draws its
//! Bernoulli numbers there one after another, a fifth of a WRN-22-2 step.
//!
//! Each four elements share one 64-bit number of SplitMix64 (Steele et al.,
//! 2014), 16 bits each, addressed by position: the mask follows from the seed
//! alone. The rate is rounded to 1/65536 and the scale fits the rounded rate,
//! so the expectation is exact. On CUDA libtorch's own dropout is used, whose
//! generator works inside recorded graphs.

use tch::{Device, Kind, Tensor};

/// What the state of SplitMix64 grows by with each number.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Sets a share `rate` of `x` to zero and scales the rest to keep the mean.
///
/// `seed` decides the choice on the CPU, for an `x` before which a larger tensor has so many other elements; on CUDA
/// libtorch's generator does.
pub(crate) fn dropout(x: &Tensor, rate: f64, seed: u64, before: u64) -> Tensor {
    match x.device() {
        Device::Cpu => x * mask(x, rate, seed, before),
        _ => x.dropout(rate, true),
    }
}

/// Zeros and scales, laid out in memory like `x`.
fn mask(x: &Tensor, rate: f64, seed: u64, before: u64) -> Tensor {
    let mask = tch::no_grad(|| x.detach().empty_like()).to_kind(Kind::Float);
    let threshold = (rate * 65536.0).round().min(65535.0) as u16;
    let scale = (65536.0 / (65536.0 - f64::from(threshold))) as f32;
    // SAFETY: the tensor was just created and nothing else refers to it; it holds `numel`
    // contiguous 32-bit floats on the host, in whatever order of dimensions.
    let values = unsafe { std::slice::from_raw_parts_mut(mask.data_ptr().cast::<f32>(), mask.numel()) };
    fill(values, threshold, scale, seed, before);
    mask
}

fn fill(values: &mut [f32], threshold: u16, scale: f32, seed: u64, before: u64) {
    let draw =
        |number: u64, lane: usize| if (number >> (16 * lane)) as u16 >= threshold { scale } else { 0.0 };
    let mut state = seed.wrapping_add((before / 4).wrapping_mul(STEP));
    let mut next = || {
        state = state.wrapping_add(STEP);
        mix(state)
    };
    // What is left of the four that the elements before share with these.
    let shared = (before % 4) as usize;
    let (first, rest) = values.split_at_mut(((4 - shared) % 4).min(values.len()));
    if !first.is_empty() {
        let number = next();
        first.iter_mut().zip(shared..).for_each(|(value, lane)| *value = draw(number, lane));
    }
    let mut quads = rest.chunks_exact_mut(4);
    for quad in &mut quads {
        let number = next();
        for (lane, value) in quad.iter_mut().enumerate() {
            *value = draw(number, lane);
        }
    }
    let number = next();
    for (lane, value) in quads.into_remainder().iter_mut().enumerate() {
        *value = draw(number, lane);
    }
}

/// The output function of SplitMix64.
pub(crate) fn mix(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_and_the_mean_are_right() {
        let x = Tensor::ones([64, 16, 32, 32], (Kind::Float, Device::Cpu));
        let dropped = dropout(&x, 0.3, 7, 0);
        let zeros = dropped.eq(0.0).sum(Kind::Double).double_value(&[]) / x.numel() as f64;
        // A million draws: five standard deviations are 0.0023.
        assert!((zeros - 0.3).abs() < 0.0023, "{zeros}");
        assert!((dropped.mean(Kind::Double).double_value(&[]) - 1.0).abs() < 0.0033);
        let columns = dropped.ne(0.0).to_kind(Kind::Double).mean_dim([0i64, 2, 3].as_slice(), false, None);
        let spread = f64::try_from((columns - 0.7).abs().max()).unwrap();
        assert!(spread < 0.012, "each channel is thinned alike: {spread}");
    }

    #[test]
    fn the_mask_follows_from_the_seed_and_keeps_the_layout() {
        let x = Tensor::ones([2, 8, 5, 3], (Kind::Float, Device::Cpu)).permute([0, 3, 1, 2]);
        assert!(dropout(&x, 0.5, 1, 0).equal(&dropout(&x, 0.5, 1, 0)));
        assert!(!dropout(&x, 0.5, 1, 0).equal(&dropout(&x, 0.5, 2, 0)));
        assert_eq!(dropout(&x, 0.5, 1, 0).stride(), x.stride());
    }

    /// Of any length, and from any place in the four that share a number.
    #[test]
    fn parts_are_dropped_as_the_whole() {
        let x = Tensor::ones([97], (Kind::Float, Device::Cpu));
        let whole = dropout(&x, 0.5, 1, 0);
        for parts in
            [vec![97], vec![1, 96], vec![2, 1, 1, 5, 88], vec![40, 57], vec![33, 33, 31], vec![3, 94]]
        {
            let mut start = 0;
            for length in parts {
                let part = dropout(&x.narrow(0, start, length), 0.5, 1, start as u64);
                assert!(part.equal(&whole.narrow(0, start, length)), "{length} from {start}");
                start += length;
            }
        }
    }

    #[test]
    fn gradients_pass_where_values_do() {
        let x = Tensor::ones([1000], (Kind::Float, Device::Cpu)).set_requires_grad(true);
        let dropped = dropout(&x, 0.25, 3, 0);
        dropped.sum(Kind::Float).backward();
        assert!(x.grad().equal(&dropped.detach()));
    }
}
