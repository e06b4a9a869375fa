//! What to run where a side has one seed of a condition: one seed says nothing of the spread.

use std::collections::BTreeSet;

use crate::evidence::command::{Places, command};

use super::Side;
use super::measured::Groups;

/// Seeds that a comparison should have on each side: with five and five every test that is printed can be made.
const ENOUGH: usize = 5;

/// Most commands that are printed.
const MOST: usize = 6;

/// The commands that train the seeds that are lacking on a side of a comparison with one seed; those that are
/// recorded already are not trained again.
pub fn more_seeds(sides: [(&str, &Side, &Groups); 2]) -> Vec<String> {
    let [(.., a), (.., b)] = sides;
    let common = || a.keys().filter(|condition| b.contains_key(condition));
    let alone = common().any(|condition| a[condition].len().min(b[condition].len()) == 1);
    if !alone {
        return Vec::new();
    }
    let mut said = Vec::new();
    for (name, side, groups) in sides {
        let out = Some(side.selection.path()).filter(|path| path.is_dir());
        let places = Places { out, ..Places::default() };
        for trials in common().map(|condition| &groups[condition]).filter(|trials| trials.len() < ENOUGH) {
            let own: BTreeSet<u64> = trials.iter().map(|record| record.seed).collect();
            let lacking: BTreeSet<u64> =
                (0..).filter(|seed| !own.contains(seed)).take(ENOUGH - own.len()).collect();
            said.push(format!("{name}: {}", command(trials[0], &lacking, places)));
        }
    }
    let left_out = said.len().saturating_sub(MOST);
    said.truncate(MOST);
    said.extend((left_out > 0).then(|| format!("and {left_out} more conditions in the same way")));
    let why = format!(
        "One seed says nothing of how results scatter, so where both sides have one there is neither an interval nor a \
         test. To have {ENOUGH} seeds on both sides, run:"
    );
    [why].into_iter().chain(said).collect()
}
