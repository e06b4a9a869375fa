//! What a table shows, as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use records::{Metric, Record, words};

use crate::paper::row::{DENSE, RowDefinition, is_same};

use super::published_value::{PublishedValue, published_values};

/// By how much a sparsity that was reached and not asked for may miss the level at which it stands: as much as those
/// that STR published miss the levels at which they are listed (81.27 % at 80 %).
const NEAR: f64 = 0.015;

/// One table of the paper, or one beside them.
///
/// Its rows have a level each: the sparsity, or in a table of structured sparsity the share of the dense
/// network's latency that remains.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it shows and where it comes from.
    pub title: &'static str,
    /// Whether it is a table of the paper; the others are listed after these.
    pub of_paper: bool,
    /// The suite whose records it shows.
    pub suite: &'static str,
    /// The real data set of the published values.
    pub dataset: &'static str,
    /// The profile with the published recipe: [`PAPER`](records::words::PAPER), or
    /// [`PAPER_CHANNELS`](records::words::PAPER_CHANNELS) where the suite has a recipe of its own for pruning channels.
    pub profile: &'static str,
    /// The network of the published values.
    pub model: &'static str,
    /// What its methods are compared by.
    pub metric: Metric,
    /// The methods, in the order of the table.
    pub rows: Vec<RowDefinition>,
    /// The sparsities, in the order of the table, without that of the dense network; none in a table
    /// of structured sparsity.
    pub sparsities: Vec<f64>,
    /// The shares of the dense network's latency that remain, in the order of the table; none in a
    /// table of unstructured sparsity.
    pub latency_targets: Vec<f64>,
    /// Which rows are grouped together.
    pub grouping: Grouping,
    /// Whether it has a column for the variance of saliency, where records have it.
    pub saliency_variance: bool,
    /// Notes above the numbers, in sentences.
    pub notes: Vec<&'static str>,
}

/// Which rows of a table are grouped in a block; the dense network always has its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grouping {
    /// Those of one sparsity or latency.
    Level,
    /// Those of similar FLOPs of training, published or else measured, relative to dense training:
    /// the upper bounds of the blocks, rising. Rows of unknown cost come last.
    TrainFlops(&'static [f64]),
    /// Those that are compared, then the others by the size of their difference from the reference.
    Difference(Pairing),
}

/// What a table is about whose rows are compared seed by seed, by their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The row from which each other differs by a choice.
    pub reference: &'static str,
    /// The row whose comparison with the reference those choices may decide.
    pub rival: &'static str,
}

/// Rows of a table whose rows are compared seed by seed that are run on synthetic images: they show that everything
/// works, in about three minutes of two cores.
const SYNTHETIC_ROWS: usize = 8;

/// Fewest seeds of a table whose rows are compared seed by seed: two give intervals too wide to exclude anything.
const LEAST_SEEDS: usize = 3;

impl TableDefinition {
    /// Whether channels are pruned in it, to a latency.
    pub fn structured(&self) -> bool {
        !self.latency_targets.is_empty()
    }

    /// The rows that the others are compared with seed by seed, if it is about such differences.
    pub fn pairing(&self) -> Option<Pairing> {
        match self.grouping {
            Grouping::Difference(pairing) => Some(pairing),
            Grouping::Level | Grouping::TrainFlops(_) => None,
        }
    }

    /// The fewest seeds that it needs.
    pub fn least_seeds(&self) -> usize {
        self.pairing().map_or(1, |_| LEAST_SEEDS)
    }

    /// How many of its rows are run on synthetic images, the first ones.
    pub fn most_synthetic_rows(&self) -> usize {
        self.pairing().map_or(usize::MAX, |_| SYNTHETIC_ROWS)
    }

    /// The level of the dense network: it has no zeros, and all of its latency.
    pub(crate) fn dense_level(&self) -> f64 {
        if self.structured() { 1.0 } else { 0.0 }
    }

