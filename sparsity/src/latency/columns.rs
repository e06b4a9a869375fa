//! The columns of a table's rows.
//!
//! Nearly every convolution reads neighbouring pixels, padded to keep the size.
//! Padding and dilation are columns only where a row needs them, so that other tables
//! are what they were before there were any.

use network::ConvShape;

const SHAPE: [&str; 6] = ["inputs", "outputs", "side", "kernel", "stride", "groups"];
const WINDOW: [&str; 2] = ["padding", "dilation"];
const ENTRY: [&str; 5] = ["milliseconds", "spread", "repeats", "origin", "note"];

/// Which columns a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LatencyColumns {
    /// None for padding and dilation.
    Usual,
    /// Padding and dilation behind the other numbers of a shape.
    Windows,
}

impl LatencyColumns {
    /// Those that rows of `shapes` need.
    pub fn of<'a>(mut shapes: impl Iterator<Item = &'a ConvShape>) -> Self {
        if shapes.all(ConvShape::has_usual_window) { Self::Usual } else { Self::Windows }
    }

    /// Their names, in order.
    pub(super) fn names(self) -> Vec<&'static str> {
        let window: &[&str] = if self == Self::Windows { &WINDOW } else { &[] };
        [&SHAPE, window, &ENTRY].concat()
    }
}
