//! The five stages, step by step, on a short schedule.

use super::*;
use sparsity::{GrowthLimit, Origin, Override};

/// A training of single weights from scratch, without a warm-up.
fn training(steps: u64) -> TrialContext {
    TrialContext {
        steps,
        warmup_steps: 0,
        scope: Scope::PerLayer,
        sparsity: 0.0,
        latency_target: None,
        pretrained: false,
    }
}

fn iee(changes: &[(&str, &str)], steps: u64) -> Iee {
    with(changes, training(steps))
}

/// Of channels, to 30 % of the latency.
fn channels(changes: &[(&str, &str)], steps: u64, pretrained: bool) -> Iee {
    with(changes, TrialContext { latency_target: Some(0.3), pretrained, ..training(steps) })
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
    assert_eq!((zero.dormant(), iee(&[], 48).dormant()), (Dormant::Forget, Dormant::KeepUsed));
    assert_eq!(iee(&[("unused_values", "initial")], 48).dormant(), Dormant::Keep);
    // The other reading of `zero`: weights explore from their last values, and those that grow start anew.
    let anew = iee(&[("grown_values", "zero-grown")], 48);
    assert_eq!((anew.dormant(), zero.plan(8).then.weights()), (Dormant::KeepUsed, &[GROW][..]));
    assert_eq!(anew.plan(8).then.weights(), [GROW, WeightEdit::ClearGrown]);
    assert_eq!(anew.plan(2).then.weights().len(), 1);
    assert_eq!(iee(&[("freeze", "false")], 48).plan(5).update, Update::Everything);
    assert_eq!(iee(&[("grown_values", "last-active")], 48).dormant(), Dormant::KeepActive);

    let slower = iee(&[("exploration_rate", "0.5")], 48);
    assert!((0..48).all(|at| {
        let plan = slower.plan(at);
        plan.rate == if plan.stage == "exploration" { 0.5 } else { 1.0 }
    }));

    let rests = |settings: &[(&str, &str)]| {
        iee(&[&[("frozen_momentum", "zero")], settings].concat(), 48).plan(8).then.weights().to_vec()
    };
    assert_eq!(rests(&[]), [GROW, WeightEdit::ClearMomentum { others: true }]);
    assert_eq!(rests(&[("explore_others", "true")]), [GROW, WeightEdit::ClearMomentum { others: false }]);
    assert_eq!(rests(&[("freeze", "false")]), [GROW], "nothing was frozen");

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

/// Where exploration does not count, the steps without it are those of the recipe, and its own come on top; it runs
/// at the learning rate of the next step that counts.
#[test]
fn exploration_can_be_beyond_the_recipe() {
    // 75 % of 48 steps are 36: seven cycles of five steps that count, and of four that do not.
    let method = iee(&[("exploration_counts", "false")], 48);
    assert_eq!((method.extra_steps(), iee(&[], 48).extra_steps()), (28, 0));
    let mut counted = 0;
    for step in 0..48 + 28 {
        assert_eq!(method.recipe_step(step), counted, "step {step}");
        counted += u64::from(method.plan(step).stage != "exploration");
    }
    assert_eq!(counted, 48);
    assert_eq!((method.plan(7 * 9 - 1).stage, method.plan(7 * 9).stage), ("exploration", "convergence"));
    assert!((0..48).all(|step| iee(&[], 48).recipe_step(step) == step));
    // After the last prune of channels by the logged budget nothing is explored.
    let changes = [("exploration_counts", "false"), ("growth_budget", "0.5")];
    for more in [&[][..], &[("latency_cycles", "3")]] {
        let method = channels(&[&changes[..], more].concat(), 48, false);
        let explored =
            (0..48 + method.extra_steps()).filter(|step| method.plan(*step).stage == "exploration");
        assert_eq!(explored.count() as u64, method.extra_steps());
        assert_eq!(method.recipe_step(48 + method.extra_steps()), 48);
    }
}

/// Importance and exploration are looked at at equal distances, the recovery never; each look knows the edit and the
/// last step of its stage.
#[test]
fn a_stage_that_has_settled_can_end_early() {
    let changes = [("stage_end", "settled"), ("exploration_steps", "10"), ("settled_overlap", "0.9")];
    let method = iee(&changes, 48); // Cycles of 3, 2 and 10 steps.
    let looks: Vec<(u64, u64)> =
        (0..15).filter_map(|step| Some((step, method.plan(step).settling?.last))).collect();
    assert_eq!(looks, [(0, 2), (1, 2), (6, 14), (8, 14), (10, 14), (12, 14)]);
    assert_eq!(method.plan(0).settling.unwrap().edit, drop(0.3));
    let look = method.plan(15 + 6).settling.unwrap();
    assert_eq!((look.edit, look.overlap, look.last), (GROW, 0.9, 29));
    assert!((0..48).all(|step| iee(&[], 48).plan(step).settling.is_none()));
    assert!((0..48).all(|step| channels(&changes, 48, false).plan(step).settling.is_none()));
}

/// Channels are first ranked once the learning rate has risen; weights from the start, as RigL's.
#[test]
fn channels_wait_for_the_warm_up() {
    let context = |latency_target| TrialContext { warmup_steps: 10, latency_target, ..training(48) };
    let method = with(&[], context(Some(0.3)));
    assert_eq!((method.plan(9).stage, method.plan(10).stage), ("training", "importance"));
    assert_eq!(method.plan(12).then.channels().len(), 1);
    assert_eq!(with(&[], context(None)).plan(0).stage, "importance");
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
            [ChannelEdit::Grow { criterion: Criterion::Taylor, limit: GrowthLimit::Latency(0.3) }]
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
            [ChannelEdit::Grow { limit: GrowthLimit::Latency(latency), .. }] => latency,
            _ => panic!("no growth in cycle {cycle}"),
        })
        .collect();
    for (target, expected) in targets.iter().zip([0.3f64.sqrt(), 0.3, 0.3, 0.3]) {
        assert!((target - expected).abs() < 1e-12, "{targets:?}");
    }
    let narrow = channels(&[("initial_latency", "target")], 48, true);
    assert_eq!(narrow.initial_structure(), InitialStructure::Narrow { latency: 0.3 });
}

