//! What is refused and how: cause, remedy, exit code, and nothing written.

use crate::{SMOKE, err, folder, harness, is_empty, out, smoke};
use std::process::Command;

#[test]
fn what_is_wrong_is_said_with_code_2_and_nothing_is_written() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&["suite", "cifar"], "cifar10"),
        (&["suite", "cifar10", "--profile", "smokey"], "smoke"),
        (&["suite", "cifar10", "--method", "rigel"], "rigl"),
        (&["suite", "cifar10", "--method", "iee,"], "possible values"),
        (&["suite", "cifar10", "--distribution", "erkk"], "erk"),
        (&["suite", "cifar10", "--model", "wrn22-2"], "did you mean `wrn-22-2`?"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "sparsity=0.9"], "write --sparsity 0.9"),
        (
            &["suite", "imagenet", "--profile", "smoke", "--set", "learning_rate=0"],
            "did you mean `base_learning_rate`?",
        ),
        (
            &["suite", "cifar10", "--profile", "smoke", "--method", "dense", "--init", "absent.pth"],
            "--init cannot be used: there is no file absent.pth",
        ),
        (&["suite", "cifar10", "--model", "wrn-20-2"], "6n + 4"),
        (&["suite", "cifar10", "--sparsity", "1.0"], "[0, 1)"),
        (&["suite", "cifar10", "--sparsity", "90%"], "0.9"),
        (&["suite", "cifar10", "--seeds", "a"], "a range, such as 0-2"),
        (&["suite", "cifar10", "--seeds", "3-1"], "write 1-3"),
        (&["suite", "cifar10", "--epochs", "2"], "--set epochs=2"),
        (&["reproduce", "table3", "--update-intervall=50"], "--set update_interval=50"),
        (&["suite", "cifar10", "--sparsity", "95"], "did you mean 0.95?"),
        (&["suite", "cifar10", "--latency-target", "30"], "did you mean 0.3?"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "criterion=taylr"], "did you mean `taylor`"),
        (&["figure", "fig3", "--scale", "3"], "--scale is for a PNG"),
        (&["suite", "cifar10", "--executor", "slurm", "--slurm-args", "--time=2"], "without having trained"),
        (&["figure", "fig33"], "did you mean `fig3`"),
        (&["fps", "resnet51"], "did you mean `resnet50`"),
        (&["suite", "cifar10", "--device", "gpu"], "cuda:0"),
        (&["suite", "cifar10", "--device", "cpu,cuda:0"], "either cpu or CUDA devices"),
        (&["suite", "cifar10", "--device", "cuda:1,cuda:1"], "named twice"),
        (&["fps", "resnet50", "--device", "cuda:0,cuda:1"], "there is no device `cuda:0,cuda:1`"),
        (&["suite", "cifar10", "--profile", "smoke", "--data", "x", "--executor", "pbs"], "possible values"),
        (&["suite", "cifar10", "--executor", "slurm", "--slurm-args", "--array=0-3"], "--array-parallelism"),
        (
            &["suite", "cifar10", "--profile", "smoke", "--wait"],
            "--wait is for a cluster; add --executor slurm",
        ),
        (&["suite", "cifar10", "--executor", "slurm"], "name a profile with --profile"),
        (&["suite", "cifar10", "--executor", "slurm", "--array-parallelism", "0"], "--array-parallelism"),
        (&["suite", "cifar10", "--jobs", "0"], "--jobs"),
        (&["suite", "cifar10", "--ranks", "0"], "1 to 1024"),
        (&["suite", "cifar10", "--profile", "smoke", "--ranks", "2"], "--set micro_batch=32"),
        (&["suite", "cifar10", "--profile", "smoke", "--ranks", "3"], "--ranks 2"),
        (&["reproduce", "table3", "--profile", "smoke", "--ranks", "4"], "--set micro_batch=16"),
        (&["suite", "cifar10", "--profile", "smoke", "--ranks", "2"], "--set batch_norm=batch"),
        (
            &[
                "suite",
                "cifar10",
                "--profile",
                "smoke",
                "--set",
                "batch_norm=batch",
                "--set",
                "micro_batch=8",
            ],
            "micro_batch is 8: add --set micro_batch=0",
        ),
        (
            &["suite", "voc", "--profile", "smoke", "--set", "batch_norm=batch"],
            "batch_norm=batch is for classification",
        ),
        (&["suite", "cifar10", "--set", "epochs"], "key=value"),
        (&["suite", "cifar10", "--time-budget", "9"], "1h30m"),
        (&["suite", "cifar10", "-q", "-v"], "cannot be used with"),
        (&["suite", "cifar10", "--data", "nowhere"], "harness data fetch cifar10"),
        (&["suite", "cifar10", "--profile", "paper"], "--data"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "epoch=3"], "did you mean `epochs`"),
        (&["suite", "cifar10", "--profile", "smoke", "--set", "epochs=many"], "it takes"),
        (
            &["suite", "cifar10", "--profile", "smoke", "--method", "rigl", "--set", "freeze=false"],
            "belongs to iee",
        ),
        (&["suite", "cifar10", "--profile", "smoke", "--sparsity", "0.99999"], "lower sparsity"),
        (&["suite", "imagenet", "--data", "nowhere"], "nowhere"),
        (&["suite", "imagenet", "--profile", "paper"], "IMAGENET_DIR"),
        (&["suite", "imagenet", "--profile", "smoke", "--model", "resnet51"], "did you mean `resnet50`"),
        (&["suite", "imagenet", "--profile", "smoke", "--set", "micro_batch=12"], "micro_batch=8"),
        (&["suite", "imagenet", "--profile", "smoke", "--set", "dropout=0.1"], "has no dropout"),
        (
            &["suite", "imagenet", "--profile", "smoke", "--distribution", "2:4", "--sparsity", "0.9"],
            "sparsity 0.5",
        ),
        (&["suite", "imagenet", "--profile", "smoke", "--method", "sr-ste"], "--distribution"),
        (&["reproduce", "table2", "--profile", "smoke", "--method", "sr-ste"], "no row"),
        (&["data", "fetch", "imagenet"], "image-net.org"),
        (&["data", "pack", "cifar10", "--into", "x"], "needs no pack"),
        (&["suite", "voc", "--profile", "paper"], "VOC_DIR"),
        (&["suite", "voc", "--data", "nowhere"], "harness data fetch voc"),
        (&["suite", "voc", "--profile", "smoke", "--set", "classes=dog,dog"], "different names"),
        (&["suite", "voc", "--profile", "smoke", "--set", "learning_rate_knots=0:1,5"], "place:factor"),
        (&["suite", "voc", "--profile", "smoke", "--set", "micro_batch=3"], "micro_batch=2"),
        (&["suite", "voc", "--profile", "smoke", "--model", "ssd256-resnet50"], "image_size=256"),
        (&["suite", "voc", "--model", "ssd100-resnet50"], "power of two"),
        (&["data", "pack", "voc", "--into", "x"], "full size"),
        (&["data", "generate", "voc", "--classes", "11"], "1 to 10 classes"),
        (&["data", "verify", "voc", "--set", "train_lists=train"], "did you mean `train_list`"),
        (&["data", "info", "voc"], "harness data generate voc"),
        (&["reproduce", "table9"], "table3"),
        (&["table", "tabel3"], "table3"),
        (&["score", "cifar10", "car.txt"], "suite cifar10 has no objects to detect"),
        (&["score", "cifar10"], "<DETECTIONS>"),
        (&["score", "cifar10", "car.txt", "--rule", "voc2012"], "voc2010"),
        (&["table", "table3", "--format", "html"], "latex"),
        (&["list", "method"], "methods"),
        (&["data", "info", "cifar10"], "harness data fetch cifar10"),
        (&["data", "generate", "cifar10", "--train", "0"], "at least 1"),
        (&["train"], "unrecognized subcommand"),
        (&[], "Usage"),
    ];
    for (arguments, words) in cases {
        let output = harness(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{arguments:?}");
        assert!(is_empty(&folder), "{arguments:?}");
    }
}

