//! The worker as a process: its exit codes and messages.

mod common;

use common::{Bench, assert_same, give};
use engine::Checkpoint;
use records::RunDirectory;
use serde_json::{Value as Json, json};
use sparsity::Value;
use std::num::NonZeroUsize;
use std::process::{Child, Command, Output};
use trial::protocol::TrainJob;
use trial::{Job, TrialSpec};

/// The training of `run` with these fields of the job changed.
fn start(bench: &Bench, run: &RunDirectory, changes: &Json) -> Output {
    let job = Job::Train(TrainJob::new(run.path().into(), bench.data()));
    let mut job: Json = serde_json::from_str(&job.to_json().unwrap()).unwrap();
    for (key, value) in changes.as_object().unwrap() {
        job[key] = value.clone();
    }
    give(&job.to_string()).wait_with_output().unwrap()
}

/// A worker on `run` that keeps running while the test watches it.
fn spawn(bench: &Bench, run: &RunDirectory) -> Child {
    give(&Job::Train(TrainJob::new(run.path().into(), bench.data())).to_json().unwrap())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_training_is_committed_with_its_record() {
    let bench = Bench::new();
    let mut spec = bench.spec("rigl");
    spec.settings.insert("update_interval".into(), Value::Int(4));
    spec.threads = NonZeroUsize::new(2).unwrap();
    let run = bench.prepare("run", &spec);
    let output = start(&bench, &run, &json!({ "decoders": 2 }));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(run.is_committed().unwrap());
    let record: records::Record =
        serde_json::from_slice(&std::fs::read(run.file("record.json")).unwrap()).unwrap();
    assert_eq!((record.key, record.status.as_str(), record.steps), (spec.key(), "ok", Some(24)));
    assert!((record.sparsity.unwrap() - 0.8).abs() < 1e-3);
    assert_eq!(record.criterion, "magnitude+gradient");
    assert_eq!((record.threads, record.schema), (Some(2), records::record::Schema::default()));
    // Five updates in 24 steps: each has 2 f + 1 instead of 3 f.
    assert_eq!(record.structure_changes, Some(5));
    let f = record.inference_flops_ratio.unwrap();
    let expected = (19.0 * 3.0 * f + 5.0 * (2.0 * f + 1.0)) / 72.0;
    assert!((record.train_flops_ratio.unwrap() - expected).abs() < 1e-9);
    assert!(!run.file("checkpoint.safetensors").exists());
    // Started again, it has nothing to do.
    let again = start(&bench, &run, &json!({}));
    assert_eq!((again.status.code(), said(&again).as_str()), (Some(0), ""));
}

/// A trial that diverges. Batch norms survive any finite rate; only an overflow shows.
fn wild(bench: &Bench) -> TrialSpec {
    let mut spec = bench.spec("dense");
    spec.recipe.insert("learning_rate".into(), Value::Float(100.0));
    spec.recipe.insert("weight_decay".into(), Value::Float(1.0));
    spec.recipe.insert("epochs".into(), Value::Float(20.0));
    spec
}

/// On a full disk its log cannot be written, but what it found is.
#[test]
fn divergence_is_recorded_even_if_the_log_cannot_be_written() {
    let bench = Bench::new();
    let run = bench.prepare("run", &wild(&bench));
    let job = run.file("job.json");
    std::fs::write(&job, Job::Train(TrainJob::new(run.path().into(), bench.data())).to_json().unwrap())
        .unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let worker = env!("CARGO_BIN_EXE_harness-worker");
    let output = Command::new(worker).arg(job).stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(run.is_committed().unwrap() && !said(&output).contains("resume"), "{}", said(&output));
}

#[test]
fn divergence_is_told_and_recorded() {
    let bench = Bench::new();
    let spec = wild(&bench);
    let run = bench.prepare("run", &spec);
    let output = start(&bench, &run, &json!({ "checkpoint_every": 0.0 }));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("diverged") && said(&output).contains("learning_rate"),
        "{}",
        said(&output)
    );
    let record = std::fs::read_to_string(run.file("record.json")).unwrap();
    assert!(record.contains("\"status\": \"diverged\""), "{record}");
    assert!(run.is_committed().unwrap() && !run.file("weights.safetensors").exists());
    // What was said is kept, with the last checkpoint, which is a good one: of the step that is named.
    let why = std::fs::read_to_string(run.file("divergence.txt")).unwrap();
    assert!(said(&output).contains(why.trim()), "{why}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(why.trim()));
    let step = record_steps(&record) - 1;
    let (checkpoint, complaints) = Checkpoint::<Json>::load(&run, &spec.key(), |_| Ok(None)).unwrap();
    let checkpoint = checkpoint.unwrap();
    let saved = checkpoint.state["run"]["step"].as_u64().unwrap();
    assert!(complaints.is_empty() && saved <= step, "{saved} of {step}");
    assert!(why.contains(&format!("The checkpoint of step {saved} is kept")), "{why}");
    for (name, tensor) in checkpoint.tensors.iter().filter(|(_, tensor)| tensor.is_floating_point()) {
        assert_eq!(tensor.isfinite().all().int64_value(&[]), 1, "{name}");
    }
}

fn record_steps(record: &str) -> u64 {
    serde_json::from_str::<Json>(record).unwrap()["steps"].as_u64().unwrap()
}

#[test]
fn what_is_wrong_is_named_with_exit_code_two() {
    let bench = Bench::new();
    let spec = bench.spec("rigl");
    let run = bench.prepare("run", &spec);
    let refused = |run: &RunDirectory, changes: &Json, words: &[&str]| {
        let output = start(&bench, run, changes);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        for word in words {
            assert!(said(&output).contains(word), "{word}: {}", said(&output));
        }
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    };
    refused(&run, &json!({ "device": "tpu" }), &["tpu", "cuda:0"]);
    refused(&run, &json!({ "device": "cuda:99" }), &["cuda:99", "--device cpu"]);
    refused(&run, &json!({ "data": "/nowhere" }), &["/nowhere"]);

    let other = TrialSpec { data_fingerprint: "0000".into(), ..spec.clone() };
    refused(&bench.prepare("other-data", &other), &json!({}), &["fingerprint", "0000"]);
    let odd = TrialSpec { method: "rigel".into(), ..spec.clone() };
    refused(&bench.prepare("method", &odd), &json!({}), &["rigel", "rigl"]);

    let absent = RunDirectory::at(&bench.data().join("absent"));
    refused(&absent, &json!({}), &["spec.json"]);
    let damaged = bench.prepare("damaged", &spec);
    std::fs::write(damaged.file("spec.json"), "{").unwrap();
    refused(&damaged, &json!({}), &["not the spec of a trial"]);
}

#[test]
fn the_checkpoint_of_another_trial_is_set_aside() {
    let bench = Bench::new();
    let spec = bench.spec("rigl");
    let run = bench.prepare("run", &spec);
    assert_eq!(start(&bench, &run, &json!({ "stop_after": 0.0 })).status.code(), Some(5));
    let other = bench.prepare("other", &TrialSpec { seed: 9, ..spec });
    let checkpoint = std::fs::read(run.file("checkpoint.safetensors")).unwrap();
    std::fs::write(other.file("checkpoint.safetensors"), &checkpoint).unwrap();
    let output = start(&bench, &other, &json!({}));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("is the checkpoint of trial"), "{}", said(&output));
    assert_eq!(std::fs::read(other.file("checkpoint.other-trial")).unwrap(), checkpoint, "nothing is lost");
    let whole = bench.train("whole", &TrialSpec { seed: 9, ..bench.spec("rigl") });
    assert_same(&whole, &other, "from its first step");
}

