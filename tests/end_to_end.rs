//! The built programs as a person uses them: `harness` with its real worker,
//! on generated data, from a plan to the printed table.

mod common;

use common::{command as harness, expect};
use sparsity::{Description, Prunes};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A folder with a small data set in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["data", "generate", "cifar10", "--data", "data", "--train", "160", "--test", "50"];
    assert_eq!(code(&harness(folder.path(), &arguments).output().unwrap()), 0);
    folder
}

/// A suite of ten steps a trial with `more`.
fn suite(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--threads", "1"];
    let shorter = ["--set", "epochs=1", "--set", "batch_size=16"];
    harness(folder, &[&short[..], &shorter, more].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn records(folder: &Path) -> Vec<records::Record> {
    let loaded = records::Store::new(&folder.join("runs")).load().unwrap();
    assert!(loaded.complaints.is_empty(), "{:?}", loaded.complaints);
    loaded.records
}

fn runs(folder: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> =
        std::fs::read_dir(folder.join("runs/runs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.sort();
    runs
}

/// When every run was committed.
fn commits(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let time = |run: PathBuf| {
        let marker = run.join("COMMITTED");
        let time = marker.metadata().unwrap().modified().unwrap();
        (marker, time)
    };
    runs(folder).into_iter().map(time).collect()
}

/// Weights, masks and metrics of every run.
fn results_of(folder: &Path) -> BTreeMap<(String, &'static str), Vec<u8>> {
    let files = ["weights.safetensors", "mask.bits", "metrics.csv", "updates.csv"];
    let name = |run: &Path| run.file_name().unwrap().to_string_lossy().into_owned();
    let all = runs(folder).into_iter().flat_map(|run| files.map(|file| (run.clone(), file)));
    all.map(|(run, file)| ((name(&run), file), std::fs::read(run.join(file)).unwrap())).collect()
}

#[test]
fn all_methods_run_once_and_the_table_has_them() {
    let folder = folder();
    let arguments = ["--method", "all", "--sparsity", "0.9", "--jobs", "2"];
    let (summary, _) = expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    let all = trial::registry::all();
    // No pattern and no latency was asked for.
    let suits = |method: &&Description| !matches!(method.prunes, Prunes::Patterns | Prunes::Channels);
    let methods: Vec<&str> = all.iter().filter(suits).map(|method| method.name).collect();
    let recorded = records(folder.path());
    assert_eq!(recorded.len(), methods.len());
    for method in methods {
        let record = recorded.iter().find(|record| record.method == method).unwrap();
        // A method has the title that the paper's tables give it, or else its name.
        let (title, _) = results::own::method_name(record);
        assert!(summary.contains(&title) && record.is_ok(), "{method}: {title}");
        // STR's sparsity is reached, and not asked for.
        if !["dense", "str"].contains(&method) {
            // A narrower network has whole channels only, and a constant fan-in whole connections of every output.
            let tolerance = if ["small-dense", "srigl"].contains(&method) { 0.02 } else { 1e-3 };
            assert!((record.sparsity.unwrap() - 0.9).abs() < tolerance, "{method}: {:?}", record.sparsity);
        }
    }
    let before = results_of(folder.path());
    let committed = commits(folder.path());
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    assert_eq!(commits(folder.path()), committed, "finished trials are not trained again");
    assert_eq!(records(folder.path()), recorded);
    assert_eq!(results_of(folder.path()), before);

    let (table, _) = expect(&harness(folder.path(), &["table", "table3"]).output().unwrap(), 0);
    for words in
        ["IEE (ERK)", "RigL (ERK)", "synthetic images (cifar10-generated)", "[epochs=1; batch_size=16]"]
    {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    assert!(!table.contains("reproduced"), "generated data get no verdict");
}

/// What else a plan has, and how many trials run at once, changes nothing about a trial; the threads do, and so are in its
/// key.
#[test]
fn a_trial_is_the_same_alone_beside_others_and_interrupted() {
    let together = folder();
    let more = ["--sparsity", "0.9", "--set", "epochs=4"];
    let plan = |methods, options: &[&str]| {
        let start = ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--set", "batch_size=16"];
        [&start[..], &more, &["--method", methods], options].concat().into_iter().map(String::from).collect()
    };
    let run = |folder: &Path, arguments: Vec<String>| {
        harness(folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).output().unwrap()
    };
    expect(&run(together.path(), plan("iee,rigl,static", &["--jobs", "3"])), 0);
    let expected = results_of(together.path());
    assert_eq!(expected.len(), 3 * 4);
    let same = |folder: &Path| {
        let found = results_of(folder);
        assert!(!found.is_empty());
        for (name, bytes) in found {
            assert!(expected[&name] == bytes, "{name:?} differs");
        }
    };
    for options in [&[][..], &["--jobs", "1"], &["--threads", "1", "--jobs", "2"]] {
        let alone = folder();
        expect(&run(alone.path(), plan("iee", options)), 0);
        assert_eq!(runs(alone.path()).len(), 1);
        same(alone.path());
    }
    // Stopped, then gone on with beside others.
    let stopped = folder();
    let code = code(&run(stopped.path(), plan("iee", &["--time-budget", "1s"])));
    assert!([0, 5].contains(&code), "{code}");
    expect(&run(stopped.path(), plan("iee,rigl,static", &["--jobs", "2"])), 0);
    same(stopped.path());
    // With other threads it is another trial.
    expect(&run(stopped.path(), plan("iee", &["--threads", "2"])), 0);
    assert_eq!(runs(stopped.path()).len(), 4);
    let threads = records(stopped.path()).iter().map(|record| record.threads.unwrap()).sum::<u64>();
    assert_eq!(threads, 1 + 1 + 1 + 2);
    // As many as it says, whatever the environment would have OpenMP do.
    let limited = folder();
    let plan: Vec<String> = plan("iee", &["--threads", "2"]);
    let mut command = harness(limited.path(), &plan.iter().map(String::as_str).collect::<Vec<_>>());
    expect(&command.env("OMP_THREAD_LIMIT", "1").env("OMP_DYNAMIC", "true").output().unwrap(), 0);
    let (found, free) = (results_of(limited.path()), results_of(stopped.path()));
    assert_eq!(found.len(), 4);
    found.iter().for_each(|(name, bytes)| assert!(free[name] == *bytes, "{name:?} differs"));
}

#[test]
fn two_programs_share_an_out_directory() {
    let folder = folder();
    let arguments = ["--method", "rigl,iee", "--sparsity", "0.8,0.9"];
    let mut programs: Vec<Child> =
        (0..2).map(|_| suite(folder.path(), &arguments).spawn().unwrap()).collect();
    for program in programs.drain(..) {
        expect(&program.wait_with_output().unwrap(), 0);
    }
    assert_eq!(records(folder.path()).len(), 4);
    assert_eq!(runs(folder.path()).len(), 4);
}

#[test]
fn killed_at_random_it_ends_with_the_same_result() {
    let arguments = ["--method", "rigl,iee", "--sparsity", "0.9", "--set", "epochs=4"];
    let whole = folder();
    expect(&suite(whole.path(), &arguments).output().unwrap(), 0);
    let killed = folder();
    for attempt in 0.. {
        let mut program = suite(killed.path(), &arguments).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(700 + 150 * attempt));
        program.kill().unwrap();
        let finished = program.wait().unwrap().success();
        if finished {
            break;
        }
        assert!(attempt < 40, "it never finishes");
    }
    expect(&suite(killed.path(), &arguments).output().unwrap(), 0);
    assert_eq!(records(killed.path()).len(), 2);
    let (left, right) = (results_of(whole.path()), results_of(killed.path()));
    assert!(left == right, "the results differ");
}

#[test]
fn a_time_budget_stops_and_the_same_command_goes_on_elsewhere() {
    let folder = folder();
    let arguments = ["--method", "iee", "--sparsity", "0.9", "--set", "epochs=300"];
    let (_, _) = expect(
        &suite(folder.path(), &[&arguments[..], &["--time-budget", "3s"]].concat()).output().unwrap(),
        5,
    );
    let run = &runs(folder.path())[0];
    assert!(run.join("checkpoint.safetensors").exists() && !run.join("COMMITTED").exists());
    assert!(records(folder.path()).is_empty());
    // The folder is moved, as to another machine, and stopped there by signals: a person's, and a scheduler's, which
    // reaches every process.
    let elsewhere = tempfile::tempdir().unwrap();
    let copied =
        Command::new("cp").arg("-r").arg(folder.path()).arg(elsewhere.path().join("x")).status().unwrap();
    assert!(copied.success());
    let moved = elsewhere.path().join("x");
    let steps = |folder: &Path| {
        let bytes = std::fs::read(runs(folder)[0].join("checkpoint.safetensors")).unwrap();
        let text = text(&bytes[..bytes.len().min(4096)]);
        let after = text.split("\\\"step\\\":").nth(1).unwrap();
        after.split(',').next().unwrap().parse::<u64>().unwrap()
    };
    for (signal, everywhere) in [("-INT", false), ("-USR1", true)] {
        let reached = steps(&moved);
        let program = suite(&moved, &arguments).spawn().unwrap();
        let beyond = |trial: &serde_json::Value| trial["step"].as_u64() > Some(reached);
        wait_for(&moved, |trial| trial["state"] == "running" && beyond(trial));
        let id = program.id().to_string();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let workers: Vec<&str> = children.split_whitespace().filter(|_| everywhere).collect();
        assert_eq!(workers.len(), usize::from(everywhere), "{children}");
        assert!(Command::new("kill").arg(signal).arg(&id).args(workers).status().unwrap().success());
        let (_, err) = expect(&program.wait_with_output().unwrap(), 4);
        assert!(!err.contains("ended the worker"), "{err}");
        assert!(steps(&moved) > reached, "{signal}: it went on from step {reached}");
    }
}

/// Every trial as `harness status` says it is.
fn status(folder: &Path) -> Vec<serde_json::Value> {
    let (out, _) = expect(&harness(folder, &["status", "--format", "json"]).output().unwrap(), 0);
    serde_json::from_str(&out).unwrap()
}

/// The first state of the only trial that `is`, within a minute.
fn wait_for(folder: &Path, is: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(100));
        if let Some(trial) =
            folder.join("runs").exists().then(|| status(folder)).and_then(|trials| trials.first().cloned())
            && is(&trial)
        {
            return trial;
        }
    }
    panic!("{:?}", status(folder));
}

#[test]
fn a_training_can_be_looked_at_from_elsewhere() {
    let folder = folder();
    let arguments = ["--method", "iee", "--sparsity", "0.9", "--seeds", "0", "--set", "epochs=3000"];
    let is = |trial: &serde_json::Value, state: &str| trial["state"] == state;
    let trains = |trial: &serde_json::Value| is(trial, "running") && trial["ends"].is_f64();
    let start = || suite(folder.path(), &arguments).spawn().unwrap();
    let mut program = start();
    let running = wait_for(folder.path(), trains);
    assert_eq!((running["device"].as_str(), running["steps"].as_u64()), (Some("cpu"), Some(30_000)));
    assert!(running["epoch"].as_f64().unwrap() > 0.0 && running["step"].as_u64().unwrap() > 0, "{running}");
    // Cleaning up takes nothing from it.
    let (out, err) = expect(&harness(folder.path(), &["status", "--clean"]).output().unwrap(), 0);
    assert!(out.contains("1 running") && err.contains("removed 0 abandoned"), "{out}{err}");
    let curves = ["watch", "--once", "--tensorboard", "curves"];
    let (out, _) = expect(&harness(folder.path(), &curves).output().unwrap(), 0);
    assert!(out.contains("loss") && folder.path().join("curves/cifar10").is_dir(), "{out}");

    assert!(Command::new("kill").arg("-INT").arg(program.id().to_string()).status().unwrap().success());
    program.wait().unwrap();
    let stopped = wait_for(folder.path(), |trial| is(trial, "interrupted"));
    let reached = stopped["step"].as_u64().unwrap();
    assert!(reached > 0 && stopped["why"] == "interrupted", "{stopped}");

    // Killed, the program can say nothing; its worker ends with a checkpoint.
    let mut program = start();
    let beyond = |trial: &serde_json::Value| trains(trial) && trial["step"].as_u64() > Some(reached);
    wait_for(folder.path(), beyond);
    program.kill().unwrap();
    program.wait().unwrap();
    let killed = wait_for(folder.path(), |trial| is(trial, "interrupted"));
    assert!(
        killed["step"].as_u64() > Some(reached) && killed["why"].as_str().unwrap().contains("killed"),
        "{killed}"
    );

    // Done, it has a result, and nothing is left of how it went.
    let short = ["--method", "static", "--sparsity", "0.8", "--seeds", "0", "--out", "short"];
    expect(&suite(folder.path(), &short).output().unwrap(), 0);
    let (out, _) = expect(&harness(folder.path(), &["status", "--out", "short"]).output().unwrap(), 0);
    assert!(out.starts_with("1 trial in short: 1 finished") && out.contains("top-1"), "{out}");
    let run = std::fs::read_dir(folder.path().join("short/runs")).unwrap().next().unwrap().unwrap().path();
    assert!(!run.join("progress.jsonl").exists());
}

#[test]
fn steps_are_timed_and_tell_the_hours_of_a_plan() {
    let folder = folder();
    let plan = |more: &[&str]| {
        let fixed = ["--method", "iee,rigl,dense", "--sparsity", "0.9", "--set", "epochs=30"];
        expect(&suite(folder.path(), &[&fixed[..], more].concat()).output().unwrap(), 0)
    };
    assert!(plan(&["--dry-run"]).0.contains("--calibrate"));
    let (out, err) = plan(&["--calibrate"]);
    assert!(err.contains("timing") && err.contains("step-times.json"), "{err}");
    assert!(out.contains("one trial after another, by runs/step-times.json"), "{out}");
    assert!(!folder.path().join("runs/runs").exists(), "nothing is trained");
    // Later dry runs know it, too.
    assert!(plan(&["--dry-run"]).0.contains("by runs/step-times.json"));
    let times: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("runs/step-times.json")).unwrap()).unwrap();
    let kinds: Vec<&str> =
        times.as_array().unwrap().iter().map(|timed| timed["kind"].as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"active active") && kinds.iter().any(|kind| kind.starts_with("everything inactive")),
        "{kinds:?}"
    );
    assert!(
        times.as_array().unwrap().iter().all(|timed| timed["seconds"].as_f64().unwrap() > 0.0),
        "{times}"
    );
}

