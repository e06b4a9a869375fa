//! Plans: which trials come out, and what is refused.

use super::*;
use sparsity::{Origin, Value};

fn request(methods: &[&str], changes: &[(&str, &str)]) -> Request {
    let preset = suites::preset::cifar10().into_iter().find(|preset| preset.name == "smoke").unwrap();
    let change = |(key, text): &(&str, &str)| Override {
        key: (*key).into(),
        text: (*text).into(),
        origin: Origin::User,
    };
    Request {
        methods: methods.iter().map(|name| trial::registry::method(name).unwrap()).collect(),
        model: preset.model.clone(),
        sparsities: vec![0.8, 0.9],
        distribution: Distribution::Erk,
        seeds: vec![0, 1],
        changes: changes.iter().map(change).collect(),
        preset,
    }
}

fn data() -> Identity {
    Identity { dataset: "cifar10-generated".into(), fingerprint: "0123".into(), train: 100, test: 10 }
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
    let expected = ["dense seed 0", "iee 80% seed 0", "iee 90% seed 0"];
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
fn a_setting_that_nobody_has_is_answered_with_the_nearest() {
    let message = refusal(&["rigl"], &[("update_intervall", "7")]);
    assert!(message.contains("did you mean `update_interval`"), "{message}");
    let message = refusal(&["rigl"], &[("importance_steps", "7")]);
    assert!(message.contains("belongs to iee"), "{message}");
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
