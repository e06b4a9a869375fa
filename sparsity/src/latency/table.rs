//! The table and its entries.

use network::ConvShape;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What the latencies were measured on and for.
///
/// Every text is one line without blanks around it; [`LatencyTable::to_text`] makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatencyAbout {
    /// The device's name.
    pub device: String,
    /// Batch size in samples.
    pub batch: usize,
    /// Number format, such as `fp32`.
    pub precision: String,
    /// Memory layout of the activations, such as `channels-last`.
    pub layout: String,
    /// The model whose shapes it holds, if it was made for one.
    pub model: Option<String>,
    /// Where it comes from: the program and versions that measured it, or the file it was imported from.
    pub origin: String,
}

impl fmt::Display for LatencyAbout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { device, batch, precision, layout, model, origin } = self;
        write!(f, "{device}, batch {batch}, {precision}, {layout}")?;
        if let Some(model) = model {
            write!(f, ", {model}")?;
        }
        write!(f, ", from {origin}")
    }
}

/// Where a latency comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatencyOrigin {
    /// Measured by this harness.
    Measured,
    /// Taken over from another program's table.
    Imported,
    /// Calculated from other entries.
    Interpolated,
}

impl LatencyOrigin {
    const ALL: [Self; 3] = [Self::Measured, Self::Imported, Self::Interpolated];

    /// The name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Imported => "imported",
            Self::Interpolated => "interpolated",
        }
    }
}

impl FromStr for LatencyOrigin {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|origin| origin.name() == name);
        found.ok_or_else(|| format!("there is no origin `{name}`; it is measured, imported or interpolated"))
    }
}

/// The latency of one convolution.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyEntry {
    /// Milliseconds for the batch, above 0.
    pub milliseconds: f64,
    /// Interquartile range of the repetitions over their median, from 0.
    pub spread: f64,
    /// How often it was measured; 0 where this harness did not measure it.
    pub repeats: u32,
    /// Where it comes from.
    pub origin: LatencyOrigin,
    /// Why it is doubtful, such as `clock moved`; empty if it is not.
    pub note: String,
}

/// Latencies of convolutions by their shape.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyTable {
    /// What they were measured on.
    pub about: LatencyAbout,
    /// The latencies.
    pub entries: BTreeMap<ConvShape, LatencyEntry>,
}

/// `shape`, if there is such a convolution.
pub(super) fn checked(shape: ConvShape) -> Result<ConvShape, String> {
    let ConvShape { inputs, outputs, side, kernel, stride, groups, padding, dilation } = shape;
    let sizes = [
        ("inputs", inputs),
        ("outputs", outputs),
        ("side", side),
        ("kernel", kernel),
        ("stride", stride),
        ("groups", groups),
        ("dilation", dilation),
    ];
    if let Some((name, _)) = sizes.into_iter().find(|(_, size)| *size == 0) {
        return Err(format!("`{name}` is 0; it must be at least 1"));
    }
    if groups > 1 && (inputs != groups || outputs != groups) {
        return Err(format!(
            "{groups} groups of {inputs} inputs and {outputs} outputs; there must be one, or as many as both"
        ));
    }
    let span = (kernel - 1).checked_mul(dilation).and_then(|span| span.checked_add(1));
    let padded = padding.checked_mul(2).and_then(|both| both.checked_add(side));
    match span.zip(padded) {
        Some((span, padded)) if span <= padded => Ok(shape),
        _ => Err(format!(
            "a kernel of {kernel} pixels with dilation {dilation} does not fit into {side} pixels with a \
             padding of {padding}"
        )),
    }
}

/// `milliseconds`, if a convolution can take so long.
pub(super) fn latency(milliseconds: f64) -> Result<f64, String> {
    if milliseconds.is_finite() && milliseconds > 0.0 {
        return Ok(milliseconds);
    }
    Err(format!("a latency of {milliseconds}; it must be finite and above 0"))
}
