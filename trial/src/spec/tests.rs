//! Keys that stay, what enters them, and what is refused.

use super::*;
use crate::{ChannelTarget, registry};
use sparsity::{Distribution, Settings};

fn weights(distribution: Distribution, sparsity: f64) -> Target {
    Target::Weights { distribution, sparsity }
}

fn threads(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

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
        target: weights(Distribution::Erk, 0.9),
        seed: 0,
        threads: NonZeroUsize::MIN,
        profile: "paper".into(),
        recipe: BTreeMap::new(),
        settings: BTreeMap::new(),
        method_revision: 0,
        profile_revision: 0,
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
    keys.push(TrialSpec { target: weights(Distribution::Erk, 0.8), ..spec() }.key());
    keys.push(TrialSpec { data_fingerprint: "4567".into(), ..spec() }.key());
    keys.push(TrialSpec { classes: Some(7), ..spec() }.key());
    for new_head in [false, true] {
        let initial_weights = Some(of_weights_file("89ab", new_head));
        let given = TrialSpec { initial_weights, ..spec() };
        assert_eq!((given.has_initial_file(), given.has_new_head()), (true, new_head));
        keys.push(given.key());
    }
    keys.push(TrialSpec { threads: threads(2), ..spec() }.key());
    keys.push(TrialSpec { threads: threads(3), ..spec() }.key());
    keys.push(TrialSpec { method_revision: 1, ..spec() }.key());
    keys.push(TrialSpec { profile_revision: 1, ..spec() }.key());
    let settings = BTreeMap::from([("update_interval".to_string(), Value::Int(50))]);
    keys.push(TrialSpec { settings, ..spec() }.key());
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

/// Specs of before threads were a part of them have one, and a spec of one does not mention it.
#[test]
fn one_thread_is_not_mentioned() {
    let one = spec().to_json();
    assert!(!one.contains("threads"), "{one}");
    assert_eq!(serde_json::from_str::<TrialSpec>(&one).unwrap().threads, threads(1));
    let two = TrialSpec { threads: threads(2), ..spec() };
    assert_eq!(serde_json::from_str::<TrialSpec>(&two.to_json()).unwrap(), two);
    let none = two.to_json().replace("\"threads\": 2", "\"threads\": 0");
    assert!(serde_json::from_str::<TrialSpec>(&none).is_err());
}

#[test]
fn a_spec_round_trips_and_resolves() {
    let settings = BTreeMap::from([("update_fraction".to_string(), Value::Float(0.1))]);
    let spec = TrialSpec { settings, method_revision: 2, ..spec() };
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
    let smoke = TrialSpec { profile: "smoke".into(), settings: interval(25), ..spec() };
    let suite = suites::suite("cifar10").unwrap();
    let recipe = suite.preset("smoke").unwrap().recipe;
    let recipe = Settings::resolve((suite.settings)(), &recipe).unwrap().changed();
    let smoke = TrialSpec { recipe, ..smoke };
    assert_eq!(smoke.user_settings(), "");
    assert_eq!(TrialSpec { settings: interval(7), ..smoke }.user_settings(), "update_interval=7");
}

#[test]
fn a_narrow_network_has_the_weights_the_sparse_one_keeps() {
    let spec = TrialSpec { method: "small-dense".into(), target: Target::Width { sparsity: 0.8 }, ..spec() };
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
    assert!(spec().less_memory().contains("micro_batch=64"));
    let mut whole = spec();
    whole.recipe.insert("batch_norm".into(), Value::Word("batch".into()));
    assert!(whole.less_memory().contains("take more --ranks"), "{}", whole.less_memory());
    assert!(spec().less_memory().contains("run the same command to resume"));
    let recipe = BTreeMap::from([
        ("batch_size".to_string(), Value::Int(100)),
        ("micro_batch".to_string(), Value::Int(25)),
    ]);
    let imagenet = TrialSpec { suite: "imagenet".into(), model: "resnet50".into(), recipe, ..spec() };
    assert!(imagenet.less_memory().contains("micro_batch=10 (this trial has 25), which is another trial"));
    // It is another trial indeed.
    let half =
        BTreeMap::from([("batch_size".into(), Value::Int(100)), ("micro_batch".into(), Value::Int(10))]);
    assert_ne!(TrialSpec { recipe: half, ..imagenet.clone() }.key(), imagenet.key());
    let single =
        BTreeMap::from([("batch_size".into(), Value::Int(100)), ("micro_batch".into(), Value::Int(1))]);
    let single = TrialSpec { recipe: single, ..imagenet };
    assert!(!single.less_memory().contains("--set"), "there is no smaller one: {}", single.less_memory());
}

#[test]
fn patterns_are_for_methods_that_take_them() {
    let ste = TrialSpec { method: "sr-ste".into(), ..spec() };
    assert!(ste.resolve().err().unwrap().to_string().contains("2:4"));
    let ste = TrialSpec { target: weights("2:4".parse().unwrap(), 0.5), ..ste };
    assert!(ste.resolve().unwrap().budget.layers.iter().any(|layer| layer.pattern.is_some()));
}

#[test]
fn what_is_named_wrongly_is_said() {
    let failure = |spec: TrialSpec| spec.resolve().err().unwrap().to_string();
    assert!(failure(TrialSpec { method: "rigle".into(), ..spec() }).contains("rigl"));
    assert!(failure(TrialSpec { model: "vgg".into(), ..spec() }).contains("wrn"));
    assert!(failure(TrialSpec { target: weights(Distribution::Erk, 1.0), ..spec() }).contains("[0, 1)"));
    let file = spec().to_json().replace("\"erk\"", "\"erks\"");
    assert!(serde_json::from_str::<TrialSpec>(&file).unwrap_err().to_string().contains("uniform"));
}

/// The specs of the recorded runs, of dense networks, weights and channels: each is read as what it is, written
/// as it was, and has the key that its directory is named by.
#[test]
fn recorded_specs_keep_their_keys() {
    let recorded = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/recorded");
    let mut targets = std::collections::BTreeSet::new();
    for set in std::fs::read_dir(recorded).unwrap().map(|set| set.unwrap().path().join("runs")) {
        for run in std::fs::read_dir(set).into_iter().flatten().map(|run| run.unwrap()) {
            let text = std::fs::read_to_string(run.path().join("spec.json")).unwrap();
            let spec: TrialSpec = serde_json::from_str(&text).unwrap();
            assert_eq!(spec.to_json(), text, "{run:?}");
            assert_eq!(spec.key(), run.file_name().to_str().unwrap());
            let resolved = spec.resolve().unwrap();
            // A setting may have become the default since.
            let changed = resolved.settings.changed();
            assert!(changed.iter().all(|(key, value)| spec.settings.get(key) == Some(value)), "{run:?}");
            targets.insert((spec.target.name(), spec.method));
        }
    }
    for name in ["none", "erk", "latency"] {
        assert!(targets.iter().any(|(target, _)| *target == name), "{name} in {targets:?}");
    }
}

/// What no recorded run has: a narrowed network, a pattern, and settings of channels.
#[test]
fn every_target_round_trips_with_its_key() {
    let settings = BTreeMap::from([("channel_block".to_string(), Value::Int(2))]);
    let channels = ChannelTarget { latency_target: 0.3, latency_table: "macs".into(), settings };
    let targets = [
        (Target::Dense, "d02986475d189400"),
        (Target::Width { sparsity: 0.8 }, "4e4d6a76ba51e551"),
        (weights("2:4".parse().unwrap(), 0.5), "259d3527bfeb1dcb"),
        (Target::Channels(channels), "af09cd5ec6d1fc78"),
    ];
    for (target, key) in targets {
        let spec = TrialSpec { target, ..spec() };
        let again: TrialSpec = serde_json::from_str(&spec.to_json()).unwrap();
        assert_eq!(again, spec);
        assert_eq!(spec.key(), key, "{}", spec.to_json());
    }
}

#[test]
fn fields_that_contradict_each_other_are_refused() {
    let file = spec().to_json();
    for (from, to) in [
        ("\"distribution\": \"erk\"", "\"distribution\": \"none\""),
        ("\"distribution\": \"erk\"", "\"distribution\": \"latency\""),
        ("\"seed\"", "\"latency\": { \"target\": 0.3, \"table\": \"macs\" },\n  \"seed\""),
    ] {
        let error = serde_json::from_str::<TrialSpec>(&file.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains("latency target"), "{error}");
    }
}

#[test]
fn a_method_is_not_given_what_it_does_not_prune() {
    let spec = TrialSpec { method: "dense".into(), ..spec() };
    assert!(
        spec.resolve().err().unwrap().to_string().contains("dense cannot be trained with distribution `erk`")
    );
}

/// What profiles make of the methods' settings enters the keys of old trials.
#[test]
fn profiles_give_methods_the_settings_they_had() {
    let changed = |suite: &str, profile: &str, method: &str, channels: bool| {
        let preset = suites::suite(suite).unwrap().preset(profile).unwrap();
        let preset = if channels { preset.for_channels() } else { preset };
        let specs = (registry::method(method).unwrap().settings)();
        let settings = Settings::resolve(specs.clone(), &preset.method(method, &specs)).unwrap().changed();
        settings.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    };
    let of_weights = |suite, profile, method| changed(suite, profile, method, false);
    let of_channels = |suite, profile, method| changed(suite, profile, method, true);
    let cycle =
        |stage: u64| format!("exploration_steps={stage} importance_steps={stage} recovery_steps={stage}");
    for (suite, interval, stage, of_structure) in [("cifar10", 25, 25, 25), ("imagenet", 5, 6, 3)] {
        for method in ["rigl", "set", "snfs"] {
            assert_eq!(of_weights(suite, "smoke", method), format!("update_interval={interval}"));
        }
        assert_eq!(of_weights(suite, "smoke", "iee"), cycle(stage));
        assert_eq!(of_channels(suite, "smoke", "iee"), cycle(of_structure));
    }
    assert_eq!(of_weights("cifar10", "smoke", "magnitude"), "prune_interval=25");
    let earlier = "prune_begin=0.1 prune_end=0.5 prune_interval=5";
    assert_eq!(of_weights("imagenet", "smoke", "magnitude"), earlier);
    assert_eq!(of_channels("cifar10", "smoke", "halp"), "prune_interval=24 prune_steps=5");
    assert_eq!(of_channels("cifar10", "smoke", "magnitude"), "prune_begin=0 prune_end=0.2 prune_interval=24");
    assert_eq!(of_channels("imagenet", "smoke", "halp"), "prune_interval=4 prune_steps=5");
    assert_eq!(
        of_channels("imagenet", "smoke", "magnitude"),
        "prune_begin=0 prune_end=0.33 prune_interval=4"
    );

    for profile in ["lite", "pilot"] {
        assert_eq!(of_weights("cifar10", profile, "rigl"), "update_interval=50");
        assert_eq!(of_weights("cifar10", profile, "magnitude"), "prune_interval=50");
        assert_eq!(of_weights("cifar10", profile, "iee"), cycle(50));
    }
    assert_eq!(of_channels("cifar10", "lite", "halp"), "prune_interval=20");
    assert_eq!(of_channels("cifar10", "lite", "iee"), format!("{} update_end=0.5", cycle(50)));
    assert_eq!(of_weights("imagenet", "lite", "rigl"), "update_interval=20");
    assert_eq!(of_weights("imagenet", "lite", "magnitude"), "prune_interval=20");
    assert_eq!(of_channels("imagenet", "lite", "halp"), "prune_interval=5");
    assert_eq!(of_weights("imagenet", "lite", "iee"), cycle(20));
    assert_eq!(of_channels("imagenet", "lite", "iee"), format!("{} update_end=0.5", cycle(12)));
    assert_eq!(of_weights("imagenet", "paper", "rigl"), "update_end=0.78125");

    // The schedule of logs on VOC that are probably IEE's.
    assert_eq!(
        of_channels("voc", "paper", "iee"),
        "exploration_steps=64 explore_statistics=track growth_budget=0.75 importance_steps=129 latency_cycles=50 \
         latency_path=linear latency_ramp=1 latency_window=0.1111111111111111,0.2222222222222222 recovery_steps=65"
    );
    assert_eq!(of_channels("voc", "paper", "halp"), "");
}

/// Where only the backbone counts is a setting of the target: part of the key, and of the settings that a person chose
/// unless the profile did. A classifier has none.
#[test]
fn the_scope_of_latency_is_a_setting_of_the_target() {
    let channels = |scope: Option<&str>| {
        let settings = scope.map(|scope| ("latency_scope".to_string(), Value::Word(scope.into())));
        let settings = settings.into_iter().collect();
        Target::Channels(ChannelTarget { latency_target: 0.5, latency_table: "macs".into(), settings })
    };
    let spec = |target| TrialSpec { method: "halp".into(), target, ..spec() };
    let backbone = spec(channels(Some("backbone")));
    assert_ne!(backbone.key(), spec(channels(None)).key());
    assert_eq!(backbone.user_settings(), "latency_scope=backbone");
    let space = |spec: &TrialSpec| spec.resolve().unwrap().space(sparsity::Latency::Macs { batch: 1 });
    let message = space(&backbone).unwrap_err().to_string();
    assert!(message.contains("wrn-22-2 has no backbone"), "{message}");
    let detector = TrialSpec {
        suite: "voc".into(),
        model: "ssd512-resnet50".into(),
        profile: "paper".into(),
        recipe: BTreeMap::new(),
        ..backbone
    };
    // keep_stem is left at its default, which the profile changes.
    assert_eq!(detector.user_settings(), "keep_stem=true");
    let space = space(&detector).unwrap().unwrap();
    let backbone = space.network().backbone.unwrap();
    let macs = |last| -> u64 {
        let layers = space.network().layers();
        layers.iter().filter(|layer| layer.node <= last).map(|layer| layer.macs).sum()
    };
    assert!((space.dense() * 1e9 - macs(backbone) as f64).abs() < 1.0);
    assert!(space.macs(&space.dense_counts()) > macs(backbone));
}

/// As PyTorch says of such a batch: "Expected more than 1 value per channel when training".
#[test]
fn a_batch_norm_of_one_value_a_channel_is_refused() {
    let trained = |side: i64, batch_size: i64, micro_batch: i64| {
        let int = |(key, value): (&str, i64)| (key.to_string(), Value::Int(value));
        let recipe = [
            ("image_size", side),
            ("resize", side),
            ("batch_size", batch_size),
            ("micro_batch", micro_batch),
        ]
        .map(int);
        let recipe = BTreeMap::from(recipe);
        let spec = TrialSpec { suite: "imagenet".into(), model: "resnet50-0.25".into(), recipe, ..spec() };
        spec.resolve().map(|_| ()).map_err(|error| error.to_string())
    };
    assert!(trained(32, 1, 0).unwrap_err().contains("one value per channel"));
    assert!(trained(32, 1, 0).unwrap_err().contains("--set batch_size=2"));
    assert!(trained(32, 8, 1).unwrap_err().contains("--set micro_batch=2"));
    assert_eq!(trained(32, 2, 0), Ok(()));
    assert_eq!(trained(64, 1, 0), Ok(()));
}
