//! The folder of a run in TensorBoard's list: readable and unique.

use std::path::PathBuf;

use records::run_directory::TrialIdentity;

/// `suite/model/method-target-seedN-KEY` of the run of a trial.
pub fn folder(trial: &TrialIdentity, key: &str) -> PathBuf {
    let target = match trial.latency_target {
        Some(latency) => format!("latency{latency}"),
        None => trial.sparsity.to_string(),
    };
    let run = format!("{}-{target}-seed{}-{key}", trial.method, trial.seed);
    [&trial.suite, &trial.model, &run].iter().map(|name| plain(name)).collect()
}

/// The name of one folder on every system: what could be more than that becomes `_`.
fn plain(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "-_.+".contains(c) { c } else { '_' };
    let name: String = name.chars().map(safe).collect();
    if name.trim_matches('.').is_empty() { "_".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_what_was_trained() {
        let named = |spec: &str| {
            let trial = TrialIdentity::of_spec(spec)?;
            Some(folder(&trial, "4f2a").to_str().unwrap().to_string())
        };
        let spec =
            r#"{"suite": "cifar10", "model": "wrn-16-1", "method": "rigl", "sparsity": 0.9, "seed": 3}"#;
        assert_eq!(named(spec).unwrap(), "cifar10/wrn-16-1/rigl-0.9-seed3-4f2a");
        let of_latency = spec.replace("\"seed\"", r#""latency": {"target": 0.3, "table": "a"}, "seed""#);
        assert_eq!(named(&of_latency).unwrap(), "cifar10/wrn-16-1/rigl-latency0.3-seed3-4f2a");
        assert_eq!(named("{"), None);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let spec = r#"{"suite": "..", "model": "/etc", "method": "a/../b", "sparsity": 0, "seed": 0}"#;
        let trial = TrialIdentity::of_spec(spec).unwrap();
        assert_eq!(folder(&trial, "k"), PathBuf::from("_/_etc/a_.._b-0-seed0-k"));
    }
}