/// Fewer steps than are timed: the photographs are read again from the first.
#[test]
fn steps_of_a_short_training_on_photographs_are_timed() {
    let folder = photographs();
    let output = imagenet(folder.path(), &["--method", "rigl", "--calibrate"]).output().unwrap();
    let (out, err) = expect(&output, 0);
    assert!(err.contains("step-times.json") && out.contains("by runs/step-times.json"), "{out}{err}");
}

#[test]
fn one_failure_does_not_stop_the_others() {
    let folder = folder();
    let wild = ["--set", "learning_rate=100", "--set", "weight_decay=1", "--set", "epochs=20"];
    let (_, err) = expect(
        &suite(folder.path(), &[&["--method", "dense,static", "--sparsity", "0.9"][..], &wild].concat())
            .output()
            .unwrap(),
        3,
    );
    // With the step and the remedy, also when it is found again.
    let told = |err: &str| ["diverged", "after step", "learning_rate"].iter().all(|word| err.contains(word));
    assert!(told(&err), "{err}");
    let recorded = records(folder.path());
    assert_eq!(recorded.len(), 2, "a diverged trial is recorded as such");
    assert!(recorded.iter().any(|record| record.status == "diverged"));
    // It is not trained again, and still counts as failed.
    let committed = commits(folder.path());
    let again = [&["--method", "dense,static", "--sparsity", "0.9"][..], &wild].concat();
    let (_, err) = expect(&suite(folder.path(), &again).output().unwrap(), 3);
    assert!(told(&err), "{err}");
    assert_eq!(commits(folder.path()), committed);
}

