//! What a training leaves in its run directory where it was killed, and who may remove it: the process that has the
//! directory's lock.

use std::fs;

use super::{RunDirectory, files};
use crate::regular_file::open_existing_lock;
use crate::temporary;

/// What only a training needs.
const CHECKPOINTS: [&str; 2] = [files::CHECKPOINT, files::PREVIOUS_CHECKPOINT];

impl RunDirectory {
    /// Removes from a committed run what only its training needed, its progress, and its checkpoints that were set aside.
    /// One that diverged keeps its checkpoint with the masks that belong to it. For the process that has the lock.
    pub fn remove_leftovers(&self) {
        if self.holds(files::WEIGHTS) {
            for name in CHECKPOINTS {
                let _ = fs::remove_file(self.file(name));
                for extension in files::SET_ASIDE {
                    let _ = fs::remove_file(self.file(name).with_extension(extension));
                }
            }
            let _ = fs::remove_dir_all(self.file(files::MASKS));
        }
        let _ = fs::remove_file(self.file(files::PROGRESS));
        self.remove_unfinished_writes();
    }

    /// Removes the files of writes that ended half way.
    pub fn remove_unfinished_writes(&self) {
        for folder in [self.path().to_path_buf(), self.file(files::MASKS)] {
            temporary::remove_abandoned(&folder, None);
        }
    }

    /// The same as [`RunDirectory::remove_leftovers`] for a process that only comes by, unless another one has the lock.
    pub fn tidy(&self) {
        // Without a lock file, nobody has trained here.
        if let Ok(lock) = open_existing_lock(&self.file(files::LOCK))
            && lock.try_lock().is_ok()
        {
            self.remove_leftovers();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(run: &RunDirectory, names: &[&str]) {
        fs::create_dir_all(run.file(files::MASKS)).unwrap();
        names.iter().for_each(|name| fs::write(run.file(name), "x").unwrap());
    }

    fn names(run: &RunDirectory) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(run.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// As after a kill between the commit and the end.
    #[test]
    fn a_run_killed_after_its_commit_is_tidied_unless_somebody_owns_it() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(folder.path(), "key");
        run.prepare("{}").unwrap();
        let all = [
            "weights.safetensors",
            "lock",
            "progress.jsonl",
            "checkpoint.safetensors",
            "checkpoint.previous.safetensors",
            "checkpoint.damaged",
            "checkpoint.previous.incomplete",
            "checkpoint.other-trial",
            "masks/3.bits",
            "masks/.4.bits.harness-tmp-abcdef",
            ".record.json.harness-tmp-abcdef",
        ];
        put(&run, &all);
        run.commit(&["weights.safetensors"]).unwrap();
        let whole = names(&run);
        let owner = fs::File::open(run.file(files::LOCK)).unwrap();
        owner.lock().unwrap();
        run.tidy();
        assert_eq!(names(&run), whole);
        drop(owner);
        run.tidy();
        let kept = ["COMMITTED", "checkpoint.other-trial", "lock", "spec.json", "weights.safetensors"];
        assert_eq!(names(&run), kept);
        assert!(run.is_committed().unwrap());
    }

    #[test]
    fn a_run_that_diverged_keeps_its_checkpoint_and_masks() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(folder.path(), "key");
        run.prepare("{}").unwrap();
        put(
            &run,
            &[
                "lock",
                "checkpoint.safetensors",
                "checkpoint.damaged",
                "masks/3.bits",
                "masks/.4.bits.harness-tmp-abcdef",
                ".x.json.harness-tmp-abcdef",
            ],
        );
        run.tidy();
        let kept = ["checkpoint.damaged", "checkpoint.safetensors", "lock", "masks", "spec.json"];
        assert_eq!(names(&run), kept);
        assert!(run.file("masks/3.bits").exists() && !run.file("masks/.4.bits.harness-tmp-abcdef").exists());
    }

    /// A pipe would be waited for.
    #[test]
    fn a_pipe_in_the_place_of_the_lock_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(folder.path(), "key");
        run.prepare("{}").unwrap();
        put(&run, &["weights.safetensors", "checkpoint.safetensors"]);
        assert!(std::process::Command::new("mkfifo").arg(run.file(files::LOCK)).status().unwrap().success());
        run.tidy();
        assert!(run.file("checkpoint.safetensors").exists());
    }
}
