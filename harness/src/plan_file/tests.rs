//! What is written is read, and what is wrong in a file is said with its line and key.

use super::*;
use crate::command_line;
use std::path::Path;

fn asked(words: &[&str]) -> Asked {
    let typed = [&["harness"], words].concat().iter().map(Into::into).collect();
    command_line::parsed(typed).unwrap_or_else(|error| panic!("{error}")).1
}

fn read(text: &str) -> (tempfile::TempDir, anyhow::Result<SavedPlan>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.toml");
    std::fs::write(&file, text).unwrap();
    let plan = SavedPlan::read(&file);
    (folder, plan)
}

#[test]
fn what_was_asked_for_comes_back_from_the_file_word_by_word() {
    for words in [
        &["suite", "cifar10"][..],
        &["suite", "cifar10", "--method", "iee,rigl", "--sparsity=0.9,0.95", "--seeds", "0-2", "--strict"],
        &["suite", "voc", "--set", "classes=dog,cat", "--set", "test_list=val", "--data", "a b/\"c\"", "-v"],
        &["reproduce", "table3", "--profile", "paper", "--jobs", "4", "--time-budget", "1h30m"],
        &["suite", "imagenet", "--latency-target", "0.3", "--lut", "macs", "--pretrained", "none"],
    ] {
        let asked = asked(words);
        let plan = SavedPlan::new(asked.clone(), [("k".to_string(), "iee seed 0".to_string())].into());
        let (_folder, back) = read(&plan.to_toml().unwrap());
        let back = back.unwrap();
        assert_eq!((&back.asked, &back.trials), (&asked, &plan.trials), "{words:?}");
        let (_, again) = back.arguments(&[]).unwrap();
        assert_eq!(Asked { plan: None, ..again }, asked, "{words:?}");
    }
}

#[test]
fn what_says_what_to_do_with_a_plan_is_no_part_of_it() {
    let asked = asked(&[
        "suite",
        "cifar10",
        "--save-plan",
        "x",
        "--dry-run",
        "-q",
        "--assume-data",
        "--profile",
        "smoke",
    ]);
    assert_eq!(asked.words(), ["suite", "cifar10", "--profile=smoke"]);
}

#[test]
fn options_behind_the_file_take_the_place_of_its_own() {
    let (_folder, plan) =
        read("command = \"suite\"\nof = \"cifar10\"\n[options]\nseeds = [0, 1]\nsparsity = 0.9\n");
    let words = |more: &[&str]| {
        let more: Vec<String> = more.iter().map(|word| word.to_string()).collect();
        plan.as_ref().unwrap().arguments(&more).unwrap().1.words()
    };
    assert_eq!(words(&[]), ["suite", "cifar10", "--seeds=0", "--seeds=1", "--sparsity=0.9"]);
    assert_eq!(words(&["--seeds", "7", "--dry-run"]), ["suite", "cifar10", "--seeds=7", "--sparsity=0.9"]);
}

#[test]
fn a_setting_behind_the_file_takes_the_place_of_the_same_setting_alone() {
    let (_folder, plan) = read(
        "command = \"suite\"\nof = \"cifar10\"\n[options]\nset = [\"epochs=9\", \"batch_size = 64\"]\nsparsity = 0.9\n",
    );
    let plan = plan.unwrap();
    let set = |more: &[&str]| {
        let more: Vec<String> = more.iter().map(|word| word.to_string()).collect();
        plan.arguments(&more).unwrap().1.options["set"].clone()
    };
    assert_eq!(set(&[]), ["epochs=9", "batch_size = 64"]);
    assert_eq!(set(&["--set", "epochs=2"]), ["batch_size = 64", "epochs=2"]);
    assert_eq!(set(&["--set=batch_size=32", "--set", "epochs=2"]), ["batch_size=32", "epochs=2"]);
    // What is wrong behind the file is not the file's fault.
    let more = ["--sparsity".to_string(), "95".to_string()];
    let error = plan.arguments(&more).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("95") && !error.contains("plan.toml"), "{error}");
}

#[test]
fn options_of_how_to_train_ask_for_the_same_trials() {
    let plain = asked(&["suite", "cifar10", "--seeds", "0,1"]);
    assert!(
        plain
            .asks_the_same(&asked(&["suite", "cifar10", "--seeds", "0,1", "--device", "cpu", "--jobs", "2"]))
    );
    assert!(!plain.asks_the_same(&asked(&["suite", "cifar10", "--seeds", "0"])));
    assert!(!plain.asks_the_same(&asked(&["suite", "cifar10"])));
    assert!(!plain.asks_the_same(&asked(&["suite", "imagenet", "--seeds", "0,1"])));
}

#[test]
fn a_path_that_is_no_text_is_noticed() {
    use std::os::unix::ffi::OsStringExt;
    let path = std::ffi::OsString::from_vec(b"runs\xff".to_vec());
    let typed = ["harness", "suite", "cifar10", "--out"].map(std::ffi::OsString::from);
    let typed = typed.into_iter().chain([path]).collect();
    let (_, asked) = command_line::parsed(typed).unwrap();
    assert_eq!(asked.without_text(), Some("out"));
    assert_eq!(Asked::default().without_text(), None);
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_key() {
    let head = "command = \"suite\"\nof = \"cifar10\"\n[options]\n";
    for (text, words) in [
        ("command = \"suite\"\nof = cifar10\n", "plan.toml:2: "),
        (
            "command = \"suit\"\nof = \"cifar10\"\n",
            "plan.toml:1: command: there is no plan of `suit` (did you mean `suite`?)",
        ),
        ("of = \"cifar10\"\n", "missing field `command`"),
        ("command = \"suite\"\nof = \"cifar10\"\nseed = 1\n", "plan.toml:3: unknown field `seed`"),
        ("command = \"suite\"\nof = \"cifar11\"\n", "plan.toml: of: invalid value 'cifar11'"),
        (&format!("{head}profile = \"smoke\"\nsparsity = [0.5, 95]\n"), "plan.toml:5: options.sparsity: "),
        (&format!("{head}sparsity = [0.5, 95]\n"), "did you mean 0.95?"),
        (&format!("{head}\nepochs = 2\n"), "plan.toml:5: options.epochs: "),
        (&format!("{head}epochs = 2\n"), "--set epochs=2"),
        (&format!("{head}seeds = {{a = 1}}\n"), "plan.toml:4: options.seeds: write text"),
        (&format!("{head}method = \"rigel\"\n"), "plan.toml:4: options.method: "),
    ] {
        let (_folder, plan) = read(text);
        let error = plan.and_then(|plan| plan.arguments(&[]).map(|_| ())).unwrap_err().to_string();
        assert!(error.contains(words), "{words} in {error}");
    }
    assert!(SavedPlan::read(Path::new("nowhere.toml")).unwrap_err().to_string().contains("--save-plan"));
}

#[test]
fn a_plan_that_comes_to_other_trials_says_so() {
    let trials = [("a", "iee seed 0"), ("b", "iee seed 1")].map(|(key, label)| (key.into(), label.into()));
    let plan = SavedPlan::new(Asked::default(), trials.into());
    assert_eq!(plan.differences(["b", "a"].into_iter()), None);
    let without = SavedPlan::new(Asked::default(), BTreeMap::new());
    assert_eq!(without.differences(["a"].into_iter()), None, "it names no trials");
    let said = plan.differences(["a", "c", "d"].into_iter()).unwrap();
    assert!(said.contains("without 1 of its 2 (such as iee seed 1) and with 2 new ones"), "{said}");
}
