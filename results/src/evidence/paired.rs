//! How much a row differs from another of its level, seed by seed.
//!
//! Trials of one seed share initial weights, data order and augmentation, so much of what scatters between seeds
//! cancels in their difference, and few seeds show smaller differences than two separate means would.

use std::collections::BTreeMap;

use records::Metric;

use crate::evidence::table_row::TableRow;
use crate::paper::{Pairing, TableDefinition};
use crate::statistics::{Summary, mean};

use super::trials::Trials;

/// The mean difference of pairs of trials with the same seed, in the unit of the metric; better is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// Mean, 95 % Student interval of the mean where there are several pairs, and number of pairs.
    pub summary: Summary,
}

/// What a difference shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Better: the interval lies above 0.
    Better,
    /// Worse: it lies below 0.
    Worse,
    /// No difference: it includes 0.
    NotShown,
    /// Nothing, because there are fewer than two pairs.
    Unknown,
}

impl PairedDifference {
    /// The difference of `row` from `reference`; none without a common seed.
    pub fn of(metric: Metric, reference: &Trials, row: &Trials) -> Option<PairedDifference> {
        let (reference, row) = (by_seed(metric, reference), by_seed(metric, row));
        let pairs = row.iter().filter_map(|(seed, score)| Some(metric.gain(*reference.get(seed)?, *score)));
        Some(PairedDifference { summary: Summary::of(&pairs.collect::<Vec<_>>())? })
    }

    /// What it shows.
    pub fn effect(&self) -> Effect {
        match self.summary.interval {
            None => Effect::Unknown,
            Some((low, _)) if low > 0.0 => Effect::Better,
            Some((_, high)) if high < 0.0 => Effect::Worse,
            Some(_) => Effect::NotShown,
        }
    }
}

impl Effect {
    /// What a table says of it.
    pub fn words(self) -> &'static str {
        match self {
            Effect::Better => "better",
            Effect::Worse => "worse",
            Effect::NotShown => "no difference shown",
            Effect::Unknown => "too few seeds",
        }
    }
}

/// The result of every seed; their mean where a seed was trained under several keys.
fn by_seed(metric: Metric, trials: &Trials) -> BTreeMap<u64, f64> {
    let mut scores: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for record in trials.ok() {
        let score = metric.of(record).filter(|score| score.is_finite());
        scores.entry(record.seed).or_default().extend(score);
    }
    scores.into_iter().filter_map(|(seed, scores)| Some((seed, mean(&scores)?))).collect()
}

/// The differences between the rows of a table that is about them.
pub struct Differences<'a> {
    pairing: Pairing,
    /// The rows that the others are compared with, at every level.
    compared: Vec<(&'static str, f64, Metric, Trials<'a>)>,
}