#[test]
fn a_damaged_run_is_named_and_not_used() {
    let folder = folder();
    let arguments = ["--method", "static", "--sparsity", "0.8,0.9"];
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    let damaged = runs(folder.path())[0].join("metrics.csv");
    std::fs::write(&damaged, "step\n1\n").unwrap();
    let (_, err) = expect(&suite(folder.path(), &arguments).output().unwrap(), 2);
    assert!(err.contains("metrics.csv") && err.contains("delete"), "{err}");
    assert_eq!(records(folder.path()).len(), 1, "its record no longer counts");
    // The remedy it names works.
    std::fs::remove_dir_all(damaged.parent().unwrap()).unwrap();
    expect(&suite(folder.path(), &arguments).output().unwrap(), 0);
    assert_eq!(records(folder.path()).len(), 2);
}

#[test]
fn reproduce_writes_the_table_in_four_formats() {
    let folder = folder();
    let arguments = [
        "reproduce",
        "table3",
        "--profile",
        "smoke",
        "--data",
        "data",
        "--method",
        "iee",
        "--sparsity",
        "0.9",
    ];
    let short = ["--set", "epochs=1", "--threads", "1"];
    let (out, _) = expect(&harness(folder.path(), &[&arguments[..], &short].concat()).output().unwrap(), 0);
    let table = |extension: &str| {
        std::fs::read_to_string(folder.path().join("runs/tables/table3").with_extension(extension))
    };
    assert_eq!(out, table("txt").unwrap());
    assert!(table("md").unwrap().contains("| IEE (ERK)"));
    assert!(table("tex").unwrap().contains("\\toprule"));
    assert!(table("csv").unwrap().contains("iee"));
}