/// The name of a run directory, its spec and its checkpoint say the same, or nothing is trained.
#[test]
fn a_spec_that_was_changed_is_not_trained() {
    let bench = Bench::new();
    let spec = bench.spec("rigl");
    let run = bench.prepare("run", &spec);
    for other in [
        TrialSpec { seed: 9, ..spec.clone() },
        TrialSpec { threads: NonZeroUsize::new(2).unwrap(), ..spec.clone() },
    ] {
        std::fs::write(run.file("spec.json"), other.to_json()).unwrap();
        let output = start(&bench, &run, &json!({}));
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        let message = said(&output);
        assert!(message.contains(&other.key()) && message.contains("spec.json"), "{message}");
        assert!(!run.file("checkpoint.safetensors").exists() && !run.is_committed().unwrap());
    }
    std::fs::write(run.file("spec.json"), spec.to_json()).unwrap();
    assert_eq!(start(&bench, &run, &json!({})).status.code(), Some(0));
}

/// As after a kill at some moment: between the commit and the end, or half way through a write.
#[test]
fn a_worker_removes_what_a_killed_one_left() {
    let bench = Bench::new();
    let run = bench.prepare("run", &bench.spec("rigl"));
    let left = [".record.json.harness-tmp-a1B2c3", ".checkpoint.safetensors.harness-tmp-000000"];
    let put = || left.iter().for_each(|name| std::fs::write(run.file(name), "half").unwrap());
    put();
    assert_eq!(start(&bench, &run, &json!({ "stop_after": 0.0 })).status.code(), Some(5));
    assert!(left.iter().all(|name| !run.file(name).exists()) && run.file("checkpoint.safetensors").exists());
    assert_eq!(start(&bench, &run, &json!({})).status.code(), Some(0));
    let done = names(&run);
    put();
    std::fs::write(run.file("checkpoint.safetensors"), "whole").unwrap();
    std::fs::create_dir(run.file("masks")).unwrap();
    assert_eq!(start(&bench, &run, &json!({})).status.code(), Some(0));
    assert_eq!(names(&run), done);
}

