//! Trials of several processes, started by the program itself and as torchrun and srun start them: the results are those
//! of one process, byte for byte.

use crate::{code, folder, results_of, suite};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};

const TRIALS: [&str; 6] = ["--method", "dense,rigl", "--sparsity", "0.9", "--set", "micro_batch=8"];

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Two processes that somebody else starts, each the whole program with `variables` of its rank.
fn started(folder: &Path, variables: impl Fn(usize) -> Vec<(&'static str, String)>) -> [Output; 2] {
    // The one that serves comes last.
    let start = |rank: usize| {
        let mut command = suite(folder, &[&TRIALS[..], &["--ranks", "2"]].concat());
        command.envs(variables(rank)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let (second, first) = (start(1), start(0));
    [first, second].map(|child| child.wait_with_output().unwrap())
}

#[test]
fn ranks_train_what_one_process_trains() {
    let alone = folder();
    assert_eq!(code(&suite(alone.path(), &TRIALS).output().unwrap()), 0);
    let expected = results_of(alone.path());
    assert_eq!(expected.len(), 8);

    let here = folder();
    let output = suite(here.path(), &[&TRIALS[..], &["--ranks", "2"]].concat()).output().unwrap();
    if said(&output).contains("libgloo-dev") {
        println!("skipped: this build has no ranks (libgloo-dev is missing)");
        return;
    }
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(results_of(here.path()) == expected);

    let port = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (torchrun_port, srun_port) = (port(), port());
    let torchrun = |rank: usize| {
        let rank = rank.to_string();
        let address = ("MASTER_ADDR", "127.0.0.1".to_string());
        vec![
            ("RANK", rank.clone()),
            ("LOCAL_RANK", rank),
            ("WORLD_SIZE", "2".into()),
            address,
            ("MASTER_PORT", torchrun_port.clone()),
        ]
    };
    let srun = |rank: usize| {
        let rank = rank.to_string();
        vec![
            ("SLURM_PROCID", rank.clone()),
            ("SLURM_LOCALID", rank),
            ("SLURM_STEP_NUM_TASKS", "2".into()),
            ("SLURM_STEP_NODELIST", "localhost".into()),
            ("MASTER_PORT", srun_port.clone()),
        ]
    };
    for (name, outputs, folder) in [
        {
            let folder = folder();
            ("torchrun", started(folder.path(), torchrun), folder)
        },
        {
            let folder = folder();
            ("srun", started(folder.path(), srun), folder)
        },
    ] {
        let [first, second] = outputs;
        assert_eq!([code(&first), code(&second)], [0, 0], "{name}: {}{}", said(&first), said(&second));
        assert!(second.stdout.is_empty(), "{name}: only the first prints results");
        assert!(results_of(folder.path()) == expected, "{name}");
    }
}

#[test]
fn what_does_not_fit_what_was_started_is_refused() {
    let folder = folder();
    let mut command = suite(folder.path(), &[&TRIALS[..], &["--ranks", "2"]].concat());
    let output = command.envs([("RANK", "0"), ("WORLD_SIZE", "4")]).output().unwrap();
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(said(&output).contains("4 processes were started, and --ranks says 2"), "{}", said(&output));
    // Which trials are free may look otherwise to each of them.
    let mut command = suite(folder.path(), &[&TRIALS[..], &["--ranks", "2", "--free-only"]].concat());
    let started =
        [("RANK", "0"), ("WORLD_SIZE", "2"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", "29500")];
    let output = command.envs(started).output().unwrap();
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(said(&output).contains("leave it out"), "{}", said(&output));
}
