//! What is disturbed: short trainings of several methods, and operations on data, each with what an undisturbed run leaves.

use crate::observed::Observed;
use crate::patience::output;
use crate::shim::Shim;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The program that a person types, and its worker.
pub const PROGRAMS: [&str; 2] = ["harness", "harness-worker"];

/// Something that is done by one command after the other.
#[derive(Clone)]
pub struct Work {
    pub name: &'static str,
    /// How often it is drawn beside the others.
    pub weight: u32,
    /// What makes the data it works on.
    before: &'static [&'static str],
    /// May be run again until they are through.
    pub commands: Vec<Vec<&'static str>>,
    /// Whose output must be the same afterwards.
    views: Vec<Vec<&'static str>>,
}

/// A work with its data and what it leaves undisturbed.
pub struct Prepared {
    pub work: Work,
    folder: TempDir,
    pub expected: Observed,
    /// Calls that change files, by command and program.
    pub changes: Vec<[u64; 2]>,
    /// Calls that read files of the folder, by command and program.
    pub reads: Vec<[u64; 2]>,
}

const CIFAR: [&str; 9] = ["data", "generate", "cifar10", "--data", "data", "--train", "64", "--test", "20"];
const IMAGENET: [&str; 11] =
    ["data", "generate", "imagenet", "--data", "data", "--classes", "2", "--train", "8", "--test", "4"];
const VOC: [&str; 11] =
    ["data", "generate", "voc", "--data", "data", "--classes", "2", "--train", "6", "--test", "3"];

/// Methods whose trials run at once, and what for: with the first works, all that there are.
const AT_ONCE: [(&str, &str, [&str; 2]); 6] = [
    ("granet, srigl and str at once", "granet,srigl,str", SPARSE),
    ("snip, grasp and small-dense at once", "snip,grasp,small-dense", SPARSE),
    ("magnitudes and acdc at once", "magnitude,magnitude-oneshot,acdc", SPARSE),
    ("set, snfs, mest and top-kast at once", "set,snfs,mest,top-kast", SPARSE),
    ("sr-ste", "sr-ste", ["--distribution", "2:4"]),
    ("channels at once", "rigl-channels,random-channels", ["--latency-target", "0.55"]),
];
const SPARSE: [&str; 2] = ["--sparsity", "0.8"];

/// A training of 16 steps an epoch.
fn training(more: &[&'static str]) -> Vec<&'static str> {
    let short =
        ["suite", "cifar10", "--profile", "smoke", "--data", "data", "--device", "cpu", "--threads", "1"];
    let shorter = ["--set", "batch_size=4", "--set", "image_size=16", "--out", "runs"];
    [&short[..], &shorter, more].concat()
}

/// All of them.
pub fn works() -> Vec<Work> {
    let table = vec!["table", "table3", "--out", "runs", "--format", "csv"];
    let compare = |a, b| vec!["compare", a, b, "--across", "method,choices,settings", "--format", "csv"];
    let trains = |name, weight, commands, views| Work { name, weight, before: &CIFAR, commands, views };
    let twice = |arguments: &[&'static str]| {
        let whole = training(arguments);
        vec![[&whole[..], &["--time-budget", "1s"]].concat(), whole]
    };
    let at_once = AT_ONCE.map(|(name, methods, target)| {
        let arguments = ["--method", methods, target[0], target[1], "--set", "epochs=12", "--jobs", "3"];
        trains(name, 1, vec![training(&arguments)], vec![table.clone()])
    });
    let others = vec![
        trains(
            "rigl and static",
            4,
            vec![training(&["--method", "rigl,static", "--sparsity", "0.8", "--set", "epochs=20"])],
            vec![table.clone(), compare("runs:method=static", "runs:method=rigl")],
        ),
        trains(
            "iee, stopped and resumed",
            4,
            twice(&["--method", "iee", "--sparsity", "0.8", "--set", "epochs=60"]),
            vec![table.clone()],
        ),
        trains(
            "dense and halp",
            1,
            vec![training(&["--method", "halp", "--latency-target", "0.55", "--set", "epochs=20"])],
            vec![vec!["table", "table1", "--out", "runs", "--format", "csv"]],
        ),
        Work {
            name: "data generate cifar10",
            weight: 2,
            before: &[],
            commands: vec![CIFAR.to_vec()],
            views: vec![],
        },
        Work {
            name: "data generate imagenet",
            weight: 1,
            before: &[],
            commands: vec![IMAGENET.to_vec()],
            views: vec![],
        },
        Work {
            name: "data generate voc",
            weight: 1,
            before: &[],
            commands: vec![VOC.to_vec()],
            views: vec![],
        },
        Work {
            name: "data pack",
            weight: 3,
            before: &IMAGENET,
            commands: vec![vec![
                "data", "pack", "imagenet", "--data", "data", "--into", "pack", "--side", "48",
            ]],
            views: vec![vec!["data", "verify", "imagenet", "--data", "pack"]],
        },
    ];
    others.into_iter().chain(at_once).collect()
}

/// The program in `folder`.
pub fn harness(folder: &Path, arguments: &[&str]) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_harness"));
    assert!(
        program.with_file_name(PROGRAMS[1]).exists(),
        "build the worker first: cargo build -p engine (make test does)"
    );
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_remove("HARNESS_WORKER");
    command
}

impl Prepared {
    /// Runs the work undisturbed, once, and counts what it does.
    pub fn of(work: Work, shim: &Shim) -> Prepared {
        let folder = tempfile::tempdir().unwrap();
        if !work.before.is_empty() {
            assert!(output(&mut harness(folder.path(), work.before)).status.success());
        }
        let none = vec![[0; 2]; work.commands.len()];
        let (mut changes, mut reads) = (none.clone(), none);
        for (place, program) in PROGRAMS.iter().enumerate() {
            let (run, counts) = (copy(folder.path()), folder.path().join("counts"));
            for (number, command) in work.commands.iter().enumerate() {
                let mut command = harness(run.path(), command);
                shim.count(&mut command, program, &counts);
                output(&mut command);
                let text = std::fs::read_to_string(&counts).unwrap_or_default();
                let most = |kind: usize| {
                    let counted = text.lines().filter_map(|line| line.split(' ').nth(kind)?.parse().ok());
                    counted.max().unwrap_or(0)
                };
                (changes[number][place], reads[number][place]) = (most(0), most(1));
                // Where no process of this name ran.
                let _ = std::fs::remove_file(&counts);
            }
        }
        let run = copy(folder.path());
        for command in &work.commands {
            output(&mut harness(run.path(), command));
        }
        let expected = Observed::of(run.path(), &work.views);
        Prepared { work, folder, expected, changes, reads }
    }

    /// A folder in which the first command of `work` was run.
    pub fn made_by(work: &Work) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        assert!(output(&mut harness(folder.path(), &work.commands[0])).status.success());
        folder
    }

    /// A folder with the data.
    pub fn fresh(&self) -> TempDir {
        copy(self.folder.path())
    }

    /// What is in `folder` now.
    pub fn observe(&self, folder: &Path) -> Observed {
        Observed::of(folder, &self.work.views)
    }
}

fn copy(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let from = format!("{}/.", folder.display());
    assert!(Command::new("cp").args(["-a", &from]).arg(copy.path()).status().unwrap().success());
    copy
}
