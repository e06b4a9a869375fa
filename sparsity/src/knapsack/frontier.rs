//! The options of a group that can be in a best choice, in whole numbers.

use super::{Choice, KnapsackError};

/// An option, with cost and value above those of its group's cheapest option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub cost: i64,
    pub value: i64,
    /// Its index among the options that were given.
    pub index: usize,
}

/// The undominated options of each group, cost and value both rising from 0, and the capacity that the
/// cheapest ones leave.
pub(super) fn reduce(groups: &[Vec<Choice>], capacity: i64) -> Result<(Vec<Vec<Item>>, i64), KnapsackError> {
    let mut greatest = 0.0f64;
    let (mut cheapest, mut dearest) = (0i64, 0i64);
    for (group, options) in groups.iter().enumerate() {
        for (option, &Choice { value, .. }) in options.iter().enumerate() {
            if !value.is_finite() {
                return Err(KnapsackError::Value { group, option, value });
            }
            greatest = greatest.max(value.abs());
        }
        let costs = || options.iter().map(|option| option.cost);
        let (Some(low), Some(high)) = (costs().min(), costs().max()) else {
            return Err(KnapsackError::Empty { group });
        };
        cheapest = cheapest.checked_add(low).ok_or(KnapsackError::Overflow)?;
        dearest = dearest.checked_add(high).ok_or(KnapsackError::Overflow)?;
    }
    dearest.checked_sub(cheapest).ok_or(KnapsackError::Overflow)?;
    if capacity < cheapest {
        return Err(KnapsackError::Capacity { cheapest, capacity });
    }
    // Room beyond what the dearest options take changes nothing.
    let room = capacity.min(dearest) - cheapest;
    let scale = Scale::for_sums_of(groups.len(), greatest);
    Ok((groups.iter().map(|options| undominated(options, scale)).collect(), room))
}

fn undominated(options: &[Choice], scale: Scale) -> Vec<Item> {
    let whole = |(index, option): (usize, &Choice)| (option.cost, scale.whole(option.value), index);
    let mut sorted: Vec<(i64, i64, usize)> = options.iter().enumerate().map(whole).collect();
    sorted.sort_unstable_by_key(|&(cost, value, index)| (cost, std::cmp::Reverse(value), index));
    let (base_cost, base_value, _) = sorted[0];
    let mut items: Vec<Item> = Vec::new();
    for (cost, value, index) in sorted {
        let item = Item { cost: cost - base_cost, value: value - base_value, index };
        if items.last().is_none_or(|last| item.value > last.value) {
            items.push(item);
        }
    }
    items
}

/// Multiplication by a power of two, then rounding to a whole number.
#[derive(Clone, Copy)]
struct Scale {
    exponent: i32,
}

impl Scale {
    /// The scale at which sums of `count` values of at most `greatest` stay below 2^61.
    fn for_sums_of(count: usize, greatest: f64) -> Self {
        // `greatest` is below 2^(exponent + 1), also where it is subnormal.
        let exponent = (greatest.to_bits() >> 52) as i32 - 1023;
        let bits = usize::BITS - count.leading_zeros();
        Self { exponent: 60 - bits as i32 - exponent }
    }

    fn whole(self, value: f64) -> i64 {
        // In two factors, since the power itself may be out of range.
        let half = self.exponent / 2;
        let power = |exponent: i32| f64::from_bits(((1023 + exponent) as u64) << 52);
        (value * power(half) * power(self.exponent - half)).round() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_undominated_stay() {
        let choice = |cost, value| Choice { value, cost };
        let group = vec![choice(5, 2.0), choice(-3, 1.0), choice(5, 3.0), choice(7, 3.0), choice(0, 0.5)];
        let (fronts, room) = reduce(&[group], 100).unwrap();
        let costs: Vec<(i64, usize)> = fronts[0].iter().map(|item| (item.cost, item.index)).collect();
        assert_eq!(costs, [(0, 1), (8, 2)]);
        assert_eq!(room, 10);
    }

    /// The whole range of doubles keeps its order, and sums stay in range.
    #[test]
    fn any_finite_value_is_scaled() {
        for greatest in [f64::MAX, 1e300, 1.0, 1e-300, f64::MIN_POSITIVE, 5e-324, 0.0] {
            for count in [1, 37, 100_000] {
                let scale = Scale::for_sums_of(count, greatest);
                let whole = scale.whole(greatest);
                assert_eq!(scale.whole(-greatest), -whole);
                assert!(
                    whole.checked_mul(count as i64).is_some_and(|sum| sum < 1 << 61),
                    "{greatest} {count}"
                );
                assert!(greatest < f64::MIN_POSITIVE || whole >= 1 << 40, "{greatest} {count}: {whole}");
            }
        }
    }
}
