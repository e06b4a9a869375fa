//! A training that was stopped ends as one that was not: bit for bit.

mod common;

use common::{Bench, assert_same, give, result};
use engine::{RunOptions, TrainingEnd};
use rand::{Rng, SeedableRng, rngs::StdRng};
use records::RunDirectory;
use sparsity::Value;
use std::path::PathBuf;
use std::time::Duration;
use trial::protocol::TrainJob;
use trial::{Event, Job, TrialSpec};

/// Stopped after every single step, so in every stage of every method.
#[test]
fn a_stop_after_every_step_changes_nothing() {
    let bench = Bench::new();
    for (name, spec) in every_kind(&bench) {
        let whole = bench.train(&format!("{name}-whole"), &spec);
        let (pieces, stops) = in_pieces(&bench, &format!("{name}-pieces"), &spec, |_, _| ());
        assert_eq!(stops, 23, "{name}");
        assert_same(&whole, &pieces, &name);
    }
}

/// The run `name` of `spec`, stopped after every step and resumed, and how often it was stopped; after each stop
/// `between` is told how often so far.
fn in_pieces(
    bench: &Bench,
    name: &str,
    spec: &TrialSpec,
    mut between: impl FnMut(&mut RunOptions, usize),
) -> (RunDirectory, usize) {
    let run = bench.prepare(name, spec);
    let mut options = bench.options(&run);
    options.stop_after = Some(Duration::ZERO);
    let mut stops = 0;
    while bench.attempt(spec, &options).0.unwrap() == TrainingEnd::OutOfTime {
        stops += 1;
        between(&mut options, stops);
    }
    (run, stops)
}

/// Every method, and IEE with scores gathered over steps, a global budget, and nothing dormant.
fn every_kind(bench: &Bench) -> Vec<(String, TrialSpec)> {
    let mut kinds: Vec<_> = trial::registry::all()
        .iter()
        .map(|method| (method.name.to_string(), bench.spec(method.name)))
        .collect();
    for (key, value) in
        [("criterion", "taylor"), ("criterion", "grasp"), ("scope", "global"), ("grown_values", "zero")]
    {
        let mut spec = bench.spec("iee");
        spec.settings.insert(key.into(), Value::Word(value.into()));
        kinds.push((format!("iee-{value}"), spec));
    }
    kinds.push(("iee-channels".into(), bench.channels("iee", 0.4)));
    kinds.push(("iee-logged".into(), bench.logged("iee", 0.4)));
    kinds
}

/// A stage that has settled is left: with an overlap that any choice has, at the second look, so that of a cycle of 13
/// steps the fifth of importance and the fifth of exploration are left out. Interrupted or not, the same ones are.
#[test]
fn a_settled_stage_ends_early_and_resumes_the_same() {
    let bench = Bench::new();
    let mut spec = bench.spec("iee");
    let steps = ["importance_steps", "exploration_steps"].map(|key| (key, Value::Int(6)));
    let more = [
        ("recovery_steps", Value::Int(1)),
        ("stage_end", Value::Word("settled".into())),
        ("settled_overlap", Value::Float(0.0)),
        ("settled_looks", Value::Int(3)),
    ];
    spec.settings.extend(steps.into_iter().chain(more).map(|(key, value)| (key.to_string(), value)));
    let whole = bench.train("settled-whole", &spec);
    let (pieces, stops) = in_pieces(&bench, "pieces", &spec, |_, _| ());
    assert_eq!(stops, 21);
    assert_same(&whole, &pieces, "settled");
    // Nothing settles to the last weight while all of them move.
    spec.settings.insert("settled_overlap".into(), Value::Float(1.0));
    spec.settings.insert("update_fraction".into(), Value::Float(0.5));
    let never = bench.train("never-settled", &spec);
    let steps = |run: &RunDirectory| {
        let record = std::fs::read_to_string(run.file("record.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&record).unwrap()["steps"].clone()
    };
    assert_eq!((steps(&whole), steps(&never)), (22.into(), 24.into()));
}

/// Photographs resume in the middle of an epoch, with whatever number of threads decodes them.
#[test]
fn a_training_on_photographs_goes_on_where_it_was() {
    let bench = Bench::photographs();
    for method in ["dense", "iee"] {
        let spec = bench.spec(method);
        let whole = bench.train(&format!("{method}-whole"), &spec);
        let (pieces, stops) = in_pieces(&bench, &format!("{method}-pieces"), &spec, |options, stops| {
            options.decoders = 1 + stops % 2;
        });
        assert_eq!(stops, 11, "{method}");
        assert_same(&whole, &pieces, method);
    }
}

/// A file that cannot be read is skipped, counted, and counted once over resumptions; or it ends the trial.
#[test]
fn an_unreadable_photograph_is_skipped_and_counted_unless_strict() {
    let bench = Bench::photographs();
    let train = bench.data().join("train");
    let class = std::fs::read_dir(&train).unwrap().next().unwrap().unwrap().path();
    let file = std::fs::read_dir(class).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&file).unwrap();
    // Of the same length, so that the set is the same by its fingerprint.
    std::fs::write(&file, vec![b'x'; bytes.len()]).unwrap();
    let spec = bench.spec("dense");
    let run = bench.prepare("skipping", &spec);
    let mut options = bench.options(&run);
    options.stop_after = Some(Duration::ZERO);
    while bench.attempt(&spec, &options).0.unwrap() == TrainingEnd::OutOfTime {}
    let record: records::Record =
        serde_json::from_slice(&std::fs::read(run.file("record.json")).unwrap()).unwrap();
    assert_eq!(record.skipped_files, Some(1));

    let strict = bench.prepare("strict", &spec);
    let options = engine::RunOptions { strict: true, ..bench.options(&strict) };
    let message = bench.attempt(&spec, &options).0.unwrap_err().to_string();
    assert!(message.contains(file.file_name().unwrap().to_str().unwrap()), "{message}");
}

#[test]
fn the_same_spec_gives_the_same_result_and_another_seed_another() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let (first, second) = (bench.train("first", &spec), bench.train("second", &spec));
    assert_same(&first, &second, "repeated");
    let other = bench.train("other", &trial::TrialSpec { seed: 4, ..spec });
    for ((name, left), (_, right)) in result(&first).iter().zip(result(&other)).take(3) {
        assert!(*left != right, "{name} does not depend on the seed");
    }
}

