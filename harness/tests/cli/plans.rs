//! Dry runs: what a plan shows, and that it writes nothing.

use crate::{err, folder, harness, is_empty, out, smoke};

/// The steps of a profile for generated images are not those of other images.
#[test]
fn a_smoke_test_on_other_data_does_not_claim_to_be_on_synthetic_ones() {
    let folder = folder();
    let profile = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("profile "));
        lines.collect::<Vec<_>>().concat()
    };
    let plan = ["--method", "static", "--sparsity", "0.9", "--dry-run"];
    let own = out(&smoke(&folder, &plan));
    assert!(profile(&own).contains("on synthetic images, seconds per trial"), "{own}");
    // Without the generator's marker and checksums they are anybody's.
    let draw = ["data", "generate", "cifar10", "--train", "200", "--test", "10", "--data", "set"];
    assert_eq!(harness(folder.path(), &draw).status.code(), Some(0));
    std::fs::remove_file(folder.path().join("set/GENERATED.txt")).unwrap();
    let other = out(&smoke(&folder, &[&plan[..], &["--data", "set"]].concat()));
    let said = profile(&other);
    assert!(
        said.contains("made for 1600 generated images") && !said.contains("seconds per trial"),
        "{other}"
    );
    assert!(other.contains("600 steps in 24 epochs of 1600 generated images"), "{other}");
}

/// The last of several values counts, which is said.
#[test]
fn a_setting_that_is_given_twice_is_said() {
    let folder = folder();
    let twice = ["--method", "static", "--set", "epochs=1", "--set", "epochs=2", "--dry-run"];
    let output = smoke(&folder, &twice);
    assert!(err(&output).contains("`epochs` is set more than once: 2 counts"), "{}", err(&output));
}

