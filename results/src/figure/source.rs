//! What drawings are made from.

use std::path::Path;

use records::Complaint;

/// The folder of the run directories, and what was noticed while reading them.
#[derive(Debug)]
pub struct DrawingSource<'o> {
    /// The folder of the results, with the run directories.
    pub out: &'o Path,
    /// What could not be read of them.
    pub complaints: Vec<Complaint>,
    /// What was left out.
    pub remarks: Vec<String>,
    /// How often a run directory was read.
    pub runs: usize,
}

impl<'o> DrawingSource<'o> {
    /// A folder from which nothing has been read yet.
    pub fn new(out: &'o Path) -> DrawingSource<'o> {
        DrawingSource { out, complaints: Vec::new(), remarks: Vec::new(), runs: 0 }
    }
}
