//! What is allowed, what is refused and in which words, and what is saved.

use super::*;

fn specs() -> Vec<SettingSpec> {
    let spec = |key, default, allowed| SettingSpec::new(key, default, allowed, "", "test");
    vec![
        spec("update_fraction", Value::Float(0.3), Allowed::Float(0.0, 1.0)),
        spec("interval", Value::Int(100), Allowed::Int(1, i64::MAX)),
        spec("decay", Value::Word("cosine".into()), Allowed::Word(&["cosine", "constant"])),
    ]
}

fn user(key: &str, text: &str) -> Override {
    Override { key: key.into(), text: text.into(), origin: Origin::User }
}

#[test]
fn only_what_differs_from_the_default_is_changed() {
    let changes = [user("interval", "50"), user("update_fraction", "0.3")];
    let settings = Settings::resolve(specs(), &changes).unwrap();
    assert_eq!(settings.changed(), BTreeMap::from([("interval".into(), Value::Int(50))]));
    assert_eq!(settings.int("interval"), 50);
    assert_eq!(settings.word("decay"), "cosine");
}

#[test]
fn only_a_cadence_is_shortened() {
    let mut specs = specs();
    specs[1] = specs[1].clone().as_cadence();
    assert_eq!(shortened(&specs, 10, &Origin::User), [user("interval", "10")]);
    assert_eq!(shortened(&specs, 100, &Origin::User), [], "the default needs no change");
}

/// Values come back from JSON, where a whole number may stand for a number.
#[test]
fn saved_values_are_put_back() {
    let saved = [("update_fraction", Value::Int(1)), ("decay", Value::Word("constant".into()))];
    let saved = saved.map(|(key, value)| (key.to_string(), value)).into();
    let settings = Settings::saved(specs(), &saved).unwrap();
    assert_eq!((settings.float("update_fraction"), settings.word("decay")), (1.0, "constant"));
    for (key, value) in [("decay", Value::Int(1)), ("interval", Value::Int(0)), ("delta", Value::Flag(true))]
    {
        assert!(Settings::saved(specs(), &BTreeMap::from([(key.to_string(), value)])).is_err(), "{key}");
    }
}

#[test]
fn shares_rise_between_zero_and_one() {
    assert_eq!(shares("0.5, 0.75"), Some(vec![0.5, 0.75]));
    assert_eq!(shares("none"), Some(vec![]));
    for bad in ["", "0.5,0.5", "0.5;0.7", "1.5", "0.7,0.5", "NaN"] {
        assert_eq!(shares(bad), None, "{bad}");
    }
}

#[test]
fn a_window_has_two_ends() {
    let window = |text: &str| Allowed::Window.parse(text).map(|value| value.to_string());
    assert_eq!(window("0.50, 1").as_deref(), Some("0.5,1"));
    assert_eq!(window("none").as_deref(), Some("none"));
    for bad in ["", "0.5", "0.1,0.2,0.3", "0.5,0.5", "0.5,1.1"] {
        assert_eq!(window(bad), None, "{bad}");
    }
}

#[test]
fn a_share_may_be_a_word_instead() {
    let allowed = Allowed::ShareOr("omega");
    let written = |text: &str| allowed.parse(text).map(|value| value.to_string());
    assert_eq!(
        [written("0.750"), written("omega"), written("1")].map(Option::unwrap),
        ["0.75", "omega", "1"]
    );
    for bad in ["", "0", "-0.1", "1.5", "NaN", "alpha"] {
        assert_eq!(written(bad), None, "{bad}");
    }
    // As a preset writes it, and as it is saved.
    assert_eq!(allowed.accept(&Value::Float(0.5)), Some(Value::Word("0.5".into())));
    let spec = SettingSpec::new("budget", Value::Word("omega".into()), allowed, "", "test");
    let settings = Settings::resolve(vec![spec.clone()], &[user("budget", "0.5")]).unwrap();
    assert_eq!(settings.share("budget"), Some(0.5));
    assert_eq!(Settings::saved(vec![spec.clone()], &settings.changed()).unwrap().share("budget"), Some(0.5));
    assert_eq!(Settings::resolve(vec![spec], &[]).unwrap().share("budget"), None);
}

#[test]
fn factors_are_positive() {
    assert_eq!(factors("1, 0.5,2"), Some(vec![1.0, 0.5, 2.0]));
    assert_eq!(Allowed::Factors(2).parse("1.0, 0.50"), Some(Value::Word("1,0.5".into())));
    for bad in ["", "0", "1,-1", "inf", "1e30", "NaN", "1;2"] {
        assert_eq!(factors(bad), None, "{bad}");
    }
}

#[test]
fn names_differ_and_are_written_in_one_way() {
    assert_eq!(
        Allowed::Names.parse(" helmet , dining table"),
        Some(Value::Word("helmet,dining table".into()))
    );
    for bad in ["", "a,,b", "a,a", "a;b", "a,\n"] {
        assert_eq!(Allowed::Names.parse(bad), None, "{bad:?}");
    }
}

#[test]
fn knots_rise_from_nothing_to_the_end() {
    assert_eq!(
        knots("0:0.5, 1:1,2:1,2:0.25,4:0"),
        Some(vec![(0.0, 0.5), (0.25, 1.0), (0.5, 1.0), (0.5, 0.25), (1.0, 0.0)])
    );
    assert_eq!(Allowed::Knots.parse("0:1.0, 10:0.50"), Some(Value::Word("0:1,10:0.5".into())));
    for bad in [
        "",
        "0:1",
        "1:1,2:1",
        "0:1,2:1,1:0",
        "0:1,1:2",
        "0:1,1:-1",
        "0:1,inf:0",
        "0:1,NaN:0",
        "0:NaN,1:0",
        "0,1",
    ] {
        assert_eq!(Allowed::Knots.parse(bad), None, "{bad}");
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    let message = Settings::resolve(specs(), &[user("intervall", "3")]).unwrap_err().to_string();
    assert!(message.contains("did you mean `interval`"), "{message}");
    let message = Settings::resolve(specs(), &[user("zzz", "3")]).unwrap_err().to_string();
    assert!(!message.contains("did you mean") && message.contains("update_fraction"), "{message}");
}

#[test]
fn a_wrong_value_is_answered_with_what_is_allowed() {
    for (key, text) in [("interval", "0"), ("interval", "x"), ("update_fraction", "NaN"), ("decay", "sine")] {
        let message = Settings::resolve(specs(), &[user(key, text)]).unwrap_err().to_string();
        assert!(message.contains("it takes"), "{message}");
    }
}