/// The schedule of logs on VOC that are probably IEE's.
const LOGGED: [(&str, &str); 8] = [
    ("importance_steps", "129"),
    ("recovery_steps", "65"),
    ("exploration_steps", "64"),
    ("latency_path", "linear"),
    ("latency_window", "0.1111111111111111,0.2222222222222222"),
    ("latency_ramp", "1"),
    ("latency_cycles", "50"),
    ("growth_budget", "0.75"),
];

/// 900 epochs of 129 steps: prunes at the ends of the even epochs 100 to 198, growths at those of the odd epochs 101
/// to 197, each after half an epoch of recovery (65 steps) and half an epoch of exploration.
#[test]
fn the_logged_schedule_is_one_of_settings() {
    let method = channels(&LOGGED, 900 * 129, false);
    assert_eq!(method.initial_structure(), InitialStructure::Dense);
    let (mut prunes, mut growths) = (Vec::new(), Vec::new());
    for step in 0..900 * 129 {
        let plan = method.plan(step);
        // Which step of which epoch, counted from 0 as the logs count epochs.
        let (epoch, at) = (step / 129, step % 129);
        let stage = match epoch {
            0..100 => "training",
            100..199 if epoch % 2 == 0 => "importance",
            100..199 if at < 65 => "recovery",
            100..199 => "exploration",
            _ => "convergence",
        };
        assert_eq!(plan.stage, stage, "epoch {epoch}, step {at}");
        match plan.then.channels() {
            [] => {}
            [ChannelEdit::Drop { latency, .. }] => prunes.push((epoch, at, *latency)),
            [ChannelEdit::Grow { limit, .. }] => growths.push((epoch, at, *limit)),
            edits => panic!("{edits:?}"),
        }
    }
    assert_eq!((prunes.len(), growths.len()), (50, 49));
    for (k, (epoch, at, latency)) in prunes.into_iter().enumerate() {
        assert_eq!((epoch, at), (100 + 2 * k as u64, 128));
        assert!((latency - (1.0 - 0.7 * (k + 1) as f64 / 50.0)).abs() < 1e-12);
    }
    for (k, growth) in growths.into_iter().enumerate() {
        assert_eq!(growth, (101 + 2 * k as u64, 128, GrowthLimit::Removed(0.75)));
    }
}

/// The number of cycles stays in a training of another length, and the stages keep their proportions; one that is too
/// short has fewer cycles, and the last reaches the target all the same.
#[test]
fn so_many_cycles_fit_any_training() {
    for (steps, cycles) in [(3600, 50), (1350, 50), (450, 16), (30, 1)] {
        let method = channels(&LOGGED, steps, false);
        let edits = (0..steps).flat_map(|step| method.plan(step).then.channels().to_vec());
        let prunes: Vec<f64> = edits
            .filter_map(|edit| match edit {
                ChannelEdit::Drop { latency, .. } => Some(latency),
                ChannelEdit::Grow { .. } => None,
            })
            .collect();
        assert_eq!(prunes.len(), cycles, "{steps}");
        assert!((prunes[cycles - 1] - 0.3).abs() < 1e-12, "{steps}");
    }
    let method = channels(&LOGGED, 3600, false);
    let stages: Vec<&str> = (400..408).map(|step| method.plan(step).stage).collect();
    assert_eq!(
        stages.join(" "),
        "importance importance importance importance recovery recovery exploration exploration"
    );
}

/// Each of the logged choices by itself, on the method's own schedule.
#[test]
fn path_and_budget_are_independent() {
    let edits = |changes: &[(&str, &str)], pretrained| -> Vec<ChannelEdit> {
        let method = channels(changes, 48, pretrained);
        (0..48).flat_map(|step| method.plan(step).then.channels().to_vec()).collect()
    };
    let latency = |edit: &ChannelEdit| match *edit {
        ChannelEdit::Drop { latency, .. } => latency,
        ChannelEdit::Grow { limit: GrowthLimit::Latency(latency), .. } => -latency,
        ChannelEdit::Grow { limit: GrowthLimit::Removed(share), .. } => -10.0 * share,
    };
    // A prune as a latency, a growth as a negative one, and one by a share as -10 times that.
    let close = |edits: &[ChannelEdit], expected: &[f64]| {
        let found: Vec<f64> = edits.iter().map(latency).collect();
        let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near && found.len() == expected.len(), "{found:?}");
    };
    // Four cycles; in two of them the latency falls to 0.3.
    let linear = edits(&[("update_decay", "constant"), ("latency_path", "linear")], false);
    let settled = [0.3 * 0.7, -0.3];
    close(&linear, &[&[0.65 * 0.7, -0.65][..], &settled, &settled, &settled].concat());
    let share = edits(&[("growth_budget", "0.5")], true);
    close(&share, &[0.3f64.sqrt(), -5.0, 0.3, -5.0, 0.3, -5.0, 0.3]);
    // Single weights know nothing of it.
    let weights = |changes| (0..48).map(|step| iee(changes, 48).plan(step)).collect::<Vec<_>>();
    let of_channels = [("growth_budget", "0.5"), ("latency_window", "0.5,0.9"), ("latency_cycles", "3")];
    assert_eq!(weights(&of_channels), weights(&[]));
}
