//! The knapsack against brute force, against an integer program, and at full size.

use super::frontier::reduce;
use super::search::Search;
use super::*;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use proptest::collection::vec;
use proptest::prelude::*;

/// Value and cost of a choice.
fn sums(groups: &[Vec<Choice>], chosen: &[usize]) -> (f64, i64) {
    assert_eq!(groups.len(), chosen.len());
    let taken = || groups.iter().zip(chosen).map(|(options, &at)| options[at]);
    (taken().map(|choice| choice.value).sum(), taken().map(|choice| choice.cost).sum())
}

/// The greatest value and the lowest cost that it can be had at, of all choices there are.
fn brute_force(groups: &[Vec<Choice>], capacity: i64) -> Option<(f64, i64)> {
    let mut all = vec![(0.0, 0)];
    for options in groups {
        let with = |(value, cost): &(f64, i64)| {
            let (value, cost) = (*value, *cost);
            options.iter().map(move |option| (value + option.value, cost + option.cost))
        };
        all = all.iter().flat_map(with).collect();
    }
    let fits = all.into_iter().filter(|(_, cost)| *cost <= capacity);
    fits.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
}

/// Values in eighths, whose sums are exact, with many ties.
fn choice() -> impl Strategy<Value = Choice> {
    (-4i32..40, -5i64..30).prop_map(|(eighths, cost)| Choice { value: f64::from(eighths) / 8.0, cost })
}

