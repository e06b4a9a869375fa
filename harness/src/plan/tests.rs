//! Plans: which trials come out, and what is refused.

use super::request::LatencyRequest;
use super::*;
use sparsity::{Origin, Value};

fn row(name: &str, distribution: Distribution, settings: &[(&str, &str)]) -> PlanRow {
    PlanRow::new(trial::registry::method(name).unwrap(), distribution, settings, "a row of a table")
}

fn request(methods: &[&str], changes: &[(&str, &str)]) -> PlanRequest {
    let suite = suites::suite("cifar10").unwrap();
    let preset = suite.preset("smoke").unwrap();
    let change = |(key, text): &(&str, &str)| Override {
        key: (*key).into(),
        text: (*text).into(),
        origin: Origin::User,
    };
    PlanRequest {
        suite,
        rows: methods.iter().map(|name| row(name, Distribution::Erk, &[])).collect(),
        model: preset.model.clone(),
        initial_weights: None,
        pretrained: None,
        latency: None,
        sparsities: vec![0.8, 0.9],
        seeds: vec![0, 1],
        threads: std::num::NonZeroUsize::MIN,
        changes: changes.iter().map(change).collect(),
        preset,
    }
}

fn data() -> Identity {
    Identity {
        dataset: "cifar10-generated".into(),
        fingerprint: "0123".into(),
        classes: 10,
        train: 100,
        test: 10,
        notes: Vec::new(),
        unusable: Vec::new(),
    }
}

/// The trials of some methods on the images of [`data`].
pub fn trials(methods: &[&str], changes: &[(&str, &str)]) -> Vec<PlannedTrial> {
    Plan::new(request(methods, changes)).unwrap().resolved_trials(&data()).unwrap()
}

fn refusal(methods: &[&str], changes: &[(&str, &str)]) -> String {
    Plan::new(request(methods, changes)).err().unwrap().to_string()
}

#[test]
fn dense_has_one_trial_a_seed_and_nothing_comes_twice() {
    let mut asked = request(&["dense", "iee", "iee"], &[]);
    asked.sparsities = vec![0.8, 0.9, 0.8];
    let trials = Plan::new(asked).unwrap().trials(&data());
    let labels: Vec<String> = trials.iter().map(label).collect();
    let expected = ["dense seed 0", "iee erk 80% seed 0", "iee erk 90% seed 0"];
    assert_eq!(labels[..3], expected);
    assert_eq!(labels.len(), 6);
    assert_eq!((trials[0].target.name(), trials[0].target.sparsity()), ("none", Some(0.0)));
    assert_eq!((trials[1].target.name(), trials[1].data_fingerprint.as_str()), ("erk", "0123"));
}

#[test]
fn what_the_user_sets_goes_to_everyone_who_has_it_and_wins_over_the_preset() {
    let changes = [("epochs", "3"), ("update_interval", "7"), ("importance_steps", "9")];
    let trials = Plan::new(request(&["rigl", "iee", "static"], &changes)).unwrap().trials(&data());
    let of = |name: &str| trials.iter().find(|spec| spec.method == name).unwrap();
    assert!(trials.iter().all(|spec| spec.recipe["epochs"] == Value::Float(3.0)));
    assert_eq!(of("rigl").settings["update_interval"], Value::Int(7));
    assert_eq!(of("iee").settings["importance_steps"], Value::Int(9));
    assert!(of("static").settings.is_empty());
}

#[test]
fn a_setting_back_at_its_default_leaves_the_key_alone() {
    let trials = Plan::new(request(&["rigl"], &[("update_interval", "100")])).unwrap().trials(&data());
    assert!(!trials[0].settings.contains_key("update_interval"));
}

