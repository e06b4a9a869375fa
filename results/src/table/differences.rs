//! The columns and notes of a table whose rows are compared seed by seed.

use std::collections::BTreeMap;

use crate::evidence::paired::{Differences, Effect, PairedDifference};
use crate::evidence::table_row::TableRow;
use crate::page::number::{difference, interval, percent};
use crate::page::{left, right};
use crate::paper::{Pairing, TableDefinition};
use crate::statistics::Summary;

use super::block::blocks;
use super::column::RowColumn;

/// Share of intervals that exclude 0 although there is no difference.
const BY_CHANCE: f64 = 1.0 - Summary::CONFIDENCE;

/// The differences of the rows from the reference and from its rival; none where a table is not about them.
pub fn columns<'s>(definition: &TableDefinition, rows: &[TableRow<'s>]) -> Vec<RowColumn<'s>> {
    let (Some(pairing), Some(differences)) = (definition.pairing(), Differences::of(definition, rows)) else {
        return Vec::new();
    };
    let differences = std::rc::Rc::new(differences);
    let of = |what: fn(&Differences, &TableRow) -> Option<String>| {
        let differences = differences.clone();
        Box::new(move |row: &TableRow| what(&differences, row))
    };
    let mut shown: Vec<RowColumn> = vec![
        (
            right("Difference"),
            of(|all, row| all.against_reference(row).map(|it| difference(it.summary.mean))),
        ),
        (left("95 % CI of difference"), of(|all, row| bounds(all.against_reference(row)?))),
        (left("Shows"), of(|all, row| all.against_reference(row).map(|it| it.effect().words().to_string()))),
    ];
    let rival = of(|all, row| all.against_rival(row).map(|it| with_bounds(&it)));
    shown.push((right(format!("− {}", pairing.rival)), rival));
    let changes = |row: &TableRow| row.trials.mean(|record| record.structure_changes.map(|n| n as f64));
    if rows.iter().any(|row| changes(row).is_some()) {
        shown.push((right("Changes"), Box::new(move |row| changes(row).map(|n| format!("{n:.0}")))));
    }
    shown
}

fn bounds(it: PairedDifference) -> Option<String> {
    it.summary.interval.map(interval)
}

fn with_bounds(it: &PairedDifference) -> String {
    let mean = difference(it.summary.mean);
    it.summary.interval.map_or(mean.clone(), |bounds| format!("{mean} {}", interval(bounds)))
}

/// Which choices decide the comparison of the reference with its rival, and which do not matter.
pub fn notes(definition: &TableDefinition, rows: &[TableRow]) -> Vec<String> {
    let (Some(pairing), Some(differences)) = (definition.pairing(), Differences::of(definition, rows)) else {
        return Vec::new();
    };
    let Pairing { reference, rival } = pairing;
    let mut notes = Vec::new();
    for level in definition.levels() {
        let at = percent(level);
        let found = rows.iter().find(|row| row.level == level && row.subject.label == reference);
        let scale = found.and_then(|row| differences.against_rival(row));
        let Some(scale) = scale else { continue };
        let pairs = match scale.summary.n {
            1 => "one pair".to_string(),
            n => format!("{n} pairs"),
        };
        let bounds =
            scale.summary.interval.map(|bounds| format!(" {}", interval(bounds))).unwrap_or_default();
        notes.push(format!(
            "{reference} − {rival} at {at}: {} points{bounds} ({pairs} of trials), {}. Judge the differences \
             in the table against this one.",
            difference(scale.summary.mean),
            scale.effect().words()
        ));
        let mut said: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
        let of_level = blocks(definition, rows).into_iter().flat_map(|block| block.rows);
        for row in of_level.filter(|row| row.level == level && differences.is_choice(rows, row)) {
            let compared = || {
                let (it, with) = (differences.against_reference(row)?, differences.against_rival(row)?);
                Some((it, with, differences.without_the_choice(row)?))
            };
            if let Some((it, with, without)) = compared() {
                let what = format!("{} ({})", row.subject.label, difference(it.summary.mean));
                said.entry(Verdict::of(&it, &with, &without)).or_default().push(what);
            }
        }
        let judged: usize = said
            .iter()
            .filter(|(verdict, _)| **verdict != Verdict::NotJudged)
            .map(|(_, all)| all.len())
            .sum();
        notes.extend(
            said.into_iter().map(|(verdict, all)| format!("{} {}.", verdict.words(&at), all.join(", "))),
        );
        if judged > 1 {
            notes.push(format!(
                "Of {judged} intervals at {at}, about {:.1} would exclude 0 by chance if no choice mattered.",
                BY_CHANCE * judged as f64
            ));
        }
    }
    if notes.is_empty() && rows.iter().any(|row| row.trials.ok().next().is_some()) {
        notes.push(format!(
            "{reference} and {rival} have no trials with the same seed here, so nothing is said of which choices decide \
             between them."
        ));
    }
    notes
}

