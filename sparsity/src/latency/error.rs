//! What can be wrong with a latency table.

use network::ConvShape;
use std::io;
use std::path::PathBuf;

/// Why a file is not a latency table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read.
    #[error("cannot read the latency table {}: {cause}; check path and permissions", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A line is wrong.
    #[error("{}:{line}: {what}; correct the line, or build the table again (`harness lut build`)", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A table of another program cannot be imported.
    #[error(
        "cannot import {}: {what}; it must be one object such as {{\"256_64_128_56_3_1_1\": 2846}}, of \
         times by batch_inputs_outputs_side_kernel_stride_groups",
        file.display()
    )]
    Import {
        /// The file.
        file: PathBuf,
        /// What is wrong, and in which entry.
        what: String,
    },
}

/// A convolution whose latency is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the latency table ({table}) has no entry for the convolution {shape}; measure it with `harness lut \
     build`, or, if the table was imported, import it again with --interpolate, which fills it from its neighbours"
)]
pub struct MissingEntry {
    /// The convolution.
    pub shape: ConvShape,
    /// What the table is about.
    pub table: String,
}

/// A convolution that has no entries on both sides to interpolate between.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the latency of {shape} cannot be interpolated: the table ({table}) has no measured entries of both \
     fewer and more channels at this side, kernel and stride; measure it with `harness lut build`"
)]
pub struct NoNeighbours {
    /// The convolution.
    pub shape: ConvShape,
    /// What the table is about.
    pub table: String,
}
