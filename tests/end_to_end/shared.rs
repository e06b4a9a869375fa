//! What programs that share a folder of results leave to each other: a throughput that one was stopped in measuring, and trials
//! that failed in another.

use crate::programs::with_worker;
use crate::{expect, folder, suite};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Networks that are measured once they are trained.
const MEASURED: [&str; 7] =
    ["--method", "halp", "--latency-target", "0.5", "--set", "prune_interval=1", "--free-only"];

/// The plan of `more` in `folder`, by `program`.
fn plan(program: &Path, folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(suite(folder, more).get_args()).current_dir(folder).env_remove("HARNESS_WORKER");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Measurements that are recorded.
fn measured(folder: &Path) -> usize {
    records::FpsStore::new(&folder.join("runs")).load().unwrap().0.len()
}

#[test]
fn a_program_that_is_warned_while_it_measures_leaves_that_to_the_next() {
    let (folder, bin) = (folder(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let warned = r#"case $job in
*'"fps"'*) kill -USR1 $PPID; exec sleep 600 ;;
*) printf %s "$job" | "$worker" ;;
esac
"#;
    let program = with_worker(bin.path(), warned);
    let (_, err) = expect(&plan(&program, folder, &MEASURED).output().unwrap(), 4);
    assert!(err.contains("measuring the throughput of 2 networks"), "{err}");
    assert!(err.contains("interrupted: the throughput is not measured"), "{err}");
    assert_eq!(measured(folder), 0);
    // While another one measures, it is left to that one.
    let lock = File::options().write(true).open(folder.join("runs/.measuring.lock")).unwrap();
    lock.lock().unwrap();
    let (_, err) = expect(&suite(folder, &MEASURED).output().unwrap(), 0);
    assert!(err.contains("another program is measuring") && measured(folder) == 0, "{err}");
    drop(lock);
    let (_, err) = expect(&suite(folder, &MEASURED).output().unwrap(), 0);
    assert!(err.contains("measuring the throughput of 2 networks") && measured(folder) == 2, "{err}");
    // What was measured to the end is not begun again by those that come later, whatever is recorded of it.
    std::fs::remove_file(folder.join("runs/fps.csv")).unwrap();
    let (_, err) = expect(&suite(folder, &MEASURED).output().unwrap(), 0);
    assert!(!err.contains("measuring") && measured(folder) == 0, "{err}");
}

#[test]
fn a_program_that_is_warned_as_its_last_trial_ends_does_not_begin_to_measure() {
    let (folder, bin) = (folder(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    // The signal comes once the program knows that the trial ends, and before it does.
    let warned = r#"case $job in
*'"fps"'*) exit 1 ;;
*)
    printf %s "$job" | "$worker"
    code=$?
    exec >&-
    [ "$(ls -d runs/runs/*/COMMITTED | wc -l)" -lt 2 ] || kill -USR1 $PPID
    sleep 0.5
    exit $code ;;
esac
"#;
    let program = with_worker(bin.path(), warned);
    let (_, err) = expect(&plan(&program, folder, &MEASURED).output().unwrap(), 4);
    assert!(err.contains("interrupted: the throughput is not measured"), "{err}");
    assert!(!err.contains("measuring the throughput"), "{err}");
    let (_, err) = expect(&suite(folder, &MEASURED).output().unwrap(), 0);
    assert!(err.contains("measuring the throughput of 2 networks") && measured(folder) == 2, "{err}");
}

/// The worker of a trial that fails whenever it is tried, after a while in which it has it, and notes that in `tried`.
const FAILS: &str = r#"case $job in
*'"train"'*)
    run=$(printf %s "$job" | sed 's/.*"run":"\([^"]*\)".*/\1/')
    exec 9>"$run/lock"
    flock --nonblock 9 || exit 6
    echo >>tried
    case $(wc -l <tried) in 1) sleep 2 ;; 2) sleep 5 ;; esac
    echo '{"event":"failed","message":"made to fail"}'
    exit 3 ;;
*) printf %s "$job" | "$worker" ;;
esac
"#;

#[test]
fn a_trial_that_another_program_has_just_failed_in_is_not_tried_again_by_this_one() {
    let (folder, bin) = (folder(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let program = with_worker(bin.path(), FAILS);
    let tried = || std::fs::read_to_string(folder.join("tried")).unwrap().lines().count();
    let methods = ["--method", "static,set", "--sparsity", "0.9", "--jobs", "1"];
    let together = [(); 2].map(|()| plan(&program, folder, &methods).spawn().unwrap());
    let said = together.map(|program| expect(&program.wait_with_output().unwrap(), 3).1);
    assert_eq!(tried(), 2, "{said:?}");
    let all = said.concat();
    assert_eq!(
        all.matches("it failed in another program, and is not tried again here: made to fail").count(),
        2
    );
    // Whoever asks again means it.
    expect(&plan(&program, folder, &methods).output().unwrap(), 3);
    assert_eq!(tried(), 4);
    // The elements of an array are one program in this, even where one begins after the failure.
    let free = [&methods[..], &["--free-only"]].concat();
    for (array, then) in [("7", 6), ("7", 6), ("8", 8)] {
        expect(&plan(&program, folder, &free).env("SLURM_ARRAY_JOB_ID", array).output().unwrap(), 3);
        assert_eq!(tried(), then, "array {array}");
    }
}
