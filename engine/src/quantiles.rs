//! Quantiles of scores, for reports.

use records::run_directory::QUANTILES;
use tch::{Kind, Tensor};

/// Scores that are sorted for quantiles, at most; of more, evenly spaced ones are.
const SORTED: i64 = 1 << 20;

/// Quantiles of `scores` where `mask`, each the nearest score in order. Smallest and largest are exact.
pub(crate) fn quantiles(scores: &Tensor, mask: &Tensor) -> Vec<f64> {
    let chosen = scores.masked_select(mask);
    let count = chosen.numel() as i64;
    if count == 0 {
        return Vec::new();
    }
    let stride = (count + SORTED - 1) / SORTED;
    let (sorted, _) = chosen.slice(0, 0, count, stride).sort(0, false);
    let last = sorted.numel() as f64 - 1.0;
    let at = QUANTILES.map(|q| (q * last).round() as i64);
    let picked = sorted.index_select(0, &Tensor::from_slice(&at).to_device(sorted.device()));
    let mut quantiles: Vec<f64> =
        Vec::try_from(&picked.to_kind(Kind::Double)).expect("scores are numbers in a row");
    let (least, most) = chosen.aminmax(None, false);
    quantiles[0] = least.double_value(&[]);
    quantiles[QUANTILES.len() - 1] = most.double_value(&[]);
    quantiles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the same of all scores, of which a part is sorted.
    #[test]
    fn quantiles_of_many_scores_are_close() {
        tch::manual_seed(7);
        let count = 3 * SORTED + 5;
        let scores = Tensor::rand([count], (Kind::Float, tch::Device::Cpu));
        let found = quantiles(&scores, &scores.gt(0.5));
        for (found, q) in found.iter().zip(QUANTILES) {
            assert!((found - (0.5 + q / 2.0)).abs() < 2e-3, "{q}: {found}");
        }
        let (least, most) = (scores.masked_select(&scores.gt(0.5)).min(), scores.max());
        assert_eq!([found[0], found[6]], [least.double_value(&[]), most.double_value(&[])]);
        assert!(quantiles(&scores, &scores.gt(2.0)).is_empty());
    }
}
