//! Tables of other programs: times by `batch_inputs_outputs_side_kernel_stride_groups`, the keys of
//! HALP's tables, as JSON or as a Python pickle. MDP's keys end before the groups.

mod pickle;

use super::parse::BYTE_ORDER_MARK;
use super::table::{checked, latency};
use super::{LatencyAbout, LatencyEntry, LatencyOrigin, LatencyTable, TableError};
use network::{ConvShape, Window};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Multiply-accumulates a second that no device computes: four times those of an H100 by its data sheet, in 16 bits.
const BEYOND_ANY_DEVICE: f64 = 2e15;

/// The unit of the times in a table of another program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LatencyUnit {
    /// A thousandth of a millisecond.
    #[default]
    Microseconds,
    /// As HALP's code has them in its tables.
    Milliseconds,
}

impl LatencyTable {
    /// The table in the content of `file`, in microseconds; see [`Self::import_in`].
    ///
    /// # Errors
    ///
    /// Those of [`Self::import_in`].
    pub fn import(file: &Path, content: &[u8], about: LatencyAbout) -> Result<Self, TableError> {
        Self::import_in(LatencyUnit::default(), file, content, about)
    }

    /// The table in the content of `file`, such as `{"256_64_128_56_3_1_1": 2846}`: JSON, or a pickle if the
    /// name ends with `.pkl` or `.pickle` or the content begins as one.
    ///
    /// What the file does not say is taken from `about`, the batch size from the file.
    ///
    /// # Errors
    ///
    /// If the content is not one object of times by keys, its entries have several batch sizes, or the times are so short
    /// that they have to be of a larger unit.
    pub fn import_in(
        unit: LatencyUnit,
        file: &Path,
        content: &[u8],
        about: LatencyAbout,
    ) -> Result<Self, TableError> {
        let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
        let named = file.extension().is_some_and(|end| end == "pkl" || end == "pickle");
        let pairs =
            if named || content.first() == Some(&0x80) { pickle::items(content) } else { json(content) };
        let table = pairs.and_then(|pairs| imported(pairs, unit, about));
        table.map_err(|what| TableError::Import { file: file.into(), what })
    }
}

/// The entries of a JSON object.
fn json(content: &[u8]) -> Result<Vec<(String, f64)>, String> {
    let Pairs(pairs) = serde_json::from_slice(content).map_err(|error| error.to_string())?;
    let numbers = pairs.into_iter().map(|(key, value)| match value.as_f64() {
        Some(number) => Ok((key, number)),
        None => Err(format!("entry `{key}`: {value} is not a number")),
    });
    numbers.collect()
}

fn imported(
    pairs: Vec<(String, f64)>,
    unit: LatencyUnit,
    about: LatencyAbout,
) -> Result<LatencyTable, String> {
    let mut table: Option<LatencyTable> = None;
    let milliseconds = |time: f64| match unit {
        LatencyUnit::Microseconds => time / 1e3,
        LatencyUnit::Milliseconds => time,
    };
    for (key, time) in pairs {
        let wrong = |what: String| format!("entry `{key}`: {what}");
        let (batch, shape) = parsed(&key).map_err(wrong)?;
        let entry = LatencyEntry {
            milliseconds: latency(milliseconds(time)).map_err(wrong)?,
            spread: 0.0,
            repeats: 0,
            origin: LatencyOrigin::Imported,
            note: String::new(),
        };
        let a_second = macs(&shape) * batch as f64 / (entry.milliseconds / 1e3);
        if a_second > BEYOND_ANY_DEVICE {
            return Err(wrong(format!(
                "{time} would be {a_second:.1e} multiply-accumulates a second, which no device computes; if the times \
                 are milliseconds, say so with --unit ms"
            )));
        }
        let table = table.get_or_insert_with(|| LatencyTable {
            about: LatencyAbout { batch, ..about.clone() },
            entries: BTreeMap::new(),
        });
        if batch != table.about.batch {
            return Err(wrong(format!("batch {batch}, but others have batch {}", table.about.batch)));
        }
        if table.entries.insert(shape, entry).is_some() {
            return Err(wrong("the same convolution is listed twice".into()));
        }
    }
    table.ok_or_else(|| "it holds no entry".into())
}

/// Batch and shape of a key.
fn parsed(key: &str) -> Result<(usize, ConvShape), String> {
    let numbers: Option<Vec<usize>> = key.split('_').map(|part| part.parse().ok()).collect();
    let mut numbers = numbers.unwrap_or_default();
    // MDP's keys, which end before the groups, are of convolutions of one group.
    if numbers.len() == 6 {
        numbers.push(1);
    }
    let &[batch, inputs, outputs, side, kernel, stride, groups] = numbers.as_slice() else {
        return Err("the key is not seven whole numbers joined by `_`, or six without groups".into());
    };
    if batch == 0 {
        return Err("the batch is 0; it must be at least 1".into());
    }
    Ok((batch, checked(ConvShape::new(inputs, outputs, side, Window::new(kernel, stride), groups))?))
}

/// Multiply-accumulates of one sample; numbers of any size are floats here.
fn macs(shape: &ConvShape) -> f64 {
    let [inputs, outputs, kernel, groups, side] =
        [shape.inputs, shape.outputs, shape.kernel, shape.groups, shape.output_side()]
            .map(|number| number as f64);
    inputs / groups * outputs * kernel * kernel * side * side
}

/// The entries of a JSON object as they stand, those that come twice included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of latencies by key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
