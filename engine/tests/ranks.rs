//! A trial that several processes train together is the one that a single process trains with the same micro-batches: its
//! files are the same, byte for byte. And whatever becomes of one of the processes, all of them end.

#![cfg(target_os = "linux")]

mod common;

use common::ranks::{compiled, job, said, start, together};
use common::{Bench, assert_same};
use engine::RunOptions;
use records::{RunDirectory, files};
use sparsity::Value;
use std::fs;
use std::process::Child;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};
use tch::Device;
use torch_ext::{Group, Meeting};
use trial::protocol::{RankPlace, Ranks, TrainJob};
use trial::{Exit, TrialSpec};

/// A step of `spec` in so many micro-batches.
fn in_pieces(mut spec: TrialSpec, pieces: i64) -> TrialSpec {
    spec.recipe.insert("micro_batch".into(), Value::Int(16 / pieces));
    spec
}

/// What a record says of the trial, without what was measured by a clock.
fn record(run: &RunDirectory) -> serde_json::Value {
    let mut record: serde_json::Value =
        serde_json::from_slice(&fs::read(run.file("record.json")).unwrap()).unwrap();
    for measured in [
        "train_seconds",
        "device_hours",
        "step_ms",
        "step_per_reference",
        "peak_memory_mb",
        "finished",
        "commit",
    ] {
        record.as_object_mut().unwrap().remove(measured);
    }
    record
}

/// `count` processes do what one does.
fn is_the_same(bench: &Bench, name: &str, spec: &TrialSpec, counts: &[usize]) {
    let alone = bench.train(&format!("{name}-alone"), spec);
    for count in counts {
        let name = format!("{name}-{count}");
        let run = together(bench, &name, spec, *count);
        assert_same(&alone, &run, &name);
        assert_eq!(record(&alone), record(&run), "{name}");
        let environment = fs::read_to_string(run.file("environment.json")).unwrap();
        assert!(environment.contains(&format!("\"ranks\": {count}")), "{environment}");
    }
}

#[test]
fn every_method_is_the_same_with_two_ranks() {
    let bench = Bench::new();
    for method in trial::registry::all().iter().filter(|_| compiled()) {
        is_the_same(&bench, method.name, &in_pieces(bench.spec(method.name), 2), &[2]);
    }
}

/// Two ranks take two micro-batches each, four take one.
#[test]
fn two_and_four_ranks_are_the_same() {
    let bench = Bench::new();
    let of = |method: &str, key: &str, value: Value| {
        let mut spec = in_pieces(bench.spec(method), 4);
        spec.settings.insert(key.into(), value);
        spec
    };
    let word = |text: &str| Value::Word(text.into());
    for (name, spec) in [
        ("taylor", of("iee", "criterion", word("taylor"))),
        ("grasp", of("iee", "criterion", word("grasp"))),
        ("global", of("iee", "scope", word("global"))),
        ("channels", in_pieces(bench.channels("iee", 0.4), 4)),
        ("logged", in_pieces(bench.logged("iee", 0.4), 4)),
        ("channels-taylor", in_pieces(bench.channels("halp", 0.5), 4)),
    ] {
        if compiled() {
            is_the_same(&bench, name, &spec, &[2, 4]);
        }
    }
}

#[test]
fn photographs_and_objects_are_the_same() {
    for bench in [Bench::photographs(), Bench::objects()] {
        for method in ["dense", "iee"].into_iter().filter(|_| compiled()) {
            is_the_same(&bench, method, &bench.spec(method), &[2]);
        }
    }
}

/// The images of an evaluation run 500 at once, so that the first of two ranks has two of three batches, and one of four
/// has none.
#[test]
fn a_divided_evaluation_is_the_same() {
    if compiled() {
        let bench = Bench::with_test_images(1100);
        is_the_same(&bench, "evaluation", &in_pieces(bench.spec("dense"), 4), &[2, 4]);
    }
}

