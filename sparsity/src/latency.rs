//! How long every convolution of a network takes: what a structure is pruned for.
//!
//! A [`LatencyTable`] holds measured times of convolutions of one device and batch by their shape, as
//! HALP's does (arXiv 2210.06659): the latency of a structure is the sum over its convolutions. Without a
//! table, multiply-accumulates are used as a latency proxy, which is the same everywhere and needs no device.

mod columns;
mod error;
mod import;
mod interpolate;
mod parse;
mod table;
mod text;

pub use columns::LatencyColumns;
pub use error::{MissingEntry, NoNeighbours, TableError};
pub use import::LatencyUnit;
pub use parse::PartialTable;
pub use table::{LatencyAbout, LatencyEntry, LatencyOrigin, LatencyTable};

use network::ConvShape;

/// Where the latencies of convolutions come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Latency {
    /// A table.
    Table(LatencyTable),
    /// Multiply-accumulates, of which 10^9 of the whole batch count as one millisecond.
    Macs {
        /// Batch size in samples.
        batch: usize,
    },
}

impl Latency {
    /// Milliseconds that a convolution of the batch takes.
    ///
    /// # Errors
    ///
    /// If the table has no entry for the shape; never for multiply-accumulates.
    pub fn milliseconds(&self, shape: &ConvShape) -> Result<f64, MissingEntry> {
        match self {
            Self::Table(table) => match table.entries.get(shape) {
                Some(entry) => Ok(entry.milliseconds),
                None => Err(MissingEntry { shape: *shape, table: table.about.to_string() }),
            },
            Self::Macs { batch } => Ok(shape.macs() as f64 * *batch as f64 / 1e9),
        }
    }

    /// The convolution of a table that differs from `shape` in nothing but the side of its input, if there is one.
    pub(crate) fn at_another_side(&self, shape: &ConvShape) -> Option<ConvShape> {
        let Self::Table(table) = self else { return None };
        let alike = |other: &&ConvShape| ConvShape { side: shape.side, ..**other } == *shape;
        table.entries.keys().find(alike).copied()
    }

    /// The batch size in samples.
    pub fn batch(&self) -> usize {
        match self {
            Self::Table(table) => table.about.batch,
            Self::Macs { batch } => *batch,
        }
    }
}

#[cfg(test)]
mod tests;
