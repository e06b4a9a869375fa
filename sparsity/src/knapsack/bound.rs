//! What the remaining groups can add at most: the linear relaxation of the multiple-choice knapsack.
//!
//! Along the upper concave hull of its options a group gains value in steps of falling slope. Filling the
//! room with the steps of all groups in order of slope is the optimum of the relaxation; the steps that
//! fit whole are a choice.

use super::frontier::Item;

/// A step from one vertex of a group's hull to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub group: usize,
    /// The item that the step leads to.
    pub item: usize,
    cost: i64,
    value: i64,
}

/// The steps of all groups, steepest first.
pub(super) fn steps(fronts: &[Vec<Item>]) -> Vec<Step> {
    let mut steps: Vec<Step> =
        fronts.iter().enumerate().flat_map(|(group, front)| hull(group, front)).collect();
    // A stable sort: steps of equal slope stay in the order of groups, those of a group in their own.
    steps.sort_by(|a, b| product(b.value, a.cost).cmp(&product(a.value, b.cost)));
    steps
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// The steps along the upper concave hull of a front, which starts at (0, 0).
fn hull(group: usize, front: &[Item]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (item, &Item { cost, value, .. }) in front.iter().enumerate().skip(1) {
        let mut step = Step { group, item, cost, value };
        for before in &steps {
            step.cost -= before.cost;
            step.value -= before.value;
        }
        // A vertex whose step is no steeper than the next one lies below the hull.
        while let Some(last) =
            steps.pop_if(|last| product(last.value, step.cost) <= product(step.value, last.cost))
        {
            step.cost += last.cost;
            step.value += last.value;
        }
        steps.push(step);
    }
    steps
}

/// The relaxation over some of the groups.
pub(super) struct Relaxation {
    steps: Vec<Step>,
    /// Cost and value of the first `i` steps together.
    sums: Vec<(i64, i64)>,
}

impl Relaxation {
    /// The relaxation over `steps`, which are in order of slope.
    pub fn over(steps: impl Iterator<Item = Step>) -> Self {
        let steps: Vec<Step> = steps.collect();
        let mut sums = vec![(0, 0)];
        let (mut cost, mut value) = (0, 0);
        for step in &steps {
            cost += step.cost;
            value += step.value;
            sums.push((cost, value));
        }
        Self { steps, sums }
    }

    /// How many of the steppest steps fit into `room` whole, and their cost and value.
    pub fn whole(&self, room: i64) -> (usize, i64, i64) {
        let count = self.sums.partition_point(|&(cost, _)| cost <= room) - 1;
        (count, self.sums[count].0, self.sums[count].1)
    }

    /// The first `count` steps.
    pub fn first(&self, count: usize) -> &[Step] {
        &self.steps[..count]
    }

    /// The value of the relaxation within `room`, rounded up, which no choice exceeds; `count` is that of
    /// [`Self::whole`].
    pub fn most_value(&self, room: i64, count: usize) -> i64 {
        let (cost, value) = self.sums[count];
        let part = |step: &Step| {
            let step_cost = i128::from(step.cost);
            ((product(step.value, room - cost) + step_cost - 1) / step_cost) as i64
        };
        value + self.steps.get(count).map_or(0, part)
    }
}