/// Stopped in the middle and gone on with by another number of processes, and by one alone.
#[test]
fn another_number_of_ranks_goes_on_where_it_was() {
    let bench = Bench::new();
    let spec = in_pieces(bench.spec("iee"), 4);
    if !compiled() {
        return;
    }
    let alone = bench.train("alone", &spec);
    let run = bench.prepare("changing", &spec);
    for (attempt, count) in [4, 2, 1, 2].into_iter().cycle().enumerate() {
        let job = TrainJob { stop_after: Some(0.0), ..job(&bench, &run, count) };
        let output = start(job).wait_with_output().unwrap();
        match output.status.code() {
            Some(5) => {}
            Some(0) => break,
            code => panic!("{code:?} in attempt {attempt}: {}", said(&output)),
        }
        assert!(attempt < 24, "a step an attempt");
    }
    assert_same(&alone, &run, "changing");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(run.file("record.json")).unwrap()).unwrap();
    let number = |name: &str| record[name].as_f64().unwrap();
    assert!(3600.0 * number("device_hours") > 1.5 * number("train_seconds"), "{record}");
}

/// The processes that `worker` started, once there are as many.
fn followers(worker: &Child, count: usize) -> Vec<i32> {
    let file = format!("/proc/{0}/task/{0}/children", worker.id());
    let began = Instant::now();
    loop {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let found: Vec<i32> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
        if found.len() == count {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{found:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn send(process: i32, signal: i32) {
    // SAFETY: a system call without memory effects.
    assert_eq!(unsafe { libc::kill(process, signal) }, 0);
}

/// When the checkpoint was written, if there is one.
fn saved(run: &RunDirectory) -> Option<SystemTime> {
    fs::metadata(run.file("checkpoint.safetensors")).and_then(|file| file.modified()).ok()
}

/// Waits until there is another checkpoint than that of `before`.
fn until_saved(run: &RunDirectory, before: Option<SystemTime>) {
    let began = Instant::now();
    while saved(run).is_none_or(|now| Some(now) == before) {
        assert!(began.elapsed() < Duration::from_secs(60), "no checkpoint");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process is there and no zombie.
fn lives(process: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

/// Waits until none of these processes is left, which takes a moment after they are killed, and seconds where they have to
/// notice that the first is gone.
#[track_caller]
fn until_gone(processes: &[i32]) {
    let began = Instant::now();
    while processes.iter().any(|process| lives(*process)) {
        assert!(began.elapsed() < Duration::from_secs(40), "some are left");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A rank is killed, hangs, or is the first one and killed: all end in a bounded time, and the same command resumes.
#[test]
fn a_rank_that_dies_or_hangs_ends_the_trial_which_resumes() {
    if !compiled() {
        return;
    }
    let bench = Bench::new();
    let mut spec = in_pieces(bench.spec("rigl"), 4);
    // Long enough that all of it happens while it trains.
    spec.recipe.insert("image_size".into(), Value::Word("32".into()));
    spec.recipe.insert("epochs".into(), Value::Float(60.0));
    spec.recipe.insert("evaluate_every".into(), Value::Float(20.0));
    let run = bench.prepare("run", &spec);
    let begin = |limit: f64, silence: f64| {
        let mut job = TrainJob { checkpoint_every: 0.5, ..job(&bench, &run, 4) };
        job.ranks = Some(Ranks { limit, silence, ..Ranks::here(4) });
        let before = saved(&run);
        let worker = start(job);
        let others = followers(&worker, 3);
        until_saved(&run, before);
        (worker, others)
    };
    // Killed.
    let (worker, others) = begin(60.0, 60.0);
    send(others[1], libc::SIGKILL);
    let began = Instant::now();
    let output = worker.wait_with_output().unwrap();
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("rank 2 was ended by signal 9"), "{}", said(&output));
    assert!(said(&output).contains("run the same command to resume"), "{}", said(&output));
    until_gone(&others);
    // Hanging.
    let (worker, others) = begin(3.0, 600.0);
    send(others[0], libc::SIGSTOP);
    let began = Instant::now();
    let output = worker.wait_with_output().unwrap();
    assert!(began.elapsed() < Duration::from_secs(40));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("lost each other"), "{}", said(&output));
    until_gone(&others);
    // Stopped, which the limit of those that are only late does not end.
    let (worker, others) = begin(600.0, 3.0);
    send(others[0], libc::SIGSTOP);
    let began = Instant::now();
    let output = worker.wait_with_output().unwrap();
    assert!(began.elapsed() < Duration::from_secs(40));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    for words in ["rank 1 has shown no sign of life for 0.5 s", "rank 1 has shown no sign of life for 3 s"] {
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
    assert!(said(&output).contains("run the same command to resume"), "{}", said(&output));
    until_gone(&others);
    // The first, which serves the meeting: the others end by themselves.
    let (mut worker, others) = begin(600.0, 3.0);
    send(worker.id() as i32, libc::SIGSTOP);
    until_gone(&others);
    worker.kill().unwrap();
    worker.wait().unwrap();
    // The first.
    let (mut worker, others) = begin(60.0, 60.0);
    worker.kill().unwrap();
    worker.wait().unwrap();
    until_gone(&others);
    // Asked to stop, it is the only one that hears of it.
    let (worker, _) = begin(60.0, 60.0);
    send(worker.id() as i32, libc::SIGTERM);
    let output = worker.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    let output = start(job(&bench, &run, 4)).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_same(&bench.train("alone", &spec), &run, "after all of it");
}

#[test]
fn what_cannot_be_shared_is_refused_with_the_remedy() {
    let bench = Bench::new();
    let spec = in_pieces(bench.spec("dense"), 2);
    let run = bench.prepare("run", &spec);
    let refused = |job: TrainJob, words: &[&str]| {
        let output = start(job).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        words.iter().for_each(|word| assert!(said(&output).contains(word), "{word}: {}", said(&output)));
    };
    if !compiled() {
        refused(job(&bench, &run, 2), &["libgloo-dev", "--ranks"]);
        return;
    }
    refused(job(&bench, &run, 4), &["4 ranks", "--set micro_batch=4"]);
    refused(job(&bench, &run, 3), &["3 ranks cannot share a batch of 16 images", "--ranks 2"]);
    let taken = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let place = RankPlace { rank: 0, host: "127.0.0.1".into(), port, serves: true };
    let ranks = Ranks { place: Some(place), ..Ranks::here(2) };
    let at_a_port = TrainJob { ranks: Some(ranks), ..job(&bench, &run, 2) };
    refused(at_a_port, &["in use", &port.to_string()]);
}

/// A trial that another process has, or that is done: no rank waits for the first, which has nothing to do.
#[test]
fn ranks_whose_first_has_nothing_to_do_end_with_it() {
    if !compiled() {
        return;
    }
    let bench = Bench::new();
    let spec = in_pieces(bench.spec("dense"), 2);
    let run = bench.prepare("run", &spec);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let began = Instant::now();
    let codes = || {
        let at = |rank: usize| {
            let place = RankPlace { rank, host: "127.0.0.1".into(), port: free, serves: rank == 0 };
            let ranks = Ranks { place: Some(place), limit: 300.0, ..Ranks::here(2) };
            start(TrainJob { ranks: Some(ranks), ..TrainJob::new(run.path().into(), bench.data()) })
        };
        [at(0), at(1)].map(|rank| rank.wait_with_output().unwrap().status.code().and_then(Exit::from_code))
    };
    let lock = records::open_lock(&run.file(files::LOCK)).unwrap();
    lock.lock().unwrap();
    assert_eq!(codes(), [Some(Exit::Busy), Some(Exit::Done)]);
    drop(lock);
    assert_eq!(codes(), [Some(Exit::Done); 2]);
    assert!(run.is_committed().unwrap());
    assert_eq!(codes(), [Some(Exit::Done); 2]);
    assert!(began.elapsed() < Duration::from_secs(200), "a rank waited for its limit");
}

/// Ranks that were started by somebody else, each with what it sees: of other data, and of another trial.
#[test]
fn ranks_that_differ_are_named() {
    if !compiled() {
        return;
    }
    let bench = Bench::new();
    let spec = in_pieces(bench.spec("dense"), 2);
    let mut other = spec.clone();
    other.seed += 1;
    let (run, other) = (bench.prepare("run", &spec), bench.prepare("other", &other));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = |rank: usize, run: &RunDirectory| {
        let place = RankPlace { rank, host: "127.0.0.1".into(), port: free, serves: rank == 0 };
        let ranks = Ranks { place: Some(place), limit: 30.0, ..Ranks::here(2) };
        TrainJob { ranks: Some(ranks), ..TrainJob::new(run.path().into(), bench.data()) }
    };
    let first = start(at(0, &run));
    let second = start(at(1, &other)).wait_with_output().unwrap();
    let first = first.wait_with_output().unwrap();
    for output in [first, second] {
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("rank 1 trains trial"), "{}", said(&output));
    }
    let elsewhere = TrainJob { data: "/nowhere".into(), ..at(1, &run) };
    let others = Bench::with_test_images(60);
    let of_others = TrainJob { data: others.data(), ..at(1, &run) };
    for (job, words) in [(elsewhere, "/nowhere"), (of_others, "has fingerprint")] {
        let first = start(at(0, &run));
        let second = start(job).wait_with_output().unwrap();
        let first = first.wait_with_output().unwrap();
        assert_eq!(second.status.code(), Some(2), "{}", said(&second));
        assert!(said(&second).contains(words), "{}", said(&second));
        assert_eq!(first.status.code(), Some(3), "{}", said(&first));
    }
    // Of another build: this process, beside the worker.
    let first = start(at(0, &run));
    let meeting = Meeting::join("127.0.0.1", free, Duration::from_secs(30)).unwrap();
    let limit = Duration::from_secs(30);
    let group = Group::new(&meeting, 1, 2, Device::Cpu, limit, |_| ()).unwrap();
    let ranks = Rc::new(engine::Ranks::new(group));
    assert_eq!(ranks.gather_bytes(&[0]).unwrap()[0], [1], "the first begins");
    let options = RunOptions { ranks: Some(ranks), ..bench.options(&run) };
    let (outcome, _) = bench.attempt(&spec, &options);
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("rank 1 runs commit test") && error.contains("build all of them"), "{error}");
    drop(options);
    let first = first.wait_with_output().unwrap();
    assert_eq!(first.status.code(), Some(2), "{}", said(&first));
    assert!(said(&first).contains("rank 1 runs commit test"), "{}", said(&first));
}

/// Ranks whose others do not come: they say what they wait for, and end after the limit.
#[test]
fn a_rank_that_waits_says_what_for() {
    if !compiled() {
        return;
    }
    let bench = Bench::new();
    let run = bench.prepare("run", &in_pieces(bench.spec("dense"), 4));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = |rank: usize| {
        let place = RankPlace { rank, host: "127.0.0.1".into(), port, serves: rank == 0 };
        let ranks = Ranks { place: Some(place), limit: 6.0, silence: 3.0, ..Ranks::here(4) };
        start(TrainJob { ranks: Some(ranks), ..TrainJob::new(run.path().into(), bench.data()) })
    };
    let second = at(1);
    std::thread::sleep(Duration::from_secs(2));
    let first = at(0);
    let [first, second] = [first, second].map(|rank| rank.wait_with_output().unwrap());
    let of_all = format!("waits for the others at 127.0.0.1:{port} (2 of 4 are there)");
    let to_begin = format!("rank 1 waits for an answer at 127.0.0.1:{port}, where the ranks meet");
    for (output, words) in [(&first, [&of_all, &of_all]), (&second, [&to_begin, &of_all])] {
        assert_eq!(output.status.code(), Some(3), "{}", said(output));
        words.iter().for_each(|words| assert!(said(output).contains(*words), "{words}: {}", said(output)));
    }
    assert!(said(&first).contains("2 of 4 ranks came"), "{}", said(&first));
}
