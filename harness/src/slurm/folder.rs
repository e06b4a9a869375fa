//! The folder of a submitted array, `OUT/slurm/NAME`: its plan, its script, its number and the logs of its elements.

use crate::timestamp;
use anyhow::{Context, bail};
use records::write_atomically;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The plan, below the folder of the results: `slurm/NAME/plan.toml`.
pub const FOLDER: &str = "slurm";
const PLAN: &str = "plan.toml";
const SCRIPT: &str = "job.sh";
const NUMBER: &str = "job";

/// A folder that is being filled. Unless it is kept, it goes again, with the folders that were made for it.
pub struct ArrayFolder {
    path: PathBuf,
    /// Folders that were made, the innermost first.
    made: Vec<PathBuf>,
    keeps: bool,
}

impl ArrayFolder {
    /// A name for an array about `of`, submitted now.
    pub fn name(of: &str) -> String {
        format!("{of}-{}", timestamp::now().replace([':', '-'], ""))
    }

    /// Makes the folder of an array about `of` in the results `out`, which is an absolute path.
    pub fn make(out: &Path, of: &str) -> anyhow::Result<Self> {
        let all = out.join(FOLDER);
        let mut made: Vec<PathBuf> =
            all.ancestors().take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
        let cannot = || format!("cannot create {}; choose another folder with --out", all.display());
        std::fs::create_dir_all(&all).with_context(cannot)?;
        let name = Self::name(of);
        // Two that are submitted within a second.
        for number in 1..100 {
            let path = all.join(if number == 1 { name.clone() } else { format!("{name}-{number}") });
            match std::fs::create_dir(&path) {
                Ok(()) => {
                    made.insert(0, path.clone());
                    return Ok(Self { path, made, keeps: false });
                }
                Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(cause).with_context(cannot),
            }
        }
        bail!("{} has a hundred arrays of this second; submit again", all.display())
    }

    /// The plan's file.
    pub fn plan(&self) -> PathBuf {
        self.path.join(PLAN)
    }

    /// Writes the script, and returns its file.
    pub fn write_script(&self, text: &str) -> anyhow::Result<PathBuf> {
        let file = self.path.join(SCRIPT);
        write_atomically(&file, text.as_bytes())?;
        Ok(file)
    }

    /// From now on it stays, with the number of its job.
    pub fn keep(mut self, job: &str) -> anyhow::Result<PathBuf> {
        self.keeps = true;
        write_atomically(&self.path.join(NUMBER), format!("{job}\n").as_bytes())?;
        Ok(self.path.clone())
    }

    /// The plans of all arrays in the results `out`, each with the number of its job, if it has one.
    pub fn plans(out: &Path) -> Vec<(PathBuf, Option<String>)> {
        let entries = std::fs::read_dir(out.join(FOLDER)).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        folders.sort();
        let plan = |folder: PathBuf| {
            let number = std::fs::read_to_string(folder.join(NUMBER)).ok();
            (folder.join(PLAN), number.map(|number| number.trim().to_string()))
        };
        let is_file = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_file());
        folders.into_iter().map(plan).filter(|(plan, _)| is_file(plan)).collect()
    }
}

impl Drop for ArrayFolder {
    fn drop(&mut self) {
        if self.keeps {
            return;
        }
        for name in [PLAN, SCRIPT] {
            let _ = std::fs::remove_file(self.path.join(name));
        }
        // A folder in which something else was put meanwhile stays.
        for folder in &self.made {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_leaves_nothing_and_what_is_kept_is_found() {
        let results = tempfile::tempdir().unwrap();
        let out = results.path().join("new/runs");
        let folder = ArrayFolder::make(&out, "table2").unwrap();
        std::fs::write(folder.plan(), "").unwrap();
        folder.write_script("#!/bin/sh\n").unwrap();
        drop(folder);
        assert_eq!(std::fs::read_dir(results.path()).unwrap().count(), 0);

        let kept: Vec<PathBuf> = ["7", "8"]
            .map(|job| {
                let folder = ArrayFolder::make(&out, "table2").unwrap();
                std::fs::write(folder.plan(), "").unwrap();
                folder.keep(job).unwrap()
            })
            .into();
        assert_ne!(kept[0], kept[1]);
        let mut jobs: Vec<Option<String>> =
            ArrayFolder::plans(&out).into_iter().map(|(_, job)| job).collect();
        jobs.sort();
        assert_eq!(jobs, [Some("7".into()), Some("8".into())]);
        assert!(ArrayFolder::plans(results.path()).is_empty());
    }
}
