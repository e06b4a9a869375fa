//! Where drawings come from.

use std::path::Path;

use records::Complaint;

/// What drawings are made of beside records, and what was noticed on the way.
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
    /// A folder of which nothing was read yet.
    pub fn new(out: &'o Path) -> DrawingSource<'o> {
        DrawingSource { out, complaints: Vec::new(), remarks: Vec::new(), runs: 0 }
    }
}