/// A variable that names a folder that is not there is not passed over in silence, where images are generated anyhow.
#[test]
fn a_variable_that_leads_nowhere_is_said() {
    let folder = folder();
    let plan = ["suite", "imagenet", "--profile", "smoke", "--method", "static", "--dry-run"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(plan).current_dir(folder.path()).env("IMAGENET_DIR", "/nonexistent");
    let text = out(&command.output().unwrap());
    assert!(text.contains("IMAGENET_DIR names /nonexistent, which is not there"), "{text}");
    let help = out(&harness(folder.path(), &["suite", "--help"]));
    assert!(help.contains("IMAGENET_DIR") && help.contains("VOC_DIR"), "{help}");
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let folder = folder();
    let more = [
        "--method",
        "rigl,iee,dense",
        "--sparsity",
        "0.9",
        "--seeds",
        "0,1",
        "--set",
        "epochs=3",
        "--dry-run",
    ];
    let output = smoke(&folder, &more);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    for words in [
        "Trials: 6 (6 new)",
        "cifar10-generated, fingerprint",
        "10 classes, 1600 training and 1000 test images",
        "command line",
        "own choice  RigL's alpha",
        "  profile  ",
        "training x dense",
        "peak learning rate 0.1",
        "FLOP",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert!(is_empty(&folder));
    // A directory without a result is a trial that was started.
    let key = text.lines().find(|line| line.contains("iee ")).unwrap().split_whitespace().next().unwrap();
    let run = folder.path().join("runs/runs").join(key);
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("spec.json"), "").unwrap();
    assert!(out(&smoke(&folder, &more)).contains("Trials: 6 (1 started, 5 new)"));
    std::fs::remove_dir_all(folder.path().join("runs")).unwrap();
    // A table of differences has three seeds at least, and on synthetic images its first rows alone.
    let output = harness(folder.path(), &["reproduce", "unknowns", "--profile", "smoke", "--dry-run"]);
    let text = self::out(&output);
    assert!(text.contains("Trials: 24 (24 new)") && text.contains("exploration_counts=false"), "{text}");
    assert!(!text.contains("update_fraction=0.1") && text.contains("structure changes"), "{text}");
    // The plan of a table is the same plan.
    let output = harness(folder.path(), &["reproduce", "table3", "--profile", "smoke", "--dry-run"]);
    assert!(out(&output).contains("Trials: 40 (40 new)"), "{}", out(&output));
    assert!(is_empty(&folder));
}

#[test]
fn a_plan_says_how_many_trials_run_at_once_where_that_is_left_to_the_program() {
    let folder = folder();
    let plan = |more: &[&str]| out(&smoke(&folder, &[&["--method", "dense", "--dry-run"], more].concat()));
    let text = plan(&["--jobs", "auto", "--device", "cpu"]);
    assert!(text.contains("--jobs auto: ") && text.contains("at once, as usual on a processor"), "{text}");
    for more in [&["--jobs", "2"][..], &[]] {
        assert!(!plan(more).contains("--jobs auto"));
    }
    let refused = smoke(&folder, &["--jobs", "0", "--dry-run"]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("or auto"), "{}", err(&refused));
    assert!(is_empty(&folder));
}

/// By the published recipes, and by the shorter ones that are evidence, too, every method changes its structure more
/// than a few times, also where channels wait for the warm-up.
#[test]
fn every_recipe_that_is_evidence_is_long_enough_for_every_method() {
    let folder = folder();
    let of_channels =
        ["suite", "cifar10", "--method", "iee,rigl-channels", "--lut", "macs", "--latency-target", "0.5"];
    for (profile, command) in [
        ("paper", &["reproduce", "table1", "--lut", "macs"][..]),
        ("paper", &["reproduce", "table-voc", "--lut", "macs"]),
        ("paper", &["reproduce", "table2"]),
        ("paper", &["reproduce", "table3"]),
        ("paper", &["reproduce", "table4"]),
        ("paper", &["reproduce", "table5"]),
        ("paper", &["reproduce", "mobilenet"]),
        ("lite", &["reproduce", "table1", "--lut", "macs"]),
        ("lite", &["reproduce", "table3"]),
        ("lite", &["suite", "cifar100", "--method", "iee,rigl"]),
        ("lite", &of_channels),
        ("pilot", &["reproduce", "table3"]),
        ("pilot", &of_channels),
    ] {
        let fixed = ["--profile", profile, "--assume-data", "--dry-run"];
        let output = harness(folder.path(), &[command, &fixed].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let warnings: Vec<String> =
            out(&output).lines().filter(|line| line.contains("warning:")).map(String::from).collect();
        assert_eq!(warnings, [""; 0], "{profile} {command:?}");
    }
}

/// Where the number of cycles is asked for, the lengths of stages only say how a cycle is divided.
#[test]
fn too_few_cycles_are_not_mended_by_shorter_stages() {
    let folder = folder();
    let channels = ["suite", "voc", "--method", "iee", "--lut", "macs", "--latency-target", "0.5"];
    let fixed = ["--profile", "lite", "--assume-data", "--dry-run"];
    let plan = |set: &[&str]| out(&harness(folder.path(), &[&channels[..], &fixed, set].concat()));
    let few = plan(&["--set", "latency_cycles=5"]);
    assert!(few.contains("changes 4 times") && few.contains("(--set latency_cycles=N)"), "{few}");
    assert!(!few.contains("importance_steps,"), "{few}");
    let one = plan(&["--set", "latency_cycles=1"]);
    assert!(one.contains("a single cycle prunes once") && !one.contains("steps are too few"), "{one}");
    assert!(!plan(&["--set", "latency_cycles=20"]).contains("warning:"));
    let short = plan(&["--set", "latency_cycles=20", "--set", "epochs=0.03"]);
    assert!(short.contains("cycles that are asked for do not fit") && short.contains("epochs=N"), "{short}");
}

/// Every row of a table that can be run, with what it sets beside the profile.
#[test]
fn the_plan_of_an_imagenet_table_has_its_rows() {
    let folder = folder();
    let plan = |arguments: &[&str]| {
        let fixed = ["--profile", "smoke", "--dry-run"];
        let output = harness(folder.path(), &[&["reproduce"], arguments, &fixed].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    let text = plan(&["table2", "--method", "iee"]);
    for words in [
        "training_length=5",
        "scope=global",
        "uniform",
        "the row `IEE 5x (ERK)` of table2",
        "base_learning_rate 1 x batch_size 32 / 256; micro-batches of 32 images",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    let whole = ["--set", "batch_norm=batch", "--set", "micro_batch=0", "--ranks", "4"];
    let text = plan(&[&["table2", "--method", "iee"][..], &whole].concat());
    assert!(
        text.contains("base_learning_rate 1 x batch_size 32 / 256; batch norms see the whole batch"),
        "{text}"
    );
    assert!(plan(&["table4", "--method", "iee"]).contains("Trials: 9 (9 new)"));
    let patterns = plan(&["table5", "--method", "sr-ste"]);
    assert!(patterns.contains("2:4") && patterns.contains("75%"), "{patterns}");
    assert!(plan(&["table2", "--distribution", "uniform", "--method", "rigl"]).contains("Trials: 2 (2 new)"));
    assert!(is_empty(&folder));
}

/// 1,281,167 images for 100 epochs of 4,096 are 31,278 steps.
#[test]
fn a_plan_without_its_data_is_made_of_the_published_numbers() {
    let folder = folder();
    let plan = |more: &[&str]| {
        let fixed = ["reproduce", "table2", "--profile", "paper", "--method", "rigl", "--dry-run"];
        harness(folder.path(), &[&fixed[..], more].concat())
    };
    let refused = plan(&[]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("--assume-data"), "{}", err(&refused));
    let output = plan(&["--assume-data"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    for words in
        ["1281167 training and 50000 test images", "published numbers of images", "31278", "memory", "disk"]
    {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    // The summary comes first, and says how hours become known.
    assert!(text.starts_with("plan") && text.contains("--calibrate"), "{text}");
    let trains = harness(folder.path(), &["reproduce", "table2", "--profile", "paper", "--assume-data"]);
    assert!(trains.status.code() == Some(2) && err(&trains).contains("--dry-run"), "{}", err(&trains));
    assert!(is_empty(&folder));
}

#[test]
fn hours_come_from_a_self_check_of_another_device_that_is_named() {
    let folder = folder();
    let check = folder.path().join("runs/selfcheck-h100");
    std::fs::create_dir_all(&check).unwrap();
    let found = |name: &str, milliseconds: f64| {
        serde_json::json!({
            "stage": "fast", "name": name, "at": "2026-01-01T00:00:00Z", "seconds": 1.0, "outcome": "pass", "what": "",
            "quantities": [{"name": "recorded step", "value": milliseconds, "unit": "ms"}]
        })
    };
    let checks = [found("step of resnet50, batch 256, bf16", 100.0)];
    let subject = serde_json::json!({
        "commit": "a", "libtorch": "2.11.0", "device": "cuda:0", "device_name": "NVIDIA H100", "checks": checks
    });
    std::fs::write(check.join("selfcheck.json"), subject.to_string()).unwrap();
    let fixed =
        ["suite", "imagenet", "--profile", "paper", "--assume-data", "--method", "dense", "--seeds", "0"];
    let output = harness(folder.path(), &[&fixed[..], &["--dry-run"]].concat());
    let text = out(&output);
    // 128,116,700 images at 100 ms for 256 are 50,046 s; 50,000 more every five epochs, at a third of that, 130 s.
    assert!(text.contains("GPU hours on NVIDIA H100, one trial after another, by the self-check"), "{text}");
    let hours: f64 =
        text.split(" GPU hours").next().unwrap().split_whitespace().last().unwrap().parse().unwrap();
    assert!((hours - (50_046.0 + 130.0) / 3600.0).abs() < 0.1, "{hours}");
}

#[test]
fn the_fingerprint_of_a_dry_run_is_that_of_the_data_it_would_draw() {
    let folder = folder();
    let fingerprint =
        |text: &str| text.split("fingerprint").nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    let planned = out(&smoke(&folder, &["--dry-run"]));
    let drawn = out(&harness(folder.path(), &["data", "generate", "cifar10", "--test", "1000"]));
    assert_eq!(fingerprint(&planned), fingerprint(&drawn));
}

#[test]
fn without_real_data_the_profile_is_smoke_and_the_reason_is_said() {
    let output = harness(folder().path(), &["suite", "cifar10", "--method", "static", "--dry-run"]);
    assert!(
        err(&output).contains("profile smoke, because the real data are not in data/cifar10"),
        "{}",
        err(&output)
    );
    let output = harness(folder().path(), &["suite", "cifar10", "--method", "static", "--dry-run", "-q"]);
    assert!(err(&output).is_empty());
}