#[test]
fn a_device_that_is_not_there_is_refused_before_anything_is_written() {
    let folder = folder();
    let arguments = ["--method", "dense", "--device", "cuda:99"];
    let (_, err) = expect(&suite(folder.path(), &arguments).output().unwrap(), 2);
    assert!(err.contains("cuda:99") && err.contains("--device cpu"), "{err}");
    assert!(!folder.path().join("runs/runs").exists() && !folder.path().join("runs/records.csv").exists());
}

/// A folder with photographs of four classes in it: 48 to train on, 16 to evaluate.
fn photographs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    suites::imagenet::generate(&folder.path().join("data"), 4, 12, 4, 1).unwrap();
    folder
}

fn imagenet(folder: &Path, more: &[&str]) -> Command {
    let short = ["suite", "imagenet", "--profile", "smoke", "--data", "data", "--threads", "1"];
    let thin = ["--model", "resnet50-0.0625", "--set", "image_size=32", "--set", "resize=40"];
    let shorter = ["--set", "epochs=2", "--set", "batch_size=8", "--set", "micro_batch=4"];
    // A network of one channel per layer diverges at the profile's rate.
    let slower = ["--set", "base_learning_rate=0.05"];
    harness(folder, &[&short[..], &thin, &shorter, &slower, more].concat())
}

