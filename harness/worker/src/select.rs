//! Exact choice of the best: always as many as asked for, ties broken by
//! position, without a copy to the host.

use tch::{Kind, Tensor};

/// Mask of the `count` largest `scores` among `candidates`; of equal ones the earlier is taken.
///
/// `count` must not be more than there are candidates.
pub fn top(scores: &Tensor, candidates: &Tensor, count: i64) -> Tensor {
    if count == 0 {
        return candidates.zeros_like();
    }
    let barred = scores.masked_fill(&candidates.logical_not(), f64::NEG_INFINITY);
    let (threshold, _) = barred.kthvalue(barred.size()[0] - count + 1, 0, false);
    let above = barred.gt_tensor(&threshold);
    let level = barred.eq_tensor(&threshold).logical_and(candidates);
    let missing = count - above.sum(Kind::Int64);
    let rank = level.cumsum(0, Kind::Int64);
    above.logical_or(&level.logical_and(&rank.le_tensor(&missing)))
}

/// [`top`] in every slice (start, length) of flat tensors, `counts` of each.
pub fn top_per_layer(scores: &Tensor, candidates: &Tensor, slices: &[(i64, i64)], counts: &[i64]) -> Tensor {
    let layer = |((start, length), count): (&(i64, i64), &i64)| {
        top(&scores.narrow(0, *start, *length), &candidates.narrow(0, *start, *length), *count)
    };
    Tensor::cat(&slices.iter().zip(counts).map(layer).collect::<Vec<_>>(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng, rngs::StdRng};

    /// Against sorting by (score descending, position), over many draws with many ties.
    #[test]
    fn the_choice_is_that_of_a_stable_sort() {
        let mut rng = StdRng::seed_from_u64(3);
        for _ in 0..300 {
            let n = rng.random_range(1..40);
            let scores: Vec<f32> = (0..n).map(|_| rng.random_range(-3..3) as f32).collect();
            let candidates: Vec<bool> = (0..n).map(|_| rng.random_bool(0.7)).collect();
            let mut order: Vec<usize> = (0..n).filter(|i| candidates[*i]).collect();
            order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            let count = rng.random_range(0..=order.len());
            let chosen = top(&Tensor::from_slice(&scores), &Tensor::from_slice(&candidates), count as i64);
            let chosen: Vec<bool> = Vec::try_from(&chosen).unwrap();
            let expected: Vec<bool> = (0..n).map(|i| order[..count].contains(&i)).collect();
            assert_eq!(chosen, expected, "{scores:?} {candidates:?} {count}");
        }
    }
}
