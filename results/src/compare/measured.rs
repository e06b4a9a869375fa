//! What was measured on both sides of a comparison, with interval and test.

use std::collections::{BTreeMap, BTreeSet};

use records::{Metric, Record};

use crate::evidence::condition::Condition;
use crate::evidence::timing;
use crate::page::text::capitalised;
use crate::statistics::{Summary, Welch, holm, mann_whitney};

/// A quantity that is compared.
#[derive(Clone, Debug)]
pub struct ComparedQuantity {
    /// Its column.
    pub column: &'static str,
    /// What it is, with its unit.
    pub title: String,
    value: fn(&Record) -> Option<f64>,
    /// How it was measured; only what was measured with the same settings can be compared.
    way: fn(&Record) -> String,
    /// Whether ratios are compared, by their logarithms, and not differences.
    pub is_ratio: bool,
    /// Whether a difference is tested: not where it says much the same as one that is.
    pub is_tested: bool,
}

impl ComparedQuantity {
    fn result(metric: Metric) -> ComparedQuantity {
        let title = format!("{}, {}", capitalised(metric.name), metric.unit);
        let Metric { column, value, .. } = metric;
        ComparedQuantity { column, title, value, way: |_| String::new(), is_ratio: false, is_tested: true }
    }

    /// A result in percent that goes along with the metric of the suite.
    fn beside(column: &'static str, title: &str, value: fn(&Record) -> Option<f64>) -> ComparedQuantity {
        let title = title.to_string();
        ComparedQuantity { column, title, value, way: |_| String::new(), is_ratio: false, is_tested: false }
    }

    fn ratio(column: &'static str, title: &str, value: fn(&Record) -> Option<f64>) -> ComparedQuantity {
        let title = title.to_string();
        ComparedQuantity { column, title, value, way: |_| String::new(), is_ratio: true, is_tested: true }
    }

    fn measured_with(self, way: fn(&Record) -> String) -> ComparedQuantity {
        ComparedQuantity { way, ..self }
    }
}

/// The quantities, in the order in which they are printed.
pub fn quantities() -> Vec<ComparedQuantity> {
    let (of, beside) = (ComparedQuantity::ratio, ComparedQuantity::beside);
    let mut quantities: Vec<ComparedQuantity> = Metric::ALL.map(ComparedQuantity::result).to_vec();
    quantities.extend([
        beside("map_all_points", "Mean average precision by all points, %", |record| record.map_all_points),
        beside("map_last_mean", "Mean average precision of the last evaluations, %", |record| {
            record.map_last_mean
        }),
        of("train_flops_ratio", "Training FLOPs relative to dense training", |record| {
            record.train_flops_ratio
        }),
        of("step_per_reference", "Time per training step, in passes of the reference workload", |record| {
            record.step_per_reference
        })
        .measured_with(timing::of_steps),
        of("fps_per_reference", "Images inferred per pass of the reference workload", |record| {
            record.fps_per_reference.filter(|_| record.fps_doubt.is_empty())
        })
        .measured_with(timing::of_throughput),
    ]);
    quantities
}

/// The completed trials of one side, by condition.
pub type Groups<'a> = BTreeMap<Condition, Vec<&'a Record>>;

/// One quantity of one condition.
#[derive(Debug)]
pub struct ComparedRow {
    /// The condition.
    pub condition: Condition,
    /// The quantity.
    pub quantity: ComparedQuantity,
    /// Both sides.
    pub sides: [Summary; 2],
    /// The difference B - A, or the ratio of the geometric means B / A.
    pub effect: f64,
    /// Its interval; none for one value on both sides.
    pub interval: Option<(f64, f64)>,
    /// Two-sided p-value; none where nothing varies or there is one value on both sides, and of a quantity that is
    /// not tested.
    pub p: Option<f64>,
    /// The p-value adjusted for all tests of the comparison.
    pub adjusted: Option<f64>,
    /// The p-value of the Mann-Whitney U test, which assumes no distribution; none for fewer than
    /// [`LEAST_RANKED`] values on a side, which no ranks can make unlikely.
    pub ranks: Option<f64>,
}

/// Fewest values on a side for a test by ranks: with 4 and 4 the smallest p is 2 / 70, with 3 and 3 it is 0.1.
const LEAST_RANKED: usize = 4;

/// The rows of all conditions that both sides have.
pub fn rows(a: &Groups, b: &Groups, remarks: &mut Vec<String>) -> Vec<ComparedRow> {
    let mut rows = Vec::new();
    for quantity in &quantities() {
        for (condition, of_a) in a {
            let Some(of_b) = b.get(condition) else { continue };
            let ways = [of_a, of_b].map(|trials| ways(quantity, trials));
            if ways.iter().any(|ways| ways.len() > 1)
                || (ways[0] != ways[1] && !ways.iter().any(BTreeSet::is_empty))
            {
                let label = condition.label();
                remarks.push(format!(
                    "{} was measured with different settings, so it is not compared: {label}.",
                    quantity.column
                ));
                continue;
            }
            rows.extend(row(quantity, condition, of_a, of_b));
        }
    }
    let p: Vec<f64> = rows.iter().map(|row| row.p.unwrap_or(f64::NAN)).collect();
    for (row, adjusted) in rows.iter_mut().zip(holm(&p)) {
        row.adjusted = row.p.map(|_| adjusted);
    }
    rows
}

fn ways(quantity: &ComparedQuantity, trials: &[&Record]) -> BTreeSet<String> {
    let measured = trials.iter().filter(|record| (quantity.value)(record).is_some());
    measured.map(|record| (quantity.way)(record)).collect()
}

fn row(
    quantity: &ComparedQuantity,
    condition: &Condition,
    a: &[&Record],
    b: &[&Record],
) -> Option<ComparedRow> {
    let values = |trials: &[&Record]| -> Vec<f64> {
        let values = trials.iter().filter_map(|record| (quantity.value)(record));
        values.filter(|value| !quantity.is_ratio || *value > 0.0).collect()
    };
    let (a, b) = (values(a), values(b));
    let sides = [Summary::of(&a)?, Summary::of(&b)?];
    let scaled = |values: &[f64]| -> Vec<f64> {
        values.iter().map(|value| if quantity.is_ratio { value.ln() } else { *value }).collect()
    };
    let told = |value: f64| if quantity.is_ratio { value.exp() } else { value };
    let (a, b) = (scaled(&a), scaled(&b));
    let difference = Summary::of(&b)?.mean - Summary::of(&a)?.mean;
    let welch = Welch::of(&a, &b);
    let tested = welch.filter(|welch| quantity.is_tested && welch.standard_error > 0.0);
    let p = tested.map(|welch| welch.p_two_sided());
    let interval =
        welch.map(|welch| welch.interval(Summary::CONFIDENCE)).map(|(low, high)| (told(low), told(high)));
    let ranked = a.len().min(b.len()) >= LEAST_RANKED && p.is_some();
    let ranks = ranked.then(|| mann_whitney(&a, &b)).flatten().map(|test| test.p_two_sided());
    Some(ComparedRow {
        condition: condition.clone(),
        quantity: quantity.clone(),
        sides,
        effect: told(difference),
        interval,
        p,
        adjusted: None,
        ranks,
    })
}