#[test]
fn photographs_are_trained_on_and_packed_ones_too() {
    let folder = photographs();
    let output = imagenet(folder.path(), &["--method", "rigl,small-dense"]).output().unwrap();
    let (out, _) = expect(&output, 0);
    assert!(out.contains("imagenet-generated") && out.contains("Small dense"), "{out}");
    let trained = records(folder.path());
    assert_eq!(trained.len(), 2);
    for record in &trained {
        assert_eq!((record.steps, record.skipped_files), (Some(12), Some(0)));
        assert!(record.peak_memory_mb.unwrap() > 10.0);
        assert!((record.sparsity.unwrap() - 0.9).abs() < 0.02, "{:?}", record.sparsity);
    }
    let small = trained.iter().find(|record| record.method == "small-dense").unwrap();
    assert_eq!(small.train_flops_ratio, small.inference_flops_ratio);
    assert!(small.inference_flops_ratio.unwrap() < 0.3);

    let packed = ["data", "pack", "imagenet", "--data", "data", "--into", "packed", "--side", "64"];
    let (out, _) = expect(&harness(folder.path(), &packed).output().unwrap(), 0);
    assert!(out.contains("48 training and 16 test images"), "{out}");
    let verify = ["data", "verify", "imagenet", "--data", "packed"];
    expect(&harness(folder.path(), &verify).output().unwrap(), 0);
    let output = imagenet(folder.path(), &["--method", "dense", "--data", "packed"]).output().unwrap();
    // An option that is given twice is refused; the pack is trained on under its own name.
    expect(&output, 2);
    std::fs::rename(folder.path().join("data"), folder.path().join("files")).unwrap();
    std::fs::rename(folder.path().join("packed"), folder.path().join("data")).unwrap();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    assert!(records(folder.path()).iter().any(|record| record.dataset == "imagenet-generated-packed-64"));
}

