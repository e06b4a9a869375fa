//! What cannot be true of a record, whoever wrote it.

use crate::record::SCHEMA;
use crate::{Record, words};

/// By how much the share of zeros among weights may differ from that among all parameters: by no more than the
/// share of biases and batch norms, below 3 % of every preset's network and 10 % of the narrowest there is.
const SPARSITY_SLACK: f64 = 0.12;
/// By how much rounding may raise a count of multiply-accumulates.
const ROUNDING: f64 = 1e-6;
/// By how much rounding to the two decimals that papers print may raise an accuracy, percentage points.
const ACCURACY_ROUNDING: f64 = 0.01;

/// The first thing about a record that cannot be.
pub fn impossible(r: &Record) -> Option<String> {
    let percents = [
        ("top1", r.top1),
        ("top5", r.top5),
        ("map", r.map),
        ("map_all_points", r.map_all_points),
        ("map_last_mean", r.map_last_mean),
        ("top1_best", r.top1_best),
    ];
    let shares = [("sparsity_target", r.sparsity_target), ("sparsity", r.sparsity)];
    // Newer versions may have more.
    let status = ("status", r.status.as_str(), &words::STATUSES[..]);
    let known = if r.schema.0 > SCHEMA { None } else { unknown(&[status]) };
    known
        .or_else(|| time_of_day(&r.distribution))
        .or_else(|| outside(&percents, 0.0, 100.0))
        .or_else(|| outside(&shares, 0.0, 1.0))
        .or_else(|| negative(&amounts(r)))
        .or_else(|| counts(r))
        .or_else(|| exceeds(("top1", r.top1), ("top5", r.top5), ACCURACY_ROUNDING))
        .or_else(|| exceeds(("top1", r.top1), ("top1_best", r.top1_best), ACCURACY_ROUNDING))
        .or_else(|| outside_interval(r.fps, r.fps_low, r.fps_high))
}

/// The first of the columns of words, each with those that it may have, that has another one; it may be empty.
pub fn unknown(columns: &[(&str, &str, &[&str])]) -> Option<String> {
    let (name, word, known) =
        columns.iter().find(|(_, word, known)| !word.is_empty() && !known.contains(word))?;
    Some(format!("column `{name}`: {word:?} is none of {}", known.join(", ")))
}

/// A pattern such as 2:4 that a spreadsheet took for a time of day: 02:04, or 02:04:00.
fn time_of_day(distribution: &str) -> Option<String> {
    let parts: Vec<&str> = distribution.split(':').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() < 2 || !parts.iter().all(digits) {
        return None;
    }
    let number = |part: &str| part.trim_start_matches('0').to_string();
    let pattern = format!("{}:{}", number(parts[0]), number(parts[1]));
    (pattern != distribution).then(|| {
        format!(
            "column `distribution`: {distribution:?} is no distribution; a spreadsheet writes {pattern} so, which it takes \
             for a time of day: write {pattern}"
        )
    })
}

/// A throughput outside its own confidence interval.
pub fn outside_interval(fps: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<String> {
    let slack = ROUNDING * high.or(fps).unwrap_or_default();
    exceeds(("fps_low", low), ("fps", fps), slack)
        .or_else(|| exceeds(("fps", fps), ("fps_high", high), slack))
        .or_else(|| exceeds(("fps_low", low), ("fps_high", high), slack))
}

/// A column that is more than another one, which it never exceeds, by more than `slack`.
fn exceeds(lower: (&str, Option<f64>), upper: (&str, Option<f64>), slack: f64) -> Option<String> {
    let (value, most) = (lower.1?, upper.1?);
    (value > most + slack).then(|| format!("column `{}`: {value} is more than {} {most}", lower.0, upper.0))
}

/// Columns that are never below zero.
fn amounts(r: &Record) -> [(&'static str, Option<f64>); 18] {
    [
        ("latency_target", r.latency_target),
        ("latency_ms", r.latency_ms),
        ("latency_dense_ms", r.latency_dense_ms),
        ("epochs", r.epochs),
        ("train_flops_ratio", r.train_flops_ratio),
        ("inference_flops_ratio", r.inference_flops_ratio),
        ("train_cost_ratio", r.train_cost_ratio),
        ("train_cost_active_ratio", r.train_cost_active_ratio),
        ("train_seconds", r.train_seconds),
        ("device_hours", r.device_hours),
        ("energy_kj", r.energy_kj),
        ("step_ms", r.step_ms),
        ("step_per_reference", r.step_per_reference),
        ("fps", r.fps),
        ("fps_relative", r.fps_relative),
        ("fps_per_reference", r.fps_per_reference),
        ("peak_memory_mb", r.peak_memory_mb),
        ("saliency_variance", r.saliency_variance),
    ]
}

/// Counts of the network that do not go together.
fn counts(r: &Record) -> Option<String> {
    if let (Some(active), Some(total)) = (r.params_active, r.params_total) {
        if active > total {
            return Some(format!("column `params_active`: {active} of params_total {total}"));
        }
        let zeros = 1.0 - active as f64 / total.max(1) as f64;
        if let Some(sparsity) = r.sparsity.filter(|sparsity| (sparsity - zeros).abs() > SPARSITY_SLACK) {
            return Some(format!(
                "column `sparsity`: {sparsity}, while {active} of {total} parameters are active"
            ));
        }
    }
    match (r.macs, r.macs_dense) {
        (Some(macs), Some(dense)) if macs as f64 > dense as f64 * (1.0 + ROUNDING) => {
            Some(format!("column `macs`: {macs} is more than macs_dense {dense}"))
        }
        _ => None,
    }
}

/// The first of the columns below zero.
pub fn negative(columns: &[(&str, Option<f64>)]) -> Option<String> {
    let (name, value) = columns.iter().find(|(_, value)| value.is_some_and(|value| value < 0.0))?;
    Some(format!("column `{name}`: {} is negative", value.unwrap_or_default()))
}

fn outside(columns: &[(&str, Option<f64>)], low: f64, high: f64) -> Option<String> {
    let wrong = |value: &Option<f64>| value.is_some_and(|value| !(low..=high).contains(&value));
    let (name, value) = columns.iter().find(|(_, value)| wrong(value))?;
    Some(format!("column `{name}`: {} is outside {low} to {high}", value.unwrap_or_default()))
}