impl<'a> Differences<'a> {
    /// Those between `rows`; none where the table is not about them.
    pub fn of(definition: &TableDefinition, rows: &[TableRow<'a>]) -> Option<Differences<'a>> {
        let pairing = definition.pairing()?;
        let named = [pairing.reference, pairing.rival].into_iter().flat_map(|label| {
            let of_label = rows.iter().filter(move |row| row.subject.label == label);
            of_label.map(move |row| (label, row.level, row.metric, row.trials.clone()))
        });
        Some(Differences { pairing, compared: named.collect() })
    }

    /// The difference of a row from the reference; none of the reference itself.
    pub fn against_reference(&self, row: &TableRow) -> Option<PairedDifference> {
        self.from(self.pairing.reference, row)
    }

    /// The difference of a row from the rival; none of the rival itself.
    pub fn against_rival(&self, row: &TableRow) -> Option<PairedDifference> {
        self.from(self.pairing.rival, row)
    }

    fn from(&self, label: &str, row: &TableRow) -> Option<PairedDifference> {
        if row.subject.label == label {
            return None;
        }
        let (metric, reference) = self.compared_at(label, row.level)?;
        PairedDifference::of(metric, reference, &row.trials)
    }

    /// The trials of the row of a label that the others are compared with, at a level, and their metric.
    fn compared_at(&self, label: &str, level: f64) -> Option<(Metric, &Trials<'a>)> {
        let found = self.compared.iter().find(|(other, at, ..)| *other == label && *at == level);
        found.map(|(_, _, metric, trials)| (*metric, trials))
    }

    /// The difference of the reference from the rival, by the seeds that `row` has, too: what `row` would have if it
    /// were like the reference.
    pub fn without_the_choice(&self, row: &TableRow) -> Option<PairedDifference> {
        let (metric, reference) = self.compared_at(self.pairing.reference, row.level)?;
        let (_, rival) = self.compared_at(self.pairing.rival, row.level)?;
        let seeds = by_seed(metric, &row.trials);
        let shared = reference.0.iter().copied().filter(|record| seeds.contains_key(&record.seed));
        PairedDifference::of(metric, rival, &Trials(shared.collect()))
    }

    /// Whether a row is one of the reference's method, and so a choice and no other method.
    pub fn is_choice(&self, rows: &[TableRow], row: &TableRow) -> bool {
        let reference = rows.iter().find(|other| other.subject.label == self.pairing.reference);
        row.subject.label != self.pairing.reference
            && reference.is_some_and(|reference| reference.subject.method == row.subject.method)
    }

    /// Orders rows by the size of their difference from the reference, the largest first; those of which it is
    /// not known come last, in their order.
    pub fn sort(&self, rows: &mut [&TableRow]) {
        let size = |row: &&TableRow| self.against_reference(row).map_or(-1.0, |it| it.summary.mean.abs());
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::Record;

    fn trials(scores: &[(u64, f64)]) -> Vec<Record> {
        let record = |(seed, top1): &(u64, f64)| Record {
            seed: *seed,
            status: "ok".into(),
            top1: Some(*top1),
            ..Record::default()
        };
        scores.iter().map(record).collect()
    }

    fn difference(reference: &[(u64, f64)], row: &[(u64, f64)]) -> Option<PairedDifference> {
        let (reference, row) = (trials(reference), trials(row));
        PairedDifference::of(Metric::TOP1, &all(&reference), &all(&row))
    }

    fn all(records: &[Record]) -> Trials<'_> {
        Trials(records.iter().collect())
    }

    /// Seeds that scatter by ten points show a difference of one where all of them have it. Student's t of two
    /// degrees of freedom is 4.302653 at 0.975: 31 / 30 ± 4.302653 x 0.152753 / sqrt 3.
    #[test]
    fn what_seeds_have_in_common_cancels() {
        let found = difference(&[(0, 60.0), (1, 50.0), (2, 70.0)], &[(2, 70.9), (1, 51.0), (0, 61.2)]);
        let Summary { mean, interval, n, .. } = found.unwrap().summary;
        let (low, high) = interval.unwrap();
        assert!((mean - 31.0 / 30.0).abs() < 1e-9 && n == 3);
        assert!((low - 0.653_875).abs() < 1e-5 && (high - 1.412_792).abs() < 1e-5, "{low} {high}");
        assert_eq!(found.unwrap().effect(), Effect::Better);
    }

    #[test]
    fn only_pairs_count() {
        let found =
            difference(&[(0, 60.0), (1, 50.0), (5, 1.0)], &[(0, 58.0), (1, 49.0), (7, 99.0)]).unwrap();
        assert_eq!((found.summary.mean, found.summary.n), (-1.5, 2));
        assert_eq!(found.effect(), Effect::NotShown);
        let one = difference(&[(0, 60.0)], &[(0, 58.0)]).unwrap();
        assert_eq!((one.effect(), one.summary.interval), (Effect::Unknown, None));
        assert_eq!(difference(&[(0, 60.0)], &[(1, 58.0)]), None);
        // A seed that was trained under two keys is one pair.
        let twice = difference(&[(0, 60.0), (0, 62.0)], &[(0, 64.0)]).unwrap();
        assert_eq!((twice.summary.mean, twice.summary.n), (3.0, 1));
    }
}