#[test]
fn an_unreadable_photograph_is_counted_or_ends_the_trial() {
    let folder = photographs();
    let class = folder.path().join("data/val").read_dir().unwrap().next().unwrap().unwrap().path();
    let file = class.read_dir().unwrap().next().unwrap().unwrap().path();
    let length = std::fs::metadata(&file).unwrap().len();
    std::fs::write(&file, vec![b'x'; length as usize]).unwrap();
    let strict = imagenet(folder.path(), &["--method", "dense", "--strict"]).output().unwrap();
    let (_, err) = expect(&strict, 2);
    assert!(err.contains(file.file_name().unwrap().to_str().unwrap()), "{err}");
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    assert_eq!(records(folder.path())[0].skipped_files, Some(1));
    let verify = harness(folder.path(), &["data", "verify", "imagenet", "--data", "data"]).output().unwrap();
    let (out, _) = expect(&verify, 1);
    assert!(out.contains("63 of 64"), "{out}");
}

#[test]
fn folders_that_are_no_data_set_are_refused_with_a_remedy() {
    let folder = photographs();
    let data = folder.path().join("data");
    let class = data.join("val").read_dir().unwrap().next().unwrap().unwrap().path();
    let refused = |words: &str| {
        let output = imagenet(folder.path(), &["--method", "dense"]).output().unwrap();
        let (_, err) = expect(&output, 2);
        assert!(err.contains(words), "{words}: {err}");
        assert!(!folder.path().join("runs/runs").exists());
    };
    let aside = folder.path().join("aside");
    std::fs::rename(&class, &aside).unwrap();
    refused(class.file_name().unwrap().to_str().unwrap());
    std::fs::create_dir(&class).unwrap();
    refused("contains no photograph");
    std::fs::remove_dir(&class).unwrap();
    std::fs::rename(data.join("val"), folder.path().join("gone")).unwrap();
    refused("val");
}

/// The weights that one trial ends with are what another starts from.
#[test]
fn a_training_can_start_from_a_weights_file() {
    let folder = photographs();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    let first = runs(folder.path()).remove(0);
    let last: f64 = records(folder.path())[0].val_loss.unwrap();
    let file = first.join("weights.safetensors");
    let init = ["--method", "dense", "--init", file.to_str().unwrap(), "--set", "evaluate_every=1"];
    expect(&imagenet(folder.path(), &init).output().unwrap(), 0);
    let second = runs(folder.path()).into_iter().find(|run| *run != first).unwrap();
    let metrics = std::fs::read_to_string(second.join("metrics.csv")).unwrap();
    let start: Vec<&str> = metrics.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(start[0], "0");
    assert!((start[6].parse::<f64>().unwrap() - last).abs() < 1e-5, "{metrics} {last}");
    assert!(records(folder.path()).iter().any(|record| record.settings.contains("initial_weights=")));
    // Weights of another network are refused by name.
    let wrong = imagenet(folder.path(), &["--method", "small-dense", "--init", file.to_str().unwrap()]);
    let (_, err) = expect(&{ wrong }.output().unwrap(), 2);
    assert!(err.contains("does not hold this network"), "{err}");
    let absent = imagenet(folder.path(), &["--method", "dense", "--init", "absent"]).output().unwrap();
    assert!(expect(&absent, 2).1.contains("--init"));
}

