//! Throughput of networks, measured by a worker process: for `harness fps`, and for a command that
//! has trained them.

mod ask;
mod rows;
mod target;

pub use crate::task::Crashed;
pub use ask::Settings;
pub use rows::{now, rfc3339};
pub use target::Target;

use records::FpsStore;
use std::path::PathBuf;
use trial::measure::FpsAnswer;

/// What was measured.
pub struct Measured {
    /// Everything.
    pub answer: FpsAnswer,
    /// The measurements of the runs among the targets, as they were added to `fps.csv`.
    pub rows: Vec<records::FpsRow>,
}

/// Measures `targets` side by side and adds what was measured of runs to `fps.csv` of their results, if it
/// was measured as tables show it: batch norms folded, channels not filled up.
///
/// An error of the worker itself is a [`Crashed`], others are of usage or data.
pub fn measure(targets: &[Target], settings: &Settings) -> anyhow::Result<Measured> {
    let answer = ask::ask(targets, settings)?;
    let usual = settings.fold && settings.round_to.is_none();
    let rows = if usual { rows::rows(targets, &answer) } else { Vec::new() };
    let mut folders: Vec<&PathBuf> = rows.iter().map(|(folder, _)| folder).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        let own: Vec<_> =
            rows.iter().filter(|(other, _)| other == folder).map(|(_, row)| row.clone()).collect();
        FpsStore::new(folder).append(&own)?;
    }
    Ok(Measured { answer, rows: rows.into_iter().map(|(_, row)| row).collect() })
}
