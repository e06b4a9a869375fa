//! Quantiles of scores, for reports.

use records::run_directory::QUANTILES;
use tch::{Kind, Tensor};

/// Scores that are sorted for quantiles, at most; of more, evenly spaced ones are.
const SORTED: i64 = 1 << 20;

/// Quantiles of the `count` `scores` where `mask`, each the nearest score in order, in doubles; empty if there are
/// none. Smallest and largest are exact. Nothing waits for the device, since the host knows how many there are.
pub(crate) fn quantiles(scores: &Tensor, mask: &Tensor, count: usize) -> Tensor {
    if count == 0 {
        return Tensor::zeros([0], (Kind::Double, scores.device()));
    }
    let count = count as i64;
    let chosen = scores.index_select(0, &mask.nonzero_static(count, 0).view([-1]));
    let stride = (count + SORTED - 1) / SORTED;
    let (sorted, _) = chosen.slice(0, 0, count, stride).sort(0, false);
    let last = sorted.numel() as f64 - 1.0;
    let inner = &QUANTILES[1..QUANTILES.len() - 1];
    let (least, most) = chosen.aminmax(None, false);
    let mut picked = vec![least.view([1])];
    picked.extend(inner.iter().map(|q| sorted.narrow(0, (q * last).round() as i64, 1)));
    picked.push(most.view([1]));
    Tensor::cat(&picked, 0).to_kind(Kind::Double)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(tensor: &Tensor) -> Vec<f64> {
        Vec::try_from(tensor).unwrap()
    }

    /// Against the same of all scores, of which a part is sorted.
    #[test]
    fn quantiles_of_many_scores_are_close() {
        tch::manual_seed(7);
        let count = 3 * SORTED + 5;
        let scores = Tensor::rand([count], (Kind::Float, tch::Device::Cpu));
        let mask = scores.gt(0.5);
        let found = numbers(&quantiles(&scores, &mask, mask.sum(Kind::Int64).int64_value(&[]) as usize));
        for (found, q) in found.iter().zip(QUANTILES) {
            assert!((found - (0.5 + q / 2.0)).abs() < 2e-3, "{q}: {found}");
        }
        let (least, most) = (scores.masked_select(&mask).min(), scores.max());
        assert_eq!([found[0], found[6]], [least.double_value(&[]), most.double_value(&[])]);
        assert!(numbers(&quantiles(&scores, &scores.gt(2.0), 0)).is_empty());
    }

    /// Of few, each is a score: by sorting them on the host.
    #[test]
    fn quantiles_of_few_scores_are_the_nearest_in_order() {
        let scores: Vec<f32> = (0..101).map(|n| ((n * 37) % 101) as f32).collect();
        let mask: Vec<bool> = scores.iter().map(|score| *score != 50.0).collect();
        let mut kept: Vec<f32> = scores.iter().copied().filter(|score| *score != 50.0).collect();
        kept.sort_by(f32::total_cmp);
        let found = numbers(&quantiles(&Tensor::from_slice(&scores), &Tensor::from_slice(&mask), kept.len()));
        let expected = QUANTILES.map(|q| f64::from(kept[(q * (kept.len() - 1) as f64).round() as usize]));
        assert_eq!(found, expected);
    }
}