/// The run `name` of `spec`, stopped after every step until there is `enough` of it.
fn stopped_until(
    bench: &Bench,
    name: &str,
    spec: &TrialSpec,
    enough: impl Fn(&RunDirectory) -> bool,
) -> RunDirectory {
    let run = bench.prepare(name, spec);
    let mut options = bench.options(&run);
    options.stop_after = Some(Duration::ZERO);
    while !enough(&run) {
        assert_eq!(bench.attempt(spec, &options).0.unwrap(), TrainingEnd::OutOfTime);
    }
    run
}

/// The masks that a run keeps on the way.
fn masks(run: &RunDirectory) -> Vec<PathBuf> {
    std::fs::read_dir(run.file("masks")).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

/// The masks that a training keeps on the way belong to its checkpoints: with one that was changed, what is left is to
/// start anew, and the result is as it is without the damage.
#[test]
fn a_mask_of_a_resume_that_was_changed_is_noticed() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let whole = bench.train("whole", &spec);
    let run = stopped_until(&bench, "damaged", &spec, |run| masks(run).len() >= 2);
    let number = |path: &&PathBuf| path.file_stem().unwrap().to_str().unwrap().parse::<u64>().unwrap();
    let masks = masks(&run);
    let first = masks.iter().min_by_key(number).unwrap();
    let mut bits = std::fs::read(first).unwrap();
    bits.iter_mut().for_each(|byte| *byte ^= 0xff);
    std::fs::write(first, bits).unwrap();
    let (outcome, events) = bench.attempt(&spec, &bench.options(&run));
    assert_eq!(outcome.unwrap(), TrainingEnd::Done);
    let name = first.file_name().unwrap().to_str().unwrap();
    let named = |event: &&Event| matches!(event, Event::Warning { message } if message.contains(name));
    assert!(events.iter().any(|event| named(&event)), "{events:?}");
    assert_same(&whole, &run, "after a damaged mask");
}

/// A mask that cannot be read may be whole: the training waits for it, and both checkpoints stay.
#[test]
fn a_mask_that_cannot_be_read_costs_nothing() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let whole = bench.train("whole", &spec);
    let enough =
        |run: &RunDirectory| !masks(run).is_empty() && run.file("checkpoint.previous.safetensors").exists();
    let run = stopped_until(&bench, "unreadable", &spec, enough);
    let options = bench.options(&run);
    let (mask, away) = (masks(&run).remove(0), run.file("away"));
    std::fs::rename(&mask, &away).unwrap();
    std::fs::create_dir(&mask).unwrap();
    let error = bench.attempt(&spec, &options).0.unwrap_err().to_string();
    assert!(error.contains(mask.file_name().unwrap().to_str().unwrap()), "{error}");
    for name in ["checkpoint.safetensors", "checkpoint.previous.safetensors"] {
        assert!(run.file(name).exists(), "{name}");
    }
    std::fs::remove_dir(&mask).unwrap();
    std::fs::rename(&away, &mask).unwrap();
    let (outcome, events) = bench.attempt(&spec, &options);
    assert_eq!(outcome.unwrap(), TrainingEnd::Done);
    let aside = |event: &Event| matches!(event, Event::Warning { message } if message.contains("set aside"));
    assert!(!events.iter().any(aside), "{events:?}");
    assert_same(&whole, &run, "after a mask could not be read");
}

