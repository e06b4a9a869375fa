//! What a table shows, as data.

use crate::reference::{Reference, references};

use super::row::RowDefinition;

/// One table of the paper, or one beside them.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it shows and where it comes from.
    pub title: &'static str,
    /// The suite whose records it shows.
    pub suite: &'static str,
    /// The real data set of the published values.
    pub dataset: &'static str,
    /// The network of the published values.
    pub model: &'static str,
    /// The methods, in the order of the table.
    pub rows: Vec<RowDefinition>,
    /// The sparsities, in the order of the table, without that of the dense network.
    pub sparsities: Vec<f64>,
    /// What lines stand together.
    pub grouping: Grouping,
    /// Whether it shows how steady the importance of weights is, where a record says so.
    pub saliency_variance: bool,
    /// What a reader must know before reading the numbers.
    pub notes: Vec<&'static str>,
}

/// What lines of a table stand together in a block; the dense network always has its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grouping {
    /// Those of one sparsity.
    Sparsity,
    /// Those of similar FLOPs of training, published or else measured, relative to dense training:
    /// the upper bounds of the blocks, rising. Lines of unknown cost come last.
    TrainFlops(&'static [f64]),
}

impl TableDefinition {
    /// The sparsities of its lines, the dense network's first.
    pub(super) fn levels(&self) -> impl Iterator<Item = f64> {
        [0.0].into_iter().chain(self.sparsities.iter().copied())
    }

    /// Whether a row has a line at this sparsity: it can be run, or was published.
    pub(super) fn has_line(&self, row: &RowDefinition, sparsity: f64) -> bool {
        match row.method {
            Some(_) => row.runs_at(sparsity),
            None => self.published(row.label, sparsity).is_some(),
        }
    }

    /// The published values of this table at its sparsities, the preferred ones first.
    pub fn references(&self) -> impl Iterator<Item = &'static Reference> {
        references().iter().filter(|row| {
            let shown = self.levels().any(|sparsity| sparsity == row.sparsity);
            row.table == self.id && row.suite == self.suite && row.model == self.model && shown
        })
    }

    /// The preferred published value of a row at a sparsity.
    pub fn published(&self, label: &str, sparsity: f64) -> Option<&'static Reference> {
        self.references().find(|row| row.label == label && row.sparsity == sparsity)
    }
}