#[test]
fn rows_set_their_own_and_the_user_wins() {
    let rows = || {
        vec![
            row("rigl", Distribution::Erk, &[]),
            row("rigl", Distribution::Erk, &[("training_length", "5")]),
            row("iee", Distribution::Erk, &[("scope", "global"), ("update_fraction", "0.2")]),
        ]
    };
    let trials = |changes| {
        let asked =
            PlanRequest { rows: rows(), sparsities: vec![0.9], seeds: vec![0], ..request(&[], changes) };
        Plan::new(asked).unwrap().trials(&data())
    };
    let planned = trials(&[]);
    assert_eq!(planned.len(), 3);
    assert_eq!(planned[1].recipe["training_length"], Value::Float(5.0));
    assert_eq!(planned[1].user_settings(), "training_length=5");
    assert_eq!(planned[2].user_settings(), "update_fraction=0.2;scope=global");
    let set = trials(&[("update_fraction", "0.1")]);
    assert_eq!(set[2].settings["update_fraction"], Value::Float(0.1));
    assert_eq!(set[2].settings["scope"], Value::Word("global".into()));
}

/// A table has sparsities of its own, and not all of the profile's.
#[test]
fn a_row_of_a_table_keeps_to_its_sparsities() {
    let of = |among: &[f64]| {
        let mut row = row("iee", Distribution::Erk, &[]);
        row.table_levels = Some(among.to_vec());
        let asked = PlanRequest { rows: vec![row], seeds: vec![0], ..request(&[], &[]) };
        let trials = Plan::new(asked).unwrap().trials(&data());
        trials.iter().map(|spec| spec.target.sparsity()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[0.9]), [Some(0.9)]);
    assert_eq!(of(&[0.75, 0.9, 0.8]), [Some(0.8), Some(0.9)]);
    assert_eq!(of(&[0.5, 0.75]), [Some(0.5), Some(0.75)]);
}

#[test]
fn patterns_widths_and_other_numbers_of_classes_are_in_the_spec() {
    let mut pattern = row("iee", "2:4".parse().unwrap(), &[]);
    pattern.levels = vec![0.5];
    let rows = vec![pattern, row("small-dense", Distribution::Erk, &[])];
    let suite = suites::suite("imagenet").unwrap();
    let asked = PlanRequest {
        suite,
        rows,
        model: "resnet50-0.25".into(),
        initial_weights: None,
        pretrained: None,
        latency: None,
        sparsities: vec![0.9],
        seeds: vec![0],
        threads: std::num::NonZeroUsize::MIN,
        changes: Vec::new(),
        preset: suite.preset("smoke").unwrap(),
    };
    let trials = Plan::new(asked).unwrap().trials(&data());
    let of = |spec: &TrialSpec| (spec.target.name(), spec.target.sparsity(), spec.classes);
    assert_eq!(of(&trials[0]), ("2:4", Some(0.5), Some(10)));
    assert_eq!(of(&trials[1]), ("width", Some(0.9), Some(10)));
}

/// A profile can train a method by the recipe that it was published with; what the user sets wins over that, too.
#[test]
fn a_method_with_a_recipe_of_its_own_is_trained_by_it() {
    let suite = suites::suite("imagenet").unwrap();
    let preset = suite.preset("paper").unwrap();
    let planned = |changes: &[(&str, &str)]| {
        let pattern = || "2:4".parse().unwrap();
        let rows = vec![row("sr-ste", pattern(), &[]), row("magnitude", pattern(), &[])];
        let (preset, model) = (preset.clone(), preset.model.clone());
        let base = request(&[], changes);
        let request = PlanRequest { suite, preset, model, rows, sparsities: vec![0.5], ..base };
        Plan::new(request).unwrap()
    };
    let plan = planned(&[]);
    let trials = plan.trials(&data());
    let (own, other) = (&trials[0], &trials[1]);
    assert_eq!((own.method.as_str(), &own.recipe["epochs"]), ("sr-ste", &Value::Float(120.0)));
    assert!(other.recipe.is_empty(), "{:?}", other.recipe);
    assert_eq!((own.user_settings(), other.user_settings()), (String::new(), String::new()));
    let lines = report::own_recipes(&plan);
    assert!(
        lines.len() == 1 && lines[0].starts_with("sr-ste") && lines[0].contains("epochs=120"),
        "{lines:?}"
    );
    let set = planned(&[("epochs", "3")]).trials(&data());
    assert!(set.iter().all(|spec| spec.recipe["epochs"] == Value::Float(3.0)));
    assert!(set.iter().all(|spec| spec.user_settings() == "epochs=3"), "{}", set[0].user_settings());
}

