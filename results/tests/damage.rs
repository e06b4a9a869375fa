//! Nothing silently wrong: whichever byte of a folder of results is changed, whichever file is cut or edited, every
//! reader prints what it printed before, or names the file.
//!
//! The folder holds runs of this project's evidence, of classifiers and of detectors, as they were written. The seed
//! and the number of changes are in `HARNESS_DAMAGE_SEED` and `HARNESS_DAMAGE_COUNT`.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use records::{FpsRow, FpsStore, Loaded, RunDirectory, Store, write_atomically};
use results::export::export_curves;
use results::{Report, TableFormat, drawings, render, table, table_ids};

/// Recorded folders, and the keys of the runs that are taken from them.
const TAKEN: [(&str, &[&str]); 2] = [
    ("cifar10-pilot-cpu", &["033e6909415cd3b2", "aa03ef1e79641348"]),
    ("voc-helmets-cpu", &["48ed641345804c04", "fcfe2e27e1c28501"]),
];

/// A folder with some runs, their rows and their throughputs.
fn folder(out: &Path) {
    let (mut rows, mut throughputs) = (Vec::new(), Vec::new());
    for (name, keys) in TAKEN {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name);
        let is_taken = |key: &str| keys.contains(&key);
        rows.extend(Store::new(&from).load().unwrap().records.into_iter().filter(|row| is_taken(&row.key)));
        throughputs
            .extend(FpsStore::new(&from).load().unwrap().0.into_iter().filter(|row| is_taken(&row.key)));
        for key in keys {
            let (run, copy) = (RunDirectory::of(&from, key), RunDirectory::of(out, key));
            fs::create_dir_all(copy.path()).unwrap();
            for entry in fs::read_dir(run.path()).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
            }
        }
    }
    throughputs.push(FpsRow { key: TAKEN[0].1[0].into(), ..throughputs[0].clone() });
    FpsStore::new(out).append(&throughputs).unwrap();
    let columns_of_throughput = |record: records::Record| {
        let path = RunDirectory::of(out, &record.key);
        serde_json::from_str(&path.record().unwrap().unwrap()).unwrap()
    };
    let records = rows.into_iter().map(columns_of_throughput).collect();
    let text = Loaded { records, ..Loaded::default() }.into_csv();
    write_atomically(&Store::new(out).path(), &text).unwrap();
}

/// What all readers print of a folder, and what they say besides.
fn readers(out: &Path) -> (Vec<String>, String) {
    let mut said = Vec::new();
    let mut printed = Vec::new();
    let loaded = match Store::new(out).load() {
        Ok(loaded) => loaded,
        Err(error) => {
            said.push(error.to_string());
            Loaded::default()
        }
    };
    said.extend(loaded.complaints.iter().chain(&loaded.remarks).map(ToString::to_string));
    for id in table_ids() {
        printed.push(render(&table(id).unwrap(), &loaded.records, TableFormat::Csv));
    }
    let drawn = drawings(out, &loaded.records);
    said.extend(drawn.complaints.iter().map(ToString::to_string));
    printed.extend(drawn.drawings.into_iter().map(|drawing| drawing.csv));
    match Report::read(&[out.to_path_buf()], |_| ()) {
        Ok(report) => {
            said.extend(report.complaints().iter().chain(report.remarks()).cloned());
            printed.push(report.html("now"));
        }
        Err(error) => said.push(error.to_string()),
    }
    let curves = tempfile::tempdir().unwrap();
    let exported = export_curves(out, curves.path()).unwrap();
    said.extend(exported.complaints.iter().map(ToString::to_string));
    for run in exported.written {
        let file = fs::read_dir(curves.path().join(&run)).unwrap().next().unwrap().unwrap();
        printed.push(format!("{} {:?}", run.display(), fs::read(file.path()).unwrap()));
    }
    (printed, said.join("\n"))
}

/// All files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.retain(|file| !file.to_string_lossy().ends_with(".lock"));
    found.sort();
    found
}

/// Changes some bytes, as a disk, a careless editor or a forger may; the words say how.
fn damaged(random: &mut StdRng, bytes: &[u8]) -> (String, Vec<u8>) {
    let mut changed = bytes.to_vec();
    let at = random.random_range(0..bytes.len());
    let line = |at: usize| bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end =
        |at: usize| bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| at + n + 1);
    let how = match random.random_range(0..8) {
        0 => {
            changed[at] ^= 1 << random.random_range(0..8);
            format!("a bit of byte {at} flipped")
        }
        1 => {
            changed.truncate(at);
            format!("cut to {at} bytes")
        }
        2 => {
            changed.truncate(line(at));
            format!("cut to {} bytes, the end of a line", line(at))
        }
        3 => {
            changed.drain(line(at)..end(at));
            format!("the line at {at} deleted")
        }
        4 => {
            let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
            if let Some(at) = digits.get(random.random_range(0..digits.len().max(1))) {
                changed[*at] = b'0' + (changed[*at] - b'0' + 1) % 10;
            }
            "a digit changed".into()
        }
        5 => {
            let copy = bytes[line(at)..end(at)].to_vec();
            changed.splice(line(at)..line(at), copy);
            format!("the line at {at} doubled")
        }
        6 => {
            changed.insert(at, random.random());
            format!("a byte put in at {at}")
        }
        _ => {
            changed[at..].fill(0);
            format!("zeros from {at} on")
        }
    };
    (how, changed)
}

fn asked(variable: &str, usual: u64) -> u64 {
    env::var(variable).map_or(usual, |text| text.parse().expect("a number"))
}

#[test]
fn no_change_of_a_file_changes_a_result_without_a_word() {
    let (seed, count) = (asked("HARNESS_DAMAGE_SEED", 17), asked("HARNESS_DAMAGE_COUNT", 200));
    let folder_of_results = tempfile::tempdir().unwrap();
    let out = folder_of_results.path();
    folder(out);
    let (before, said) = readers(out);
    assert_eq!(said, "", "nothing is wrong with what was written");
    assert!(
        before.iter().any(|text| text.contains("48ed641345804c04")) && before.len() > table_ids().len() + 4
    );
    let (mut random, files) = (StdRng::seed_from_u64(seed), files(out));
    let (mut named, mut same) = (0, 0);
    for number in 0..count {
        let file = &files[random.random_range(0..files.len())];
        let whole = fs::read(file).unwrap();
        let (how, changed) = damaged(&mut random, &whole);
        // The time of its files enters the curves of a run.
        let time = fs::metadata(file).unwrap().modified().unwrap();
        let put = |bytes: &[u8]| {
            fs::write(file, bytes).unwrap();
            File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
        };
        put(&changed);
        let (after, said) = readers(out);
        let name = file.file_name().unwrap().to_string_lossy();
        let is_named =
            said.contains(&*name) || after.iter().any(|text| text.contains(&*name) && !before.contains(text));
        let is_same = after == before;
        assert!(
            is_same || is_named,
            "change {number} of seed {seed}, {}: {how}: other results without a word; said was {said:?}",
            file.display()
        );
        (named, same) = (named + u64::from(is_named), same + u64::from(is_same && !is_named));
        put(&whole);
    }
    println!("{count} changes: {named} named, {same} of no effect");
    assert!(count < 100 || named > count / 4, "most changes of files that are read are noticed");
}
