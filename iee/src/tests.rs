//! The five stages, step by step, on a short schedule.

use super::*;
use sparsity::{Origin, Override};

fn iee(changes: &[(&str, &str)], steps: u64) -> Iee {
    with(changes, TrialContext { steps, scope: Scope::PerLayer, latency_target: None, pretrained: false })
}

/// Of channels, to 30 % of the latency.
fn channels(changes: &[(&str, &str)], steps: u64, pretrained: bool) -> Iee {
    with(changes, TrialContext { steps, scope: Scope::PerLayer, latency_target: Some(0.3), pretrained })
}

fn with(changes: &[(&str, &str)], context: TrialContext) -> Iee {
    let change = |(key, text): &(&str, &str)| Override {
        key: key.to_string(),
        text: text.to_string(),
        origin: Origin::User,
    };
    let short = [("importance_steps", "3"), ("recovery_steps", "2"), ("exploration_steps", "4")];
    let changes: Vec<Override> = short.iter().chain(changes).map(change).collect();
    let settings = Settings::resolve(settings::specs(), &changes).unwrap();
    Iee::new(&settings, context)
}

fn drop(share: f64) -> WeightEdit {
    WeightEdit::Drop {
        criterion: Criterion::Magnitude,
        amount: Amount::Fraction(share),
        scope: Scope::PerLayer,
    }
}

const GROW: WeightEdit = WeightEdit::Grow { criterion: Criterion::Magnitude, scope: Scope::PerLayer };

#[test]
fn one_cycle_has_the_five_stages_in_order() {
    let method = iee(&[], 48); // 75 % of 48 steps are 36: four cycles of nine.
    let stages: Vec<&str> = (0..9).map(|step| method.plan(step).stage).collect();
    assert_eq!(stages[..3], ["importance"; 3]);
    assert_eq!(stages[3..5], ["recovery"; 2]);
    assert_eq!(stages[5..], ["exploration"; 4]);
    assert_eq!(method.plan(2).then.weights(), [drop(0.3)]);
    assert_eq!(method.plan(8).then.weights(), [GROW]);
    for step in [0, 1, 3, 4, 5, 6, 7] {
        assert!(method.plan(step).then.is_empty(), "step {step}");
    }
}

#[test]
fn exploration_runs_everything_and_trains_only_the_inactive() {
    let plan = iee(&[], 48).plan(5);
    assert_eq!(plan.forward, Population::Everything);
    assert_eq!(plan.update, Update::Inactive { others: false });
    assert_eq!(plan.statistics, BatchStatistics::Hold);
    let exploit = iee(&[], 48).plan(4);
    assert_eq!((exploit.forward, exploit.update), (Population::Active, Update::Active));
}

#[test]
fn omega_decays_over_the_cycles_and_updates_end() {
    let method = iee(&[("update_decay", "exponential")], 48);
    for cycle in 0..4u64 {
        let WeightEdit::Drop { amount: Amount::Fraction(share), .. } =
            method.plan(cycle * 9 + 2).then.weights()[0]
        else {
            panic!("no drop in cycle {cycle}");
        };
        assert!((share - 0.3 * 0.01f64.powf(cycle as f64 / 4.0)).abs() < 1e-12);
    }
    assert!((36..48).all(|step| method.plan(step) == StepPlan::train("convergence")));
}