fn instance() -> impl Strategy<Value = (Vec<Vec<Choice>>, i64)> {
    (vec(vec(choice(), 1..6), 1..6), -20i64..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// The greatest value, and at that value the lowest cost, even with negative costs and ties.
    #[test]
    fn it_is_the_best_of_all_choices((groups, capacity) in instance()) {
        let found = best(&groups, capacity);
        match brute_force(&groups, capacity) {
            Some(expected) => prop_assert_eq!(sums(&groups, &found.unwrap()), expected),
            None => prop_assert!(found.is_err()),
        }
    }

    /// The same where almost every value can be had in several ways and most of the capacity is needed.
    #[test]
    fn ties_go_to_the_lower_cost(
        groups in vec(vec((0i32..4, 0i64..12), 3..5), 4..6),
        share in 0.3f64..0.9,
    ) {
        let choice = |&(value, cost): &(i32, i64)| Choice { value: f64::from(value), cost };
        let groups: Vec<Vec<Choice>> = groups.iter().map(|group| group.iter().map(choice).collect()).collect();
        let capacity = (share * 12.0 * groups.len() as f64 / 2.0) as i64;
        let Some(expected) = brute_force(&groups, capacity) else { return Ok(()) };
        prop_assert_eq!(sums(&groups, &best(&groups, capacity).unwrap()), expected);
    }

    /// Values of any size, whose sums are rounded.
    #[test]
    fn it_is_the_best_with_any_values(
        groups in vec(vec((any::<f64>(), -1000i64..1000), 1..5), 1..5),
        capacity in -1000i64..4000,
    ) {
        let finite = |(value, cost): &(f64, i64)| Choice {
            value: if value.is_finite() { value / 8.0 } else { 0.0 },
            cost: *cost,
        };
        let groups: Vec<Vec<Choice>> = groups.iter().map(|g| g.iter().map(finite).collect()).collect();
        let Some((value, _)) = brute_force(&groups, capacity) else { return Ok(()) };
        let (found, cost) = sums(&groups, &best(&groups, capacity).unwrap());
        let largest = groups.iter().flatten().fold(0.0f64, |most, choice| most.max(choice.value.abs()));
        prop_assert!(found >= value - 1e-12 * largest, "{} of {}", found, value);
        prop_assert!(cost <= capacity);
    }

    /// HALP's own formulation: of all subsets of blocks in which a block comes only with all more
    /// important ones of its layer, the one of greatest value whose blocks' costs fit.
    #[test]
    fn prefixes_are_the_augmented_knapsack(
        layers in vec(vec((0i32..20, -3i64..12), 0..5), 1..4),
        capacity in -5i64..60,
    ) {
        let blocks: Vec<(usize, usize, i32, i64)> = layers
            .iter()
            .enumerate()
            .flat_map(|(l, layer)| layer.iter().enumerate().map(move |(b, &(value, cost))| (l, b, value, cost)))
            .collect();
        let subsets = (0u32..1 << blocks.len()).filter_map(|subset| {
            let taken = |at: usize| subset >> at & 1 == 1;
            let allowed = |at: &usize| !taken(*at) || blocks[*at].1 == 0 || taken(*at - 1);
            (0..blocks.len()).all(|at| allowed(&at)).then(|| {
                let taken = blocks.iter().enumerate().filter(|(at, _)| taken(*at));
                taken.fold((0, 0), |sum, (_, block)| (sum.0 + block.2, sum.1 + block.3))
            })
        });
        let expected = subsets.filter(|sum| sum.1 <= capacity).map(|sum| sum.0).max();

        let prefixes = |layer: &Vec<(i32, i64)>| {
            let mut options = vec![Choice { value: 0.0, cost: 0 }];
            for &(value, cost) in layer {
                let last = options[options.len() - 1];
                options.push(Choice { value: last.value + f64::from(value), cost: last.cost + cost });
            }
            options
        };
        let groups: Vec<Vec<Choice>> = layers.iter().map(prefixes).collect();
        let found = best(&groups, capacity).ok().map(|chosen| sums(&groups, &chosen).0);
        prop_assert_eq!(found, expected.map(f64::from));
    }

    /// More room is never worse, and the answer is the same when asked again.
    #[test]
    fn the_value_rises_with_the_capacity((groups, capacity) in instance(), more in 0i64..30) {
        if let Ok(chosen) = best(&groups, capacity) {
            let wider = best(&groups, capacity + more).unwrap();
            prop_assert!(sums(&groups, &wider).0 >= sums(&groups, &chosen).0);
            prop_assert_eq!(best(&groups, capacity).unwrap(), chosen);
        }
    }
}

/// The optimum by branch and bound over one binary variable an option.
fn integer_program(groups: &[Vec<Choice>], capacity: i64) -> Option<f64> {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let mut weights: Vec<(Variable, f64)> = Vec::new();
    for options in groups {
        let taken: Vec<Variable> =
            options.iter().map(|option| problem.add_binary_var(option.value)).collect();
        let ones: Vec<(Variable, f64)> = taken.iter().map(|&variable| (variable, 1.0)).collect();
        problem.add_constraint(&ones, ComparisonOp::Eq, 1.0);
        weights.extend(taken.iter().zip(options).map(|(&variable, option)| (variable, option.cost as f64)));
    }
    problem.add_constraint(&weights, ComparisonOp::Le, capacity as f64);
    problem.solve().ok()?.into_solution().ok().map(|solution| solution.objective())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_integer_program_agrees(groups in vec(vec(choice(), 2..7), 5..12), capacity in 20i64..200) {
        let found = best(&groups, capacity).ok().map(|chosen| sums(&groups, &chosen).0);
        match (found, integer_program(&groups, capacity)) {
            (Some(found), Some(expected)) => prop_assert!((found - expected).abs() < 1e-6),
            (found, expected) => prop_assert_eq!(found, expected),
        }
    }
}

/// At the size of ResNet-50, every capacity from all that is needed to almost nothing.
#[test]
fn few_states_are_kept_at_full_size() {
    let mut peak = 0;
    for seed in 0..20 {
        let groups = instance::resnet50(seed);
        assert_eq!((groups.len(), groups.iter().map(Vec::len).sum::<usize>()), (37, 246));
        for percent in [30, 55, 80, 99] {
            let capacity = instance::DENSE * percent / 100;
            let (fronts, room) = reduce(&groups, capacity).unwrap();
            let mut search = Search::new(&fronts, room);
            search.descend();
            peak = search.levels.iter().map(Vec::len).max().unwrap().max(peak);
            let (_, cost) = sums(&groups, &best(&groups, capacity).unwrap());
            assert!(cost <= capacity);
        }
    }
    assert!(peak < 100, "{peak} states");
}

/// Values in proportion to costs give the bounds the least to hold on to.
#[test]
fn states_stay_few_where_every_block_is_worth_its_cost() {
    let mut groups = instance::resnet50(0);
    groups.iter_mut().flatten().for_each(|choice| choice.value = choice.cost as f64);
    for percent in [30, 55, 80] {
        let capacity = instance::DENSE * percent / 100;
        let (fronts, room) = reduce(&groups, capacity).unwrap();
        let mut search = Search::new(&fronts, room);
        search.descend();
        let peak = search.levels.iter().map(Vec::len).max().unwrap();
        assert!(peak < 20_000, "{peak} states");
        assert_eq!(sums(&groups, &best(&groups, capacity).unwrap()).1, capacity);
    }
}

/// Both ways to a value of 5 fit, and the dearer one is found first: 2 at 10 with 3 at 9, or 3 at 11 with
/// 2 at 6.
#[test]
fn the_cheaper_of_two_equal_choices_is_taken() {
    let group = |options: &[(i32, i64)]| {
        options.iter().map(|&(value, cost)| Choice { value: f64::from(value), cost }).collect::<Vec<_>>()
    };
    let groups = [group(&[(2, 1)]), group(&[(0, 0), (2, 10), (3, 11)]), group(&[(0, 0), (2, 6), (3, 9)])];
    assert_eq!(best(&groups, 20), Ok(vec![0, 2, 1]));
}

#[test]
fn unusual_inputs_are_answered_or_refused() {
    let choice = |value, cost| Choice { value, cost };
    assert_eq!(best(&[], 0), Ok(vec![]));
    assert_eq!(best(&[], -1), Err(KnapsackError::Capacity { cheapest: 0, capacity: -1 }));
    let equal = vec![choice(1.0, 3), choice(1.0, -2), choice(1.0, -2)];
    assert_eq!(best(&[equal.clone(), equal], -4), Ok(vec![1, 1]), "at equal value the cheaper");
    assert_eq!(best(&[vec![choice(0.0, 5), choice(-1.0, 0)]], 5), Ok(vec![0]));
    assert_eq!(best(&[vec![]], 5), Err(KnapsackError::Empty { group: 0 }));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = best(&[vec![choice(1.0, 0)], vec![choice(0.0, 0), choice(value, 1)]], 5).unwrap_err();
        assert!(error.to_string().contains("option 1 of group 1"), "{error}");
    }
    for cost in [i64::MAX, i64::MIN] {
        let groups = vec![vec![choice(0.0, 0), choice(1.0, cost)]; 2];
        assert_eq!(best(&groups, 0), Err(KnapsackError::Overflow));
    }
    assert_eq!(best(&[vec![choice(0.0, 0), choice(1.0, 7)]], i64::MAX), Ok(vec![1]));
}
