//! Limits of the system and numbers beyond all measure: each ends with an exit code and a message that says what to do, or
//! does no harm. The built program runs under the limits themselves.

use crate::{err, folder, harness, out};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The user `nobody`; limits of processes do not hold for root.
const NOBODY: u32 = 65534;

/// The program in `folder` with the `limit` of a resource.
fn under((resource, limit): (libc::__rlimit_resource_t, u64), folder: &Path, arguments: &[&str]) -> Output {
    let mut program = PathBuf::from(env!("CARGO_BIN_EXE_harness"));
    // SAFETY: geteuid has no preconditions.
    let as_nobody = resource == libc::RLIMIT_NPROC && unsafe { libc::geteuid() } == 0;
    if as_nobody {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        // The checkout may be in a folder that only root may enter. A file that this process wrote itself could not be
        // run while another test starts a program.
        let copy = folder.join("harness");
        if !copy.exists() {
            let mut install = Command::new("install");
            assert!(install.args(["-m", "755"]).arg(&program).arg(&copy).status().unwrap().success());
        }
        program = copy;
    }
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("HARNESS_WORKER", "/bin/true");
    // With more folders to look in, the dynamic loader needs more files, and more memory.
    command.env_remove("LD_LIBRARY_PATH");
    if as_nobody {
        command.uid(NOBODY);
    }
    let set = move || {
        let limits = libc::rlimit { rlim_cur: limit, rlim_max: limit };
        // SAFETY: the pointer is to a value that lives until the call returns.
        match unsafe { libc::setrlimit(resource, &limits) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    // SAFETY: the closure allocates nothing and makes only one system call.
    unsafe { command.pre_exec(set) };
    command.output().unwrap()
}

/// Neither a panic nor a signal.
fn ended_well(output: &Output, arguments: &[&str]) {
    let said = err(output);
    assert!(output.status.code().is_some_and(|code| code < 100), "{arguments:?}: {}: {said}", output.status);
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{arguments:?}: {said}");
}

const IMAGENET: [&str; 11] =
    ["data", "generate", "imagenet", "--data", "set", "--classes", "2", "--train", "8", "--test", "4"];
const VOC: [&str; 11] =
    ["data", "generate", "voc", "--data", "voc", "--classes", "2", "--train", "8", "--test", "4"];
const CIFAR: [&str; 9] = ["data", "generate", "cifar10", "--data", "cifar", "--train", "20", "--test", "10"];
const PACK: [&str; 7] = ["data", "pack", "imagenet", "--data", "set", "--into", "pack"];

#[test]
fn where_no_thread_can_be_started_the_calling_one_does_the_work() {
    let (alone, usual) = (folder(), folder());
    let suite =
        ["suite", "cifar10", "--profile", "lite", "--data", "cifar", "--method", "dense", "--dry-run"];
    let verify = ["data", "verify", "voc", "--data", "voc"];
    let info = ["data", "info", "cifar10", "--data", "cifar"];
    for arguments in [&IMAGENET[..], &PACK, &VOC, &verify, &CIFAR, &info, &suite] {
        let (ours, theirs) =
            (under((libc::RLIMIT_NPROC, 1), alone.path(), arguments), harness(usual.path(), arguments));
        ended_well(&ours, arguments);
        assert_eq!(ours.status.code(), Some(0), "{arguments:?}: {}", err(&ours));
        assert_eq!(out(&ours), out(&theirs), "{arguments:?}");
        assert!(err(&ours).contains("cannot start"), "{arguments:?}: {}", err(&ours));
    }
    for name in ["pack/train.pack", "pack/val.index", "cifar/data_batch_1.bin"] {
        let read = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert!(read(alone.path()) == read(usual.path()), "{name}");
    }
    // A trial needs another process.
    let train =
        ["suite", "cifar10", "--profile", "smoke", "--method", "dense", "--data", "cifar", "--device", "cpu"];
    let refused = under((libc::RLIMIT_NPROC, 1), alone.path(), &train);
    ended_well(&refused, &train);
    assert_ne!(refused.status.code(), Some(0));
    assert!(err(&refused).contains("ulimit -u"), "{}", err(&refused));
}

#[test]
fn a_file_beyond_the_limit_of_sizes_is_an_error_and_leaves_nothing() {
    let folder = folder();
    let limited = |arguments: &[&str]| {
        let output = under((libc::RLIMIT_FSIZE, 8192), folder.path(), arguments);
        ended_well(&output, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains("ulimit -f"), "{arguments:?}: {}", err(&output));
    };
    limited(&CIFAR);
    assert!(folder.path().read_dir().unwrap().next().is_none(), "something is left");
    let generated = harness(folder.path(), &IMAGENET);
    assert_eq!(generated.status.code(), Some(0), "{}", err(&generated));
    limited(&PACK);
    // Without the limit it resumes from there.
    assert_eq!(harness(folder.path(), &PACK).status.code(), Some(0));
    assert!(!folder.path().join("pack/unfinished.toml").exists());
}

#[test]
fn too_few_files_and_too_little_memory_end_with_a_message() {
    let folder = folder();
    assert_eq!(harness(folder.path(), &IMAGENET).status.code(), Some(0));
    // One file is open while the dynamic loader looks for libraries, the lock of the pack's folder and two more are then.
    for limit in [4, 5] {
        let output = under((libc::RLIMIT_NOFILE, limit), folder.path(), &PACK);
        ended_well(&output, &PACK);
        assert_eq!(output.status.code(), Some(2), "{limit}");
        assert!(err(&output).contains("ulimit -n"), "{limit}: {}", err(&output));
        ended_well(&under((libc::RLIMIT_NOFILE, limit), folder.path(), &["table", "table3"]), &["table"]);
    }
    assert_eq!(harness(folder.path(), &PACK).status.code(), Some(0));
    // From little more than the program itself takes, below which the kernel kills it at its start, to just about enough.
    let own = std::fs::metadata(env!("CARGO_BIN_EXE_harness")).unwrap().len().div_ceil(1 << 20);
    let mut codes = Vec::new();
    let large = ["data", "generate", "cifar10", "--data", "large", "--train", "30000", "--test", "10"];
    for megabytes in [0, 4, 8, 24, 40].map(|more| own + more) {
        let output = under((libc::RLIMIT_AS, megabytes << 20), folder.path(), &large);
        // The dynamic loader says 127 where not even it has room.
        if output.status.code() != Some(127) {
            ended_well(&output, &large);
            codes.push(output.status.code());
            if output.status.code() == Some(2) {
                let said = err(&output);
                assert!(said.contains("memory"), "{megabytes} MB: {said}");
            }
        }
    }
    assert!(codes.contains(&Some(2)), "{codes:?}");
}

#[test]
fn numbers_beyond_all_measure_are_refused() {
    let folder = folder();
    const MOST: &str = "18446744073709551615";
    let generate = |suite: &'static str, option: &'static str, value: &'static str| {
        vec!["data", "generate", suite, "--data", "set", option, value]
    };
    let mut commands = Vec::new();
    for suite in ["cifar10", "cifar100", "imagenet", "voc"] {
        for option in ["--train", "--test"] {
            commands.extend([MOST, "0", "9223372036854775808"].map(|value| generate(suite, option, value)));
        }
    }
    for suite in ["imagenet", "voc"] {
        commands.extend([MOST, "0"].map(|value| generate(suite, "--classes", value)));
    }
    for arguments in &commands {
        let output = harness(folder.path(), arguments);
        ended_well(&output, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains("ask for"), "{arguments:?}: {}", err(&output));
    }
    assert!(folder.path().read_dir().unwrap().next().is_none(), "something is left");
}

#[test]
fn no_number_on_the_command_line_ends_a_plan_with_a_panic() {
    let folder = folder();
    assert_eq!(harness(folder.path(), &CIFAR).status.code(), Some(0));
    let plan =
        ["suite", "cifar10", "--profile", "smoke", "--data", "cifar", "--dry-run", "--method", "iee,rigl"];
    for more in [
        ["--jobs", "18446744073709551615"],
        ["--threads", "18446744073709551615"],
        ["--seeds", "18446744073709551615"],
        ["--time-budget", "99999999999999999999h"],
        ["--sparsity", "0.99999999999999999"],
        ["--sparsity", "1e-320"],
        ["--model", "wrn-18446744073709551614-2"],
        ["--model", "wrn-22-18446744073709551615"],
        ["--model", "wrn-4000000000-400000000"],
        ["--set", "epochs=1e308"],
        ["--set", "epochs=18446744073709551615"],
        ["--set", "batch_size=18446744073709551615"],
        ["--set", "batch_size=9223372036854775807"],
        ["--set", "learning_rate=1e308"],
        ["--set", "micro_batch=18446744073709551615"],
        ["--set", "evaluate_every=1e308"],
        ["--set", "training_length=1e300"],
        ["--set", "warmup_epochs=1e300"],
        ["--set", "image_side=18446744073709551615"],
    ] {
        let arguments = [&plan[..], &more].concat();
        ended_well(&harness(folder.path(), &arguments), &arguments);
    }
}

/// A black PNG of 7000 x 7000 pixels of 8 bytes, rows of which are interlaced if `interlaced` is 1.
fn large_png(interlaced: u8) -> Vec<u8> {
    const SIDE: u32 = 7000;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0; 8 * (SIDE * SIDE) as usize]).unwrap();
    writer.finish().unwrap();
    // Signature, length and name come first; the checksum covers the name and 13 bytes, the last of which it is.
    file[28] = interlaced;
    let mut sum = flate2::Crc::new();
    sum.update(&file[12..29]);
    file[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    file
}