#[test]
fn each_ablation_is_one_setting() {
    let zero = iee(&[("grown_values", "zero")], 48);
    assert_eq!((zero.dormant(), iee(&[], 48).dormant()), (Dormant::Forget, Dormant::Keep));
    assert_eq!(iee(&[("unused_values", "zero")], 48).dormant(), Dormant::KeepUsed);
    assert_eq!(iee(&[("freeze", "false")], 48).plan(5).update, Update::Everything);

    let unrecovered = iee(&[("recovery_steps", "0")], 48);
    assert_eq!((unrecovered.plan(2).stage, unrecovered.plan(3).stage), ("importance", "exploration"));

    let unexplored = iee(&[("exploration_steps", "0")], 48);
    let last = unexplored.plan(4);
    assert_eq!((last.stage, &last.score[..]), ("recovery", &[Criterion::Gradient][..]));
    assert_eq!(
        last.then.weights(),
        [WeightEdit::Grow { criterion: Criterion::Gradient, scope: Scope::PerLayer }]
    );

    let longer = iee(&[("stage_scales", "2,0.1,1.5")], 48);
    let stages: Vec<&str> = (0..13).map(|step| longer.plan(step).stage).collect();
    assert_eq!(stages.iter().filter(|stage| **stage == "importance").count(), 6);
    assert_eq!((stages[6], stages[7], stages[12]), ("recovery", "exploration", "exploration"));

    let taylor = iee(&[("criterion", "taylor")], 48);
    assert_eq!(taylor.plan(0).score, [Criterion::Taylor]);
    assert_eq!(taylor.plan(3).score, []);
    assert_eq!(taylor.plan(5).score, [Criterion::Taylor]);

    let global = iee(&[("scope", "global")], 48);
    assert!(matches!(global.plan(2).then.weights()[0], WeightEdit::Drop { scope: Scope::Global, .. }));
}

/// Share of dense training FLOPs: `u (2/3 f + 1/3 (3 - f) / 3) + (1 - u) f` with f the sparse forward share.
#[test]
fn training_flops_follow_the_accounting() {
    for (density, expected) in [(0.414, 0.526), (0.242, 0.411), (0.223, 0.399), (0.126, 0.334)] {
        let equal = [("importance_steps", "10"), ("recovery_steps", "10"), ("exploration_steps", "10")];
        let method = iee(&equal, 4000);
        let cost: f64 = (0..4000).map(|step| sparsity::step_cost(&method.plan(step), density)).sum();
        assert!((cost / 12_000.0 - expected).abs() < 1e-3, "{density}: {}", cost / 12_000.0);
    }
}

/// Prune and growth share the criterion; the prune frees the share Omega of the cycle's latency, which the
/// growth may fill.
#[test]
fn channels_are_exchanged_within_the_latency_of_the_cycle() {
    let method = channels(&[("update_decay", "exponential")], 48, false);
    assert_eq!(method.initial_structure(), InitialStructure::Narrow { latency: 0.3 });
    assert_eq!(method.dormant(), Dormant::Keep);
    for cycle in 0..4u64 {
        let omega = 0.3 * 0.01f64.powf(cycle as f64 / 4.0);
        let [ChannelEdit::Drop { criterion: Criterion::Taylor, latency }] =
            method.plan(cycle * 9 + 2).then.channels()[..]
        else {
            panic!("no drop in cycle {cycle}");
        };
        assert!((latency - 0.3 * (1.0 - omega)).abs() < 1e-12);
        assert_eq!(
            method.plan(cycle * 9 + 8).then.channels(),
            [ChannelEdit::Grow { criterion: Criterion::Taylor, latency: 0.3 }]
        );
        assert_eq!(method.plan(cycle * 9 + 5).score, [Criterion::Taylor]);
    }
}

/// From pretrained weights the latency falls from dense in equal ratios over half of the cycles.
#[test]
fn from_pretrained_weights_the_latency_falls() {
    let method = channels(&[], 48, true);
    assert_eq!(method.initial_structure(), InitialStructure::Dense);
    let targets: Vec<f64> = (0..4u64)
        .map(|cycle| match method.plan(cycle * 9 + 8).then.channels()[..] {
            [ChannelEdit::Grow { latency, .. }] => latency,
            _ => panic!("no growth in cycle {cycle}"),
        })
        .collect();
    for (target, expected) in targets.iter().zip([0.3f64.sqrt(), 0.3, 0.3, 0.3]) {
        assert!((target - expected).abs() < 1e-12, "{targets:?}");
    }
    let narrow = channels(&[("initial_latency", "target")], 48, true);
    assert_eq!(narrow.initial_structure(), InitialStructure::Narrow { latency: 0.3 });
}