fn names(run: &RunDirectory) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        std::fs::read_dir(run.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn a_signal_ends_it_with_a_checkpoint_and_a_second_worker_keeps_out() {
    let bench = Bench::new();
    let mut spec = bench.spec("iee");
    spec.recipe.insert("epochs".into(), Value::Float(1000.0));
    let run = bench.prepare("run", &spec);
    let mut process = spawn(&bench, &run);
    use std::io::Read;
    let mut byte = [0];
    process.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
    assert_eq!(start(&bench, &run, &json!({})).status.code(), Some(6), "the run is taken");
    let kill = Command::new("kill").arg("-TERM").arg(process.id().to_string()).status().unwrap();
    assert!(kill.success());
    assert_eq!(process.wait().unwrap().code(), Some(4));
    assert!(run.file("checkpoint.safetensors").exists());
    assert!(!run.is_committed().unwrap());
}

#[test]
fn the_probe_tells_the_version() {
    let output = give(&Job::Probe.to_json().unwrap()).wait_with_output().unwrap();
    let told: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["event"], &told["libtorch"]), (&json!("machine"), &json!("2.11.0")));
}

/// Memory is what it was a thousand steps before, in every stage of IEE.
#[test]
#[cfg(target_os = "linux")]
fn resident_memory_stays_flat() {
    use std::io::BufRead;
    let bench = Bench::new();
    let mut spec = bench.spec("iee");
    spec.recipe.insert("epochs".into(), Value::Float(140.0));
    spec.recipe.insert("evaluate_every".into(), Value::Float(10.0));
    let run = bench.prepare("run", &spec);
    let mut process = spawn(&bench, &run);
    let pages = |id: u32| {
        let statm = std::fs::read_to_string(format!("/proc/{id}/statm")).unwrap();
        statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap()
    };
    let (mut first, mut last) = (None, (0, 0));
    for line in std::io::BufReader::new(process.stdout.take().unwrap()).lines() {
        let Ok(trial::Event::Progress { step, steps, .. }) = serde_json::from_str(&line.unwrap()) else {
            continue;
        };
        if step < steps && step >= 250 {
            last = (step, pages(process.id()));
            first.get_or_insert(last);
        }
    }
    assert!(process.wait().unwrap().success());
    let first = first.unwrap();
    assert!(last.0 >= first.0 + 1000, "from step {} to {}", first.0, last.0);
    let growth = (last.1 as i64 - first.1 as i64) * 4;
    assert!(growth < 8 * 1024, "{growth} KiB in {} steps", last.0 - first.0);
}
