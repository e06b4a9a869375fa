//! Keys that stay, what enters them, and what is refused.

use super::*;

fn spec() -> TrialSpec {
    TrialSpec {
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        data_fingerprint: "0123".into(),
        classes: None,
        model: "wrn-22-2".into(),
        initial_weights: None,
        pretraining_cost: None,
        method: "rigl".into(),
        distribution: "erk".into(),
        sparsity: 0.9,
        latency: None,
        seed: 0,
        profile: "paper".into(),
        recipe: BTreeMap::new(),
        settings: BTreeMap::new(),
    }
}

/// Old run directories are found by this key; a change here would orphan them.
#[test]
fn the_key_of_a_spec_stays() {
    assert_eq!(spec().key(), "3f170b44a26a6b7c");
}

#[test]
fn every_field_enters_the_key() {
    let mut keys = vec![spec().key()];
    keys.push(TrialSpec { seed: 1, ..spec() }.key());
    keys.push(TrialSpec { sparsity: 0.8, ..spec() }.key());
    keys.push(TrialSpec { data_fingerprint: "4567".into(), ..spec() }.key());
    keys.push(TrialSpec { classes: Some(7), ..spec() }.key());
    keys.push(TrialSpec { initial_weights: Some("89ab".into()), ..spec() }.key());
    let settings = BTreeMap::from([("update_interval".to_string(), Value::Int(50))]);
    keys.push(TrialSpec { settings, ..spec() }.key());
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
fn a_spec_round_trips_and_resolves() {
    let settings = BTreeMap::from([("update_fraction".to_string(), Value::Float(0.1))]);
    let spec = TrialSpec { settings, ..spec() };
    let again: TrialSpec = serde_json::from_str(&spec.to_json()).unwrap();
    assert_eq!(again, spec);
    let resolved = again.resolve().unwrap();
    assert_eq!(resolved.settings.float("update_fraction"), 0.1);
    assert!((resolved.budget.sparsity() - 0.9).abs() < 1e-4);
}

#[test]
fn only_what_differs_from_the_profile_is_the_users() {
    assert_eq!(spec().user_settings(), "");
    let interval = |steps| BTreeMap::from([("update_interval".to_string(), Value::Int(steps))]);
    let smoke = TrialSpec { profile: "smoke".into(), settings: interval(10), ..spec() };
    let suite = suites::suite("cifar10").unwrap();
    let recipe = suite.preset("smoke").unwrap().recipe;
    let recipe = Settings::resolve((suite.settings)(), &recipe).unwrap().changed();
    let smoke = TrialSpec { recipe, ..smoke };
    assert_eq!(smoke.user_settings(), "");
    assert_eq!(TrialSpec { settings: interval(7), ..smoke }.user_settings(), "update_interval=7");
}

#[test]
fn a_narrow_network_has_the_weights_the_sparse_one_keeps() {
    let spec =
        TrialSpec { method: "small-dense".into(), distribution: WIDTH.into(), sparsity: 0.8, ..spec() };
    let resolved = spec.resolve().unwrap();
    let share = resolved.budget.weights() as f64 / 1_076_912.0;
    assert!((0.17..=0.2).contains(&share), "{share}");
    assert_eq!(resolved.dense.macs(), spec_dense_macs());
    assert_eq!(resolved.budget.sparsity(), 0.0);
}

fn spec_dense_macs() -> u64 {
    network::models::model("wrn-22-2", 10, 32).unwrap().macs()
}

#[test]
fn less_memory_is_a_piece_that_divides_the_batch() {
    assert!(spec().less_memory().contains("batch_size=64"));
    let recipe = BTreeMap::from([
        ("batch_size".to_string(), Value::Int(100)),
        ("micro_batch".to_string(), Value::Int(25)),
    ]);
    let imagenet = TrialSpec { suite: "imagenet".into(), model: "resnet50".into(), recipe, ..spec() };
    assert!(imagenet.less_memory().contains("micro_batch=10 (this trial has 25)"));
}

#[test]
fn patterns_are_for_methods_that_take_them() {
    let ste = TrialSpec { method: "sr-ste".into(), ..spec() };
    assert!(ste.resolve().err().unwrap().to_string().contains("2:4"));
    let ste = TrialSpec { distribution: "2:4".into(), sparsity: 0.5, ..ste };
    assert!(ste.resolve().unwrap().budget.layers.iter().any(|layer| layer.pattern.is_some()));
}

#[test]
fn what_is_named_wrongly_is_said() {
    let failure = |spec: TrialSpec| spec.resolve().err().unwrap().to_string();
    assert!(failure(TrialSpec { method: "rigle".into(), ..spec() }).contains("rigl"));
    assert!(failure(TrialSpec { model: "vgg".into(), ..spec() }).contains("wrn"));
    assert!(failure(TrialSpec { distribution: "erks".into(), ..spec() }).contains("uniform"));
    assert!(failure(TrialSpec { sparsity: 1.0, ..spec() }).contains("[0, 1)"));
}
