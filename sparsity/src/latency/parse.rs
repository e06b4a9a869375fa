//! Reading a table: strictly, every number in its place, or leniently about the one line that a build
//! which was cut off leaves behind.

use super::table::{checked, latency};
use super::text::{MARK, VERSION};
use super::{LatencyAbout, LatencyColumns, LatencyEntry, LatencyTable, TableError};
use csv::StringRecord;
use network::{ConvShape, Window};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::str::FromStr;

/// What some editors put before the text of a file.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a build left behind when it was cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialTable {
    /// The table so far.
    pub table: LatencyTable,
    /// The columns of its file.
    pub columns: LatencyColumns,
    /// Which line was dropped because its end is missing, in words for the person at the terminal.
    pub dropped: Option<String>,
}

impl LatencyTable {
    /// Reads a whole table.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a line of it is wrong.
    pub fn read(path: &Path) -> Result<Self, TableError> {
        Self::parse(path, &bytes_of(path)?)
    }

    /// Reads the table of a build that may have been cut off in the middle of its last line.
    ///
    /// Rows must not be appended to such a file before it is rewritten without that line.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn read_partial(path: &Path) -> Result<PartialTable, TableError> {
        Self::parse_partial(path, &bytes_of(path)?)
    }

    /// The table that the content of `file` is.
    ///
    /// # Errors
    ///
    /// If a line is wrong.
    pub fn parse(file: &Path, content: &[u8]) -> Result<Self, TableError> {
        numbered(file, content).map(|(table, _)| table)
    }

    /// As [`Self::parse`], without a last line that lacks its end.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn parse_partial(file: &Path, content: &[u8]) -> Result<PartialTable, TableError> {
        let whole = content.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let (table, columns) = numbered(file, &content[..whole])?;
        let dropped = (whole < content.len()).then(|| {
            let line = content.iter().filter(|&&byte| byte == b'\n').count() + 1;
            let torn = String::from_utf8_lossy(&content[whole..]);
            format!("{}:{line}: dropped `{torn}`, which was cut off", file.display())
        });
        Ok(PartialTable { table, columns, dropped })
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, TableError> {
    // Asked first: a pipe waits for ever, and a device never ends.
    let read = fs::metadata(path).and_then(|metadata| match metadata.is_file() || metadata.is_dir() {
        true => fs::read(path),
        false => Err(Error::new(ErrorKind::InvalidInput, "it is a pipe, a socket or a device")),
    });
    read.map_err(|cause| TableError::Read { path: path.into(), cause })
}

/// The table that `content` is, and its columns.
fn numbered(file: &Path, content: &[u8]) -> Result<(LatencyTable, LatencyColumns), TableError> {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let mut lines = content.split(|&byte| byte == b'\n').enumerate().map(|(at, line)| (at + 1, line));
    let mut at = 1;
    parsed(&mut lines, &mut at).map_err(|what| TableError::Line { file: file.into(), line: at, what })
}

/// The table of numbered lines and its columns; `at` is the line that it has come to.
fn parsed<'a>(
    lines: &mut impl Iterator<Item = (usize, &'a [u8])>,
    at: &mut usize,
) -> Result<(LatencyTable, LatencyColumns), String> {
    let mut next = || -> Result<Option<&'a str>, String> {
        let Some((number, bytes)) = lines.next() else { return Ok(None) };
        *at = number;
        let line = std::str::from_utf8(bytes).map_err(|_| match (number, bytes) {
            (1, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) => {
                "the file is UTF-16 text; save it as UTF-8".to_string()
            }
            _ => "the line is not UTF-8 text".to_string(),
        })?;
        Ok(Some(line.strip_suffix('\r').unwrap_or(line)))
    };
    let first = next()?.unwrap_or_default();
    let Some(version) = first.strip_prefix(MARK) else {
        return Err(format!("this is not a latency table, which begins with `{MARK}{VERSION}`"));
    };
    if version != VERSION {
        return Err(format!(
            "version `{version}` of the latency table; this harness reads version {VERSION}"
        ));
    }
    let mut keys = BTreeMap::new();
    let mut line = next()?.unwrap_or_default();
    while let Some(pair) = line.strip_prefix('#') {
        let (key, value) = pair.split_once(':').ok_or("a header line must be `# key: value`")?;
        if keys.insert(key.trim(), value.trim()).is_some() {
            return Err(format!("the header names `{}` twice", key.trim()));
        }
        line = next()?.unwrap_or_default();
    }
    let about = about(keys)?;
    let columns = columns(&fields(line)?)?;
    let mut entries = BTreeMap::new();
    while let Some(line) = next()? {
        if line.is_empty() {
            continue;
        }
        let (shape, entry) = row(&fields(line)?, columns)?;
        if entries.insert(shape, entry).is_some() {
            return Err(format!("the convolution {shape} is listed twice"));
        }
    }
    Ok((LatencyTable { about, entries }, columns))
}

