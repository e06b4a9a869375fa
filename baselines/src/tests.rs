//! When each baseline changes its structure, and what that costs.

use sparsity::{
    Amount, Criterion, Edit, InitialStructure, Method, Origin, Override, Scope, Settings, TrialContext,
    Update, cubic_ramp, gradual_cost, rigl_cost, snfs_cost, step_cost,
};

fn method(name: &str, steps: u64, changes: &[(&str, &str)]) -> Box<dyn Method> {
    with_latency(name, steps, changes, None)
}

fn with_latency(name: &str, steps: u64, changes: &[(&str, &str)], latency: Option<f64>) -> Box<dyn Method> {
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
        TrialContext { steps, scope: Scope::PerLayer, latency_target: latency, pretrained: false },
    )
}

#[test]
fn rigl_exchanges_in_place_of_the_gradient_step() {
    let rigl = method("rigl", 97_656, &[]);
    let plan = rigl.plan(0);
    assert_eq!((plan.update, &plan.score[..]), (Update::Nothing, &[Criterion::Gradient][..]));
    assert_eq!(plan.then.len(), 2);
    assert!(rigl.plan(1).then.is_empty() && rigl.plan(1).score.is_empty());
    // Half way to step 75,000 the share is half of 0.3.
    let Edit::Drop { amount: Amount::Fraction(share), .. } = rigl.plan(37_500).then[0] else { panic!() };
    assert!((share - 0.15).abs() < 1e-4, "{share}");
    assert!(rigl.plan(74_900).then.len() == 2 && rigl.plan(75_100).then.is_empty());
}

#[test]
fn set_needs_no_gradient_and_snfs_always_does() {
    assert!((0..300).all(|step| method("set", 1000, &[]).plan(step).score.is_empty()));
    assert!(
        (0..1000).all(|step| method("snfs", 1000, &[]).plan(step).score == [Criterion::GradientMomentum])
    );
    for name in ["set", "snfs"] {
        let plan = method(name, 1000, &[]).plan(100);
        assert_eq!(
            (plan.update, plan.then.len()),
            (Update::Active, 2),
            "{name} updates after the gradient step"
        );
    }
}

#[test]
fn gradual_pruning_reaches_the_budget_at_its_end() {
    let steps = 97_656;
    let magnitude = method("magnitude", steps, &[]);
    assert_eq!(magnitude.initial_structure(), InitialStructure::Dense);
    let ramps: Vec<(u64, f64)> = (0..steps)
        .filter_map(|step| match magnitude.plan(step).then.as_slice() {
            [Edit::Drop { amount: Amount::Ramp(ramp), .. }] => Some((step, *ramp)),
            _ => None,
        })
        .collect();
    assert_eq!((ramps[0], ramps.last()), ((20_000, 0.0), Some(&(75_000, 1.0))));
    assert_eq!(ramps.len(), 56);
    assert!(ramps.windows(2).all(|pair| pair[0].1 < pair[1].1));
}

#[test]
fn the_one_cut_is_always_made() {
    for (share, cut) in [("0.5", 50), ("0", 0), ("1", 99)] {
        let method = method("magnitude-oneshot", 100, &[("prune_at", share)]);
        let cuts: Vec<u64> = (0..100).filter(|step| !method.plan(*step).then.is_empty()).collect();
        assert_eq!(cuts, [cut]);
    }
}

#[test]
fn snip_and_grasp_score_then_cut_once() {
    for (name, criterion) in [("snip", Criterion::Snip), ("grasp", Criterion::Grasp)] {
        let method = method(name, 1000, &[("scoring_steps", "3")]);
        assert_eq!(method.initial_structure(), InitialStructure::Dense);
        for step in 0..3 {
            let plan = method.plan(step);
            assert_eq!((plan.update, &plan.score[..]), (Update::Nothing, &[criterion][..]), "{name}");
            assert_eq!(plan.then.len(), usize::from(step == 2), "{name} at {step}");
        }
        assert!((3..1000).all(|step| method.plan(step).then.is_empty()), "{name}");
    }
}

/// The phases of the authors' configuration for 100 epochs: cuts at 10, 20 ... 70 and 85, all weights
/// again at 15, 25 ... 65 and 75.
#[test]
fn acdc_takes_turns_and_ends_compressed() {
    let method = method("acdc", 1000, &[]);
    let edits = |all: bool| -> Vec<u64> {
        let is = |step: &u64| method.plan(*step).then.iter().any(|edit| (*edit == Edit::ActivateAll) == all);
        (0..1000).filter(is).map(|step| step + 1).collect()
    };
    assert_eq!(edits(false), [100, 200, 300, 400, 500, 600, 700, 850]);
    assert_eq!(edits(true), [150, 250, 350, 450, 550, 650, 750]);
    for (step, stage) in
        [(0, "dense"), (100, "compressed"), (150, "dense"), (849, "dense"), (850, "compressed")]
    {
        assert_eq!(method.plan(step).stage, stage, "{step}");
    }
    for steps in [1, 2, 3, 7, 20] {
        let short = self::method("acdc", steps, &[]);
        let active = (0..steps).flat_map(|step| short.plan(step).then).last();
        assert!(active.is_none_or(|edit| edit != Edit::ActivateAll), "{steps} steps end dense");
        assert!(active.is_some(), "{steps} steps have no cut");
    }
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
fn latencies(method: &dyn Method, steps: u64) -> Vec<(u64, f64)> {
    let latency = |step| match method.plan(step).then.as_slice() {
        [Edit::DropChannels { latency, .. }] => Some((step, *latency)),
        _ => None,
    };
    (0..steps).filter_map(latency).collect()
}

/// 30 prunes in 1,200 steps, each leaving the same share of what was there: L = exp(a ln 0.3), a = t / 30.
#[test]
fn halp_prunes_in_1200_steps_to_its_target() {
    let halp = with_latency("halp", 112_590, &[], Some(0.3));
    let cuts = latencies(&*halp, 112_590);
    assert_eq!((cuts.len(), cuts[0].0, cuts[29].0), (30, 39, 1_199));
    assert!((cuts[29].1 - 0.3).abs() < 1e-12);
    assert!(cuts.windows(2).all(|pair| (pair[1].1 / pair[0].1 - 0.3f64.powf(1.0 / 30.0)).abs() < 1e-12));
    assert_eq!(halp.plan(1_199).score, [Criterion::Taylor]);
    assert!(halp.plan(1_200).score.is_empty());
}

/// A training that is too short for the schedule has fewer prunes; the last reaches the target.
#[test]
fn halp_reaches_its_target_however_short_the_training() {
    for steps in [1, 7, 41, 130, 5_000] {
        let cuts = latencies(&*with_latency("halp", steps, &[], Some(0.5)), steps);
        assert!((cuts.last().unwrap().1 - 0.5).abs() < 1e-12, "{steps}: {cuts:?}");
    }
    let late = latencies(&*with_latency("halp", 100, &[("prune_start", "90")], Some(0.5)), 100);
    assert_eq!(late, [(99, 0.5)]);
}

#[test]
fn gradual_pruning_of_channels_follows_the_same_ramp() {
    let cuts =
        latencies(&*with_latency("magnitude", 10_000, &[("prune_interval", "100")], Some(0.4)), 10_000);
    let weights = method("magnitude", 10_000, &[("prune_interval", "100")]);
    for (step, latency) in cuts {
        let [Edit::Drop { amount: Amount::Ramp(ramp), .. }] = weights.plan(step).then[..] else {
            panic!("{step}")
        };
        assert!((latency - (1.0 - 0.6 * ramp)).abs() < 1e-12);
    }
}
