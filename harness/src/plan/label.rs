//! What a person calls a trial.

use sparsity::Distribution;
use trial::{Target, TrialSpec};

/// A readable name of a trial: `iee erk 90% seed 0`, the settings that differ from its profile, and its threads if there are
/// several.
pub fn label(spec: &TrialSpec) -> String {
    let structure = match &spec.target {
        Target::Dense | Target::Learned => String::new(),
        Target::Width { sparsity } => format!(" {}", percent(*sparsity)),
        Target::Channels(target) => {
            let origin = if spec.pretrained().is_some() { " pretrained" } else { "" };
            format!("{origin} to {} latency", percent(target.latency_target))
        }
        Target::Weights { distribution: Distribution::Pattern(pattern), .. } => format!(" {pattern}"),
        Target::Weights { distribution, sparsity } => {
            format!(" {} {}", distribution.name(), percent(*sparsity))
        }
    };
    let settings = match spec.user_settings() {
        settings if settings.is_empty() => settings,
        settings => format!(" [{}]", settings.replace(';', "; ")),
    };
    let threads = match spec.threads.get() {
        1 => String::new(),
        several => format!(" on {several} threads"),
    };
    format!("{}{structure}{settings} seed {}{threads}", spec.method, spec.seed)
}

/// A share as a percentage, with the digits it needs.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 1e5).round() / 1e3)
}