/// Whether and when a training diverges follows from its steps, and not from the moments of its checkpoints.
#[test]
fn a_training_diverges_after_the_same_step_however_often_it_is_stopped() {
    let bench = Bench::new();
    let mut spec = bench.spec("dense");
    let recipe = [("learning_rate", 100.0), ("weight_decay", 1.0), ("epochs", 20.0)];
    spec.recipe.extend(recipe.map(|(key, value)| (key.to_string(), Value::Float(value))));
    let diverge = |name: &str, stop_after| {
        let run = bench.prepare(name, &spec);
        let mut options = bench.options(&run);
        options.stop_after = stop_after;
        let mut stops = 0;
        while bench.attempt(&spec, &options).0.unwrap() == TrainingEnd::OutOfTime {
            stops += 1;
        }
        let record: records::Record =
            serde_json::from_slice(&std::fs::read(run.file("record.json")).unwrap()).unwrap();
        assert_eq!(record.status, "diverged");
        (record.steps, record.val_loss, stops)
    };
    let (whole, pieces) = (diverge("whole", None), diverge("pieces", Some(Duration::ZERO)));
    assert_eq!((whole.0, whole.1, whole.2), (pieces.0, pieces.1, 0));
    assert!(pieces.2 > 0);
}

/// Sums are divided among threads, so that another number of them is another trial; the same number gives the same
/// result, also after an interruption.
#[test]
fn a_trial_has_the_threads_of_its_spec_before_and_after_a_stop() {
    let bench = Bench::new();
    let of = |number: usize| {
        let spec = trial::TrialSpec { threads: number.try_into().unwrap(), ..bench.spec("iee") };
        let whole = bench.train(&format!("{number}-whole"), &spec);
        let (pieces, _) = in_pieces(&bench, &format!("{number}-pieces"), &spec, |_, stops| {
            // The number of threads that the process has had so far must not matter.
            tch::set_num_threads(stops as i32 % 3 + 1);
        });
        assert_same(&whole, &pieces, &format!("{number} threads"));
        let record: records::Record =
            serde_json::from_slice(&std::fs::read(pieces.file("record.json")).unwrap()).unwrap();
        assert_eq!((record.threads, record.key), (Some(number as u64), spec.key()));
        (spec.key(), whole)
    };
    let ((one, first), (two, second)) = (of(1), of(2));
    assert_ne!(one, two);
    assert!(
        result(&first)[0] != result(&second)[0],
        "if threads change nothing, they need not be in the key"
    );
}

/// Killed without warning at random moments, also while a checkpoint is written.
#[test]
fn kill_nine_at_any_moment_changes_nothing() {
    let bench = Bench::new();
    let mut rng = StdRng::seed_from_u64(11);
    for method in ["iee", "rigl"] {
        let spec = bench.spec(method);
        let whole = bench.train(&format!("{method}-whole"), &spec);
        let killed = bench.prepare(&format!("{method}-killed"), &spec);
        let mut kills = 0;
        while !killed.is_committed().unwrap() {
            let job = TrainJob { checkpoint_every: 0.0, ..TrainJob::new(killed.path().into(), bench.data()) };
            let mut process = give(&Job::Train(job).to_json().unwrap());
            // Start-up takes most of the time; then a step takes milliseconds.
            wait_for_output(&mut process);
            std::thread::sleep(Duration::from_millis(rng.random_range(0..250)));
            if process.try_wait().unwrap().is_none() {
                process.kill().unwrap();
                kills += 1;
            }
            process.wait().unwrap();
            assert!(kills < 200, "no progress");
        }
        assert!(kills > 0, "the worker was never caught running");
        assert_same(&whole, &killed, method);
    }
}

/// Waits until the worker has said something or ended.
fn wait_for_output(process: &mut std::process::Child) {
    use std::io::Read;
    let mut byte = [0];
    let _ = process.stdout.as_mut().unwrap().read(&mut byte);
}

#[test]
fn a_damaged_checkpoint_is_named_and_the_one_before_goes_on() {
    let bench = Bench::new();
    let spec = bench.spec("iee");
    let whole = bench.train("whole", &spec);
    let run = bench.prepare("damaged", &spec);
    let mut options = bench.options(&run);
    options.stop_after = Some(Duration::ZERO);
    for _ in 0..7 {
        bench.attempt(&spec, &options).0.unwrap();
    }
    let path = run.file("checkpoint.safetensors");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    options.stop_after = None;
    let (outcome, events) = bench.attempt(&spec, &options);
    assert_eq!(outcome.unwrap(), TrainingEnd::Done);
    let named = |event: &Event| matches!(event, Event::Warning { message } if message.contains("damaged"));
    assert!(events.iter().any(named), "{events:?}");
    assert_same(&whole, &run, "after damage");
}
