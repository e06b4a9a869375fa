//! What a training leaves in its run directory where it was killed, and who may remove it: the process that has the
//! directory's lock.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use super::{RunDirectory, files};
use crate::temporary;

/// What only a training needs.
const CHECKPOINTS: [&str; 2] = [files::CHECKPOINT, files::PREVIOUS_CHECKPOINT];

impl RunDirectory {
    /// Removes from a committed run what only its training needed. One that diverged keeps its checkpoint with the masks
    /// that belong to it. For the process that has the lock.
    pub fn remove_leftovers(&self) {
        if self.holds(files::WEIGHTS) {
            for name in CHECKPOINTS {
                let _ = fs::remove_file(self.file(name));
            }
            let _ = fs::remove_dir_all(self.file(files::MASKS));
        }
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
        let open =
            || OpenOptions::new().write(true).custom_flags(libc::O_NOFOLLOW).open(self.file(files::LOCK));
        // Without a lock file, nobody has trained here.
        if let Ok(lock) = open()
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
            "checkpoint.safetensors",
            "checkpoint.previous.safetensors",
            "masks/3.bits",
            "masks/.4.bits.abcdef",
            ".record.json.abcdef",
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
        assert_eq!(names(&run), ["COMMITTED", "lock", "spec.json", "weights.safetensors"]);
        assert!(run.is_committed().unwrap());
    }

    #[test]
    fn a_run_that_diverged_keeps_its_checkpoint_and_masks() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(folder.path(), "key");
        run.prepare("{}").unwrap();
        put(
            &run,
            &["lock", "checkpoint.safetensors", "masks/3.bits", "masks/.4.bits.abcdef", ".x.json.abcdef"],
        );
        run.tidy();
        assert_eq!(names(&run), ["checkpoint.safetensors", "lock", "masks", "spec.json"]);
        assert!(run.file("masks/3.bits").exists() && !run.file("masks/.4.bits.abcdef").exists());
    }
}
