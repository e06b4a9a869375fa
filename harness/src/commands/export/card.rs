//! What is said of an exported network: where it is from, what it reads, and how good it is.

use exchange::Card;
use network::Network;
use records::{Record, RunDirectory};
use serde_json::{Value, json};
use suites::recipe::Normalisation;
use trial::{Resolved, TrialSpec};

/// What there is to say of `network`, of the run of `spec`, by name. Values of several parts are JSON.
pub fn of(
    run: &RunDirectory,
    spec: &TrialSpec,
    resolved: &Resolved,
    network: &Network,
    classes: Option<Vec<String>>,
) -> anyhow::Result<Card> {
    let record: Record = match run.record()? {
        Some(text) => serde_json::from_str(&text)?,
        None => Record::default(),
    };
    let provenance = json!({ "model": spec.model, "method": spec.method, "trial": spec.key() });
    let number = |value: Option<f64>| value.map(|value| json!(value));
    let entries: [(&str, Option<Value>); 17] = [
        ("provenance", Some(provenance)),
        ("model", Some(json!(spec.model))),
        ("method", Some(json!(spec.method))),
        ("trial", Some(json!(spec.key()))),
        ("suite", Some(json!(spec.suite))),
        ("dataset", Some(json!(spec.dataset))),
        ("distribution", Some(json!(spec.target.name()))),
        ("classes", classes.map(|names| json!(names))),
        ("normalisation", Some(normalisation(resolved.recipe.normalisation))),
        ("image_side", Some(json!(network.nodes[0].shape.height))),
        ("sparsity", number(record.sparsity)),
        ("latency_target", number(record.latency_target)),
        ("parameters", Some(json!(network.parameters()))),
        ("top1", number(record.top1)),
        ("map", number(record.map)),
        ("val_loss", number(record.val_loss)),
        ("harness", Some(json!(env!("CARGO_PKG_VERSION")))),
    ];
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(entries.into_iter().filter_map(|(name, value)| Some((name.to_string(), text(value?)))).collect())
}

/// How images become what the network reads, for pixels from 0 to 1: mean and deviation of red, green and blue, or
/// `image`, each image by its own mean and deviation over all of its values, the latter at least one over the root of
/// their number.
fn normalisation(normalisation: Normalisation) -> Value {
    // As they are written in a recipe, not as the nearest number of 64 bits.
    let plain =
        |values: [f32; 3]| values.map(|value| value.to_string().parse::<f64>().unwrap_or(value.into()));
    match normalisation {
        Normalisation::Image => json!("image"),
        Normalisation::Channels { mean, deviation } => {
            json!({ "mean": plain(mean), "deviation": plain(deviation) })
        }
    }
}
