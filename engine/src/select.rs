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

/// In every group of `of` consecutive scores, the best candidates: as many as `places` (one number a
/// group) says. Of equal ones the earlier is taken.
pub(crate) fn top_in_groups(scores: &Tensor, candidates: &Tensor, of: i64, places: &Tensor) -> Tensor {
    let grouped = |tensor: &Tensor| tensor.view([-1, of]);
    let barred = grouped(&scores.masked_fill(&candidates.logical_not(), f64::NEG_INFINITY));
    let candidates = grouped(candidates);
    let position = Tensor::arange(of, (Kind::Int64, scores.device()));
    let mut rank = barred.zeros_like().to_kind(Kind::Int64);
    for other in 0..of {
        let (score, candidate) = (barred.narrow(1, other, 1), candidates.narrow(1, other, 1));
        let level = barred.eq_tensor(&score).logical_and(&position.gt(other));
        rank += barred.lt_tensor(&score).logical_or(&level).logical_and(&candidate);
    }
    rank.lt_tensor(&places.unsqueeze(1)).logical_and(&candidates).view([-1])
}

/// In every row of `width` consecutive scores, the best candidates: as many as `places` (one number a row, not more
/// than the row has candidates) says. Of equal ones the earlier is taken. For long rows, where [`top_in_groups`] is
/// for short ones.
pub(crate) fn top_in_rows(scores: &Tensor, candidates: &Tensor, width: i64, places: &Tensor) -> Tensor {
    let rows = |tensor: &Tensor| tensor.view([-1, width]);
    let barred = rows(&scores.masked_fill(&candidates.logical_not(), f64::NEG_INFINITY));
    let places = places.unsqueeze(1);
    let (sorted, _) = barred.sort(1, true);
    let threshold = sorted.gather(1, &(&places - 1).clamp_min(0), false);
    let above = barred.gt_tensor(&threshold);
    let level = barred.eq_tensor(&threshold).logical_and(&rows(candidates));
    let missing = &places - above.sum_dim_intlist([1i64].as_slice(), true, Kind::Int64);
    let rank = level.cumsum(1, Kind::Int64);
    let best = above.logical_or(&level.logical_and(&rank.le_tensor(&missing)));
    best.logical_and(&places.gt(0)).view([-1])
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

    /// Against sorting each group by (score descending, position).
    #[test]
    fn the_choice_in_groups_is_that_of_a_stable_sort() {
        let mut rng = StdRng::seed_from_u64(4);
        for _ in 0..200 {
            let of = [4usize, 8, 13][rng.random_range(0..3)];
            let groups = rng.random_range(1..6);
            let scores: Vec<f32> = (0..groups * of).map(|_| rng.random_range(-3..3) as f32).collect();
            let candidates: Vec<bool> = scores.iter().map(|_| rng.random_bool(0.7)).collect();
            let places: Vec<i64> = (0..groups).map(|_| rng.random_range(0..=of as i64)).collect();
            let mut expected = vec![false; scores.len()];
            for (group, places) in places.iter().enumerate() {
                let mut order: Vec<usize> =
                    (group * of..(group + 1) * of).filter(|i| candidates[*i]).collect();
                order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
                order.iter().take(*places as usize).for_each(|i| expected[*i] = true);
            }
            let [scores, candidates, places] =
                [Tensor::from_slice(&scores), Tensor::from_slice(&candidates), Tensor::from_slice(&places)];
            let of_groups = top_in_groups(&scores, &candidates, of as i64, &places);
            // Of rows, no more than there are can be asked for.
            let there =
                candidates.view([-1, of as i64]).sum_dim_intlist([1i64].as_slice(), false, Kind::Int64);
            let of_rows = top_in_rows(&scores, &candidates, of as i64, &places.minimum(&there));
            for chosen in [of_groups, of_rows] {
                let chosen: Vec<bool> = Vec::try_from(&chosen).unwrap();
                assert_eq!(chosen, expected);
            }
        }
    }
}
