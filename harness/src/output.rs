//! Where a command writes the one file that it makes: to the place that an option names, or to standard output.

use crate::stdio;
use anyhow::{anyhow, bail};
use records::{FpsStore, Store, files, write_atomically};
use std::path::Path;

/// Whether the place is standard output, which is written as `-`.
pub fn is_standard(place: &Path) -> bool {
    place == Path::new("-")
}

/// Writes `bytes` to the `place` that `option` names, unless a recorded result is there.
pub fn write(place: &Path, bytes: &[u8], option: &str) -> anyhow::Result<()> {
    if is_result(place) {
        bail!(
            "{} is part of recorded results, which nothing is written over; {option} names another file or, as `-`, \
             standard output",
            place.display()
        );
    }
    match is_standard(place) {
        true => stdio::pass(bytes),
        false => write_atomically(place, bytes)
            .map_err(|error| anyhow!("{error}; {option} names another file or, as `-`, standard output")),
    }
}

/// Refuses to write below a folder that holds recorded results, which `option` names: other files among them are in the
/// way of whoever reads or copies them.
pub fn refuse_results(folder: &Path, option: &str) -> anyhow::Result<()> {
    let holds = |name: &str| folder.join(name).exists();
    let is_of_run = holds(files::SPEC) || holds(files::COMMITTED);
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut has_runs = || entries.any(|entry| entry.path().join(files::SPEC).exists());
    if is_of_run || holds(files::RUNS) && Store::new(folder).path().exists() || has_runs() {
        bail!(
            "{} holds recorded results; name another folder with {option}, which may be new",
            folder.display()
        );
    }
    Ok(())
}

/// Whether a file of a run directory is at `place`, or what gathers the results of a folder.
fn is_result(place: &Path) -> bool {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let gathered = [Store::new(folder).path(), FpsStore::new(folder).path()];
    let gathers = gathered.iter().any(|file| file.file_name() == place.file_name());
    let of_run = folder.join(files::SPEC).exists();
    place.exists() && (of_run || gathers && folder.join(files::RUNS).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_leads_to_the_option() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("absent/file");
        let said = write(&place, b"x", "--to").unwrap_err().to_string();
        assert!(said.contains("absent/file") && said.contains("--to names another file"), "{said}");
        write(&folder.path().join("file"), b"x", "--to").unwrap();
        assert!(is_standard(Path::new("-")) && !is_standard(Path::new("./-")));
    }

    #[test]
    fn no_folder_of_results_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let [out, curves] = ["m1", "curves"].map(|name| folder.path().join(name));
        let run = out.join("runs/0123456789abcdef");
        std::fs::create_dir_all(&run).unwrap();
        std::fs::create_dir_all(curves.join("iee 90% seed 0")).unwrap();
        for file in [run.join("spec.json"), out.join("records.csv")] {
            std::fs::write(file, "").unwrap();
        }
        for results in [&out, &out.join("runs"), &run] {
            let said = refuse_results(results, "--tensorboard").unwrap_err().to_string();
            assert!(said.contains("name another folder with --tensorboard"), "{said}");
        }
        for other in [&curves, &folder.path().join("new"), folder.path()] {
            refuse_results(other, "--tensorboard").unwrap();
        }
    }

    #[test]
    fn no_result_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let exported = file("records.csv");
        write(&exported, b"first", "--to").unwrap();
        write(&exported, b"again", "--to").unwrap();
        let run = file("runs/0123456789abcdef");
        std::fs::create_dir_all(&run).unwrap();
        for name in ["spec.json", "weights.safetensors"] {
            std::fs::write(run.join(name), "recorded").unwrap();
        }
        for place in [exported, run.join("spec.json"), run.join("weights.safetensors")] {
            let before = std::fs::read(&place).unwrap();
            let said = write(&place, b"x", "--to").unwrap_err().to_string();
            assert!(said.contains("recorded results") && said.contains("--to names another"), "{said}");
            assert_eq!(std::fs::read(&place).unwrap(), before);
        }
        write(&run.join("network.onnx"), b"x", "--to").unwrap();
    }
}
