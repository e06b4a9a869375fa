//! What one update of the structure did: a row of `updates.csv`.

use csv::{StringRecord, Writer};
use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;
use crate::csv_file::fault;

/// Growths whose connections are followed: the last eight.
pub const COHORTS: usize = 8;

/// The quantiles that describe the distribution of scores.
pub const QUANTILES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

/// What one update of the structure did: connections dropped, grown, or both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StructureUpdate {
    /// Step after which it happened.
    pub step: u64,
    /// Stage of the method.
    pub stage: String,
    /// Connections dropped.
    pub dropped: u64,
    /// Connections grown.
    pub grown: u64,
    /// Active connections afterwards.
    pub active: u64,
    /// Intersection over union with the structure that training last settled on, 0 to 1.
    pub iou_previous: Option<f64>,
    /// The same with the final structure; known at the end, where a mask was kept.
    pub iou_final: Option<f64>,
    /// Share of the connections grown k growths ago that outlived this drop, 0 to 1, k from 1 to at most
    /// [`COHORTS`].
    pub survival: Vec<Option<f64>>,
    /// Variance of a connection's saliency between this drop and the last, over the variance among
    /// connections.
    pub saliency_variance: Option<f64>,
    /// [`QUANTILES`] of the scores of active connections before the drop.
    pub drop_scores: Option<Vec<f64>>,
    /// [`QUANTILES`] of the scores of inactive connections before the growth.
    pub grow_scores: Option<Vec<f64>>,
    /// Latency afterwards over that of the dense network, where channels are pruned.
    pub latency: Option<f64>,
}

impl StructureUpdate {
    /// Share of the connections grown `growths` growths ago that outlived this drop, from 1.
    pub fn survival_after(&self, growths: usize) -> Option<f64> {
        *self.survival.get(growths.checked_sub(1)?)?
    }
}

/// The lists stand in columns of their own, one for each of their places.
impl RunRow for StructureUpdate {
    const FILE: &'static str = files::UPDATES;

    fn columns(_rows: &[StructureUpdate]) -> StringRecord {
        let before = ["step", "stage", "dropped", "grown", "active", "iou_previous", "iou_final"];
        let before = before.into_iter().map(String::from);
        let scores = drop_columns().chain(grow_columns());
        let columns = before.chain(survival_columns()).chain(["saliency_variance".into()]).chain(scores);
        columns.chain(["latency".into()]).collect()
    }

    fn write(&self, _columns: &StringRecord, writer: &mut Writer<Vec<u8>>) -> csv::Result<()> {
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let score = |scores: &Option<Vec<f64>>, at: usize| scores.as_ref().and_then(|s| s.get(at)).copied();
        let scores = [&self.drop_scores, &self.grow_scores];
        let mut fields = vec![self.step.to_string(), self.stage.clone()];
        fields.extend([self.dropped, self.grown, self.active].map(|count| count.to_string()));
        fields.extend([self.iou_previous, self.iou_final].map(number));
        fields.extend((1..=COHORTS).map(|growths| number(self.survival_after(growths))));
        fields.push(number(self.saliency_variance));
        fields.extend(scores.iter().flat_map(|s| (0..QUANTILES.len()).map(|at| number(score(s, at)))));
        fields.push(number(self.latency));
        writer.write_record(fields)
    }

    fn read(header: &StringRecord, fields: &StringRecord) -> Result<StructureUpdate, String> {
        let row: StructureUpdate =
            fields.deserialize(Some(header)).map_err(|error| fault::<Self>(fields, header, &error))?;
        let list = |columns: &mut dyn Iterator<Item = String>| -> Result<Vec<Option<f64>>, String> {
            columns.map(|column| number(header, fields, &column)).collect()
        };
        let mut survival = list(&mut survival_columns())?;
        while survival.last() == Some(&None) {
            survival.pop();
        }
        let scores = |list: Vec<Option<f64>>| -> Option<Vec<f64>> {
            let scores: Vec<f64> = list.into_iter().flatten().collect();
            (!scores.is_empty()).then_some(scores)
        };
        let drop_scores = scores(list(&mut drop_columns())?);
        let grow_scores = scores(list(&mut grow_columns())?);
        Ok(StructureUpdate { survival, drop_scores, grow_scores, ..row })
    }
}

fn survival_columns() -> impl Iterator<Item = String> {
    (1..=COHORTS).map(|growths| format!("survival_{growths}"))
}

fn drop_columns() -> impl Iterator<Item = String> {
    QUANTILES.iter().map(|q| format!("drop_score_q{:02}", q * 100.0))
}

fn grow_columns() -> impl Iterator<Item = String> {
    QUANTILES.iter().map(|q| format!("grow_score_q{:02}", q * 100.0))
}

/// The number in a column; none where it is empty or not there.
fn number(header: &StringRecord, fields: &StringRecord, column: &str) -> Result<Option<f64>, String> {
    let field = header.iter().position(|name| name == column).and_then(|at| fields.get(at));
    match field {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|error| format!("column `{column}`: {error}")),
    }
}
