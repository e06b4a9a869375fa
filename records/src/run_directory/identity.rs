//! Which trial a run directory is of, as its `spec.json` says: what every version of the spec has.

use serde::Deserialize;

/// The fields of a spec that name a trial. The rest of a spec is for whoever trains it.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialIdentity {
    /// The suite, such as `cifar10`.
    pub suite: String,
    /// The model's name.
    pub model: String,
    /// The method's name.
    pub method: String,
    /// Share of zeros asked for, 0 to 1.
    pub sparsity: f64,
    /// Latency asked for over that of the dense network, where channels are pruned.
    pub latency_target: Option<f64>,
    /// Seed of all random streams.
    pub seed: u64,
}

/// The same as it stands in the file.
#[derive(Deserialize)]
struct Spec {
    suite: String,
    model: String,
    method: String,
    sparsity: f64,
    latency: Option<LatencyField>,
    seed: u64,
}

#[derive(Deserialize)]
struct LatencyField {
    target: f64,
}

impl TrialIdentity {
    /// Reads a spec; none if it is not one.
    pub fn of_spec(json: &str) -> Option<TrialIdentity> {
        let Spec { suite, model, method, sparsity, latency, seed } = serde_json::from_str(json).ok()?;
        let latency_target = latency.map(|latency| latency.target);
        Some(TrialIdentity { suite, model, method, sparsity, latency_target, seed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_names_its_trial() {
        let spec =
            r#"{"suite": "cifar10", "model": "wrn-16-1", "method": "rigl", "sparsity": 0.9, "seed": 3}"#;
        let identity = TrialIdentity::of_spec(spec).unwrap();
        assert_eq!((identity.model.as_str(), identity.sparsity, identity.seed), ("wrn-16-1", 0.9, 3));
        assert_eq!(identity.latency_target, None);
        let of_latency = spec.replace("\"seed\"", r#""latency": {"target": 0.3, "table": "a"}, "seed""#);
        assert_eq!(TrialIdentity::of_spec(&of_latency).unwrap().latency_target, Some(0.3));
        assert_eq!(TrialIdentity::of_spec("{"), None);
    }
}
