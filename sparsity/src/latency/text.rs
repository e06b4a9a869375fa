//! The table as text: `# key: value` lines, then CSV rows in the order of the shapes.
//!
//! Header and rows can be had one by one, so that a long build can append every measurement as it comes.

use super::{LatencyAbout, LatencyColumns, LatencyEntry, LatencyTable};
use network::ConvShape;

/// The first line, up to the version.
pub(super) const MARK: &str = "# latency table, version ";
/// The version that is written and read.
pub(super) const VERSION: &str = "1";
impl LatencyAbout {
    /// All lines of a table's file above its rows, which have these columns.
    pub fn header(&self, columns: LatencyColumns) -> String {
        let mut header = format!("{MARK}{VERSION}\n");
        let mut line = |key: &str, value: &str| header += &format!("# {key}: {}\n", one_line(value));
        line("device", &self.device);
        line("batch", &self.batch.to_string());
        line("precision", &self.precision);
        line("layout", &self.layout);
        if let Some(model) = &self.model {
            line("model", model);
        }
        line("origin", &self.origin);
        header + &columns.names().join(",") + "\n"
    }
}

impl LatencyEntry {
    /// The line of a table's file that says how long `shape` takes. Where the columns are the usual ones, the
    /// shape must have the usual window.
    pub fn row(&self, shape: &ConvShape, columns: LatencyColumns) -> String {
        let ConvShape { inputs, outputs, side, kernel, stride, groups, padding, dilation } = shape;
        let Self { milliseconds, spread, repeats, origin, note } = self;
        let window = match columns {
            LatencyColumns::Usual => String::new(),
            LatencyColumns::Windows => format!("{padding},{dilation},"),
        };
        // The shortest decimal that reads back as the same number.
        let numbers =
            format!("{inputs},{outputs},{side},{kernel},{stride},{groups},{window}{milliseconds},{spread}");
        format!("{numbers},{repeats},{},{}\n", origin.name(), quoted(&one_line(note)))
    }
}

impl LatencyTable {
    /// The columns that its entries need.
    pub fn columns(&self) -> LatencyColumns {
        LatencyColumns::of(self.entries.keys())
    }

    /// The whole file.
    pub fn to_text(&self) -> String {
        self.to_text_with(self.columns())
    }

    /// The whole file with these columns, which must be all that its entries need.
    pub fn to_text_with(&self, columns: LatencyColumns) -> String {
        let rows = self.entries.iter().map(|(shape, entry)| entry.row(shape, columns));
        self.about.header(columns) + &rows.collect::<String>()
    }
}

/// `text` in one line, without blanks around it.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `text` as a CSV field.
fn quoted(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() }
}