/// A plan reads the weights to the last value, so that nothing is found out by a worker.
#[test]
fn weights_that_cannot_be_used_are_refused_by_the_plan() {
    let folder = photographs();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    let weights = std::fs::read(runs(folder.path()).remove(0).join("weights.safetensors")).unwrap();
    let file = folder.path().join("given.safetensors");
    let plan = |more: &[&str]| {
        let given = ["--method", "dense", "--init", file.to_str().unwrap(), "--dry-run"];
        imagenet(folder.path(), &[&given, more].concat()).output().unwrap()
    };
    let refused = |bytes: &[u8], words: &[&str]| {
        std::fs::write(&file, bytes).unwrap();
        let (_, err) = expect(&plan(&[]), 2);
        assert!(words.iter().all(|word| err.contains(word)), "{words:?}: {err}");
    };
    refused(b"version https://git-lfs.github.com/spec/v1\n", &["given.safetensors", "git lfs pull"]);
    refused(&weights[..weights.len() - 1], &["given.safetensors is not a safetensors file"]);
    // Every value is one that no network can have; the checksum of the harness is left out.
    let views = safetensors_with(&weights, |bytes| bytes.fill(0xff));
    refused(&views, &["not finite", "had diverged"]);

    std::fs::write(&file, &weights).unwrap();
    let (_, err) = expect(&plan(&["--new-head"]), 0);
    assert!(err.contains("all but the head starts from") && err.contains("`fc.weight`"), "{err}");
    let (_, err) =
        expect(&imagenet(folder.path(), &["--method", "dense", "--new-head"]).output().unwrap(), 2);
    assert!(err.contains("--init"), "{err}");
}

