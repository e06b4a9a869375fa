//! Plans: which trials come out, and what is refused.

use super::*;
use sparsity::{Origin, Value};

fn row(name: &str, distribution: Distribution, settings: &[(&str, &str)]) -> Row {
    Row::new(trial::registry::method(name).unwrap(), distribution, settings, "a row of a table")
}

fn request(methods: &[&str], changes: &[(&str, &str)]) -> Request {
    let suite = suites::suite("cifar10").unwrap();
    let preset = suite.preset("smoke").unwrap();
    let change = |(key, text): &(&str, &str)| Override {
        key: (*key).into(),
        text: (*text).into(),
        origin: Origin::User,
    };
    Request {
        suite,
        rows: methods.iter().map(|name| row(name, Distribution::Erk, &[])).collect(),
        model: preset.model.clone(),
        initial_weights: None,
        pretrained: None,
        latency: None,
        sparsities: vec![0.8, 0.9],
        seeds: vec![0, 1],
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
    }
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
    assert_eq!((trials[0].distribution.as_str(), trials[0].sparsity), ("none", 0.0));
    assert_eq!((trials[1].distribution.as_str(), trials[1].data_fingerprint.as_str()), ("erk", "0123"));
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
        let asked = Request { rows: rows(), sparsities: vec![0.9], seeds: vec![0], ..request(&[], changes) };
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
        row.among = Some(among.to_vec());
        let asked = Request { rows: vec![row], seeds: vec![0], ..request(&[], &[]) };
        let trials = Plan::new(asked).unwrap().trials(&data());
        trials.iter().map(|spec| spec.sparsity).collect::<Vec<_>>()
    };
    assert_eq!(of(&[0.9]), [0.9]);
    assert_eq!(of(&[0.75, 0.9, 0.8]), [0.8, 0.9]);
    assert_eq!(of(&[0.5, 0.75]), [0.5, 0.75]);
}

#[test]
fn patterns_widths_and_other_numbers_of_classes_are_in_the_spec() {
    let mut pattern = row("iee", "2:4".parse().unwrap(), &[]);
    pattern.sparsities = vec![0.5];
    let rows = vec![pattern, row("small-dense", Distribution::Erk, &[])];
    let suite = suites::suite("imagenet").unwrap();
    let asked = Request {
        suite,
        rows,
        model: "resnet50-0.25".into(),
        initial_weights: None,
        pretrained: None,
        latency: None,
        sparsities: vec![0.9],
        seeds: vec![0],
        changes: Vec::new(),
        preset: suite.preset("smoke").unwrap(),
    };
    let trials = Plan::new(asked).unwrap().trials(&data());
    let of = |spec: &TrialSpec| (spec.distribution.clone(), spec.sparsity, spec.classes);
    assert_eq!(of(&trials[0]), ("2:4".into(), 0.5, Some(10)));
    assert_eq!(of(&trials[1]), ("width".into(), 0.9, Some(10)));
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
    let starved = Request { sparsities: vec![0.9999], ..request(&["rigl"], &[]) };
    assert!(Plan::new(starved).err().unwrap().to_string().contains("left empty"));
}

#[test]
fn percentages_have_the_digits_they_need() {
    assert_eq!([0.9, 0.965, 0.0, 0.12345].map(percent), ["90%", "96.5%", "0%", "12.345%"]);
}
