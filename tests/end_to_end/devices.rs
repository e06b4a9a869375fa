//! Trials on several devices, of which some fail. The devices are made up: a script stands for the worker, says that
//! there are GPUs, and lets the real worker train on the processor, or fails as a worker on such a GPU does.

use crate::programs::with_worker;
use crate::{expect, folder, records, results_of, runs, suite};
use std::path::{Path, PathBuf};
use std::process::Command;
use trial::Event;
use trial::protocol::Machine;

const ECC: &str = "CUDA error: uncorrectable ECC error encountered";

/// Programs in `folder` that see three GPUs, of which those whose numbers match `broken` break after some steps.
fn programs(folder: &Path, broken: &str) -> PathBuf {
    let machine = Event::Machine(Machine {
        libtorch: "2.11.0".into(),
        processor: "a processor".into(),
        instruction_set: "AVX2".into(),
        devices: vec!["a GPU".into(); 3],
        threads: 1,
    });
    let failed = Event::Failed { message: ECC.into() };
    let script = format!(
        r#"here=$(printf %s "$job" | sed 's/"device":"cuda:[0-9]*"/"device":"cpu"/')
case $job in
*'"device":"cuda:'{broken}'"'*)
    printf %s "$here" | sed 's/"stop_after":null/"stop_after":1.0/' | "$worker"
    echo '{failed}'
    exit 3 ;;
*'"device":"cuda:'*) printf %s "$here" | "$worker" ;;
*) echo '{machine}' ;;
esac
"#,
        failed = failed.to_line(),
        machine = machine.to_line(),
    );
    with_worker(folder, &script)
}

/// The plan of these tests, by `program`.
fn plan(program: &Path, folder: &Path, device: &str) -> Command {
    let usual = suite(folder, &["--method", "rigl,iee,static", "--sparsity", "0.9", "--set", "epochs=60"]);
    let mut command = Command::new(program);
    command
        .args(usual.get_args())
        .args(["--device", device])
        .current_dir(folder)
        .env_remove("HARNESS_WORKER");
    command
}

#[test]
fn the_trials_of_a_device_that_breaks_go_on_elsewhere_with_the_same_results() {
    let (alone, several, bin) = (folder(), folder(), tempfile::tempdir().unwrap());
    expect(&plan(Path::new(env!("CARGO_BIN_EXE_harness")), alone.path(), "cpu").output().unwrap(), 0);
    let program = programs(bin.path(), "1");
    let (_, err) = expect(&plan(&program, several.path(), "cuda:all").output().unwrap(), 0);
    assert!(err.contains("cuda:1 gets no more trials: uncorrectable ECC error encountered"), "{err}");
    assert!(err.contains("it is run again from its checkpoint"), "{err}");
    assert!(["cuda:0", "cuda:1", "cuda:2"].iter().all(|name| err.contains(&format!("{name} "))), "{err}");
    assert_eq!(records(several.path()).len(), 3);
    assert!(results_of(alone.path()) == results_of(several.path()), "the results differ");
}

#[test]
fn without_a_device_that_works_trials_wait_with_their_checkpoints() {
    let (folder, bin) = (folder(), tempfile::tempdir().unwrap());
    let program = programs(bin.path(), "[0-9]");
    let (_, err) = expect(&plan(&program, folder.path(), "cuda:0,cuda:2").output().unwrap(), 3);
    assert!(err.contains("cuda:2 gets no more trials") && err.contains("no device is left"), "{err}");
    assert!(!err.contains("cuda:1 "), "{err}");
    assert!(records(folder.path()).is_empty());
    assert!(runs(folder.path()).iter().any(|run| run.join("checkpoint.safetensors").exists()));
    // Once devices work again, the same command ends the plan.
    let program = programs(bin.path(), "none");
    expect(&plan(&program, folder.path(), "cuda:0,cuda:2").output().unwrap(), 0);
    assert_eq!(records(folder.path()).len(), 3);
}