/// What the columns are.
pub fn meaning(pairing: Pairing) -> String {
    format!(
        "Difference: result minus that of {}, the mean over pairs of trials with the same seed, with Student's t \
         interval of that mean; better is positive. − {}: the same against {}. \
         Changes: how often the structure changed.",
        pairing.reference, pairing.rival, pairing.rival
    )
}

/// What a choice is worth in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// With it the method is ahead of the rival, or behind it, and without it that is not so.
    Decides,
    /// It makes a difference. With it the comparison comes out as without it, or is undecided.
    Matters,
    /// No difference is shown.
    NotShown,
    /// There are too few pairs.
    NotJudged,
}

impl Verdict {
    /// That of a choice, from its difference from the reference, and the differences from the rival with the choice and
    /// without it. The last two are of the same seeds: with fewer of them an interval is wider, and that alone must not
    /// look like another outcome.
    fn of(choice: &PairedDifference, with: &PairedDifference, without: &PairedDifference) -> Verdict {
        let with = with.effect();
        let shown = matches!(with, Effect::Better | Effect::Worse);
        match choice.effect() {
            Effect::Unknown => Verdict::NotJudged,
            Effect::NotShown => Verdict::NotShown,
            Effect::Better | Effect::Worse if shown && with != without.effect() => Verdict::Decides,
            Effect::Better | Effect::Worse => Verdict::Matters,
        }
    }

    fn words(self, at: &str) -> String {
        match self {
            Verdict::Decides => format!(
                "Choices that decide the comparison at {at} (their interval excludes 0; with the choice the method differs \
                 from the rival, and without it no difference is shown, or the opposite one):"
            ),
            Verdict::Matters => format!(
                "Choices that matter at {at} and are not shown to decide it (their interval excludes 0; against the rival \
                 the outcome is the same as without the choice, or open):"
            ),
            Verdict::NotShown => {
                format!("Choices without a difference shown at {at} (the interval includes 0):")
            }
            Verdict::NotJudged => format!("Choices not judged at {at}, for lack of seeds:"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(pairs: &[f64]) -> PairedDifference {
        PairedDifference { summary: Summary::of(pairs).unwrap() }
    }

    /// A choice that costs two points, with three seeds. Five seeds show the default behind its rival, and three of
    /// them do not, so a choice that three seeds do not show behind the rival has not changed the outcome.
    #[test]
    fn fewer_seeds_alone_decide_nothing() {
        let choice = difference(&[-2.0, -1.9, -2.1]);
        let (all, three) = (difference(&[-1.0, -0.1, -1.9, -1.0, -1.2]), difference(&[-1.0, -0.1, -1.9]));
        assert_eq!([all.effect(), three.effect()], [Effect::Worse, Effect::NotShown]);
        let with = difference(&[-3.0, -0.1, -5.0]);
        assert_eq!(with.effect(), Effect::NotShown);
        assert_eq!(Verdict::of(&choice, &with, &three), Verdict::Matters);
        assert_eq!(Verdict::of(&choice, &with, &all), Verdict::Matters, "undecided is no outcome");
        let behind = difference(&[-3.0, -2.9, -3.1]);
        assert_eq!(Verdict::of(&choice, &behind, &three), Verdict::Decides);
        assert_eq!(Verdict::of(&choice, &behind, &difference(&[-1.0, -1.1, -0.9])), Verdict::Matters);
        assert_eq!(Verdict::of(&three, &behind, &three), Verdict::NotShown);
    }
}