#[test]
fn large_photographs_are_decoded_one_at_a_time_and_row_by_row() {
    let folder = folder();
    let (plain, interlaced) = (large_png(0), large_png(1));
    assert!(plain.len() < 8 << 20, "{}", plain.len());
    for (split, content) in [("train", &plain), ("val", &plain)] {
        let class = folder.path().join("set").join(split).join("a");
        std::fs::create_dir_all(&class).unwrap();
        ["1.png", "2.png", "3.png"]
            .iter()
            .for_each(|name| std::fs::write(class.join(name), content).unwrap());
    }
    // A photograph has 147 MB of pixels and 392 MB of samples.
    let limited = || {
        let verify = ["data", "verify", "imagenet", "--data", "set"];
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_harness")]);
        command.args(verify).current_dir(folder.path()).env("MALLOC_ARENA_MAX", "1");
        let output = command.output().unwrap();
        ended_well(&output, &verify);
        output
    };
    let verified = limited();
    assert_eq!(verified.status.code(), Some(0), "{}{}", out(&verified), err(&verified));
    assert!(out(&verified).contains("6 of 6 photographs can be read"), "{}", out(&verified));
    // Interlaced rows have to be held all together, for which there is no room here.
    std::fs::write(folder.path().join("set/train/a/1.png"), interlaced).unwrap();
    let refused = limited();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        err(&refused).contains("memory ran out") && err(&refused).contains("ulimit -v"),
        "{}",
        err(&refused)
    );
}