#[test]
fn a_setting_that_nobody_has_is_answered_with_the_nearest() {
    let message = refusal(&["rigl"], &[("update_intervall", "7")]);
    assert!(message.contains("did you mean `update_interval`"), "{message}");
    let message = refusal(&["rigl"], &[("importance_steps", "7")]);
    assert!(message.contains("belongs to iee"), "{message}");
}

#[test]
fn a_setting_of_another_suite_is_said_to_be_one() {
    let message = refusal(&["rigl"], &[("label_smoothing", "0.1")]);
    assert!(message.contains("recipe of imagenet"), "{message}");
}

#[test]
fn values_and_distributions_are_checked_before_anything_runs() {
    assert!(refusal(&["rigl"], &[("update_interval", "0")]).contains("it takes"));
    let starved = PlanRequest { sparsities: vec![0.9999], ..request(&["rigl"], &[]) };
    assert!(Plan::new(starved).err().unwrap().to_string().contains("left empty"));
}

#[test]
fn percentages_have_the_digits_they_need() {
    assert_eq!([0.9, 0.965, 0.0, 0.12345].map(percent), ["90%", "96.5%", "0%", "12.345%"]);
}

/// A request to prune channels to these shares of the multiply-accumulates.
fn channels(methods: &[&str], targets: &[f64]) -> PlanRequest {
    let latency = Some(LatencyRequest {
        latency_targets: targets.to_vec(),
        latency_table: records::words::MACS.into(),
    });
    let usual = request(methods, &[]);
    PlanRequest { latency, seeds: vec![0], preset: usual.preset.for_channels(), ..usual }
}

#[test]
fn a_method_for_pretrained_weights_waits_for_the_dense_network() {
    let trials = Plan::new(channels(&["iee", "halp"], &[0.55, 0.3])).unwrap().trials(&data());
    let labels: Vec<String> = trials.iter().map(label).collect();
    let expected = [
        "iee to 55% latency seed 0",
        "iee to 30% latency seed 0",
        "dense seed 0",
        "halp pretrained to 55% latency seed 0",
        "halp pretrained to 30% latency seed 0",
    ];
    assert_eq!(labels, expected);
    let key = trials[2].key();
    for spec in &trials[3..] {
        assert_eq!((spec.initial_trial(), spec.pretrained()), (Some(&*key), Some(&*key)));
        assert_eq!(spec.pretraining_cost, Some(1.0));
    }
    assert_eq!((trials[0].initial_trial(), trials[0].pretraining_cost), (None, None));
    assert_eq!(trials[0].target.name(), "latency");
}

#[test]
fn what_channels_are_pruned_from_can_be_chosen() {
    let asked = |origins| PlanRequest { pretrained: Some(origins), ..channels(&["iee", "halp"], &[0.3]) };
    let labels = |origins| -> Vec<String> {
        Plan::new(asked(origins)).unwrap().trials(&data()).iter().map(label).collect()
    };
    assert_eq!(labels(StartingWeights::Seed), ["iee to 30% latency seed 0", "halp to 30% latency seed 0"]);
    let both =
        ["dense seed 0", "iee pretrained to 30% latency seed 0", "halp pretrained to 30% latency seed 0"];
    assert_eq!(labels(StartingWeights::Dense), both);
    let file = Plan::new(asked(StartingWeights::File("0123".into()))).unwrap().trials(&data());
    assert!(file.iter().all(|spec| spec.initial_weights.as_deref() == Some("0123")), "{file:?}");
    assert!(file.iter().all(|spec| spec.pretraining_cost == Some(1.0)));
}

