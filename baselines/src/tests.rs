//! What the tests of the baselines share, and what holds of several of them: the cost of training.

use sparsity::{
    ChannelEdit, Method, Origin, Override, Scope, Settings, TrialContext, cubic_ramp, gradual_cost,
    rigl_cost, snfs_cost, step_cost,
};

/// The method of this name for a training of `steps` steps, with `changes` of its settings.
pub(crate) fn method(name: &str, steps: u64, changes: &[(&str, &str)]) -> Box<dyn Method> {
    with_latency(name, steps, changes, None)
}

/// The same, pruning channels to a latency if there is one.
pub(crate) fn with_latency(
    name: &str,
    steps: u64,
    changes: &[(&str, &str)],
    latency_target: Option<f64>,
) -> Box<dyn Method> {
    let description = crate::all().into_iter().find(|d| d.name == name).unwrap();
    let change = |(key, text): &(&str, &str)| Override {
        key: key.to_string(),
        text: text.to_string(),
        origin: Origin::User,
    };
    let changes: Vec<Override> = changes.iter().map(change).collect();
    let settings = Settings::resolve((description.settings)(), &changes).unwrap();
    (description.build)(
        &settings,
        TrialContext {
            steps,
            warmup_steps: 0,
            scope: Scope::PerLayer,
            sparsity: 0.9,
            latency_target,
            pretrained: false,
        },
    )
}

/// The sum of step costs agrees with the closed forms of RigL's appendix.
#[test]
fn costs_agree_with_the_closed_forms() {
    let steps = 10_000;
    let total = |method: &dyn Method, density: &dyn Fn(u64) -> f64| {
        (0..steps).map(|step| step_cost(&method.plan(step), density(step))).sum::<f64>() / (3 * steps) as f64
    };
    let rigl = method("rigl", steps, &[("update_end", "1")]);
    assert!((total(&*rigl, &|_| 0.3521) - rigl_cost(0.3521, 100.0)).abs() < 1e-3);
    let srigl = method("srigl", steps, &[("update_end", "1")]);
    assert!(
        (total(&*srigl, &|_| 0.3521) - rigl_cost(0.3521, 100.0)).abs() < 1e-3,
        "it scores as often as RigL"
    );
    for name in ["static", "set"] {
        assert!((total(&*method(name, steps, &[]), &|_| 0.2) - 0.2).abs() < 1e-12, "{name}");
    }
    assert!((total(&*method("snfs", steps, &[]), &|_| 0.2418) - snfs_cost(0.2418)).abs() < 1e-12);
    assert!((total(&*method("dense", steps, &[]), &|_| 1.0) - 1.0).abs() < 1e-12);
    // With one cut a step the density after a step is the ramp's.
    let gradual = method("magnitude", steps, &[("prune_interval", "1")]);
    let density = |step: u64| 1.0 - 0.9 * cubic_ramp((step as f64 - 2048.0) / (7680.0 - 2048.0));
    assert!((total(&*gradual, &density) - gradual_cost(0.9, steps, 2048, 7680, 1)).abs() < 1e-3);
}

/// The latencies that channels are dropped to, with the steps after which they are.
pub(crate) fn latencies(method: &dyn Method, steps: u64) -> Vec<(u64, f64)> {
    let latency = |step| match method.plan(step).then.channels() {
        [ChannelEdit::Drop { latency, .. }] => Some((step, *latency)),
        _ => None,
    };
    (0..steps).filter_map(latency).collect()
}