/// A pipe to which nobody writes, and a device that never ends, in the place of every kind of file.
#[test]
fn what_would_never_end_is_refused_at_once() {
    let folder = folder();
    let made = Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    let pruned = ["--method", "iee", "--latency-target", "0.5"];
    let into = ["--device", "TITAN V", "--into", "t.csv"];
    let cases: &[&[&str]] = &[
        &["run", "FILE"],
        &["status", "--plan", "FILE"],
        &[&SMOKE[..], &["--method", "dense", "--init", "FILE"]].concat(),
        &[&SMOKE[..], &pruned, &["--pretrained", "FILE"]].concat(),
        &[&SMOKE[..], &pruned, &["--lut", "FILE"]].concat(),
        &[&["lut", "import", "FILE"][..], &into].concat(),
        &["lut", "show", "FILE"],
        &["compare", "FILE", "FILE"],
        &["regress", "--baseline", "FILE"],
    ];
    for file in ["pipe", "/dev/zero"] {
        for arguments in cases {
            let named = arguments.iter().map(|word| if *word == "FILE" { file } else { word });
            // It ends with 124 where it has to be ended.
            let mut command = Command::new("timeout");
            command.arg("60").arg(env!("CARGO_BIN_EXE_harness")).args(named).current_dir(folder.path());
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?} {file}: {}", err(&output));
            let said = err(&output);
            assert!(
                said.contains(file) && said.contains("a pipe, a socket or a device"),
                "{arguments:?}: {said}"
            );
        }
    }
}

/// A shell's `<(...)` and standard input are pipes, too, and have somebody at their other end.
#[test]
fn a_plan_may_come_through_a_pipe_that_was_handed_over() {
    let folder = folder();
    let save = smoke(&folder, &["--method", "dense", "--save-plan", "-"]);
    assert_eq!(save.status.code(), Some(0), "{}", err(&save));
    std::fs::write(folder.path().join("plan.toml"), &save.stdout).unwrap();
    let script = r#"cat plan.toml | "$0" run /dev/stdin --dry-run"#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_harness")]).current_dir(folder.path());
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("1 trial"), "{}", out(&output));
}

#[test]
fn without_a_worker_nothing_is_trained_and_the_remedy_is_named() {
    // Beside the program there is a worker once the workspace is built; the copy has none.
    let folder = folder();
    let program = folder.path().join("harness");
    std::fs::copy(env!("CARGO_BIN_EXE_harness"), &program).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(&program)
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("HARNESS_WORKER")
            .output()
            .unwrap()
    };
    let output = run(&[&SMOKE[..], &["--method", "static"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("make build"), "{}", err(&output));
    assert!(!folder.path().join("runs/runs").exists());
    let output = run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("missing") && out(&output).contains("make build"), "{}", out(&output));
}

#[test]
fn a_damaged_row_is_named_with_file_and_line() {
    let folder = folder();
    let runs = folder.path().join("runs");
    std::fs::create_dir(&runs).unwrap();
    std::fs::write(runs.join("records.csv"), "key,suite\nonly one column\n").unwrap();
    let output = harness(folder.path(), &["table", "table3"]);
    assert!(err(&output).contains("records.csv:1:"), "{}", err(&output));
    assert!(out(&output).contains("RigL"));
    // A run would not be able to add its records, so it does not start.
    let output = smoke(&folder, &["--method", "static"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("records.csv:1:"), "{}", err(&output));
}