    /// What its levels are shares of.
    pub(crate) fn level_name(&self) -> &'static str {
        if self.structured() { "Latency" } else { "Sparsity" }
    }

    /// The levels of its rows, the dense network's first.
    pub(crate) fn levels(&self) -> impl Iterator<Item = f64> {
        let own = if self.structured() { &self.latency_targets } else { &self.sparsities };
        [self.dense_level()].into_iter().chain(own.iter().copied())
    }

    /// The level of a record, if the table has it.
    pub(crate) fn level_of(&self, record: &Record) -> Option<f64> {
        let asked = match record.latency_target {
            target if self.structured() => target.or((record.method == DENSE).then_some(1.0))?,
            None if record.distribution == words::LEARNED => return self.level_reached(record.sparsity?),
            None => record.sparsity_target.unwrap_or(0.0),
            Some(_) => return None,
        };
        self.levels().find(|level| is_same(*level, asked))
    }

    /// The level at which a sparsity stands that was reached and not asked for, if one is near.
    fn level_reached(&self, sparsity: f64) -> Option<f64> {
        let distance = |level: &f64| (level - sparsity).abs();
        let nearest = self.levels().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.filter(|level| distance(level) <= NEAR)
    }

    /// The level of a published value, which the table need not have.
    pub(crate) fn level_published(&self, value: &PublishedValue) -> Option<f64> {
        match self.structured() {
            true => value.latency_target.or(self.is_dense(value).then_some(1.0)),
            false => value.sparsity,
        }
    }

    /// Whether a published value is of the table's network, and not of another that is shown for comparison.
    pub(crate) fn is_of_network(&self, value: &PublishedValue) -> bool {
        value.model == self.model
    }

    /// Whether a published value is of the table's network, dense.
    pub(crate) fn is_dense(&self, value: &PublishedValue) -> bool {
        value.method == DENSE && self.is_of_network(value)
    }

    /// Whether trials of a row may have this level.
    pub(crate) fn runs_at(&self, row: &RowDefinition, level: f64) -> bool {
        row.runs_at(level, self.dense_level())
    }

    /// Whether a row is shown at this level: it can be run, or was published.
    pub(crate) fn has_row(&self, row: &RowDefinition, level: f64) -> bool {
        match row.method {
            Some(_) => self.runs_at(row, level),
            None => self.published(row.label, level).is_some(),
        }
    }

    /// The published values of this table at any level, the preferred ones first; among them those of other networks
    /// that the table names for comparison.
    pub fn published_values(&self) -> impl Iterator<Item = &'static PublishedValue> {
        published_values().iter().filter(|value| self.shows(value))
    }

    fn shows(&self, value: &PublishedValue) -> bool {
        value.table == self.id && value.suite == self.suite
    }

    /// The preferred published value of a row at a level with those of independent groups that reproduced it, each
    /// source once; none if nobody did.
    pub fn reproductions(&self, label: &str, level: f64) -> Option<Vec<&'static PublishedValue>> {
        let first = self.published(label, level)?;
        let mut all = vec![first];
        for value in labelled(self.id, label) {
            let independent = value.reproduction && all.iter().all(|known| known.source != value.source);
            if independent && self.level_published(value) == Some(level) && value.score().is_some() {
                all.push(value);
            }
        }
        (all.len() > 1).then_some(all)
    }

    /// The preferred published value of a row at a level.
    pub fn published(&self, label: &str, level: f64) -> Option<&'static PublishedValue> {
        self.published_with(label, level, PublishedValue::score).map(|(value, _)| value)
    }

    /// The preferred published value of a row at a level, of the table's network, that states a quantity, and
    /// the quantity.
    pub(crate) fn published_with(
        &self,
        label: &str,
        level: f64,
        quantity: impl Fn(&PublishedValue) -> Option<f64>,
    ) -> Option<(&'static PublishedValue, f64)> {
        let here = |value: &&&PublishedValue| {
            self.level_published(value) == Some(level) && self.is_of_network(value) && self.shows(value)
        };
        labelled(self.id, label).iter().filter(here).find_map(|value| Some((*value, quantity(value)?)))
    }

    /// The published throughput relative to the dense network: as stated, or else computed where the
    /// dense network's is published for the same device.
    pub(crate) fn speedup(&self, value: &PublishedValue) -> Option<f64> {
        let computed = || {
            let dense = |other: &&PublishedValue| self.is_dense(other) && other.device == value.device;
            self.is_of_network(value).then_some(())?;
            Some(value.fps? / self.published_values().filter(dense).find_map(|dense| dense.fps)?)
        };
        value.speedup.or_else(computed)
    }
}

/// The published values of a table that have this label, the preferred ones first: a page asks for them
/// at every row of every group of records.
fn labelled(table: &str, label: &str) -> &'static [&'static PublishedValue] {
    type ByLabel = HashMap<&'static str, HashMap<&'static str, Vec<&'static PublishedValue>>>;
    static LABELS: LazyLock<ByLabel> = LazyLock::new(|| {
        let mut labels = ByLabel::new();
        for value in published_values() {
            labels.entry(&value.table).or_default().entry(&value.label).or_default().push(value);
        }
        labels
    });
    LABELS.get(table).and_then(|labels| labels.get(label)).map_or(&[], Vec::as_slice)
}