/// The tensors of a safetensors file without its metadata, their bytes changed.
fn safetensors_with(file: &[u8], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    header.as_object_mut().unwrap().remove("__metadata__");
    let header = header.to_string();
    let mut data = file[8 + length..].to_vec();
    change(&mut data);
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// HALP waits for the dense network, its channels are really gone, and what is left is measured beside it.
#[test]
fn channels_are_pruned_from_the_dense_network_and_timed() {
    let folder = folder();
    let halp = ["--method", "halp", "--latency-target", "0.5", "--set", "prune_interval=1", "--jobs", "2"];
    let (_, err) = expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    assert!(err.contains("measuring"), "{err}");
    let records = records(folder.path());
    let of = |method: &str| records.iter().find(|record| record.method == method).unwrap();
    let (dense, halp_record) = (of("dense"), of("halp"));
    assert_eq!((records.len(), &halp_record.pretrained), (2, &dense.key));
    let share = halp_record.latency_ms.unwrap() / halp_record.latency_dense_ms.unwrap();
    assert!(share <= 0.5 && halp_record.macs < dense.macs, "{share}");
    let cost = halp_record.train_cost_ratio.unwrap();
    assert!(cost > 1.5 && cost < 2.0, "pretraining counts: {cost}");
    assert!(halp_record.fps.is_some() && halp_record.fps_relative.is_some() && dense.fps.is_some());
    let run = folder.path().join("runs/runs").join(&halp_record.key);
    assert!(run.join("channels.csv").exists());
    let small = run.join("compact.safetensors").metadata().unwrap().len();
    assert!(small < run.join("weights.safetensors").metadata().unwrap().len());
    // Everything is there, and the run can be measured by its key.
    let (_, err) = expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    assert!(!err.contains("measuring"), "{err}");
    let fps = ["fps", &halp_record.key, "--seconds", "0.05", "--batch", "2", "--device", "cpu"];
    let (out, _) = expect(&harness(folder.path(), &fps).output().unwrap(), 0);
    assert!(out.contains("dense"), "{out}");
}

/// The network of a run goes to other programs and back.
#[test]
fn networks_are_exported_with_what_is_to_be_known_of_them() {
    let folder = folder();
    let halp = ["--method", "halp", "--latency-target", "0.5", "--set", "prune_interval=1", "--jobs", "2"];
    expect(&suite(folder.path(), &halp).output().unwrap(), 0);
    let records = records(folder.path());
    let of = |method: &str| records.iter().find(|record| record.method == method).unwrap();
    let (dense, pruned) = (&of("dense").key, &of("halp").key);
    let export = |key: &str, format: &str, to: &str, more: &[&str]| {
        let given = ["export", key, "--format", format, "--to", to];
        harness(folder.path(), &[&given, more].concat()).output().unwrap()
    };
    for format in ["onnx", "torch", "safetensors"] {
        let (_, err) = expect(&export(pruned, format, format, &["--data", "data"]), 0);
        assert!(err.contains("the compact network") && !err.contains("left out"), "{err}");
        let bytes = std::fs::read(folder.path().join(format)).unwrap();
        // Texts are as they are in all three.
        for words in ["\"halp\"", "normalisation", "sparsity", "\"wrn-"] {
            let quoted = words.trim_matches('"');
            assert!(bytes.windows(quoted.len()).any(|part| part == quoted.as_bytes()), "{format}: {words}");
        }
    }
    let small = folder.path().join("safetensors").metadata().unwrap().len();
    let (_, err) = expect(&export(pruned, "safetensors", "whole", &["--network", "masked"]), 0);
    assert!(err.contains("the masked network"), "{err}");
    assert!(small < folder.path().join("whole").metadata().unwrap().len());
    // It is a compact network like that of the run, and weights like any other.
    let fps = ["fps", "safetensors", "--seconds", "0.05", "--batch", "2", "--device", "cpu"];
    expect(&harness(folder.path(), &fps).output().unwrap(), 0);
    expect(&export(dense, "torch", "dense.pth", &[]), 0);
    let start = ["--method", "dense", "--init", "dense.pth", "--dry-run"];
    expect(&suite(folder.path(), &start).output().unwrap(), 0);

    for (key, more, words) in [
        (dense.as_str(), &["--network", "compact"][..], "no channels were pruned"),
        ("0123", &[], "neither the directory nor the key"),
    ] {
        let (_, err) = expect(&export(key, "onnx", "none", more), 2);
        assert!(err.contains(words) && !folder.path().join("none").exists(), "{err}");
    }
    let (_, err) = expect(&export(dense, "onnx", "named", &["--data", "nowhere"]), 0);
    assert!(err.contains("names of the classes are left out") && err.contains("--data"), "{err}");
}

/// Where the dense network fails, those that start from it fail too and say why; others continue.
#[test]
fn what_starts_from_a_failed_network_fails_with_it() {
    let folder = folder();
    let methods = ["--method", "halp,iee", "--latency-target", "0.5", "--set", "prune_interval=1"];
    let short = ["--set", "importance_steps=1", "--set", "recovery_steps=1", "--set", "exploration_steps=1"];
    let broken = ["--set", "learning_rate=100", "--set", "weight_decay=1", "--set", "epochs=20"];
    let output = suite(folder.path(), &[&methods[..], &short, &broken].concat()).output().unwrap();
    let (_, err) = expect(&output, 3);
    assert!(err.contains("starts from the weights of trial"), "{err}");
}

#[test]
fn what_cannot_be_pruned_to_is_refused() {
    let folder = folder();
    for (more, word) in [
        (&["--method", "iee", "--latency-target", "0.001"][..], "smallest structure"),
        (&["--method", "rigl", "--latency-target", "0.5"], "does not prune channels"),
        (&["--method", "halp"], "--latency-target"),
        (&["--method", "iee", "--latency-target", "0.5", "--criterion", "snip"], "taylor-weights"),
        (&["--method", "iee", "--latency-target", "0.5", "--lut", "none.csv"], "--lut"),
        (&["--method", "iee", "--lut", "macs"], "--latency-target"),
        (&["--method", "iee", "--latency-target", "0.5", "--pretrained", "none.safetensors"], "--pretrained"),
        (&["--method", "iee", "--latency-target", "1.5"], "(0, 1]"),
    ] {
        let (_, err) = expect(&suite(folder.path(), more).output().unwrap(), 2);
        assert!(err.contains(word), "{more:?}: {err}");
        assert!(!folder.path().join("runs/runs").exists(), "{more:?}");
    }
}
