//! `harness lut` with its real worker: a table is built, interrupted, gone on with, verified and refused.

mod common;

use common::expect;
use sparsity::{
    Accounting, ChannelOptions, ChannelSpace, Latency, LatencyOrigin, LatencyScope, LatencyTable,
};
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    common::command(folder.path(), &[&["lut"], arguments].concat())
}

fn lut(folder: &TempDir, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// As small as it can be: 8 x 8 pixels, one thread, moments of time.
const BUILD: [&str; 14] = [
    "build",
    "--model",
    "wrn-10-1",
    "--side",
    "8",
    "--batch",
    "2",
    "--device",
    "cpu",
    "--threads",
    "1",
    "--step",
    "16",
    "--into",
];

fn build(folder: &TempDir, more: &[&str]) -> Output {
    lut(folder, &[&BUILD[..], &["luts/t.csv", "--seconds", "0.001"], more].concat())
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("luts/t.csv")
}

fn space() -> ChannelSpace {
    let network = network::models::model("wrn-10-1", 10, 8).unwrap();
    let options = ChannelOptions {
        block: 16,
        accounting: Accounting::Outputs,
        keep_stem: true,
        scope: LatencyScope::Network,
    };
    ChannelSpace::new(&network, Latency::Macs { batch: 2 }, options).unwrap()
}

#[test]
fn a_table_is_built_gone_on_with_verified_and_kept_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = expect(&build(&folder, &[]), 0);
    let table = LatencyTable::read(&file(&folder)).unwrap();
    let shapes: Vec<_> = space().shapes().into_iter().collect();
    assert_eq!(table.entries.keys().copied().collect::<Vec<_>>(), shapes);
    assert!(
        table.entries.values().all(|entry| entry.origin == LatencyOrigin::Measured && entry.repeats >= 5)
    );
    let about = &table.about;
    assert!(about.device.ends_with(", 1 thread") && about.origin.contains("libtorch"), "{about}");
    assert_eq!(
        (about.batch, about.precision.as_str(), about.model.as_deref()),
        (2, "fp32", Some("wrn-10-1"))
    );
    assert!(out.contains(&format!("{} measured", shapes.len())) && out.contains("dense"), "{out}");
    assert!(err.contains(&format!("{0}/{0} measured", shapes.len())), "{err}");

    // What is there is not measured again, and a line without its end is.
    let whole = fs::read_to_string(file(&folder)).unwrap();
    let (_, err) = expect(&build(&folder, &[]), 0);
    assert!(err.contains(&format!("0 of {}", shapes.len())), "{err}");
    assert_eq!(fs::read_to_string(file(&folder)).unwrap(), whole);
    let rows = whole.find("inputs,").unwrap();
    let third = whole[rows..].match_indices('\n').nth(3).unwrap().0 + rows + 1;
    fs::write(file(&folder), &whole[..third + 9]).unwrap();
    let (_, err) = expect(&build(&folder, &[]), 0);
    assert!(err.contains("cut off") && err.contains(&format!("{} of", shapes.len() - 3)), "{err}");
    let again = fs::read_to_string(file(&folder)).unwrap();
    assert_eq!(again[..third], whole[..third]);
    assert_eq!(LatencyTable::read(&file(&folder)).unwrap().entries.len(), shapes.len());

    // Another batch, model, size, format or device is another table.
    for (more, words) in [
        (["--batch", "3"], ["2", "3"]),
        (["--model", "wrn-16-1"], ["wrn-10-1", "wrn-16-1"]),
        (["--side", "9"], ["8", "9"]),
        (["--precision", "bf16"], ["fp32", "bf16"]),
        (["--layout", "nchw"], ["channels-last", "nchw"]),
        (["--threads", "2"], ["1 thread", "2 threads"]),
    ] {
        let mut arguments = [&BUILD[..], &["luts/t.csv"]].concat();
        match arguments.iter().position(|argument| *argument == more[0]) {
            Some(at) => arguments[at + 1] = more[1],
            None => arguments.extend(more),
        }
        let (out, err) = expect(&lut(&folder, &arguments), 2);
        assert!(out.is_empty() && err.contains("another table"), "{err}");
        assert!(words.iter().all(|word| err.contains(word)), "{err}");
    }
    assert_eq!(fs::read_to_string(file(&folder)).unwrap(), again);

    let verify = |more: &[&str]| {
        let arguments = ["verify", "luts/t.csv", "--device", "cpu", "--sample", "5", "--seconds", "0.001"];
        lut(&folder, &[&arguments[..], more].concat())
    };
    let (out, _) = expect(&verify(&["--tolerance", "1000000"]), 0);
    assert!(out.contains("PASSED") && out.contains("0 of 5"), "{out}");
    assert!(out.contains("Whole network") && out.contains("dense"), "{out}");
    // A table that says a thousand times what is true.
    let mut wrong = table.clone();
    wrong.entries.values_mut().for_each(|entry| entry.milliseconds *= 1e3);
    fs::write(file(&folder), wrong.to_text()).unwrap();
    let (out, _) = expect(&verify(&["--tolerance", "0.3"]), 1);
    assert!(out.contains("FAILED") && out.contains("5 of 5"), "{out}");
    // The name is that of one thread, so one thread is taken; another device is refused.
    wrong.about.device = "Another CPU, 1 thread".into();
    fs::write(file(&folder), wrong.to_text()).unwrap();
    let (_, err) = expect(&verify(&[]), 2);
    assert!(err.contains("Another CPU, 1 thread") && err.contains(&table.about.device), "{err}");
}

#[test]
fn what_cannot_be_measured_or_written_is_refused_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes"), "of my own").unwrap();
    let at = |into: &'static str, more: &[&'static str]| [&BUILD[..], &[into], more].concat();
    let mut device = at("t.csv", &[]);
    device[8] = "cuda:99";
    for (arguments, words) in [
        (at("notes", &[]), "not a latency table"),
        (at("notes/t.csv", &["--seconds", "0.001"]), "--into"),
        (at("t.csv", &["--precision", "tf32"]), "CUDA devices"),
        (device, "cuda:99 is not available"),
    ] {
        let (out, err) = expect(&lut(&folder, &arguments), 2);
        assert!(out.is_empty() && err.contains(words), "{words}: {err}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("notes")).unwrap(), "of my own");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

/// Ends the program as Ctrl-C does.
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_build_that_is_stopped_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&BUILD[..], &["luts/t.csv", "--seconds", "0.4"]].concat();
    let (_, err) = expect(&lut(&folder, &[&arguments[..], &["--time-budget", "1s"]].concat()), 5);
    assert!(err.contains("out of time") && err.contains("to resume"), "{err}");
    let rows = || LatencyTable::read_partial(&file(&folder)).unwrap().table.entries.len();
    let before = rows();
    assert!((1..space().shapes().len()).contains(&before));

    let child = command(&folder, &arguments).spawn().unwrap();
    let started = Instant::now();
    while rows() == before {
        assert!(started.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(&child);
    let (_, err) = expect(&child.wait_with_output().unwrap(), 4);
    assert!(err.contains("interrupted") && err.contains("to resume"), "{err}");
    assert!(rows() > before && rows() < space().shapes().len());
}
