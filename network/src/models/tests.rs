//! Which names are models, and which are refused with what remedy.

use super::*;

#[test]
fn names_are_checked() {
    for name in [
        "wrn-22-2",
        "resnet50",
        "resnet50-0.25",
        "mobilenet-v1",
        "mobilenet-v1-1.5",
        "resnet18",
        "resnet34-0.5",
        "resnet101",
        "resnet20",
        "resnet32",
        "resnet56-0.5",
        "vgg16-bn",
        "mobilenet-v2-0.5",
    ] {
        assert_eq!(model(name, 10, 32).unwrap().name, name);
    }
    for (bad, word) in [
        ("resnet", "families"),
        ("resnet50x", "families"),
        ("resnet110", "families"),
        ("vgg16", "families"),
        ("vgg16-bn-half", "decimal"),
        ("wrn-x-2", "numbers"),
        ("wrn-20-2", "6n + 4"),
        ("wrn-22-0", "width"),
        ("resnet50-", "decimal"),
        ("resnet50-half", "decimal"),
        ("resnet50-1e-1", "decimal"),
        ("resnet50-0.01", "at least 0.05"),
        ("mobilenet-v1-4", "below 4"),
        ("mobilenet-v1-nan", "decimal"),
        ("ssd-resnet50", "families"),
        ("ssdS-resnet50", "families"),
        ("ssd0512-resnet50", "families"),
        ("ssd+512-resnet50", "families"),
        ("ssd32-resnet51", "families"),
    ] {
        let message = model(bad, 10, 32).unwrap_err().to_string();
        assert!(message.contains(word) && message.contains(bad), "{message}");
    }
}

/// A detector's name says the side of its images.
#[test]
fn names_of_detectors_are_checked() {
    for name in ["ssd64-resnet50", "ssd64-resnet50-0.25", "ssd64-resnet50-skim", "ssd64-resnet50-skim-1.5"] {
        assert_eq!(model(name, 2, 64).unwrap().name, name);
    }
    for (bad, side, word) in [
        ("ssd512-resnet50", 300, "`--set image_size=512`, or choose a model for images of 300 pixels"),
        ("ssd500-resnet50", 500, "power of two from 64 to 1024"),
        ("ssd2048-resnet50-skim", 2048, "power of two from 64 to 1024"),
        ("ssd32-resnet50", 32, "the least is 64 x 64"),
        ("ssd64-resnet50-skimmed", 64, "decimal"),
        ("ssd64-resnet50-skim-", 64, "decimal"),
        ("ssd64-resnet50-0.01", 64, "at least 0.05"),
    ] {
        let message = model(bad, 20, side).unwrap_err().to_string();
        assert!(message.contains(word) && message.contains(bad), "{message}");
    }
}

/// The last feature map has one pixel at the least side, and no model panics below it.
#[test]
fn images_that_are_too_small_are_refused() {
    for (name, least) in [("wrn-10-1", 4), ("resnet50", 32), ("mobilenet-v1-0.5", 32)] {
        let network = model(name, 10, least).unwrap();
        let shape = network.nodes[network.nodes.len() - 3].shape;
        assert_eq!((shape.height, shape.width), (1, 1), "{name}");
        for side in [0, 1, least - 1] {
            let message = model(name, 10, side).unwrap_err().to_string();
            assert!(message.contains(&format!("the least is {least} x {least}")), "{message}");
        }
        assert!(model(name, 10, least + 1).is_ok());
    }
}

/// All that a list, a message and a measurement by name need of a family is in its entry.
#[test]
fn every_family_says_what_it_is_for() {
    for family in FAMILIES {
        assert!(!family.names.is_empty() && family.usual.side >= family.least_side, "{}", family.stem);
        for (name, _) in family.names {
            let example = name.replace("D-K", "10-1").replace("-F", "-0.5").replace('S', "512");
            assert_eq!(usual_inputs(&example).unwrap(), family.usual, "{example}");
        }
    }
    assert!(usual_inputs("resnet51").unwrap_err().to_string().contains("families"));
    assert_eq!(usual_inputs("ssd128-resnet50").unwrap(), UsualInputs { classes: 20, side: 128 });
}

#[test]
fn a_width_factor_narrows() {
    assert_eq!(model("resnet50-1", 10, 32).unwrap().nodes, model("resnet50", 10, 32).unwrap().nodes);
    let narrow = model("resnet50-0.25", 10, 32).unwrap();
    assert_eq!(narrow.layers()[0].outputs, 16);
}

#[test]
fn every_family_has_small_networks() {
    for family in FAMILIES {
        assert!(!family.small.is_empty(), "{}", family.stem);
    }
    let small: Vec<Network> = small().collect();
    assert!(small.len() >= FAMILIES.len());
    for network in small {
        let weights: usize = network.layers().iter().map(crate::Layer::weights).sum();
        assert!(weights < 1_000_000, "{}: {weights} weights", network.name);
    }
}

#[test]
fn a_hyphen_too_few_or_too_many_is_noticed() {
    let hint = |name: &str| model(name, 10, 32).unwrap_err().to_string();
    for (typed, meant) in [
        ("wrn22-2", "wrn-22-2"),
        ("wrn-222", "wrn-22-2"),
        ("resnet-50", "resnet50"),
        ("resnet500.25", "resnet50-0.25"),
        ("ssd-512-resnet50", "ssd512-resnet50"),
        ("mobilenetv1", "mobilenet-v1"),
    ] {
        let said = hint(typed);
        assert!(said.contains(&format!("did you mean `{meant}`?")), "{said}");
    }
    for typed in ["", "-", "é", "wrn22"] {
        assert!(!hint(typed).contains("mean `wrn-2"), "{}", hint(typed));
    }
}
