//! The dynamic program over undominated states, bounded by the relaxation.

use super::bound::{Relaxation, Step, steps};
use super::frontier::Item;

/// A choice for the first groups, as far as the others care.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    cost: i64,
    value: i64,
    /// The state it came from, one group earlier.
    parent: u32,
    /// The item taken of the last group.
    item: u32,
}

/// The best choice known: a state, completed by the first `steps` of the relaxation after it.
struct Incumbent {
    value: i64,
    cost: i64,
    level: usize,
    state: usize,
    steps: usize,
}

/// One search.
pub(super) struct Search<'a> {
    fronts: &'a [Vec<Item>],
    room: i64,
    steps: Vec<Step>,
    /// The states after each number of groups.
    pub levels: Vec<Vec<State>>,
    incumbent: Incumbent,
}

impl<'a> Search<'a> {
    /// A search for the best choice of one item of each front within `room`.
    pub fn new(fronts: &'a [Vec<Item>], room: i64) -> Self {
        let incumbent = Incumbent { value: -1, cost: 0, level: 0, state: 0, steps: 0 };
        Self { fronts, room, steps: steps(fronts), levels: Vec::new(), incumbent }
    }

    /// The index of the best option of every group.
    pub fn run(mut self) -> Vec<usize> {
        self.descend();
        self.chosen()
    }

    /// Fills the levels and finds the best choice.
    pub fn descend(&mut self) {
        let root = State { cost: 0, value: 0, parent: 0, item: 0 };
        self.admit(vec![root]);
        for front in self.fronts {
            let last = &self.levels[self.levels.len() - 1];
            let mut next = Vec::with_capacity(last.len() * front.len());
            for (item, step) in front.iter().enumerate() {
                for (parent, state) in last.iter().enumerate() {
                    // States and items both rise in cost.
                    if state.cost > self.room - step.cost {
                        break;
                    }
                    let (cost, value) = (state.cost + step.cost, state.value + step.value);
                    next.push(State { cost, value, parent: parent as u32, item: item as u32 });
                }
            }
            // A stable sort merges the sorted runs, and leaves equal states in the order of items.
            next.sort_by_key(|state| (state.cost, std::cmp::Reverse(state.value)));
            self.admit(next);
        }
    }

    /// Adds a level of those of `states`, sorted by cost, that may lead to a better choice than the best
    /// one known.
    fn admit(&mut self, states: Vec<State>) {
        let level = self.levels.len();
        let rest = Relaxation::over(self.steps.iter().filter(|step| step.group >= level).copied());
        let mut kept: Vec<State> = Vec::new();
        let mut greatest = -1;
        for state in states {
            if state.value <= greatest {
                continue;
            }
            greatest = state.value;
            let room = self.room - state.cost;
            let (steps, cost, value) = rest.whole(room);
            let (cost, value) = (state.cost + cost, state.value + value);
            let best = &self.incumbent;
            let improves = (value, -cost) > (best.value, -best.cost);
            if improves {
                self.incumbent = Incumbent { value, cost, level, state: kept.len(), steps };
            }
            // At a relaxed value that is no greater than the best one, a lower cost is impossible, too: as
            // long as a step is left to take, less room means less value, and if none is left, the whole
            // steps are the choice of that value.
            if improves || state.value + rest.most_value(room, steps) > self.incumbent.value {
                kept.push(state);
            }
        }
        self.levels.push(kept);
    }

    fn chosen(&self) -> Vec<usize> {
        let Incumbent { level, steps, mut state, .. } = self.incumbent;
        let mut items = vec![0; self.fronts.len()];
        for at in (1..=level).rev() {
            let taken = self.levels[at][state];
            items[at - 1] = taken.item as usize;
            state = taken.parent as usize;
        }
        let rest = Relaxation::over(self.steps.iter().filter(|step| step.group >= level).copied());
        rest.first(steps).iter().for_each(|step| items[step.group] = step.item);
        items.iter().zip(self.fronts).map(|(&item, front)| front[item].index).collect()
    }
}
