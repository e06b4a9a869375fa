//! A table in a few lines.

use super::model::TableModel;
use crate::columns::align;
use sparsity::{LatencyOrigin, LatencyTable};

/// A summary of `table`: what it is for, its number of entries by origin, their spread and which are
/// unreliable; and the latencies of `model`.
pub fn text(table: &LatencyTable, model: Option<&TableModel>) -> String {
    let about = &table.about;
    let mut rows = vec![
        ("device", about.device.clone()),
        ("batch", about.batch.to_string()),
        ("number format", format!("{}, {}", about.precision, about.layout)),
        ("from", about.origin.clone()),
        ("entries", entries(table)),
    ];
    rows.extend(spreads(table).map(|spreads| ("spread", spreads)));
    let doubtful: Vec<_> = table.entries.iter().filter(|(_, entry)| !entry.note.is_empty()).collect();
    if let Some((shape, entry)) = doubtful.first() {
        rows.push(("doubtful", format!("{}, such as {shape}: {}", doubtful.len(), entry.note)));
    }
    if let Some(model) = model {
        rows.push(("model", model.title()));
        rows.push((
            "dense",
            match model.dense(table) {
                Ok(milliseconds) => format!("{milliseconds:.2} ms in its convolutions"),
                Err(lacks) => format!("not known: {lacks}"),
            },
        ));
        rows.push((
            "smallest",
            match model.known(table) {
                Ok(space) => {
                    format!(
                        "{:.2} ms, {:.3} of the dense network",
                        space.smallest(),
                        space.smallest() / space.dense()
                    )
                }
                Err(error) => format!("not known: {error}"),
            },
        ));
    }
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| vec![name.to_string(), value]).collect();
    align(&rows, 0)
}

/// How many entries there are of every origin.
fn entries(table: &LatencyTable) -> String {
    let origins = [LatencyOrigin::Measured, LatencyOrigin::Imported, LatencyOrigin::Interpolated];
    let counts = origins.into_iter().filter_map(|origin| {
        let count = table.entries.values().filter(|entry| entry.origin == origin).count();
        (count > 0).then(|| format!("{count} {}", origin.name()))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "none".into() } else { counts.join(", ") }
}

/// The spread of repetitions, over the entries that were measured.
fn spreads(table: &LatencyTable) -> Option<String> {
    let measured = table.entries.values().filter(|entry| entry.origin == LatencyOrigin::Measured);
    let mut spreads: Vec<f64> = measured.map(|entry| entry.spread).collect();
    spreads.sort_by(f64::total_cmp);
    let at = |share: f64| spreads.get(((spreads.len() - 1) as f64 * share).round() as usize);
    let [median, most] = if spreads.is_empty() { return None } else { [at(0.5)?, at(0.9)?] };
    Some(format!(
        "median {:.1} %, 90th percentile {:.1} % (interquartile range of the repetitions over their median)",
        100.0 * median,
        100.0 * most
    ))
}
