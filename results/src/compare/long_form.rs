//! A comparison in long form for other programs: one row per condition and quantity.

use crate::evidence::condition::Condition;
use crate::page::number::plain;
use crate::page::{Grid, csv, left};

use super::Comparison;

/// The columns behind those of the condition.
const COLUMNS: [&str; 15] = [
    "quantity",
    "n_a",
    "mean_a",
    "deviation_a",
    "n_b",
    "mean_b",
    "deviation_b",
    "effect",
    "estimate",
    "low",
    "high",
    "p",
    "p_adjusted",
    "p_ranks",
    "only_in",
];

impl Comparison<'_> {
    /// The comparison as CSV; a column that was compared across is empty.
    pub fn csv(&self) -> String {
        let measured = self.rows.iter().map(|row| {
            let [a, b] = row.sides;
            let effect = if row.quantity.is_ratio { "ratio" } else { "difference" };
            let said = [
                Some(row.quantity.column.to_string()),
                Some(a.n.to_string()),
                Some(plain(a.mean)),
                a.deviation.map(plain),
                Some(b.n.to_string()),
                Some(plain(b.mean)),
                b.deviation.map(plain),
                Some(effect.to_string()),
                Some(plain(row.effect)),
                row.interval.map(|(low, _)| plain(low)),
                row.interval.map(|(_, high)| plain(high)),
                // Probabilities may be too small for six decimals.
                row.p.map(|p| p.to_string()),
                row.adjusted.map(|p| p.to_string()),
                row.ranks.map(|p| p.to_string()),
                None,
            ];
            line(&row.condition, said)
        });
        let alone = ["A", "B"].into_iter().zip(&self.alone).flat_map(|(name, alone)| {
            alone.iter().map(move |(condition, n)| {
                let mut said = [const { None }; COLUMNS.len()];
                said[if name == "A" { 1 } else { 4 }] = Some(n.to_string());
                said[COLUMNS.len() - 1] = Some(name.to_string());
                line(condition, said)
            })
        });
        let columns = Condition::columns().into_iter().chain(COLUMNS).map(left).collect();
        csv::grid(&Grid { columns, blocks: vec![measured.chain(alone).collect::<Vec<_>>().into()] })
    }
}

fn line(condition: &Condition, said: [Option<String>; COLUMNS.len()]) -> Vec<Option<String>> {
    let condition = condition.values().map(|(_, value)| (!value.is_empty()).then(|| value.to_string()));
    condition.chain(said).collect()
}