fn about(mut keys: BTreeMap<&str, &str>) -> Result<LatencyAbout, String> {
    let model = keys.remove("model").map(String::from);
    let mut need = |key: &str| {
        keys.remove(key).map(String::from).ok_or_else(|| format!("the header lacks the line `# {key}: ...`"))
    };
    let batch = number("batch", &need("batch")?)?;
    if batch == 0 {
        return Err("`batch` is 0; it must be at least 1".into());
    }
    let (device, precision, layout) = (need("device")?, need("precision")?, need("layout")?);
    let about = LatencyAbout { device, batch, precision, layout, model, origin: need("origin")? };
    match keys.into_keys().next() {
        Some(key) => Err(format!("the header has an unknown key `{key}`")),
        None => Ok(about),
    }
}

/// The fields of one line of CSV.
fn fields(line: &str) -> Result<StringRecord, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    match reader.records().next() {
        Some(record) => record.map_err(|error| error.to_string()),
        None => Ok(StringRecord::new()),
    }
}

fn columns(found: &StringRecord) -> Result<LatencyColumns, String> {
    let [usual, windows] = [LatencyColumns::Usual, LatencyColumns::Windows];
    if let Some(columns) = [usual, windows].into_iter().find(|columns| found.iter().eq(columns.names())) {
        return Ok(columns);
    }
    if let Some(unknown) = found.iter().find(|name| !windows.names().contains(name)) {
        return Err(format!("unknown column `{unknown}`; the columns are {}", usual.names().join(",")));
    }
    Err(format!(
        "the columns must be {}, in this order, or {}",
        usual.names().join(","),
        windows.names().join(",")
    ))
}

fn row(fields: &StringRecord, columns: LatencyColumns) -> Result<(ConvShape, LatencyEntry), String> {
    let names = columns.names();
    if fields.len() != names.len() {
        return Err(format!("{} fields instead of {}", fields.len(), names.len()));
    }
    let size = |at: usize| number::<usize>(names[at], &fields[at]);
    let usual = Window::new(size(3)?, size(4)?);
    let (window, rest) = match columns {
        LatencyColumns::Usual => (usual, 6),
        LatencyColumns::Windows => (Window { padding: size(6)?, dilation: size(7)?, ..usual }, 8),
    };
    let shape = ConvShape::new(size(0)?, size(1)?, size(2)?, window, size(5)?);
    let spread: f64 = number(names[rest + 1], &fields[rest + 1])?;
    if !(spread.is_finite() && spread >= 0.0) {
        return Err(format!("a spread of {spread}; it must be finite and at least 0"));
    }
    let entry = LatencyEntry {
        milliseconds: latency(number(names[rest], &fields[rest])?)?,
        spread,
        repeats: number(names[rest + 2], &fields[rest + 2])?,
        origin: fields[rest + 3].parse()?,
        note: fields[rest + 4].into(),
    };
    Ok((checked(shape)?, entry))
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{name}` is `{text}`, which is not a valid number"))
}