#[test]
fn settings_of_channels_need_a_latency_and_enter_the_trial() {
    assert!(refusal(&["iee"], &[("channel_block", "2")]).contains("--latency-target"));
    assert!(refusal(&["halp"], &[]).contains("--latency-target"));
    let block = Override { key: "channel_block".into(), text: "2".into(), origin: Origin::User };
    let asked = PlanRequest { changes: vec![block], ..channels(&["iee"], &[0.3]) };
    let trials = Plan::new(asked).unwrap().trials(&data());
    assert_eq!(trials[0].target.channels().unwrap().settings["channel_block"], Value::Int(2));
    let unable = Plan::new(channels(&["rigl"], &[0.3])).err().unwrap().to_string();
    assert!(unable.contains("iee") && unable.contains("halp"), "{unable}");
    let weights = Override { key: "criterion".into(), text: "snip".into(), origin: Origin::User };
    let weights = Plan::new(PlanRequest { changes: vec![weights], ..channels(&["iee"], &[0.3]) });
    assert!(weights.err().unwrap().to_string().contains("taylor-weights"));
}

/// A table that lacks the network, and a target below the smallest structure, are refused in words.
#[test]
fn latencies_that_cannot_be_reached_are_refused_before_anything_runs() {
    let trials = Plan::new(channels(&["iee"], &[0.001])).unwrap().resolved_trials(&data()).unwrap();
    let message = latency::check(&trials, None, 1600).unwrap_err().to_string();
    assert!(message.contains("smallest structure") && message.contains("--latency-target"), "{message}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lut.csv");
    std::fs::write(&file, "inputs,outputs\n").unwrap();
    let request = channels(&["iee"], &[0.3]);
    let latency =
        request.latency.clone().map(|latency| LatencyRequest { latency_table: "0123".into(), ..latency });
    let trials = Plan::new(PlanRequest { latency, ..request }).unwrap().resolved_trials(&data()).unwrap();
    assert!(latency::check(&trials, Some(&file), 1600).unwrap_err().to_string().contains("lut.csv"));
    assert!(latency::check(&trials, None, 1600).unwrap_err().to_string().contains("--lut"));
}

/// A training in which the method never gets to its target is refused, instead of recorded as if it had.
#[test]
fn a_training_too_short_for_its_target_is_refused() {
    let asked = PlanRequest { pretrained: Some(StartingWeights::Dense), ..channels(&["iee"], &[0.3]) };
    let trials = Plan::new(asked).unwrap().resolved_trials(&data()).unwrap();
    assert!(latency::check(&trials, None, 1600).is_ok());
    let message = latency::check(&trials, None, 64).unwrap_err().to_string();
    assert!(message.contains("too few") && message.contains("epochs"), "{message}");
}

/// A row of a table that says from scratch stays so, whatever others start from.
#[test]
fn a_row_from_scratch_stays_one() {
    let mut asked =
        PlanRequest { pretrained: Some(StartingWeights::Dense), ..channels(&["iee", "iee"], &[0.3]) };
    asked.rows[0].pretrained = Some(false);
    asked.rows[1].pretrained = Some(true);
    let labels: Vec<String> = Plan::new(asked).unwrap().trials(&data()).iter().map(label).collect();
    let expected = ["iee to 30% latency seed 0", "dense seed 0", "iee pretrained to 30% latency seed 0"];
    assert_eq!(labels, expected);
}

#[test]
fn a_table_with_other_shares_than_the_profile_gives_as_many_of_its_own() {
    let shares = |table: &[f64], usual: &[f64]| {
        PlanRow { table_levels: Some(table.to_vec()), ..row("iee", Distribution::Erk, &[]) }.levels(usual)
    };
    assert_eq!(shares(&[0.6, 0.42, 0.3], &[0.8, 0.55, 0.3]), [0.6, 0.42, 0.3]);
    assert_eq!(shares(&[0.6, 0.42, 0.3], &[0.55, 0.3]), [0.6, 0.42]);
    assert_eq!(shares(&[0.8, 0.9], &[0.9]), [0.9]);
    assert_eq!(shares(&[0.9], &[0.8, 0.9]), [0.9]);
}
